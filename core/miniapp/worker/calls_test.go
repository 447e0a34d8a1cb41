package worker_test

import (
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/script"
	"github.com/dougong-dev/dougong/core/miniapp/value"
	"github.com/dougong-dev/dougong/core/miniapp/worker"
	"github.com/dougong-dev/dougong/pdk/go"
)

// asking gives scripts two calls, as the base library does it.
const asking = `
__dougong.on("setup", ({ apis }) => { worker.known = apis.map((a) => a.name).join(); });
worker.later = (params, settle) => __dougong.call({ capability: "c", method: "later", params }, settle);
worker.now = (params) => __dougong.callSync({ capability: "c", method: "now", params });
`

func startAsking(t *testing.T, src string) (*worker.Worker, chan worker.Event) {
	t.Helper()
	events := make(chan worker.Event)
	w, err := worker.Start(worker.Options{
		Program: scripts(t, map[string]string{"w/main": src}), Script: "w/main", ID: 7, Events: events,
		APIs: []message.API{{Name: "wx.a"}, {Name: "wx.b"}}, Prelude: []script.Source{{Name: "asking.js", Code: asking}},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.Stop)
	return w, events
}

// call is the call that a worker makes next.
func call(t *testing.T, events chan worker.Event) message.Call {
	t.Helper()
	select {
	case e := <-events:
		if e.Call != nil {
			return *e.Call
		}
		t.Fatalf("event %+v, want a call", e)
	case <-time.After(10 * time.Second):
		t.Fatal("the worker calls nothing")
	}
	return message.Call{}
}

func TestCalls(t *testing.T) {
	t.Parallel()
	w, events := startAsking(t, `
console.log(worker.known);
worker.later({ n: 1 }, (failure, result) => console.log("later", JSON.stringify(failure), JSON.stringify(result)));
const { failure, result } = worker.now({ n: 2 });
console.log("now", JSON.stringify(failure), JSON.stringify(result));`)
	want(t, events, "log wx.a,wx.b")
	later, now := call(t, events), call(t, events)
	if later.Sync || !now.Sync || string(now.Payload.JSON) != `{"n":2}` {
		t.Errorf("calls %+v and %+v, want one that waits", later, now)
	}
	// What is not waited for does not come in between.
	if !w.Reply(message.Reply{ID: later.ID, Error: pdk.Errorf(7, "quota", "full")}) {
		t.Error("an answer that is not waited for is no piece of work")
	}
	if w.Reply(message.Reply{ID: now.ID, Payload: pdk.Payload{JSON: []byte(`{"ok":true}`)}}) {
		t.Error("an answer that is waited for is a piece of work of its own")
	}
	want(t, events, `log now undefined {"ok":true}`, "done", `log later {"code":7,"name":"quota","message":"full"} undefined`, "done")
}

// TestStopWhileWaiting: a worker that waits for an answer can be terminated.
func TestStopWhileWaiting(t *testing.T) {
	t.Parallel()
	w, events := startAsking(t, `worker.now({}); console.log("never")`)
	call(t, events)
	if err := w.Post(value.NewObject(0)); err != nil {
		t.Fatal(err)
	}
	w.Stop()
}
