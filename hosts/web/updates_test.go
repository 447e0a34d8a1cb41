package web

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/miniapp/message"
)

// TestUpdates: an open mini-program is told of a new version, and starts over in it from its entry page if it wants to.
func TestUpdates(t *testing.T) {
	t.Parallel()
	h := startHost(t, nil)
	socket, _, old, _ := h.connect("shop")
	old.options.Send(message.FromActor{Stack: &message.Stack{Action: "launch", Pages: []message.Page{{ID: 1, Path: "pages/cart/cart"}}}})
	if m := h.read(socket); m.Stack == nil {
		t.Fatalf("got %+v, want the stack", m)
	}
	h.server.Updated("nobody has this open")
	h.server.Updated("shop")
	if m := h.posted(old); m.Update != message.UpdateReady {
		t.Errorf("it was told %+v, want of the update", m)
	}
	old.options.Send(message.FromActor{Ask: &message.Ask{Kind: message.AskApplyUpdate}})
	select {
	case <-old.done:
	case <-time.After(10 * time.Second):
		t.Fatal("the old version still runs")
	}
	x := h.server.of("shop")[0]
	x.starting <- struct{}{} // given back when the new version has been started
	<-x.starting
	fresh := h.backend.last()
	if fresh == old || fresh.options.Launch.Path != "" {
		t.Errorf("the new version begins at %q, want the entry page", fresh.options.Launch.Path)
	}
}

// TestWithdrawn: what was taken down ends where it is open, and the shell hears why.
func TestWithdrawn(t *testing.T) {
	t.Parallel()
	h := startHost(t, nil)
	_, _, actor, opened := h.connect("shop")
	shell := &shellConn{user: h.server.of("shop")[0].user, out: newOutbox()}
	h.server.shells.add(shell)
	h.server.Withdrawn("shop", "leaks names")
	select {
	case <-actor.done:
	case <-time.After(10 * time.Second):
		t.Fatal("it still runs")
	}
	var ended SessionEnded
	for ended.Session == "" {
		items, _, err := shell.out.take(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, item := range items {
			var m ToShell
			if err := json.Unmarshal(item, &m); err != nil {
				t.Fatal(err)
			}
			if m.Ended != nil {
				ended = *m.Ended
			}
		}
	}
	if ended.Session != opened.Session || ended.Error == nil || ended.Error.ID != "withdrawn" || !strings.Contains(ended.Error.Message, "leaks names") {
		t.Errorf("the shell heard %+v, want why", ended.Error)
	}
}
