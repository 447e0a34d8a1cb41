package superapp_test

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/core/miniapp/compiler"
	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/hosts/superapp"
	"github.com/dougong-dev/dougong/hosts/web"
)

const gallery = "../../examples/miniapps/gallery"

func open(t *testing.T, edit func(*config.Config)) (*superapp.App, error) {
	t.Helper()
	cfg := config.Default()
	cfg.Data = t.TempDir()
	edit(cfg)
	app, err := superapp.Open(t.Context(), cfg, superapp.Options{Logger: slog.New(slog.DiscardHandler)})
	if err == nil {
		t.Cleanup(func() {
			if err := app.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	return app, err
}

// ready opens a mini-program and waits until its first page is ready.
func ready(t *testing.T, app *superapp.App, id string) {
	t.Helper()
	said := make(chan message.FromActor, 1000)
	session, err := app.Open(t.Context(), web.OpenOptions{App: id, User: "local", Send: func(m message.FromActor) { said <- m }})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { session.Close(); <-session.Done() }()
	for m := range said {
		switch {
		case m.Ready != nil:
			return
		case m.Closed != nil:
			t.Fatalf("the mini-program ended: %+v", m.Closed.Error)
		}
	}
}

func TestProjectAndBundle(t *testing.T) {
	t.Parallel()
	bundle := filepath.Join(t.TempDir(), "gallery.dgm")
	result, err := compiler.Build(context.Background(), compiler.Options{Dir: gallery})
	if err != nil {
		t.Fatal(err)
	}
	if err := result.WriteFile(bundle); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{gallery, bundle} {
		t.Run(filepath.Ext(path), func(t *testing.T) {
			t.Parallel()
			app, err := open(t, func(c *config.Config) {
				c.MiniApps = []config.MiniApp{{Path: path}}
				c.Trust.Bundles = config.BundlesUnsigned // what is tested is how bundles are read
			})
			if err != nil {
				t.Fatal(err)
			}
			if got := app.Apps()[0]; got.ID != "dg.example.gallery" || got.Name != "组件画廊" || len(got.Icon) == 0 {
				t.Errorf("launcher shows %q %q with an icon of %d bytes", got.ID, got.Name, len(got.Icon))
			}
			ready(t, app, "dg.example.gallery")
		})
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	garbage := filepath.Join(t.TempDir(), "garbage.dgm")
	if err := os.WriteFile(garbage, []byte("not a zip"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Run("two of one id", func(t *testing.T) {
		t.Parallel()
		_, err := open(t, func(c *config.Config) { c.MiniApps = []config.MiniApp{{Path: gallery}, {Path: gallery}} })
		if err == nil || !strings.Contains(err.Error(), "the same id") {
			t.Errorf("got %v, want a refusal of the second", err)
		}
	})
	t.Run("a project that does not build keeps its id", func(t *testing.T) {
		t.Parallel()
		dir := t.TempDir()
		for name, text := range map[string]string{"project.config.json": `{"appid": "dg.test.mended"}`, "app.json": `{"pages": [}`} {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		app, err := open(t, func(c *config.Config) { c.MiniApps = []config.MiniApp{{Path: dir}} })
		if err != nil {
			t.Fatal(err)
		}
		if got := app.Apps()[0].ID; got != "dg.test.mended" {
			t.Errorf("id is %q before the first good build", got)
		}
	})
	t.Run("garbage stays in the list and says why", func(t *testing.T) {
		t.Parallel()
		app, err := open(t, func(c *config.Config) { c.MiniApps = []config.MiniApp{{Path: garbage}} })
		if err != nil {
			t.Fatal(err)
		}
		_, err = app.Open(t.Context(), web.OpenOptions{App: app.Apps()[0].ID})
		if err == nil || !strings.Contains(err.Error(), "garbage.dgm") {
			t.Errorf("got %v, want an error about garbage.dgm", err)
		}
	})
}
