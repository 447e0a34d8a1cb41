package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/core/config"
)

// TestLoadBeside finds plugins that are given by their ids alone, and those only.
func TestLoadBeside(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), config.FileName)
	if err := os.WriteFile(file, []byte("name: A\nplugins:\n  - id: a.b\n  - id: a.c\n    path: own\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var asked []string
	find := func(id string) string {
		asked = append(asked, id)
		return "/plugins/" + id
	}
	cfg, err := config.LoadBeside(file, nil, find)
	if err != nil {
		t.Fatal(err)
	}
	if cfg.Plugins[0].Path != "/plugins/a.b" || cfg.Plugins[1].Path != "own" || strings.Join(asked, " ") != "a.b" {
		t.Errorf("paths are %q and %q, asked were %v; want /plugins/a.b, own and a.b alone", cfg.Plugins[0].Path, cfg.Plugins[1].Path, asked)
	}
	for name, find := range map[string]func(string) string{"nobody to ask": nil, "nobody knows it": func(string) string { return "" }} {
		if _, err := config.LoadBeside(file, nil, find); err == nil || !strings.Contains(err.Error(), `:3:5: plugins[0]: plugin "a.b" needs a path`) {
			t.Errorf("%s: got %v, want that a.b needs a path, at 3:5", name, err)
		}
	}
}
