package install_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/core/trust"
	"github.com/dougong-dev/dougong/hosts/compose/lock"
	"github.com/dougong-dev/dougong/hosts/constraint"
	"github.com/dougong-dev/dougong/hosts/install"
)

// composedOf writes a super-app that names a bundle of pay, as `dougong compose` does, and its lock file.
func composedOf(t *testing.T, version, want string) *config.Config {
	t.Helper()
	dir := t.TempDir()
	text := "name: Test\nplugins:\n  - {id: " + pay + ", path: plugins/pay.dgp}\n  - {id: com.acme.source, path: source}\n"
	file := filepath.Join(dir, config.FileName)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	digest := "1111111111111111111111111111111111111111111111111111111111111111"
	entry := func(id string) lock.Entry {
		return lock.Entry{Kind: lock.Plugin, ID: id, Version: version, Want: want, Source: lock.Source{Kind: lock.Registry, Where: "https://r.example"},
			Files: []lock.File{{Platform: lock.Any, Size: 7, SHA256: digest, SM3: digest, Content: digest}}}
	}
	l := &lock.Lock{Entries: []lock.Entry{entry(pay), entry("com.acme.source"), entry("com.acme.gone")}}
	if err := os.MkdirAll(filepath.Join(dir, "source"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := lock.Write(filepath.Join(dir, lock.FileName), l); err != nil {
		t.Fatal(err)
	}
	cfg, err := config.Load(file, nil)
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

// TestBaseOf: what counts is what the configuration names as a bundle.
func TestBaseOf(t *testing.T) {
	t.Parallel()
	cfg := composedOf(t, "1.0.0", "^1")
	base, err := install.BaseOf(cfg)
	if err != nil || len(base) != 1 || base[0].ID != pay || base[0].Version != "1.0.0" || base[0].Path != cfg.Abs("plugins/pay.dgp") {
		t.Fatalf("the super-app was composed of %+v, %v; want pay 1.0.0 alone", base, err)
	}
	_, rules, err := install.Configured(t.Context(), cfg, install.Setup{})
	if err != nil || rules.Constraints[pay].Allows("2.0.0") || !rules.Constraints[pay].Allows("1.1.0") {
		t.Errorf("updates are held to %s, %v; want the lock file's ^1", rules.Constraints[pay], err)
	}
	if err := os.WriteFile(filepath.Join(cfg.Dir, lock.FileName), []byte("dougong-lock 9\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := install.BaseOf(cfg); err == nil {
		t.Error("a lock file that breaks the rules is passed over")
	}
	if base, err := install.BaseOf(config.Default()); err != nil || base != nil {
		t.Errorf("without a file: %+v, %v", base, err)
	}
}

// TestBaseIsUpdated: what a super-app was composed of is updated without having been installed, is what there is to go back
// to, and wins over an installed version when it is composed anew with a newer one.
func TestBaseIsUpdated(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.Plugin(pay, "1.1.0", "one")
	h.Plugin(pay, "2.0.0", "two")
	data := t.TempDir()
	with := func(base []install.Base) *install.Manager {
		return install.Open(install.Options{Dir: data, Gate: h.host(data).gate, Sources: []install.Source{h.source(h.Shop)}, Base: base, Now: h.Now})
	}
	item := install.Item{Kind: trust.KindPlugin, ID: pay, Version: "1.0.0", SHA256: "1111111111111111111111111111111111111111111111111111111111111111", Size: 7}
	base := []install.Base{{Item: item, Path: filepath.Join(data, "pay.dgp")}}
	m := with(base)
	rules := install.Rules{Constraints: map[string]constraint.Constraint{pay: mustConstraint(t, "^1")}}
	c, err := m.Update(t.Context(), rules)
	if err != nil || len(c.Done) != 1 || c.Done[0].From != "1.0.0" || c.Done[0].To != "1.1.0" {
		t.Fatalf("updated %+v, %v; want 1.0.0 → 1.1.0", c, err)
	}
	l, err := m.Ledger()
	if err != nil {
		t.Fatal(err)
	}
	cfg := config.Default()
	cfg.Plugins = []config.Plugin{{ID: pay, Path: "pay.dgp"}}
	if over := m.Overlay(cfg, l.Current); over.Plugins[0].Path != m.Path(l.Current.Items[0]) {
		t.Errorf("%s runs; want what is installed", over.Plugins[0].Path)
	}
	base[0].Version = "1.2.0"
	if over := with(base).Overlay(cfg, l.Current); over.Plugins[0].Path != "pay.dgp" {
		t.Errorf("%s runs; want what the super-app was since composed of", over.Plugins[0].Path)
	}
	base[0].Version = "1.0.0"
	if c, err = m.Rollback(t.Context()); err != nil || len(c.Done) != 1 || c.Done[0].From != "1.1.0" || c.Done[0].To != "1.0.0" {
		t.Errorf("rolled back %+v, %v; want 1.1.0 → 1.0.0", c, err)
	}
	if _, err := m.Uninstall(t.Context(), pay); err == nil {
		t.Error("what a super-app was composed of can be removed")
	}
}
