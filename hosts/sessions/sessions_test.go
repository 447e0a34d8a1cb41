package sessions

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
)

func sample() State {
	return State{Front: "shop", Tries: 1, Apps: []App{
		{ID: "notes", Pages: []Spot{}},
		{ID: "shop", Pages: []Spot{{Path: "p/a"}, {Path: "p/b", Query: map[string]string{"q": "%20中"}, Scroll: 12.5, Views: map[string]Offset{"list": {Top: 7}, "tabs": {Left: -3}}}}},
	}}
}

func TestSaveAndLoad(t *testing.T) {
	t.Parallel()
	s := Open(filepath.Join(t.TempDir(), "sessions"))
	if got, err := s.Load("anna"); err != nil || len(got.Apps) != 0 {
		t.Errorf("nothing saved yet: %+v, %v; want nothing", got, err)
	}
	want := sample()
	if err := s.Save("anna", want); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Load("anna"); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("loaded %+v, %v; want %+v", got, err, want)
	}
	if got, err := s.Load("bert/../anna"); err != nil || len(got.Apps) != 0 {
		t.Errorf("another user got %+v, %v; want nothing", got, err)
	}
	entries, err := os.ReadDir(s.dir)
	if err != nil || len(entries) != 1 || strings.Contains(entries[0].Name(), "anna") {
		t.Errorf("the folder holds %v, %v; want one file that does not name the user", entries, err)
	}
	if info, err := entries[0].Info(); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v; want 0600", info.Mode(), err)
	}
}

func TestBroken(t *testing.T) {
	t.Parallel()
	good, err := encode(sample())
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct{ data, want string }{
		"empty":         {"", "not a saved state: EOF (at byte 0)"},
		"cut off":       {string(good[:len(good)-9]), "not a saved state"},
		"another value": {strings.Replace(string(good), "p/b", "p/c", 1), "it was cut off or changed"},
		"a newer one":   {strings.Replace(string(good), `"version":1`, `"version":2`, 1), "version 2, expected 1"},
		"unknown field": {`{"version":1,"more":1}`, `unknown field "more"`},
		"two":           {string(good) + string(good), "more than one value"},
		"too large":     {strings.Repeat(" ", maxFile+1), "expected at most"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := Open(t.TempDir())
			if err := os.WriteFile(s.name("anna"), []byte(tt.data), 0o600); err != nil {
				t.Fatal(err)
			}
			state, err := s.Load("anna")
			var broken *BrokenError
			if !errors.As(err, &broken) || !strings.Contains(err.Error(), tt.want) || len(state.Apps) != 0 {
				t.Fatalf("Load = %+v, %v; want nothing and %q", state, err, tt.want)
			}
			if kept, err := os.ReadFile(broken.Aside); err != nil || string(kept) != tt.data {
				t.Errorf("aside are %d bytes, %v; want the file as it was", len(kept), err)
			}
			if _, err := s.Load("anna"); err != nil {
				t.Errorf("the second time: %v, want a fresh start", err)
			}
		})
	}
}

func TestAsideIsBounded(t *testing.T) {
	t.Parallel()
	s := Open(t.TempDir())
	at := time.Unix(1, 0)
	s.now = func() time.Time { at = at.Add(time.Second); return at }
	for range 7 {
		if err := os.WriteFile(s.name("anna"), []byte("?"), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Load("anna"); err == nil {
			t.Fatal("a broken file was read")
		}
	}
	if kept, _ := filepath.Glob(filepath.Join(s.dir, "*.broken-*")); len(kept) != maxAside {
		t.Errorf("%d broken files are kept, want %d", len(kept), maxAside)
	}
}

// TestTrimmed: what is too much for a reader is left out by the writer.
func TestTrimmed(t *testing.T) {
	t.Parallel()
	s := State{Apps: []App{{ID: "a", Pages: []Spot{{Path: "p"}, {Path: "q", Query: map[string]string{"x": strings.Repeat("y", maxText)}}, {Path: "r"}}}}}
	for range MaxPages + 3 {
		s.Apps = append(s.Apps, App{ID: strings.Repeat("b", len(s.Apps)+1), Pages: make([]Spot, 0)})
	}
	data, err := encode(s)
	if err != nil {
		t.Fatal(err)
	}
	got, err := Parse(data)
	if err != nil || len(got.Apps) != len(s.Apps) || len(got.Apps[0].Pages) != 1 {
		t.Errorf("read back %d mini-programs, the first with %d pages, %v; want %d, 1", len(got.Apps), len(got.Apps[0].Pages), err, len(s.Apps))
	}
}

func TestWithout(t *testing.T) {
	t.Parallel()
	s := sample()
	left := s.Without("shop")
	if len(left.Apps) != 1 || left.Front != "" || left.Tries != 0 || left.App("shop") != nil || left.App("notes") == nil {
		t.Errorf("left is %+v", left)
	}
	if s.App("shop") == nil {
		t.Error("the state itself was changed")
	}
}

func FuzzParse(f *testing.F) {
	good, err := encode(sample())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add([]byte(`{"version":1,"sha256":"","state":{}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		state, err := Parse(data)
		if err != nil {
			return
		}
		again, err := encode(state)
		if err != nil {
			t.Fatal(err)
		}
		if back, err := Parse(again); err != nil || len(back.Apps) != len(state.Apps) {
			t.Errorf("%q was read, but not what is written of it: %v", data, err)
		}
	})
}
