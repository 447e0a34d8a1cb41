package benchguest

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/tetratelabs/wazero"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/wire"
)

// TestGuests calls both modules as a host does, without one.
func TestGuests(t *testing.T) {
	t.Parallel()
	large := pdk.Payload{JSON: []byte(`{"id":1,"data":{"$blob":0}}`), Blobs: [][]byte{bytes.Repeat([]byte("x"), 64<<10)}}
	fixed := pdk.Payload{JSON: []byte(`{"id":7}`)}
	for name, c := range map[string]struct {
		module []byte
		in     pdk.Payload
		want   pdk.Payload
	}{
		"echo":       {Echo(t, "bench.echo/v1", "echo"), large, large},
		"echo of 2":  {Echo(t, "bench.echo/v1", "echo"), pdk.Payload{JSON: []byte("{}")}, pdk.Payload{JSON: []byte("{}")}},
		"answerer":   {Answerer(t, fixed, "bench.echo/v1", "echo"), large, fixed},
		"much of it": {Answerer(t, large, "bench.echo/v1", "echo"), fixed, large},
	} {
		got := call(t, c.module, &wire.Request{Op: wire.OpCall, Info: pdk.Info{Capability: "bench.echo/v1", Method: "echo", App: "shop", User: "ann", Trace: "1"}, Payload: c.in})
		if string(got.JSON) != string(c.want.JSON) || len(got.Blobs) != len(c.want.Blobs) || len(got.Blobs) > 0 && !bytes.Equal(got.Blobs[0], c.want.Blobs[0]) {
			t.Errorf("%s: got %.100s with %d attachments", name, got.JSON, len(got.Blobs))
		}
		if got := call(t, c.module, &wire.Request{Op: wire.OpDescribe}); !strings.Contains(string(got.JSON), `"bench.echo/v1":["echo"]`) {
			t.Errorf("%s: describes itself as %s", name, got.JSON)
		}
		if got := call(t, c.module, &wire.Request{Op: wire.OpConfigure, Payload: fixed}); len(got.JSON) != 0 {
			t.Errorf("%s: a configuration is answered by %s", name, got.JSON)
		}
	}
}

func call(t *testing.T, module []byte, q *wire.Request) pdk.Payload {
	t.Helper()
	ctx := context.Background()
	r := wazero.NewRuntime(ctx)
	defer func() { _ = r.Close(ctx) }()
	m, err := r.Instantiate(ctx, module)
	if err != nil {
		t.Fatal(err)
	}
	request := wire.AppendRequest(nil, q)
	if len(request) > MaxRequest || !m.Memory().Write(bufferAt, request) {
		t.Fatalf("a request of %d bytes does not fit", len(request))
	}
	out, err := m.ExportedFunction("dg_call").Call(ctx, bufferAt, uint64(len(request)))
	if err != nil {
		t.Fatal(err)
	}
	view, ok := m.Memory().Read(uint32(out[0]>>32), uint32(out[0]))
	if !ok {
		t.Fatalf("the reply is at %#x", out[0])
	}
	p, failure, err := wire.DecodeReply(bytes.Clone(view))
	if err != nil || failure != nil {
		t.Fatal(err, failure)
	}
	return p
}
