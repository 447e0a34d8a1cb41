package space_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/dougong-dev/dougong/plugins/storage/space"
)

var alice = space.Owner{App: "shop", User: "alice"}

func open(t *testing.T, dir string, limits space.Limits) *space.Store {
	t.Helper()
	s, err := space.Open(dir, limits)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func set(t *testing.T, s *space.Store, o space.Owner, key, value string) {
	t.Helper()
	if err := s.Set(o, space.Items, space.Item{Key: key, Value: []byte(value)}); err != nil {
		t.Fatalf("set %q: %v", key, err)
	}
}

func TestKeepsValuesOverRestart(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := open(t, dir, space.Limits{})
	set(t, s, alice, "cart", "three")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, dir, space.Limits{})
	if v, err := s.Get(alice, space.Items, "cart"); err != nil || string(v) != "three" {
		t.Fatalf("after a restart: %q, %v", v, err)
	}
}

// No two owners may see each other's keys, however their names are spelled.
func TestOwnersAreApart(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir(), space.Limits{})
	owners := []space.Owner{
		{App: "a", User: "bc"}, {App: "ab", User: "c"}, {App: "abc"}, {User: "abc"}, {Caller: "abc"},
		{Caller: "a", App: "b", User: "c"}, {App: "../a", User: "bc"}, {App: "a\x00", User: "bc"},
	}
	for i, o := range owners {
		set(t, s, o, "k", fmt.Sprint(i))
	}
	for i, o := range owners {
		if v, err := s.Get(o, space.Items, "k"); err != nil || string(v) != fmt.Sprint(i) {
			t.Errorf("owner %+v reads %q, %v; want %d", o, v, err, i)
		}
		if _, err := s.Get(o, space.KV, "k"); !errors.Is(err, space.ErrNotFound) {
			t.Errorf("owner %+v sees its item among its kv keys: %v", o, err)
		}
	}
}

func TestQuota(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir(), space.Limits{Total: 100, Item: 60})
	var quota *space.QuotaError
	err := s.Set(alice, space.Items, space.Item{Key: "k", Value: make([]byte, 60)})
	if !errors.As(err, &quota) || !quota.Item {
		t.Fatalf("61 bytes in one item: %v, want the item limit", err)
	}
	set(t, s, alice, "a", strings.Repeat("x", 49))
	set(t, s, alice, "b", strings.Repeat("x", 49))
	if err := s.Set(alice, space.Items, space.Item{Key: "c"}); !errors.As(err, &quota) || quota.Item || quota.Need != 101 {
		t.Fatalf("one byte too many: %v, want the total limit with 101 needed", err)
	}
	if err := s.Set(alice, space.KV, space.Item{Key: "c"}); !errors.As(err, &quota) {
		t.Fatalf("kv shares the quota, got %v", err)
	}
	set(t, s, alice, "a", strings.Repeat("y", 49)) // replacing does not add
	if err := s.Delete(alice, space.Items, "b", "none"); err != nil {
		t.Fatal(err)
	}
	info, err := s.Info(alice, space.Items)
	if err != nil || info.Size != 50 || fmt.Sprint(info.Keys) != "[a]" || info.Limit != 100 {
		t.Fatalf("info %+v, %v; want 50 of 100 bytes in [a]", info, err)
	}
	if err := s.Clear(alice, space.Items); err != nil {
		t.Fatal(err)
	}
	if info, _ := s.Info(alice, space.Items); info.Size != 0 || len(info.Keys) != 0 {
		t.Fatalf("after clear: %+v", info)
	}
}

func TestBatchIsAllOrNone(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir(), space.Limits{Total: 10})
	err := s.Set(alice, space.Items, space.Item{Key: "a", Value: []byte("1")}, space.Item{Key: "b", Value: make([]byte, 10)})
	if err == nil {
		t.Fatal("a batch over the quota was taken")
	}
	if info, _ := s.Info(alice, space.Items); len(info.Keys) != 0 || info.Size != 0 {
		t.Fatalf("half of a refused batch is stored: %+v", info)
	}
}

func TestListPages(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir(), space.Limits{})
	for _, k := range []string{"b1", "a1", "a3", "a2", "c"} {
		if err := s.Set(alice, space.KV, space.Item{Key: k}); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		prefix, after string
		limit         int
		want          string
		more          bool
	}{
		{"", "", 0, "[a1 a2 a3 b1 c]", false},
		{"a", "", 2, "[a1 a2]", true},
		{"a", "a2", 2, "[a3]", false},
		{"a", "a3", 2, "[]", false},
		{"a", "zz", 2, "[]", false},
		{"b", "a", 2, "[b1]", false},
	} {
		keys, more, err := s.List(alice, space.KV, c.prefix, c.after, c.limit)
		if err != nil || fmt.Sprint(keys) != c.want || more != c.more {
			t.Errorf("list %q after %q limit %d: %v more=%v %v; want %s more=%v", c.prefix, c.after, c.limit, keys, more, err, c.want, c.more)
		}
	}
}

