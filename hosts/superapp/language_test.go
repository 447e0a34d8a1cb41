package superapp_test

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"github.com/dougong-dev/dougong/core"
	"github.com/dougong-dev/dougong/core/capability"
	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/hosts/superapp"
	"github.com/dougong-dev/dougong/hosts/web"
	"github.com/dougong-dev/dougong/pdk/go"
)

// reader is a shell that knows what ann reads.
type reader struct{ superapp.Shell }

func (reader) Language(_, user string) string { return map[string]string{"ann": "ru"}[user] }

// Prompt implements superapp.Shell.
func (reader) Prompt(context.Context, web.Prompt) (bool, error) { return true, nil }

// A plugin hears what the caller of Open knows of the user, or else the shell, or else the super-app's first language.
func TestLanguage(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"plugin.yaml": "id: com.example.p\nversion: 1.0.0\npublisher: Test\nsummary: {en: x}\nprovides: [com.example.p/v1]\n" +
			"runtime: {process: {any: inside}}\nrequires: {confirm: true}\n",
		"contracts/p.yaml": "capability: com.example.p/v1\nsummary: {en: x, zh: x}\nmethods:\n  read:\n    api: [ft.read]\n    mode: async\n    summary: {en: x, zh: x}\n" +
			"    params: {type: object}\n    result: {type: string}\n",
	} {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	known := func(app, user string) string { return map[string]string{"shop/bob": "fr"}[app+"/"+user] }
	for _, c := range []struct {
		name   string
		caller func(app, user string) string
		shell  bool
		user   string
		want   string
	}{
		{"the caller knows", known, true, "bob", "fr"},
		{"the caller does not, the shell does", known, true, "ann", "ru"},
		{"neither knows", known, true, "eve", "en"},
		{"the shell alone", nil, true, "ann", "ru"},
		{"nobody is asked", nil, false, "ann", "en"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			cfg := config.Default()
			cfg.Data, cfg.UI.Languages = t.TempDir(), []string{"en", "zh-CN"}
			cfg.Plugins = []config.Plugin{{ID: "com.example.p", Path: dir, APIs: []string{config.AllAPIs}}}
			p := pdk.New("com.example.p", "1.0.0").Provide("com.example.p/v1", pdk.Methods{
				"read": pdk.Func(func(c *pdk.Context, _ struct{}) (string, error) { return c.Language(), nil })})
			app, err := superapp.Open(t.Context(), cfg, superapp.Options{Logger: slog.New(slog.DiscardHandler),
				Kernel: core.Options{Inside: map[string]*pdk.Plugin{"com.example.p": p}, Language: c.caller}})
			if err != nil {
				t.Fatal(err)
			}
			defer func() {
				if err := app.Close(); err != nil {
					t.Error(err)
				}
			}()
			if c.shell {
				app.SetShell(reader{})
			}
			out, err := app.Kernel().Call(t.Context(), &capability.Call{
				Info: pdk.Info{Capability: "com.example.p/v1", Method: "read", App: "shop", User: c.user}, Payload: pdk.Payload{JSON: []byte("{}")}})
			if err != nil || string(out.JSON) != `"`+c.want+`"` {
				t.Errorf("%s hears %s, %v; want %q", c.user, out.JSON, err, c.want)
			}
		})
	}
}
