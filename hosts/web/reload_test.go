package web

import (
	"net/http"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/view"
	"github.com/dougong-dev/dougong/core/miniapp/view/client"
)

func TestReload(t *testing.T) {
	t.Parallel()
	h := startHost(t, nil)
	socket, _, old, _ := h.connect("shop")
	old.options.Send(message.FromActor{Stack: &message.Stack{Action: "launch", Pages: []message.Page{{ID: 1, Path: "pages/cart/cart"}}}})
	if m := h.read(socket); m.Stack == nil {
		t.Fatalf("got %+v, want the stack", m)
	}
	if err := h.server.Reload(t.Context(), "shop"); err != nil {
		t.Fatal(err)
	}
	select {
	case <-old.done:
	case <-time.After(10 * time.Second):
		t.Fatal("the old mini-program still runs")
	}
	fresh := h.backend.last()
	if fresh == old || fresh.options.Launch.Path != "pages/cart/cart" {
		t.Errorf("the new one was launched with %+v, want the page that was on top", fresh.options.Launch)
	}
	if m := h.posted(fresh); !m.Resume {
		t.Errorf("the new one got %+v, want a resume", m)
	}
	old.options.Send(message.FromActor{Patch: &view.Patch{Page: 1, Seq: 99, Ops: []any{}}})
	fresh.options.Send(message.FromActor{Patch: &view.Patch{Page: 1, Seq: 1, Ops: []any{[]any{view.OpReset}}}})
	if m := h.read(socket); m.Patch == nil || m.Patch.Seq != 1 {
		t.Errorf("the frame got %+v, want the new one's patch and none of the old one", m)
	}
	if err := h.server.Reload(t.Context(), "nobody has this open"); err != nil {
		t.Errorf("reload of a closed mini-program: %v", err)
	}
}

// A frame whose template scripts are of an older build does not run them any more: the new actor does.
func TestReloadWithOtherScripts(t *testing.T) {
	t.Parallel()
	h := startHost(t, nil)
	_, hello, old, opened := h.connect("shop")
	scripts, _ := h.backend.TemplateScripts("shop")
	if hello.Scripts != client.Digest(scripts) || !old.options.ClientScripts {
		t.Fatalf("the frame is to run %q, the actor's client scripts: %v", hello.Scripts, old.options.ClientScripts)
	}
	h.backend.mu.Lock()
	h.backend.scripts = "__dgScripts = {}"
	h.backend.mu.Unlock()
	if got := h.do("GET", opened.Frame+"wxs.js", header("Origin", "null"), ""); got.StatusCode != http.StatusOK {
		t.Errorf("the document's scripts are not served any more: %s", got.Status)
	}
	if err := h.server.Reload(t.Context(), "shop"); err != nil {
		t.Fatal(err)
	}
	if h.backend.last().options.ClientScripts {
		t.Error("the frame is to run scripts that it has not")
	}
}
