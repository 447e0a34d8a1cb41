package superapp_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/hosts/superapp"
	"github.com/dougong-dev/dougong/hosts/web"
)

// byID lays a superapp.yaml that gives a plugin by its id alone, and a folder that has it.
func byID(t *testing.T) (file, plugins string) {
	t.Helper()
	dir := t.TempDir()
	file, plugins = filepath.Join(dir, config.FileName), filepath.Join(dir, "there")
	for name, text := range map[string]string{
		file: "name: House\nplugins:\n  - id: com.example.greeter\nui: {mode: light}\n",
		filepath.Join(plugins, "any name", "plugin.yaml"): "id: com.example.greeter\nversion: 1.0.0\npublisher: Test\nsummary: {en: x}\n" +
			"provides: [com.example.greeter/v1]\nruntime: {process: {any: main.py}, interpreter: python3}\n",
		filepath.Join(plugins, "broken", "plugin.yaml"): "id: [",
	} {
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return file, plugins
}

func TestLoad(t *testing.T) {
	t.Parallel()
	file, plugins := byID(t)
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for name, load := range map[string]func(plugins string) (*config.Config, error){
		"Load":  func(plugins string) (*config.Config, error) { return superapp.Load(file, nil, plugins) },
		"Parse": func(plugins string) (*config.Config, error) { return superapp.Parse(file, text, nil, plugins) },
	} {
		cfg, err := load(plugins)
		if err != nil || cfg.Plugins[0].Path != filepath.Join(plugins, "any name") {
			t.Errorf("%s: %+v, %v; want the plugin in %s", name, cfg, err, plugins)
		}
		// Beside the program of a test there are none.
		for _, elsewhere := range []string{"", t.TempDir()} {
			if _, err := load(elsewhere); err == nil || !strings.Contains(err.Error(), `:3:5: plugins[0]: plugin "com.example.greeter" needs a path`) {
				t.Errorf("%s in %q: %v, want that the plugin needs a path", name, elsewhere, err)
			}
		}
	}
}

// The theme editor writes a file whose plugins are given by their ids alone, and leaves them so.
func TestThemeOfPluginsByID(t *testing.T) {
	t.Parallel()
	file, plugins := byID(t)
	app, err := open(t, func(*config.Config) {})
	if err != nil {
		t.Fatal(err)
	}
	dark := []web.Setting{{Path: "ui.mode", Value: "dark"}}
	state, err := app.ThemeFile(file, plugins).Change(dark, nil, true)
	if err != nil || state.Brand.UI.Mode != "dark" {
		t.Fatalf("%+v, %v; want it dark", state, err)
	}
	if text, err := os.ReadFile(file); err != nil || !strings.Contains(string(text), "mode: dark") || strings.Contains(string(text), "path") {
		t.Errorf("written is %v\n%s", err, text)
	}
	if _, err := app.ThemeFile(file, t.TempDir()).Change(dark, nil, false); err == nil || !strings.Contains(err.Error(), "needs a path") {
		t.Errorf("where the plugin is not: %v", err)
	}
}
