package miniapp_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/program"
)

// leaving are pages that leave something behind.
var leaving = map[string]string{
	"p/a.js": `Page({ onLoad() { console.log("a", JSON.stringify(this.exitState)) },
		onSaveExitState() { return { data: { draft: [1, "x"], f() {} }, expireTimeStamp: 99 } } })`,
	"p/a.wxml": "<view/>",
	"p/b.js":   `Page({ onLoad() { console.log("b", typeof this.exitState) }, onSaveExitState() { return { data: "b" } } })`,
	"p/b.wxml": "<view/>",
	"p/c.js":   `Component({ methods: { onLoad() { console.log("c", this.exitState) }, onSaveExitState() { return undefined } } })`,
	"p/c.wxml": "<view/>",
	"p/d.js":   `Page({ onLoad() { console.log("d") }, onSaveExitState() { return { data: "x".repeat(20000) } } })`,
	"p/d.wxml": "<view/>",
}

func leavingProgram(t *testing.T) *program.Program {
	return build(t, program.App{Pages: []string{"p/a", "p/b", "p/c", "p/d"}}, leaving)
}

// saidBy is what the mini-program said.
func saidBy(r *run) []message.FromActor {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.all)
}

// TestSaveExitState: whenever the mini-program goes out of sight, each open page is asked what it leaves behind.
func TestSaveExitState(t *testing.T) {
	t.Parallel()
	r := start(t, leavingProgram(t), withLaunch(message.Launch{Pages: []message.Spot{{Path: "p/a"}, {Path: "p/b"}, {Path: "p/c"}, {Path: "p/d"}}}))
	r.wantLog("a undefined", "b undefined", "c undefined", "d")
	r.clear()
	r.post(message.ToActor{Hide: true})
	var exit *message.Exit
	for _, m := range saidBy(r) {
		if m.Exit != nil {
			exit = m.Exit
		}
	}
	if exit == nil || len(exit.Pages) != 2 {
		t.Fatalf("exit = %+v, want what a and b leave", exit)
	}
	a, b := exit.Pages[0], exit.Pages[1]
	if a.Path != "p/a" || string(a.Data) != `{"draft":[1,"x"]}` || a.Expires != 99 {
		t.Errorf("a leaves %s %s until %d", a.Path, a.Data, a.Expires)
	}
	if life := time.Until(time.UnixMilli(b.Expires)); string(b.Data) != `"b"` || life < time.Hour || life > 25*time.Hour {
		t.Errorf("b leaves %s for %v, want a day", b.Data, life)
	}
	r.wantLog("onSaveExitState of p/d: the data has 20002 bytes, at most 16384 are kept")
}

// TestExitState: a page that opens finds what the first page of its path left, once, unless it has expired.
func TestExitState(t *testing.T) {
	t.Parallel()
	later := time.Now().Add(time.Hour).UnixMilli()
	state := func(path, data string, expires int64) message.ExitState {
		return message.ExitState{Path: path, Data: json.RawMessage(data), Expires: expires}
	}
	for name, tt := range map[string]struct {
		exits []message.ExitState
		want  string
	}{
		"found":          {[]message.ExitState{state("p/a", `{"n":1}`, later), state("p/a", `{"n":2}`, later)}, `a {"n":1}`},
		"expired":        {[]message.ExitState{state("p/a", `{"n":1}`, 1)}, "a undefined"},
		"of other pages": {[]message.ExitState{state("p/b", "1", later)}, "a undefined"},
		"not JSON":       {[]message.ExitState{state("p/a", `"`+strings.Repeat("x", 3)+`"`, later)}, `a "xxx"`},
		"null":           {[]message.ExitState{state("p/a", "null", later)}, "a null"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := start(t, leavingProgram(t), withLaunch(message.Launch{Exits: tt.exits}))
			r.wantLog(tt.want)
		})
	}
}

// TestRestart: the host is asked to start the mini-program anew on a page that there is.
func TestRestart(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{
		"":            `{"path":"p/a"}`,
		"/p/a?x=1&y=": `{"path":"p/a","query":{"x":"1","y":""}}`,
		"p/none":      "",
	} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			p := build(t, program.App{Pages: []string{"p/a"}}, map[string]string{
				"p/a.js": fmt.Sprintf(`wx.restartMiniProgram({ path: %q, success: (r) => console.log(r.errMsg), fail: (e) => console.log(e.errMsg) }); Page({})`, path), "p/a.wxml": "<view/>",
			})
			r := start(t, p)
			if want == "" {
				r.wantLog(`restartMiniProgram:fail page "p/none" is not found`)
				return
			}
			r.wantLog("restartMiniProgram:ok")
			var asked string
			for _, m := range saidBy(r) {
				if m.Ask != nil && m.Ask.Kind == message.AskRestart {
					asked = string(m.Ask.Args)
				}
			}
			if asked != want {
				t.Errorf("asked %q, want %q", asked, want)
			}
		})
	}
}
