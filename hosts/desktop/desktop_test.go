package desktop

import (
	"context"
	"errors"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/dougong-dev/dougong/hosts/web"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// brand is a backend of which only the brand is asked for.
type brand struct{ web.Backend }

func (brand) Brand() web.Brand { return web.Brand{Name: "Timber Life"} }

func TestDefaults(t *testing.T) {
	t.Parallel()
	c := Config{Web: web.Config{Backend: brand{}, Listen: "0.0.0.0:80"}}.withDefaults()
	if c.Title != "Timber Life" || c.Width != DefaultWidth || c.Height != DefaultHeight {
		t.Errorf("defaults are %q, %d x %d", c.Title, c.Width, c.Height)
	}
	if c.Web.Listen != "127.0.0.1:0" {
		t.Errorf("listens on %s; a window's host must be on loopback", c.Web.Listen)
	}
}

func TestWithoutWindow(t *testing.T) {
	t.Parallel()
	if Supported {
		return // the window itself needs a screen
	}
	started := false
	err := Run(t.Context(), Config{Web: web.Config{Backend: brand{}}, Started: func(*Host) { started = true }})
	if !errors.Is(err, ErrNoWindow) || !strings.Contains(err.Error(), "-tags desktop") {
		t.Errorf("got %v, want how to get the window", err)
	}
	if !started {
		t.Error("Started was not called")
	}
}

func TestNoBackend(t *testing.T) {
	t.Parallel()
	if err := Run(context.Background(), Config{}); err == nil || !strings.Contains(err.Error(), "Backend") {
		t.Errorf("got %v, want an error about the backend", err)
	}
}
