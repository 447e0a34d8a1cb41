package web

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/hosts/web/h5"
)

// TestH5Routes: a page that is loaded from an address of the app's own router is the app's first page, with its addresses as they are
// there; nothing else of an H5 app is answered by that page.
func TestH5Routes(t *testing.T) {
	t.Parallel()
	h := startHost(t, nil)
	opened := h.open("shop")
	h.backend.last().files = map[string]string{
		"h5/index.html": "<!doctype html><title>first</title>", "h5/about.html": "<!doctype html><title>about</title>", "h5/app.js": "1", "h5/LICENSE": "free",
	}
	const first, missing = "200 first", "404 there is no such file in the app"
	for name, tt := range map[string]struct {
		path, dest, accept, want string
		rooted                   bool
	}{
		"the first page":              {"index.html", "iframe", "", first, false},
		"another page":                {"about.html", "iframe", "", "200 about", false},
		"a route":                     {"item", "iframe", "", first, true},
		"a route below another":       {"item/7?x=1", "iframe", "", first, true},
		"a route with a slash":        {"item/7/", "iframe", "", first, true},
		"a route of a top document":   {"item/7", "document", "", first, true},
		"the folder":                  {"", "iframe", "", first, true},
		"a page that is not there":    {"item.html", "iframe", "", missing, false},
		"a file that is not there":    {"item/7.png", "iframe", "", missing, false},
		"a name with a dot":           {"user/a.b", "iframe", "", missing, false},
		"a request for a route":       {"item/7", "empty", "text/html", missing, false},
		"a script":                    {"item/7", "script", "*/*", missing, false},
		"a picture":                   {"item", "image", "image/avif,*/*", missing, false},
		"a browser that says nothing": {"item/7", "", "text/html,application/xhtml+xml", first, true},
		"its requests":                {"item/7", "", "*/*", missing, false},
		"a path out of the app":       {"..%2f..%2fapi/launcher", "iframe", "", missing, false},
		"an empty part":               {"item%2f%2f7", "iframe", "", missing, false},
		"a file that is no page":      {"LICENSE", "iframe", "", "403 this file of the app is no page", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, h.base+opened.Frame+"h5/"+tt.path, nil)
			if err != nil {
				t.Fatal(err)
			}
			for key, value := range map[string]string{"Sec-Fetch-Dest": tt.dest, "Accept": tt.accept} {
				if value != "" {
					request.Header.Set(key, value)
				}
			}
			response, err := h.client.Do(request)
			if err != nil {
				t.Fatal(err)
			}
			defer response.Body.Close()
			body, err := io.ReadAll(response.Body)
			if err != nil {
				t.Fatal(err)
			}
			text := strings.TrimSpace(string(body))
			if _, title, ok := strings.Cut(text, "<title>"); ok {
				text, _, _ = strings.Cut(title, "</title>")
			}
			if got := response.Status[:4] + text; got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			own := h.base + opened.Frame
			policy := response.Header.Get("Content-Security-Policy")
			if rooted := strings.HasPrefix(string(body), `<!doctype html><base href="`+own+`h5/">`); rooted != tt.rooted || strings.Contains(policy, "base-uri "+own+"h5/") != tt.rooted {
				t.Errorf("rooted: %t, want %t, by %q", rooted, tt.rooted, policy)
			}
			if page := strings.HasPrefix(tt.want, "200"); page != strings.Contains(string(body), h5.BridgeFile) || !strings.Contains(policy, "sandbox") {
				t.Errorf("the page is without the bridge, or not confined: %q", policy)
			}
		})
	}
}
