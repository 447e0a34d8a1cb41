package window

import (
	"errors"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestCrashPage(t *testing.T) {
	t.Parallel()
	page := crashPage(Open{Title: `<script>x</script>`, URL: `http://127.0.0.1:5/?token=a&user=b"><b>`})
	for _, bad := range []string{"<script", `"><b>`, "</script>"} {
		if strings.Contains(page, bad) {
			t.Errorf("the page has %q in it", bad)
		}
	}
	for _, want := range []string{"此页面意外停止", "Reload", `href="http://127.0.0.1:5/?token=a&amp;user=b`, "default-src 'none'"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
}

func TestCrashAddress(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"http://127.0.0.1:5/?token=secret#/window/a": "http://127.0.0.1:5/stopped", "http://[": "about:blank",
	} {
		if got := crashAddress(Open{URL: address}); got != want {
			t.Errorf("crashAddress(%q) = %q, want %q", address, got, want)
		}
	}
}

func TestStartWithoutWindow(t *testing.T) {
	t.Parallel()
	if Supported {
		return // see package e2e
	}
	if _, err := Start(Open{}, nil); !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("got %v, want ErrUnsupported", err)
	}
}

// FuzzEvent reads what a window's process says: libraries write to the same pipe, and one may be broken.
func FuzzEvent(f *testing.F) {
	f.Add([]byte(`{"size":{"width":4,"height":5}}`))
	f.Add([]byte(`{"picked":{"id":1,"files":["/a"]}}`))
	f.Add([]byte("Gtk-WARNING **: x"))
	f.Fuzz(func(t *testing.T, line []byte) {
		e, err := decode[Event](line)
		if err == nil && e.Lost != "" {
			t.Fatalf("%q makes a window say that it is lost", line)
		}
	})
}
