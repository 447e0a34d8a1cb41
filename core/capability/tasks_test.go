package capability_test

import (
	"context"
	"testing"

	"github.com/dougong-dev/dougong/core/capability"
	"github.com/dougong-dev/dougong/pdk/go"
)

const network = "dougong.network/v1"

func socketCall(task uint64, events func(capability.Event)) *capability.Call {
	c := call("network", "connectSocket", `{"url":"wss://a.b"}`)
	c.Task, c.Events = task, events
	return c
}

func TestTaskEvents(t *testing.T) {
	t.Parallel()
	var tasks *capability.Tasks
	p := plugin{"net", nil}
	p.f = func(_ context.Context, c *capability.Call) (pdk.Payload, error) {
		if c.Method == "connectSocket" { // events may come ahead of the answer
			tasks.Emit("net", c.Info, "open", pdk.Payload{JSON: []byte(`{}`)}, false)
		}
		return pdk.Payload{}, nil
	}
	run, ts := kernel(t, p, network)
	tasks = ts
	var got []string
	start := socketCall(7, func(e capability.Event) {
		s := e.Name
		if e.Final {
			s += "!"
		}
		got = append(got, s)
	})
	if _, err := run(t.Context(), start); err != nil {
		t.Fatal(err)
	}
	send := call("network", "connectSocket.send", `{"data":"hi"}`)
	send.Task = 7
	if _, err := run(t.Context(), send); err != nil {
		t.Errorf("send: %v", err)
	}
	for _, c := range []struct {
		name string
		edit func(*capability.Call)
	}{
		{"another app", func(c *capability.Call) { c.App = "notes" }},
		{"another user", func(c *capability.Call) { c.User = "bob" }},
		{"another task", func(c *capability.Call) { c.Task = 8 }},
		{"another kind of task", func(c *capability.Call) { c.Method, c.Payload.JSON = "request.abort", nil }},
	} {
		x := call("network", "connectSocket.send", `{"data":"hi"}`)
		x.Task = 7
		c.edit(x)
		if _, err := run(t.Context(), x); code(err) != pdk.CodeNotFound {
			t.Errorf("%s: got %v, want CodeNotFound", c.name, err)
		}
	}
	ts.Emit("other", start.Info, "message", pdk.Payload{JSON: []byte(`{"data":"forged"}`)}, false)
	ts.Emit("net", start.Info, "message", pdk.Payload{JSON: []byte(`{"data":5}`)}, false)
	ts.Emit("net", start.Info, "nonsense", pdk.Payload{}, false)
	ts.Emit("net", start.Info, "message", pdk.Payload{JSON: []byte(`{"data":{"$blob":0}}`), Blobs: [][]byte{{1}}}, false)
	ts.Emit("net", start.Info, "close", pdk.Payload{JSON: []byte(`{"code":1000}`)}, false)
	ts.Emit("net", start.Info, "message", pdk.Payload{JSON: []byte(`{"data":"late"}`)}, false)
	want := "open message close!"
	if s := join(got); s != want {
		t.Errorf("events: got %q, want %q", s, want)
	}
	if _, err := run(t.Context(), send); code(err) != pdk.CodeNotFound {
		t.Errorf("send after close: %v", err)
	}
	if ts.Len() != 0 {
		t.Errorf("%d tasks left", ts.Len())
	}
}

func join(list []string) string {
	out := ""
	for i, s := range list {
		if i > 0 {
			out += " "
		}
		out += s
	}
	return out
}

func TestAbandonedTaskIsCanceled(t *testing.T) {
	t.Parallel()
	closed := make(chan pdk.Info, 1)
	run, ts := kernel(t, plugin{"net", func(_ context.Context, c *capability.Call) (pdk.Payload, error) {
		if c.Method == "connectSocket.close" {
			closed <- c.Info
		}
		return pdk.Payload{}, nil
	}}, network)
	ctx, cancel := context.WithCancel(t.Context())
	if _, err := run(ctx, socketCall(0, nil)); err != nil {
		t.Fatal(err)
	}
	cancel()
	if info := <-closed; info.App != "shop" || info.User != "ann" || info.Task == 0 {
		t.Errorf("close was called with %+v", info)
	}
	if ts.Len() != 0 {
		t.Errorf("%d tasks left", ts.Len())
	}
}

func TestRequestTaskEndsWithItsCall(t *testing.T) {
	t.Parallel()
	run, ts := kernel(t, plugin{"net", answer(`{"data":"","statusCode":200,"header":{}}`)}, network)
	if _, err := run(t.Context(), call("network", "request", `{"url":"https://a.b"}`)); err != nil {
		t.Fatal(err)
	}
	if ts.Len() != 0 {
		t.Errorf("%d tasks left", ts.Len())
	}
}

func TestCapabilityEvents(t *testing.T) {
	t.Parallel()
	_, ts := kernel(t, plugin{"geo", answer(``)}, "dougong.geolocation/v1")
	var ann, bob int
	cancel := ts.Subscribe("shop", "ann", func(e capability.Event) {
		if e.Capability != "dougong.geolocation/v1" || e.Name != "locationChange" {
			t.Errorf("event = %+v", e)
		}
		ann++
	})
	defer ts.Subscribe("shop", "bob", func(capability.Event) { bob++ })()
	info := pdk.Info{Capability: "dougong.geolocation/v1", App: "shop", User: "ann"}
	here := pdk.Payload{JSON: []byte(`{"latitude":1,"longitude":2}`)}
	ts.Emit("geo", info, "locationChange", here, false)
	ts.Emit("other", info, "locationChange", here, false)                          // not the provider
	ts.Emit("geo", info, "locationChange", pdk.Payload{JSON: []byte(`{}`)}, false) // does not fit
	ts.Emit("geo", info, "locationChanged", here, false)                           // no such event
	cancel()
	ts.Emit("geo", info, "locationChange", here, false)
	if ann != 1 || bob != 0 {
		t.Errorf("ann got %d events, bob %d; want 1 and 0", ann, bob)
	}
}
