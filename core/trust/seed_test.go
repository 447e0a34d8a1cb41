package trust_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/trust"
	"github.com/dougong-dev/dougong/core/trust/cert"
	"github.com/dougong-dev/dougong/core/trust/envelope"
)

// TestSeedIsKept: what a composed super-app has seen outlives it: an older one that is put in its place brings nothing back.
func TestSeedIsKept(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write := func(name string, s *trust.State) string {
		t.Helper()
		data, err := s.Seed(time.Unix(1, 0))
		if err != nil {
			t.Fatal(err)
		}
		name = filepath.Join(dir, name)
		if err := os.WriteFile(name, data, 0o600); err != nil {
			t.Fatal(err)
		}
		return name
	}
	older := write("older", &trust.State{Pinned: "p", Installed: map[string]int64{"a": 1}, Floors: map[string]string{"com.acme.face": "1.0.0"}, Takedown: &envelope.Takedown{Serial: 1}})
	newer := write("newer", &trust.State{Pinned: "p", Installed: map[string]int64{"b": 1}, Floors: map[string]string{"com.acme.face": "1.2.0"}, Takedown: &envelope.Takedown{Serial: 2}})
	other := write("other", &trust.State{Pinned: "q", Floors: map[string]string{"com.acme.face": "9.0.0"}})
	path := filepath.Join(dir, "trust.json")
	for _, seed := range []string{older, newer, older, other, ""} {
		s := &trust.FileStore{Path: path, Seed: seed}
		if err := s.Update(func(*trust.State) (bool, error) { return false, nil }); err != nil {
			t.Fatal(err)
		}
	}
	got, err := (&trust.FileStore{Path: path}).Load()
	if err != nil || got.Pinned != "p" || len(got.Installed) != 2 || got.Floors["com.acme.face"] != "1.2.0" || got.Takedown == nil || got.Takedown.Serial != 2 {
		t.Errorf("kept is %+v, %v", got, err)
	}
	before, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := (&trust.FileStore{Path: path, Seed: newer}).Update(func(*trust.State) (bool, error) { return false, nil }); err != nil {
		t.Fatal(err)
	}
	if after, err := os.Stat(path); err != nil || !os.SameFile(before, after) {
		t.Errorf("written again without news: %v", err)
	}
}

// TestListsOfASeed: of two revocation lists a host keeps the newer, but of an authority that is revoked the one that its root names
// as the last, whether the host or the seed has brought the root's list; a thief's, with any number, does not stay, nor come in.
func TestListsOfASeed(t *testing.T) {
	eachAlgorithm(t, func(t *testing.T, w *world) {
		lists := func() (root, issuer []byte) {
			all, err := w.authority.Lists()
			check(t, err)
			return all[len(all)-1].DER, all[0].DER
		}
		rootBefore, before := lists()
		thief := w.steal()
		forged := thief.list(1<<40, w.now())
		w.pass(day(1))
		check(t, w.authority.Refresh(t.Context()))
		_, newer := lists()
		w.rotate()
		w.endIssuer(1, ptr(0))
		rootAfter, last := lists()
		root, issuer := w.authority.Root.Key.ID(), thief.cert.Key.ID()
		type state struct{ root, issuer []byte }
		for _, c := range []struct {
			name            string
			has, sows, want state
		}{
			{"an empty host", state{}, state{rootBefore, before}, state{rootBefore, before}},
			{"newer ones", state{rootBefore, before}, state{rootAfter, last}, state{rootAfter, last}},
			{"a newer one of an authority that is good", state{rootBefore, before}, state{rootBefore, newer}, state{rootBefore, newer}},
			{"older ones", state{rootAfter, last}, state{rootBefore, before}, state{rootAfter, last}},
			{"the last one, for a host that was given a thief's", state{rootBefore, forged}, state{rootAfter, last}, state{rootAfter, last}},
			{"the last one, for a host that has the root's list already", state{rootAfter, forged}, state{rootBefore, last}, state{rootAfter, last}},
			{"a thief's, for a host that has the last one", state{rootAfter, last}, state{rootBefore, forged}, state{rootAfter, last}},
			{"a list that cannot be read", state{rootBefore, before}, state{[]byte("x"), []byte{}}, state{rootBefore, before}},
		} {
			t.Run(c.name, func(t *testing.T) {
				dir := t.TempDir()
				file := func(name string, s state) string {
					t.Helper()
					held := &trust.State{Pinned: "p", Lists: map[string]envelope.Base64{}}
					for id, der := range map[string][]byte{root: s.root, issuer: s.issuer} {
						if der != nil {
							held.Lists[id] = der
						}
					}
					data, err := held.Seed(w.now())
					check(t, err)
					name = filepath.Join(dir, name)
					check(t, os.WriteFile(name, data, 0o600))
					return name
				}
				host := &trust.FileStore{Path: file("host", c.has), Seed: file("seed", c.sows)}
				check(t, host.Update(func(*trust.State) (bool, error) { return false, nil }))
				kept, err := (&trust.FileStore{Path: host.Path}).Load()
				check(t, err)
				for name, list := range map[string][2][]byte{"root": {kept.Lists[root], c.want.root}, "issuing authority": {kept.Lists[issuer], c.want.issuer}} {
					if !bytes.Equal(list[0], list[1]) {
						t.Errorf("of the %s is kept %s, want %s", name, numberOf(list[0]), numberOf(list[1]))
					}
				}
			})
		}
	})
}

// numberOf says which revocation list a text is.
func numberOf(der []byte) string {
	l, err := cert.ParseList(der)
	if err != nil {
		return err.Error()
	}
	return fmt.Sprintf("number %d", l.Number)
}
