// Package crash keeps reports of mini-programs, plugins and a desktop host's windows that did not end by themselves, in a
// folder of the host's data.
//
//	store := crash.Open(filepath.Join(dataDir, crash.Folder))
//	store.Add(crash.Plugin("com.acme.pay", "1.2.0", state.LastError))
//	reports, damaged, err := store.List()
//
// A report says what ended, where and how, and nothing of whom: no user, no arguments, no texts that a program wrote, no page
// query, nothing that was stored. What a program says of its own end is not taken over, since nobody knows what is in it.
// Reports never leave the machine by themselves.
//
// The package must not know how mini-programs and plugins are run.
package crash

import (
	"regexp"
	"runtime"
	"strings"
	"time"

	"github.com/dougong-dev/dougong/core/miniapp/message"
)

// Folder is where reports are, in a host's data folder.
const Folder = "crashes"

// What ended.
const (
	KindMiniProgram = "mini-program"
	KindPlugin      = "plugin"
	KindWebView     = "web-view" // the process of a window's page
	KindWindow      = "window"   // the process that holds a window
)

// What a window showed: the id of its report. Which mini-program it was nobody is told: a person's windows are their own affair.
const (
	ShowedLauncher    = "launcher"
	ShowedMiniProgram = "mini-program"
)

// Bounds of a report.
const (
	maxName   = 200
	maxFrames = 20
)

// Report is one crash.
type Report struct {
	Format  int       `json:"format"` // 1
	Time    time.Time `json:"time"`   // UTC, to the second
	Kind    string    `json:"kind"`
	ID      string    `json:"id"`                // of the mini-program or plugin
	Version string    `json:"version,omitempty"` // its own
	Reason  string    `json:"reason"`            // the stable id of the failure: "process-killed"
	Origin  string    `json:"origin,omitempty"`  // app or engine
	Exit    string    `json:"exit,omitempty"`    // how its process ended: "signal: killed", "exit status 2"
	Page    string    `json:"page,omitempty"`    // its path, without the query
	File    string    `json:"file,omitempty"`
	Line    int       `json:"line,omitempty"`
	Column  int       `json:"column,omitempty"`
	Stack   []string  `json:"stack,omitempty"`   // functions and their places
	Engine  string    `json:"engine,omitempty"`  // of a window: the web view's name and version
	Seconds int       `json:"seconds,omitempty"` // that a window had been there for
	System  string    `json:"system"`            // "linux/amd64"
}

var (
	exitForm  = regexp.MustCompile(`signal: [a-z ]{1,40}|exit status [0-9]{1,5}`)
	frameForm = regexp.MustCompile(`^\s*at (?:([A-Za-z_$][\w$.]{0,100}) )?\(?([\w@./-]{1,200}\.(?:js|mjs|ts|wxs|sjs|fts))(:\d{1,7}(?::\d{1,7})?)`)
	// longNumber may be somebody's: a phone, a card, an order. Functions and files are named by them where a program makes names.
	longNumber = regexp.MustCompile(`\d{5,}`)
	verForm    = regexp.MustCompile(`^[A-Za-z0-9]{1,40} [0-9][0-9.]{0,20}`)
	nameForm   = regexp.MustCompile(`[^\w@./-]`)
)

// MiniProgram is the report of a mini-program's end.
func MiniProgram(id, version string, e message.Error) Report {
	page, _, _ := strings.Cut(e.Page, "?")
	return Report{
		Kind: KindMiniProgram, ID: name(id), Version: name(version), Reason: name(e.ID), Origin: name(e.Origin),
		Exit: exitForm.FindString(e.Message), Page: masked(name(page)), File: masked(name(e.File)), Line: e.Line, Column: e.Column, Stack: frames(e.Stack),
	}
}

// Plugin is the report of a plugin's end; why is what its runtime says.
func Plugin(id, version, why string) Report {
	return Report{Kind: KindPlugin, ID: name(id), Version: name(version), Reason: "plugin-ended", Origin: "plugin", Exit: exitForm.FindString(why)}
}

// Window is the report of a window's end: kind is KindWebView or KindWindow, why is what the system says of it ("crashed",
// "signal: killed"), ran how long it had been there.
func Window(kind, showed, why, engine string, ran time.Duration) Report {
	r := Report{Kind: kind, ID: name(showed), Origin: "engine", Exit: exitForm.FindString(why), Engine: verForm.FindString(engine), Seconds: int(ran.Seconds())}
	if r.Reason = "window-ended"; kind == KindWebView {
		r.Reason = "web-view-" + name(why)
	}
	return r
}

func (r Report) completed(now time.Time) Report {
	r.Format, r.Time, r.System = 1, now.UTC().Truncate(time.Second), runtime.GOOS+"/"+runtime.GOARCH
	return r
}

// name is a name as reports have it: short, and of letters that names have.
func name(s string) string {
	s = nameForm.ReplaceAllString(s, "_")
	return s[:min(len(s), maxName)]
}

// masked is a name without long numbers.
func masked(s string) string { return longNumber.ReplaceAllString(s, "#") }

// frames takes the places out of a stack trace, and leaves its message.
func frames(stack string) (out []string) {
	for line := range strings.Lines(stack) {
		if m := frameForm.FindStringSubmatch(line); m != nil && len(out) < maxFrames {
			out = append(out, strings.TrimSpace(masked(m[1])+" "+masked(m[2])+m[3]))
		}
	}
	return out
}
