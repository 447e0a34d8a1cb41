package e2e

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/hosts/headless/compat"
	"github.com/dougong-dev/dougong/hosts/headless/compat/peer"
	"github.com/dougong-dev/dougong/hosts/superapp"
	"github.com/dougong-dev/dougong/hosts/web"
	"github.com/dougong-dev/dougong/hosts/web/internal/browser"
)

// startCompat opens the mini-program of package compat on the first-party plugins.
func startCompat(t *testing.T) *demo {
	t.Helper()
	if testing.Short() {
		t.Skip("needs a browser")
	}
	plugins, err := plugins()
	if err != nil {
		t.Fatal(err)
	}
	server, err := peer.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	dir := t.TempDir()
	if err := os.CopyFS(dir, compat.Project()); err != nil {
		t.Fatal(err)
	}
	text := fmt.Sprintf("module.exports = %q;\n", server.URL)
	if err := os.WriteFile(filepath.Join(dir, "lib", "peer.js"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	cfg, err := config.Parse("superapp.yaml", compat.SuperApp(dir, plugins), nil)
	if err != nil {
		t.Fatal(err)
	}
	cfg.Data, cfg.Dir = t.TempDir(), t.TempDir()
	app, err := superapp.Open(t.Context(), cfg, superapp.Options{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := app.Close(); err != nil {
			t.Error(err)
		}
	})
	d := &demo{}
	var login string
	d.server, d.base, login = listen(t, web.Config{Backend: app, Grace: time.Minute})
	app.SetShell(d.server)
	d.Browser = browser.Start(t, 1000, 920)
	d.Open(login)
	d.app("")
	return d
}

// TestAPICompat runs the cases that need no more than a browser has.
func TestAPICompat(t *testing.T) {
	t.Parallel()
	d := startCompat(t)
	d.KeepDownloads(t.TempDir())
	cases, err := compat.Cases()
	if err != nil {
		t.Fatal(err)
	}
	groups := map[string][]compat.Case{}
	for _, c := range cases {
		if !c.Screenless {
			groups[c.Group] = append(groups[c.Group], c)
		}
	}
	for _, group := range mustGroups(t) {
		if len(groups[group]) == 0 {
			continue
		}
		if only := os.Getenv("COMPAT_GROUP"); only != "" && only != group { // for whoever writes a case
			continue
		}
		d.Tap(`$$("dg-navigator").find((el) => el.textContent.trim() === "` + group + `")`)
		got := d.runGroup(t, 2*len(groups[group]))
		d.Screenshot("compat-" + group)
		for _, c := range groups[group] {
			for _, space := range []string{"wx", "ft"} {
				want := "✓ " + space + " " + c.Title
				if !contains(got, want) {
					t.Errorf("%s (groups/%s.js:%d) is not among\n%s", want, group, c.Line, strings.Join(got, "\n"))
				}
			}
		}
		d.WaitShell(`!document.querySelector(".ask-host")`) // a dialog that goes is still above the page
		d.Tap(`$$("dg-page").at(-1).shadowRoot?.querySelector(".nav-left .nav-button") ?? $$(".nav-left .nav-button").filter((el) => !el.hidden).at(-1)`)
		d.Wait(`$$("dg-navigator").length > 0 && !$(".head")`)
	}
}

func mustGroups(t *testing.T) []string {
	t.Helper()
	groups, err := compat.Groups()
	if err != nil {
		t.Fatal(err)
	}
	return groups
}

func contains(lines []string, want string) bool {
	for _, l := range lines {
		if strings.TrimSpace(l) == want {
			return true
		}
	}
	return false
}

// runGroup is the user of a group: closes what is shown, agrees to what is asked, looks at what the cases want seen.
func (d *demo) runGroup(t *testing.T, count int) (results []string) {
	t.Helper()
	const inFrame = `(() => {
		if ($(".preview")) { $(".preview").click(); return "" }
		const button = $(".dialog-button.confirm") ?? $(".sheet-item:not(.sheet-cancel)");
		if (button) { button.click(); return "" }
		if ($(".head")?.textContent.endsWith("done")) return "done";
		return $(".wish")?.textContent ?? "";
	})()`
	const inShell = `(() => {
		for (const name of [".layer.open .document-close", ".layer.open .prompt .primary", ".prompt .primary", ".layer.open .primary"]) {
			const button = document.querySelector(name);
			if (button) { button.click(); return true }
		}
		return false;
	})()`
	ended, deadline := 0, time.Now().Add(browser.Timeout)
	for time.Now().Before(deadline) {
		var state string
		var now int
		d.Eval(inFrame, &state)
		d.EvalShell(inShell, new(bool))
		if d.Eval(`$$(".case").length`, &now); now > ended { // each case has its own time
			ended, deadline = now, time.Now().Add(browser.Timeout)
		}
		if state == "done" {
			d.Wait(fmt.Sprintf(`$$(".case").length === %d`, count))
			d.Eval(`$$(".case").map((el) => el.textContent)`, &results)
			return results
		}
		if state != "" {
			d.look(t, state)
			d.Tap(`$(".wish")`)
			d.Wait(`!$(".wish") || $(".wish").textContent !== ` + quote(state))
		}
		d.Wait(`true`)
	}
	d.Screenshot("failed-compat")
	t.Fatalf("the cases do not end: %s\n%s", d.text(`[$(".head")?.textContent, ...$$(".case").map((el) => el.textContent)].join("\n")`), strings.Join(d.Console(), "\n"))
	return nil
}

func quote(s string) string {
	out, _ := json.Marshal(s)
	return string(out)
}

// look holds what is seen against what a case wants to be seen.
func (d *demo) look(t *testing.T, state string) {
	t.Helper()
	_, what, _ := strings.Cut(state, " ") // behind its number
	wish, detail, _ := strings.Cut(what, " ")
	switch wish {
	case "sees":
		if detail == `""` {
			d.Wait(`!$(".toast-layer")`)
		} else {
			d.Wait(`$(".toast-text")?.textContent === ` + detail)
		}
	case "bar":
		d.Wait(`(() => { const want = ` + detail + `; return $(".nav-title").textContent.includes(want.title) && !!$(".nav-title .spinner") === want.loading })()`)
	case "capsule":
		// Where the mini-program believes the capsule to be is where the shell draws it, counted from the frame's corner.
		d.WaitShell(`(() => {
			const want = ` + detail + `, frame = document.querySelector(".app.shown iframe").getBoundingClientRect();
			const drawn = document.querySelector(".app.shown .capsule").getBoundingClientRect();
			return Math.abs(drawn.left - frame.left - want.left) < 1 && Math.abs(drawn.top - frame.top - want.top) < 1 &&
				Math.abs(drawn.width - want.width) < 1 && Math.abs(drawn.height - want.height) < 1;
		})()`)
	default:
		t.Errorf("nobody grants %q in a browser", state)
	}
}
