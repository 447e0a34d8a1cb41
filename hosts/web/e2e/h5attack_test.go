package e2e

import (
	"fmt"
	"net/http"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/core/miniapp/compiler"
	"github.com/dougong-dev/dougong/hosts/internal/attack"
	"github.com/dougong-dev/dougong/hosts/web/internal/browser"
)

// keepNatives gives the attacker what the bridge takes away, so that the policies are tested and not the bridge.
const keepNatives = `window.Native = { fetch: window.fetch.bind(window), WebSocket: window.WebSocket, open: window.open, geolocation: navigator.geolocation, clipboard: navigator.clipboard }`

// packed builds a folder of web pages into a bundle.
func packed(t *testing.T, dir string) string {
	t.Helper()
	result, err := compiler.Build(t.Context(), compiler.Options{Dir: dir, Strict: true})
	if err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(t.TempDir(), "app.dgm")
	if err := result.WriteFile(out); err != nil {
		t.Fatal(err)
	}
	return out
}

// h5Host runs mini-programs with real storage and network, and opens their super-app in a browser.
func h5Host(t *testing.T, apps ...config.MiniApp) *demo {
	t.Helper()
	if testing.Short() {
		t.Skip("needs a browser")
	}
	d, login := serveH5(t, h5Config(t, apps))
	d.Browser = browser.StartLogged(t, 1000, 920)
	d.Before(keepNatives)
	d.Open(login)
	return d
}

// TestH5Attacks: whatever a page of an H5 app tries, it gets nowhere: neither to the host around it, nor to other apps, nor to
// hosts that are not listed; and the host goes on.
func TestH5Attacks(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("needs a browser")
	}
	out, listed := attack.NewTrap(t), attack.NewListed(t)
	all, framed := attack.All(), attack.Framed()
	bundle := func(id, more string, tried []attack.Attack) string {
		return packed(t, write(t, attack.Files(id, more, tried, attack.Places{Out: out, Listed: listed})))
	}
	d := h5Host(t, config.MiniApp{Path: bundle("h5.attack", "", all), Domains: config.Domains{Request: []string{listed.URL}}}, config.MiniApp{Path: h5Bundle(t, "victim")},
		config.MiniApp{Path: bundle("h5.framed", `, "csp": {"frame-src": ["map.example"]}`, framed), CSP: config.CSP{Frame: []string{"map.example"}}})
	d.attacked(t, "h5.framed", framed)
	d.TapShell(`$(".app.shown .capsule-part:last-child")`)
	d.attacked(t, "h5.attack", all)
	d.cleaned(t)
	d.Screenshot("h5-attacked")
	d.leaves(t, listed)
	if came := out.Visits(); len(came) > 0 {
		t.Errorf("these reached a host that is not listed: %q", came)
	}
	d.TapShell(`$(".app.shown .capsule-part:last-child")`)
	d.h5App("h5.victim", "was null visits null")
	d.lookedUp(t)
}

// leaves has the app try to leave in each way there is: the container says so each time, and leads back. What stops stays.
func (d *demo) leaves(t *testing.T, listed *attack.Listed) {
	t.Helper()
	const first = `(() => { const b = document.querySelector("main:not([hidden]) button"); if (b?.textContent !== "回到首页") return false; b.click(); return true })()`
	d.TapShell(`$(".app.shown .capsule-part")`)
	d.WaitShell(`still($("[data-entry=exit]"))`)
	d.TapShell(`$("[data-entry=exit]")`)
	d.h5App("h5.attack", "leaving 1")
	for i := range attack.Departures() {
		d.Wait(fmt.Sprintf(`$(".nav-title")?.textContent === "leaving %d"`, i+1))
		d.Says("h5frame", first)
	}
	d.Wait(`$(".nav-title")?.textContent === "all left"`)
	stayed := []string{}
	for said := ""; said != "all left"; {
		select {
		case said = <-listed.Reports:
		case <-time.After(browser.Timeout):
			t.Fatalf("the app does not say that all left; it said %q", stayed)
		}
		if strings.HasPrefix(said, "stays ") {
			stayed = append(stayed, said)
		}
	}
	if !slices.Equal(stayed, attack.Stops()) {
		t.Errorf("of what began to leave and stopped, the app says %q, want %q", stayed, attack.Stops())
	}
}

// lookedUp: the browser asked for no name while the app was there, but for the one that the shell asks for to show that it would be
// seen, as a connection is.
func (d *demo) lookedUp(t *testing.T) {
	t.Helper()
	seen := attack.NewTrap(t)
	d.EvalShell(fmt.Sprintf(`document.head.insertAdjacentHTML("beforeend", '<link rel="dns-prefetch" href="//control.leak.test"><link rel="preconnect" href="%s">')`, seen.URL), nil)
	<-seen.Connected
	names := regexp.MustCompile(`[a-z0-9-]+\.leak\.test`).FindAllString(string(d.NetLog()), -1)
	slices.Sort(names)
	names = slices.DeleteFunc(slices.Compact(names), func(name string) bool { return strings.HasPrefix(name, "leaving-") }) // a browser does before it asks a policy
	if !slices.Equal(names, []string{"control.leak.test"}) {
		t.Errorf("the browser looked up %q, want the shell's alone", names)
	}
}

// attacked runs an attacker and compares what came of its tries.
func (d *demo) attacked(t *testing.T, id string, tried []attack.Attack) {
	t.Helper()
	d.h5App(id, "done ")
	var title string
	d.Eval(`$(".nav-title").textContent`, &title)
	got, err := attack.Result(title)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range attack.Succeeded(tried, got) {
		t.Errorf("%s: %s", id, text)
	}
	if len(got) < 20 {
		t.Errorf("%s tried %d ways only", id, len(got))
	}
}

// cleaned: a path with steps up is answered by where it is without them, which is no file of the app. A page does not see so
// much: the answer has no leave for an origin that is nobody's.
func (d *demo) cleaned(t *testing.T) {
	t.Helper()
	var own string
	d.Eval(`new URL(".", location.href).href`, &own)
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	for address, want := range map[string]int{"h5//..%2f..%2f..%2fapi/launcher": http.StatusTemporaryRedirect, "h5/..%2f..%2f..%2fapi/launcher": http.StatusNotFound} {
		r, err := client.Get(own + address)
		if err != nil {
			t.Fatal(err)
		}
		_ = r.Body.Close() // nothing of it is read
		if r.StatusCode != want {
			t.Errorf("GET %s: %s to %q, want %d", address, r.Status, r.Header.Get("Location"), want)
		}
		if to := r.Header.Get("Location"); want == http.StatusTemporaryRedirect && (!strings.HasSuffix(to, "/h5/..%252f..%252f..%252fapi/launcher") || r.Header.Get("Access-Control-Allow-Origin") != "") {
			t.Errorf("GET %s leads to %q with leave for %q", address, to, r.Header.Get("Access-Control-Allow-Origin"))
		}
	}
}
