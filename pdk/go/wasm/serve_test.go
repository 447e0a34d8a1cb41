package wasm

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/wire"
)

type noHost struct{}

func (noHost) Service(context.Context, pdk.Info, string, pdk.Payload) (pdk.Payload, error) {
	return pdk.Payload{}, errors.New("no services here")
}
func (noHost) Emit(context.Context, pdk.Info, string, pdk.Payload, bool) error { return nil }
func (noHost) Log(context.Context, string, string, map[string]string)          {}

func plugin(closed *bool) *pdk.Plugin {
	return pdk.New("com.example.p", "1.0.0").Provide("example.p/v1", pdk.Methods{
		"echo":     func(_ *pdk.Context, in pdk.Payload) (pdk.Payload, error) { return in, nil },
		"deadline": pdk.Func(func(ctx *pdk.Context, _ struct{}) (struct{}, error) { <-ctx.Done(); return struct{}{}, ctx.Err() }),
		"kv":       pdk.Func(func(ctx *pdk.Context, _ struct{}) (bool, error) { _, ok, err := ctx.KV().Get("k"); return ok, err }),
	}).OnConfigure(func(_ *pdk.Context, text []byte) error {
		if string(text) != `{"ok":true}` {
			return errors.New("not ok")
		}
		return nil
	}).OnClose(func() error { *closed = true; return nil })
}

// do sends a request and decodes the reply.
func do(t *testing.T, p *pdk.Plugin, q wire.Request) (pdk.Payload, *pdk.Error) {
	t.Helper()
	out, failure, err := wire.DecodeReply(serve(p, noHost{}, &wire.Request{}, wire.AppendRequest(nil, &q), nil))
	if err != nil {
		t.Fatal(err)
	}
	return out, failure
}

func TestOperations(t *testing.T) {
	t.Parallel()
	closed := false
	p := plugin(&closed)
	out, failure := do(t, p, wire.Request{Op: wire.OpDescribe})
	var d pdk.Description
	if err := json.Unmarshal(out.JSON, &d); err != nil || failure != nil || d.ID != p.ID || strings.Join(d.Capabilities["example.p/v1"], " ") != "deadline echo kv" {
		t.Errorf("describe = %s, %v", out.JSON, failure)
	}
	for config, code := range map[string]int{`{"ok":true}`: 0, `{}`: pdk.CodeConfig} {
		_, failure := do(t, p, wire.Request{Op: wire.OpConfigure, Payload: pdk.Payload{JSON: []byte(config)}})
		if failure == nil && code != 0 || failure != nil && failure.Code != code {
			t.Errorf("configure %s: %v, want code %d", config, failure, code)
		}
	}
	for method, code := range map[string]int{"echo": 0, "nothing": pdk.CodeUnsupported, "deadline": pdk.CodeTimeout, "kv": pdk.CodeInternal} {
		_, failure := do(t, p, wire.Request{Op: wire.OpCall, Info: pdk.Info{Capability: "example.p/v1", Method: method}, Timeout: 5 * time.Millisecond})
		if failure == nil && code != 0 || failure != nil && failure.Code != code {
			t.Errorf("%s: %v, want code %d", method, failure, code)
		}
	}
	if _, failure := do(t, p, wire.Request{Op: 99}); failure == nil || failure.Code != pdk.CodeUnsupported {
		t.Errorf("operation 99: %v", failure)
	}
	if _, failure := do(t, p, wire.Request{Op: wire.OpClose}); failure != nil || !closed {
		t.Errorf("close: %v, %v", failure, closed)
	}
	if _, failure := do(t, nil, wire.Request{Op: wire.OpDescribe}); failure == nil || !strings.Contains(failure.Message, "serve.Register") {
		t.Errorf("no plugin: %v", failure)
	}
}

func TestDeadline(t *testing.T) {
	t.Parallel()
	ctx, cancel := until(time.Hour)
	if at, ok := ctx.Deadline(); !ok || time.Until(at) < time.Minute || ctx.Err() != nil {
		t.Errorf("deadline %v %v, err %v", at, ok, ctx.Err())
	}
	done := ctx.Done()
	cancel()
	<-done
	if !errors.Is(ctx.Err(), context.Canceled) {
		t.Errorf("after the call: %v", ctx.Err())
	}
	ctx, cancel = until(time.Hour)
	cancel()
	<-ctx.Done() // asked for only after the call
	ctx, cancel = until(time.Millisecond)
	defer cancel()
	<-ctx.Done()
	if !errors.Is(ctx.Err(), context.DeadlineExceeded) {
		t.Errorf("after the deadline: %v", ctx.Err())
	}
	ctx, cancel = until(0)
	if _, ok := ctx.Deadline(); ok || ctx.Err() != nil {
		t.Error("a deadline out of nowhere")
	}
	cancel()
	<-ctx.Done()
}

// FuzzServe sends any bytes as a request: the answer is always a well-formed reply.
func FuzzServe(f *testing.F) {
	for _, op := range []wire.Op{wire.OpDescribe, wire.OpConfigure, wire.OpCall, wire.OpClose} {
		f.Add(wire.AppendRequest(nil, &wire.Request{Op: op, Info: pdk.Info{Capability: "example.p/v1", Method: "echo"}, Payload: pdk.Payload{JSON: []byte("1"), Blobs: [][]byte{{1}}}}))
	}
	f.Fuzz(func(t *testing.T, request []byte) {
		closed := false
		if q, err := wire.DecodeRequest(request); err == nil && q.Info.Method == "deadline" {
			return // waits as long as it is told
		}
		if _, _, err := wire.DecodeReply(serve(plugin(&closed), noHost{}, &wire.Request{}, request, nil)); err != nil {
			t.Errorf("%x: %v", request, err)
		}
	})
}

func until(left time.Duration) (*deadline, func()) {
	d := &deadline{}
	d.begin(left)
	return d, d.cancel
}