// Each way of damaging a file must be told, once, must keep the file, and must not stop what comes next.
func TestDamagedFileIsMovedAside(t *testing.T) {
	t.Parallel()
	for name, damage := range map[string]func([]byte) []byte{
		"garbage":   func(b []byte) []byte { return bytes.Repeat([]byte("garbage!"), len(b)/8) },
		"truncated": func(b []byte) []byte { return b[:len(b)/2] },
		"one page":  func(b []byte) []byte { return b[:4096] },
		"headers":   func(b []byte) []byte { clear(b[:8192]); return b },
		"data pages": func(b []byte) []byte {
			for i := 8192; i < len(b); i++ {
				b[i] = 0xff
			}
			return b
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			s := open(t, dir, space.Limits{})
			for i := range 50 {
				set(t, s, alice, fmt.Sprint(i), strings.Repeat("v", 1000))
			}
			_ = s.Close()
			file := onlyFile(t, dir)
			b, _ := os.ReadFile(file)
			bad := damage(bytes.Clone(b))
			if err := os.WriteFile(file, bad, 0o600); err != nil {
				t.Fatal(err)
			}

			s = open(t, dir, space.Limits{})
			_, err := s.Get(alice, space.Items, "1")
			var corrupt *space.CorruptError
			if !errors.As(err, &corrupt) || corrupt.Moved == "" {
				t.Fatalf("reading the damaged file: %v, want a CorruptError that says where it went", err)
			}
			kept, err := os.ReadFile(filepath.Join(dir, corrupt.Moved))
			if err != nil || !bytes.Equal(kept, bad) {
				t.Errorf("the damaged file is not kept as it was: %v", err)
			}
			if _, err := s.Get(alice, space.Items, "1"); !errors.Is(err, space.ErrNotFound) {
				t.Errorf("the next read: %v, want not found", err)
			}
			set(t, s, alice, "1", "again")
		})
	}
}

func onlyFile(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		t.Fatalf("expected one file in %s: %v %v", dir, entries, err)
	}
	return filepath.Join(dir, entries[0].Name())
}

// The database's own checks do not cover values; ours do, and other keys stay readable.
func TestFlippedBitInValue(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := open(t, dir, space.Limits{})
	set(t, s, alice, "bad", "the quick brown fox")
	set(t, s, alice, "good", "jumps")
	_ = s.Close()
	file := onlyFile(t, dir)
	b, _ := os.ReadFile(file)
	b = bytes.ReplaceAll(b, []byte("quick"), []byte("quicK"))
	_ = os.WriteFile(file, b, 0o600)

	s = open(t, dir, space.Limits{})
	var corrupt *space.CorruptError
	if v, err := s.Get(alice, space.Items, "bad"); !errors.As(err, &corrupt) || corrupt.Key != "bad" {
		t.Errorf("flipped bit: %q, %v; want a CorruptError for the key", v, err)
	}
	if v, err := s.Get(alice, space.Items, "good"); err != nil || string(v) != "jumps" {
		t.Errorf("its neighbour: %q, %v", v, err)
	}
}

// Many owners over few open files, concurrently: nothing is lost and no file is opened twice.
func TestManyOwnersFewFiles(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir(), space.Limits{Open: 3})
	var wg sync.WaitGroup
	for i := range 12 {
		wg.Go(func() {
			o := space.Owner{App: fmt.Sprint(i % 6)}
			for j := range 5 {
				if err := s.Set(o, space.Items, space.Item{Key: fmt.Sprintf("%d-%d", i, j)}); err != nil {
					t.Errorf("set: %v", err)
				}
			}
		})
	}
	wg.Wait()
	for i := range 6 {
		if info, err := s.Info(space.Owner{App: fmt.Sprint(i)}, space.Items); err != nil || len(info.Keys) != 10 {
			t.Errorf("app %d has %d keys, %v; want 10", i, len(info.Keys), err)
		}
	}
}

func TestFileOfAnotherOwnerIsRefused(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := open(t, dir, space.Limits{})
	set(t, s, alice, "k", "alice's")
	_ = s.Close()
	from := onlyFile(t, dir)
	s = open(t, dir, space.Limits{})
	set(t, s, space.Owner{App: "shop", User: "bob"}, "k", "bob's")
	_ = s.Close()
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		if to := filepath.Join(dir, e.Name()); to != from {
			b, _ := os.ReadFile(from)
			_ = os.WriteFile(to, b, 0o600)
		}
	}
	s = open(t, dir, space.Limits{})
	var corrupt *space.CorruptError
	if v, err := s.Get(space.Owner{App: "shop", User: "bob"}, space.Items, "k"); !errors.As(err, &corrupt) {
		t.Fatalf("bob reads a copy of alice's file: %q, %v", v, err)
	}
}
