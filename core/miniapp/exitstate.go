package miniapp

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/script"
	"github.com/dougong-dev/dougong/core/miniapp/value"
)

const (
	// maxExitState is how many bytes of JSON a page may leave behind.
	maxExitState = 16 << 10
	// exitStateLife is how long that is kept if the page does not say.
	exitStateLife = 24 * time.Hour
)

// saveExit asks the open pages, each time that the mini-program may be ended soon, what they want to find again when they are
// opened anew (onSaveExitState), and tells the host.
func (r *router) saveExit() {
	var states []message.ExitState
	asked := false
	for _, p := range r.stack {
		if !p.Has("onSaveExitState") {
			continue
		}
		asked = true
		if s, ok := r.exitState(p); ok {
			states = append(states, s)
		}
	}
	if asked {
		r.a.send(message.FromActor{Exit: &message.Exit{Pages: states}})
	}
}

// exitState is what one page leaves behind; false if that is nothing, or cannot be kept.
func (r *router) exitState(p *page) (message.ExitState, bool) {
	o, _ := p.call("onSaveExitState").(*value.Object)
	if o == nil {
		return message.ExitState{}, false
	}
	data, _ := o.Get("data")
	if data == nil { // undefined
		return message.ExitState{}, false
	}
	s := message.ExitState{Page: p.id, Path: p.path, Data: value.AppendJSON(nil, value.Plain(data)), Expires: r.a.now().Add(exitStateLife).UnixMilli()}
	if at, ok := o.Get("expireTimeStamp"); ok && !value.IsNullish(at) {
		s.Expires = int64(min(max(0, value.ToNumber(at)), 1<<53))
	}
	if len(s.Data) > maxExitState {
		r.a.send(message.FromActor{Log: &message.Log{Level: "warn", Message: fmt.Sprintf(
			"onSaveExitState of %s: the data has %d bytes, at most %d are kept", p.path, len(s.Data), maxExitState)}})
		return message.ExitState{}, false
	}
	return s, true
}

// giveExit gives a page that opens what a page of its path left behind, once.
func (r *router) giveExit(p *script.Page) {
	i := slices.IndexFunc(r.exits, func(s message.ExitState) bool { return s.Path == p.Path() })
	if i < 0 {
		return
	}
	s := r.exits[i]
	r.exits = slices.Delete(r.exits, i, i+1)
	if s.Expires <= r.a.now().UnixMilli() {
		return
	}
	if v, err := value.DecodeJSON(s.Data); err == nil {
		p.SetExitState(v)
	}
}

// bindRestart is __dougong.restart(url): has the host start the mini-program anew. It returns "", or why that cannot be.
func (a *actor) bindRestart(args []value.Value) (value.Value, error) {
	url, _ := at(args, 0).(string)
	t := target{path: a.router.entry(), query: value.NewObject(0)}
	if url != "" {
		t = parseURL(url, "")
	}
	if !a.prog.App.IsPage(t.path) {
		return fmt.Sprintf("page %q is not found", t.path), nil
	}
	raw, err := json.Marshal(message.Restart{Path: t.path, Query: queryTexts(t.query)})
	if err != nil {
		return nil, err
	}
	a.later(func() { // whoever called hears first that it has worked
		a.later(func() { a.bridge.Tell(message.AskRestart, raw) })
	})
	return "", nil
}
