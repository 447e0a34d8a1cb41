package desktop

import (
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/hosts/desktop/link"
	"github.com/dougong-dev/dougong/hosts/desktop/window"
	"github.com/dougong-dev/dougong/hosts/web"
)

func TestAddress(t *testing.T) {
	t.Parallel()
	login, err := url.Parse("http://127.0.0.1:5/?token=a%2Bb")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		what   string
		name   name
		launch message.Launch
		want   string
	}{
		{"launcher", name{}, message.Launch{}, "http://127.0.0.1:5/?token=a%2Bb"},
		{"mini-program", name{"anna b", "x/y"}, message.Launch{}, "http://127.0.0.1:5/?token=a%2Bb&user=anna+b#/window/x%2Fy"},
		{"page", name{"a", "x"}, launchOf(link.Link{App: "x", Page: "p/q?z=1&w=#"}), "http://127.0.0.1:5/?token=a%2Bb&user=a#/window/x?path=p%2Fq%3Fz%3D1%26w%3D%23"},
	} {
		if got := addressOf(*login, c.name, c.launch); got != c.want {
			t.Errorf("%s: %s, want %s", c.what, got, c.want)
		}
	}
}

func TestMemory(t *testing.T) {
	t.Parallel()
	fallback := window.Size{Width: 460, Height: 920}
	data := t.TempDir()
	m := remember(data)
	if got := m.size("a", fallback); got != fallback {
		t.Errorf("at first %v", got)
	}
	m.keep("a", window.Size{Width: 700, Height: 800})
	m.keep("b", window.Size{Width: 1, Height: 800})
	again := remember(data)
	if got := again.size("a", fallback); got != (window.Size{Width: 700, Height: 800}) {
		t.Errorf("remembered is %v", got)
	}
	if got := again.size("b", fallback); got != fallback {
		t.Errorf("a size that nobody can see is used: %v", got)
	}
	for _, broken := range []string{"", "null", "[1]", `{"a":7}`, `{"a":{"width":"x"}}`, "\x00"} {
		if err := os.WriteFile(filepath.Join(data, "desktop", "windows.json"), []byte(broken), 0o600); err != nil {
			t.Fatal(err)
		}
		m := remember(data)
		if got := m.size("a", fallback); got != fallback {
			t.Errorf("of %q is remembered %v", broken, got)
		}
		m.keep("c", fallback) // and goes on
	}
}

func TestOften(t *testing.T) {
	t.Parallel()
	w := newWindows(Config{})
	n := name{"a", "b"}
	for i := range maxLosses {
		if w.often(n) {
			t.Fatalf("loss %d is one too many", i+1)
		}
	}
	if !w.often(n) {
		t.Error("there is no end of it")
	}
	if w.often(name{}) {
		t.Error("another window's losses count")
	}
	for i := range w.losses[n] {
		w.losses[n][i] = time.Now().Add(-2 * lossWindow)
	}
	if w.often(n) {
		t.Error("losses of long ago count")
	}
}

func TestShowBeforeTheHostListens(t *testing.T) {
	t.Parallel()
	w := newWindows(Config{})
	w.Show("anna", web.LaunchApp{App: "a"})
	w.Close("anna", "a")
	if len(w.open) != 0 {
		t.Error("a window without an address")
	}
}
