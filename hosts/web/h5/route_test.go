package h5

import (
	"strings"
	"testing"
)

func TestRooted(t *testing.T) {
	t.Parallel()
	const base = `<base href="http://h/f/k/h5/">`
	for name, tt := range map[string]struct{ page, want string }{
		"after the doctype":     {"<!doctype html><p>x", "<!doctype html>" + base + "<p>x"},
		"after a mark of UTF-8": {"\xef\xbb\xbf<!DOCTYPE html><p>x", "\xef\xbb\xbf<!DOCTYPE html>" + base + "<p>x"},
		"without a doctype":     {"<p>x", base + "<p>x"},
		"before one of its own": {`<!doctype html><base href="/">`, "<!doctype html>" + base + `<base href="/">`},
		"empty":                 {"", base},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := string(Rooted([]byte(tt.page), "http://h/f/k/")); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// TestRoutePolicy: but for its base, a page that is served elsewhere may do what it may do where it is.
func TestRoutePolicy(t *testing.T) {
	t.Parallel()
	got := strings.Split(RoutePolicy("http://h/f/k/", []string{"sha256-x"}, nil), "; ")
	for i, want := range strings.Split(Policy("http://h/f/k/", []string{"sha256-x"}, nil), "; ") {
		if want == "base-uri 'none'" {
			want = "base-uri http://h/f/k/h5/"
		}
		if got[i] != want {
			t.Errorf("%q, want %q", got[i], want)
		}
	}
}
