package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/dougong-dev/dougong/core/miniapp/npmtest"
	"github.com/dougong-dev/dougong/hosts/web/internal/browser"
)

// exception is something that axe finds and that stays: what it finds, on which elements, and why.
type exception struct {
	Rule     string `json:"rule"`
	Selector string `json:"selector"`
	why      string
}

// lookOfWeChat is what programs that come from WeChat count on: TestBuiltinLooks holds it.
var lookOfWeChat = exception{
	"color-contrast", "dg-button, dg-button *, dg-placeholder",
	"WeChat's buttons and placeholders have these colours, and programs are designed around them; a program that sets its own has its own",
}

// wheelsByKeys: a wheel is moved by the keys of the column that it is in.
var wheelsByKeys = exception{
	"scrollable-region-focusable", "dg-picker-view-column",
	"the column around what scrolls is a spinbutton that takes the focus; the wheel inside would be a second stop for the same thing",
}

// auditor has axe look at what is shown, by every rule of WCAG 2.1 A and AA.
type auditor struct {
	t   *testing.T
	b   *browser.Browser
	axe string
}

func newAuditor(t *testing.T, b *browser.Browser) *auditor {
	t.Helper()
	axe, err := os.ReadFile(filepath.Join(npmtest.Install(t, "axe-core@4.10.3"), "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		t.Fatal(err)
	}
	return &auditor{t, b, string(axe)}
}

// findings runs axe on the document it is in: one line for each thing that is wrong and no exception.
const findings = `((exceptions, only) => {
	window.__axe = "";
	const excused = (rule, el) => exceptions.some((e) => {
		if (e.rule !== rule) return false;
		for (let n = el; n; n = n.parentElement ?? n.getRootNode().host) if (n.matches(e.selector)) return true;
		return false;
	});
	axe.run(document, {
		runOnly: only, resultTypes: ["violations"], iframes: false, elementRef: true,
	}).then((r) => {
		window.__axe = "done " + r.violations.flatMap((v) => v.nodes.filter((n) => !excused(v.id, n.element)).map((n) =>
			v.id + ": " + n.html.slice(0, 240) + " " + [...n.any, ...n.all, ...n.none].map((c) => c.message).join(" "))).join("\n");
	}, (err) => { window.__axe = "done axe failed: " + err; });
	return true;
})`

// What axe looks for: everything, or what light and dark differ in.
var (
	everything = []string{"wcag2a", "wcag2aa", "wcag21a", "wcag21aa"}
	colours    = []string{"color-contrast"}
)

// shell looks at the shell.
func (a *auditor) shell(where string, exceptions ...exception) {
	a.t.Helper()
	a.lookAtShell(where, everything, exceptions)
}

// frame looks at the mini-program in front.
func (a *auditor) frame(where string, exceptions ...exception) {
	a.t.Helper()
	a.lookAtFrame(where, everything, exceptions)
}

// bothShells looks at the shell in light, then at its colours in dark.
func (a *auditor) bothShells(where string, exceptions ...exception) {
	a.t.Helper()
	a.shell(where+"-light", exceptions...)
	a.inTheDark(func() { a.lookAtShell(where+"-dark", colours, exceptions) })
}

// bothFrames looks at the mini-program in front in light, then at its colours in dark.
func (a *auditor) bothFrames(where string, exceptions ...exception) {
	a.t.Helper()
	a.frame(where+"-light", exceptions...)
	a.inTheDark(func() { a.lookAtDarkFrame(where+"-dark", exceptions) })
}

// both looks at the shell and the mini-program in front.
func (a *auditor) both(where string, exceptions ...exception) {
	a.t.Helper()
	a.shell(where + "-light")
	a.frame(where+"-light", exceptions...)
	a.inTheDark(func() {
		a.lookAtShell(where+"-dark", colours, nil)
		a.lookAtDarkFrame(where+"-dark", exceptions)
	})
}

// inTheDark does something while the user's system is dark.
func (a *auditor) inTheDark(look func()) {
	a.t.Helper()
	for _, dark := range []bool{true, false} {
		a.b.Theme(dark)
		a.b.WaitShell(fmt.Sprintf(`matchMedia("(prefers-color-scheme: dark)").matches === %v && %s`, dark, settled))
		if dark {
			look()
		}
	}
}

func (a *auditor) lookAtShell(where string, rules []string, exceptions []exception) {
	a.t.Helper()
	var there bool
	if a.b.EvalShell(`!!window.axe`, &there); !there {
		a.b.Script(a.axe)
	}
	a.b.EvalShell(a.run(rules, exceptions), new(bool))
	a.b.WaitShell(`window.__axe.startsWith("done")`)
	var found string
	a.b.EvalShell(`window.__axe.slice(5)`, &found)
	a.report(where, found)
}

func (a *auditor) lookAtFrame(where string, rules []string, exceptions []exception) {
	a.t.Helper()
	a.b.Wait(finished)
	a.b.Eval(`window.axe || (0, eval)(`+quoted(a.axe)+`), ""`, nil)
	a.b.Eval(a.run(rules, exceptions), nil)
	a.b.Wait(`window.__axe.startsWith("done")`)
	var found string
	a.b.Eval(`window.__axe.slice(5)`, &found)
	a.report(where, found)
}

func (a *auditor) lookAtDarkFrame(where string, exceptions []exception) {
	a.t.Helper()
	a.b.Wait(`matchMedia("(prefers-color-scheme: dark)").matches`) // it hears of that after the shell
	a.lookAtFrame(where, colours, exceptions)
}

// finished waits until nothing of the mini-program changes its look any more, but for what turns for ever.
const finished = `document.getAnimations().every((a) => a.playState !== "running" || a.effect.getComputedTiming().iterations === Infinity)`

func (a *auditor) run(rules []string, exceptions []exception) string {
	a.t.Helper()
	for _, e := range exceptions {
		if e.why == "" {
			a.t.Fatalf("the exception %s on %s has no reason", e.Rule, e.Selector)
		}
	}
	list, err := json.Marshal(append([]exception{}, exceptions...))
	if err != nil {
		a.t.Fatal(err)
	}
	return findings + "(" + string(list) + "," + jsList(rules) + ")"
}

func (a *auditor) report(where, found string) {
	a.t.Helper()
	if found != "" {
		a.b.Screenshot("axe-" + where)
		a.t.Errorf("%s: axe finds:\n%s", where, found)
	}
}
