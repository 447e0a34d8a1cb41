package e2e

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/coder/websocket"

	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/hosts/web/internal/browser"
)

// speaker answers requests and sockets by what they say.
func speaker(t *testing.T) *outside {
	t.Helper()
	o := &outside{}
	o.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		o.mu.Lock()
		o.came = append(o.came, r.URL.Path)
		o.mu.Unlock()
		switch r.URL.Path {
		case "/json":
			_, _ = io.WriteString(w, `{"answer": "forty-two"}`)
		case "/bytes":
			_, _ = w.Write([]byte{0, 1, 254, 255})
		case "/socket":
			s, err := websocket.Accept(w, r, &websocket.AcceptOptions{InsecureSkipVerify: true})
			if err != nil {
				return
			}
			defer s.CloseNow()
			for {
				kind, data, err := s.Read(r.Context())
				if err != nil || s.Write(r.Context(), kind, data) != nil {
					return
				}
			}
		default:
			w.Header().Set("X-Method", r.Method)
			_, _ = io.Copy(w, r.Body)
		}
	}))
	t.Cleanup(o.Close)
	return o
}

// TestH5Network: requests, sockets and workers of an H5 app reach the hosts that are listed, and no other; calls that answer at
// once are answered.
func TestH5Network(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("needs a browser")
	}
	out, listed := speaker(t), speaker(t)
	d, login := serveH5(t, h5Config(t, []config.MiniApp{{Path: h5Bundle(t, "online", "@OUT@", out.URL, "@LISTED@", listed.URL), Domains: config.Domains{
		Request: []string{listed.URL}, Socket: []string{strings.Replace(listed.URL, "http", "ws", 1)}}}}))
	d.Browser = browser.Start(t, 1000, 920)
	for round, cart := range []string{`""`, `{"n":1}`} {
		d.Open(login)
		d.h5App("h5.online", "system")
		var title string
		d.Eval(`$(".nav-title").textContent`, &title)
		var got map[string]string
		if err := json.Unmarshal([]byte(title), &got); err != nil {
			t.Fatalf("title %q: %v", title, err)
		}
		for name, want := range map[string]string{
			"text": "200 hello POST 4", "json": "forty-two", "bytes": "0,1,254,255", "sent": "hi", "form": "true", "aborted": "aborted 0", "waits": "refused InvalidAccessError",
			"own": "hello", "blob": "4", "socket": "ping", "binary": "1,2,255", "closed": "closed 1000 3",
			"worker": `{"part":"part","fetched":"from a worker","own":200,"socket":"worker"}`, "module": "module ran",
			"foreignWorker": "refused SecurityError", "foreignXhr": "refused Error xhr failed", "foreignSocket": "refused Error socket failed",
			"foreignInWorker": `{"part":"part","error":"TypeError: request:fail`, "storedBefore": cart, "removes": `""`, "system": "number",
		} {
			if !strings.HasPrefix(got[name], want) {
				t.Errorf("round %d: %s: %q, want %q", round, name, got[name], want)
			}
		}
		if round == 0 && got["stores"] != `[{"n":1},{"n":1},["cart"]]` {
			t.Errorf("stores: %q", got["stores"])
		}
		if came := out.visits(); came != "" {
			t.Errorf("these came through to a host that is not listed: %s", came)
		}
		d.Screenshot("h5-online")
		d.TapShell(`$(".app.shown .capsule-part")`)
		d.WaitShell(`still($("[data-entry=exit]"))`)
		d.TapShell(`$("[data-entry=exit]")`)
		d.WaitShell(`!$(".app.shown")`)
	}
}
