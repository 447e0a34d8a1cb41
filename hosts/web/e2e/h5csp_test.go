package e2e

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/hosts/superapp"
	"github.com/dougong-dev/dougong/hosts/web"
	"github.com/dougong-dev/dougong/hosts/web/internal/browser"
)

// site is a host of the web with a picture and a page that tries to get out of its frame.
type site struct {
	*httptest.Server
	mu   sync.Mutex
	came []string
}

const framed = `<!doctype html><script>
const tried = {};
try { tried.parent = parent.document.title } catch (e) { tried.parent = e.name }
try { top.location = "/top"; tried.top = "went" } catch (e) { tried.top = e.name }
try { localStorage.setItem("a", "b"); tried.storage = "kept" } catch (e) { tried.storage = e.name }
tried.referrer = document.referrer;
tried.wx = typeof wx;
parent.parent.postMessage({ dougong: "ask", ask: { n: 1, title: "forged" } }, "*");
parent.parent.parent.postMessage({ dougong: "miniProgram", name: "h5", arg: { n: 1, title: "forged" } }, "*");
parent.postMessage(tried, "*");
</script>`

func newSite(t *testing.T) *site {
	t.Helper()
	s := &site{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.came = append(s.came, r.URL.Path)
		s.mu.Unlock()
		if r.URL.Path == "/frame" {
			w.Header().Set("Content-Type", "text/html")
			fmt.Fprint(w, framed)
			return
		}
		w.Header().Set("Content-Type", "image/svg+xml")
		fmt.Fprint(w, `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>`)
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *site) visits() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Sorted(slices.Values(s.came))
}

// wishes is an H5 app that wants pictures and frames of two hosts, and says by its title what it got.
func wishes(t *testing.T, listed, other *site) string {
	t.Helper()
	hosts := fmt.Sprintf(`[%q, %q, "http://127.0.0.1:*"]`, listed.URL, other.URL)
	return write(t, map[string]string{
		"manifest.json": `{"app_id": "h5.wishes", "name": "Wishes", "version": {"name": "1.0.0"}, "csp": {"img-src": ` + hosts + `, "frame-src": ` + hosts + `}}`,
		"index.html":    `<!doctype html><title>Wishes</title><body><script src="app.js"></script>`,
		"app.js": fmt.Sprintf(`const got = {}, listed = %q, other = %q;
const violated = [];
document.addEventListener("securitypolicyviolation", (e) => violated.push(e.effectiveDirective));
const picture = (name, src) => new Promise((done) => { const img = new Image(); img.onload = () => done(got[name] = "shown"); img.onerror = () => done(got[name] = "refused"); img.src = src; document.body.append(img) });
const heard = new Promise((done) => addEventListener("message", (e) => "wx" in e.data && done(got.frame = e.data)));
const frame = (src) => { const f = document.createElement("iframe"); f.src = src; document.body.append(f) };
(async () => {
  frame(other + "/frame"); frame(listed + "/frame");
  await Promise.all([picture("listed", listed + "/picture"), picture("other", other + "/picture"), heard]);
  got.fetched = await new Promise((done) => { const s = document.createElement("script"); s.onload = () => done("ran"); s.onerror = () => done("refused"); s.src = listed + "/script"; document.body.append(s) });
  while (violated.length < 3) await new Promise((done) => document.addEventListener("securitypolicyviolation", () => setTimeout(done), { once: true }));
  got.violated = violated.sort().join(" ");
  document.title = JSON.stringify(got);
})();`, listed.URL, other.URL),
	})
}

// TestH5Policy: an H5 app gets from hosts of the web what its manifest asks for and superapp.yaml allows; a wish that is wider
// is refused, and its developer told. A page of the web in it is confined as the app is.
func TestH5Policy(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("needs a browser")
	}
	listed, other := newSite(t), newSite(t)
	cfg := config.Default()
	cfg.Data, cfg.Dir = t.TempDir(), t.TempDir()
	allowed := []string{listed.URL, "https://*.example.com"}
	cfg.MiniApps = []config.MiniApp{{Path: wishes(t, listed, other), CSP: config.CSP{Image: allowed, Frame: allowed}}}
	app, err := superapp.Open(t.Context(), cfg, superapp.Options{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := app.Close(); err != nil {
			t.Error(err)
		}
	})
	told := make(chan message.Error, 16)
	d := &demo{}
	var login string
	d.server, d.base, login = listen(t, web.Config{Backend: app, Failed: func(_ web.App, e message.Error) { told <- e }})
	app.SetShell(d.server)
	d.Browser = browser.Start(t, 1000, 920)
	d.Open(login)
	d.h5App("h5.wishes", `\"violated\":`)
	d.Screenshot("h5-policy")
	var title string
	d.Eval(`$(".nav-title").textContent`, &title)
	var got struct {
		Listed, Other, Fetched, Violated string
		Frame                            struct{ Parent, Top, Storage, Referrer, Wx string }
	}
	if err := json.Unmarshal([]byte(title), &got); err != nil {
		t.Fatalf("title %q: %v", title, err)
	}
	if got.Listed != "shown" || got.Other != "refused" || got.Fetched != "refused" || got.Violated != "frame-src img-src script-src-elem" {
		t.Errorf("got %+v; want the listed host's picture alone", got)
	}
	if f := got.Frame; f.Parent != "SecurityError" || f.Top != "SecurityError" || f.Storage != "SecurityError" || f.Referrer != "" || f.Wx != "undefined" {
		t.Errorf("the page in the frame reached %+v", f)
	}
	if came := listed.visits(); !slices.Equal(came, []string{"/frame", "/picture"}) {
		t.Errorf("the listed host saw %q", came)
	}
	if came := other.visits(); len(came) > 0 {
		t.Errorf("the other host saw %q", came)
	}
	want := fmt.Sprintf("frame-src %s, frame-src http://127.0.0.1:*, img-src %s, img-src http://127.0.0.1:*", other.URL, other.URL)
	if e := <-told; e.ID != "h5-csp" || !strings.HasSuffix(e.Message, want) {
		t.Errorf("the developer is told %+v, want %s", e, want)
	}
}
