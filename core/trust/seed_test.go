package trust_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/trust"
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
