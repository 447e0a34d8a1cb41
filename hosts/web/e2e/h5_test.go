package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/core/miniapp/compiler"
	"github.com/dougong-dev/dougong/hosts/web/internal/browser"
)

// outside is a server that notes who came.
type outside struct {
	*httptest.Server
	mu   sync.Mutex
	came []string
}

func newOutside(t *testing.T) *outside {
	t.Helper()
	o := &outside{}
	o.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		o.mu.Lock()
		o.came = append(o.came, r.URL.Path)
		o.mu.Unlock()
		fmt.Fprint(w, "from outside")
	}))
	t.Cleanup(o.Close)
	return o
}

func (o *outside) visits() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return strings.Join(o.came, " ")
}

// h5Bundle builds a folder of web pages into a bundle, with addresses put in.
func h5Bundle(t *testing.T, name string, replace ...string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), name)
	if err := os.CopyFS(dir, os.DirFS(filepath.Join("testdata/h5container", name))); err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(replace); i += 2 {
		file := filepath.Join(dir, "attack.js")
		data, err := os.ReadFile(file)
		if err == nil {
			err = os.WriteFile(file, bytes.ReplaceAll(data, []byte(replace[i]), []byte(replace[i+1])), 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	result, err := compiler.Build(t.Context(), compiler.Options{Dir: dir, Strict: true})
	if err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(t.TempDir(), name+".dgm")
	if err := result.WriteFile(out); err != nil {
		t.Fatal(err)
	}
	return out
}

// startH5 runs the attacker and its victim with real storage and network.
func startH5(t *testing.T, out, listed *outside) *demo {
	t.Helper()
	if testing.Short() {
		t.Skip("needs a browser")
	}
	d, login := serveH5(t, h5Config(t, []config.MiniApp{
		{Path: h5Bundle(t, "attack", "@OUT@", out.URL, "@LISTED@", listed.URL), Domains: config.Domains{Request: []string{listed.URL}}},
		{Path: h5Bundle(t, "victim")},
	}))
	d.Browser = browser.Start(t, 1000, 920)
	d.Open(login)
	return d
}

// h5App opens an H5 app from the launcher and waits until its title has a text.
func (d *demo) h5App(id, title string) {
	d.WaitShell(`still($(".tile[data-app='` + id + `']"))`)
	d.TapShell(`$(".tile[data-app='` + id + `']")`)
	d.WaitShell(`$(".app.shown[data-app='` + id + `'] iframe") && !document.querySelector(".app.shown .splash")`)
	d.Wait(`$(".nav-title")?.textContent.includes("` + title + `")`)
}

// TestH5Container: what an H5 app may do, and that it gets nowhere else.
func TestH5Container(t *testing.T) {
	t.Parallel()
	out, listed := newOutside(t), newOutside(t)
	d := startH5(t, out, listed)
	d.h5App("h5.victim", "was null visits null")
	d.Screenshot("h5-victim")
	d.TapShell(`$(".app.shown .capsule-part:last-child")`)
	d.h5App("h5.attack", `\"toast\":`) // before that it says how far it is
	var title string
	d.Eval(`$(".nav-title").textContent`, &title)
	var got map[string]string
	if err := json.Unmarshal([]byte(title), &got); err != nil {
		t.Fatalf("title %q: %v", title, err)
	}
	d.Screenshot("h5-attack")
	for name, want := range map[string]string{
		"style": "rgb(1, 2, 3)", "module": "module ran", "local": "200", "storage": "null", "keep": "done", "indexedDB": "refused", "cookie": `""`,
		"xhr": "refused", "socket": "refused", "image": "refused", "script": "refused", "api": "refused", "evaluated": "refused EvalError",
		"injected": "refused", "handler": "refused", "worker": "refused", "service": "refused", "top": "refused SecurityError",
		"parent": "refused SecurityError", "reach": "refused SecurityError", "form": "event", "unlisted": "refused", "listed": "from outside",
		"unknown": "refused", "sync": "done", "prototype": "refused", "toast": "showToast:ok",
	} {
		if !strings.HasPrefix(got[name], want) {
			t.Errorf("%s: %q, want %q", name, got[name], want)
		}
	}
	if came := out.visits(); came != "" {
		t.Errorf("these came through: %s", came)
	}
	if came := listed.visits(); came != "/data" {
		t.Errorf("the listed host saw %q, want /data alone", came)
	}
	d.refusals(t, out)

	d.TapShell(`$(".app.shown .capsule-part:last-child")`)
	d.WaitShell(`still($(".tile[data-app='h5.victim']"))`)
	d.TapShell(`$(".tile[data-app='h5.victim']")`)
	d.WaitShell(`$(".app.shown[data-app='h5.victim'] iframe")`)
	d.Wait(`$(".nav-title")?.textContent === "was null visits null"`) // nothing forged reached it
	if came := out.visits(); came != "" {
		t.Errorf("these came through: %s", came)
	}
}

// ledBack leaves the container's page, again if one more wish to leave was refused meanwhile, until the app is drawn in its place.
const ledBack = `await (async (note, drawn) => {
	if (!note.hidden) note.querySelector("button").click();
	await drawn();
	await drawn();
	return note.hidden;
})(document.querySelector("main"), () => new Promise(requestAnimationFrame))`

// refusals: what the user taps and may not be is said on a page of the container's, with a way back.
func (d *demo) refusals(t *testing.T, out *outside) {
	t.Helper()
	var box struct{ X, Y, Width float64 }
	d.Says("h5frame", `document.querySelector("main").textContent.includes("/form")`) // the form that was sent
	d.Says("h5frame", ledBack)
	d.WaitShell(`$(".app.shown .web-view")`)
	d.EvalShell(`(({left, top, width}) => ({X: left, Y: top, Width: width}))($(".app.shown .web-view").getBoundingClientRect())`, &box)
	for i, name := range []string{"open", "away", "download"} {
		d.Click(box.X+box.Width/2, box.Y+40+70*float64(i)+30)
		d.Says("h5frame", `!document.querySelector("main").hidden && document.querySelector("main button").offsetHeight >= 44 && document.querySelector("iframe").hidden`)
		d.Screenshot("h5-refused-" + name)
		d.Says("h5frame", ledBack)
	}
	d.Screenshot("h5-refused-back")
	// A frame that was hidden takes clicks only once it has been drawn, which nothing tells: a person would tap again.
	for taps, came := 0, false; !came; taps++ {
		if taps == 60 {
			t.Fatal("the link does not lead on")
		}
		d.Click(box.X+box.Width/2, box.Y+40+70*3+30)
		d.Eval(`new Promise((say) => {
			const end = Date.now() + 2000
			const look = () => $(".nav-title").textContent === "second mine too" ? say(true) : Date.now() > end ? say(false) : setTimeout(look, 50)
			look()
		})`, &came)
	}
	if came := out.visits(); came != "" {
		t.Errorf("these came through: %s", came)
	}
}
