package frames

import (
	"context"
	"io"
	"net"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/wire"
)

// FuzzHost lets a plugin send anything to a host with two calls open. Whatever it is, the host ends neither in a panic nor
// in a standstill, and the calls return.
func FuzzHost(f *testing.F) {
	reply := string(wire.AppendReply(nil, pdk.Payload{JSON: []byte("1")}, nil))
	event := string(wire.AppendEvent(nil, 0, "e", pdk.Payload{JSON: []byte("1")}, true))
	f.Add([]byte(join(frame(kindReply, 0, 1, reply), frame(kindReply, 0, 2, reply))))
	f.Add([]byte(join(frame(kindEvent, 0, 1, event), frame(kindReply, 0, 1, reply))))
	f.Add([]byte(join(frame(kindService, 0, 1, "\x01\x00\x00\x00\x00\x00\x00\x00"+string(wire.AppendService(nil, "kv.get", pdk.Payload{}))), frame(kindCancel, 0, 1, ""))))
	f.Add([]byte(join(frame(kindLog, 0, 0, string(wire.AppendLog(nil, "info", "x", nil))), frame(kindPing, 0, 3, ""))))
	f.Add([]byte(join(frame(kindReply, flagMore|flagSize, 1, size(MaxFrame+1)), frame(kindReply, flagAbort, 1, ""), frame(kindGoaway, 0, 0, "x"))))
	f.Fuzz(func(t *testing.T, stream []byte) {
		a, b := net.Pipe()
		token := NewToken()
		go func() {
			_, _ = io.ReadFull(b, make([]byte, headerSize+helloSize))
			_, _ = b.Write(token.appendHello(nil, PluginSide, 0))
			go func() { _, _ = io.Copy(io.Discard, b) }()
			_, _ = b.Write(stream)
			_ = b.Close()
		}()
		h, err := NewHost(a, token, &seen{service: func(_ context.Context, _ uint64, _ string, in pdk.Payload) (pdk.Payload, error) { return in, nil }}, nil)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		done := make(chan struct{})
		go func() {
			defer close(done)
			_, _, _ = h.Call(ctx, 1, false, named("m"))
		}()
		_, _, _ = h.Call(ctx, 2, true, named("m"))
		<-done
		if ctx.Err() != nil {
			t.Fatal("it stands still")
		}
		h.Close()
	})
}

// FuzzPlugin lets a host send anything to a plugin.
func FuzzPlugin(f *testing.F) {
	q := string(wire.AppendRequest(nil, named("m")))
	f.Add([]byte(join(frame(kindRequest, 0, 1, q), frame(kindCancel, 0, 1, ""))))
	f.Add([]byte(join(frame(kindRequest, flagLasts, 1, q), frame(kindCredit, 0, 1, size(10)))))
	f.Add([]byte(join(frame(kindServiceReply, 0, 1, string(wire.AppendReply(nil, pdk.Payload{}, nil))), frame(kindPing, 0, 3, ""))))
	f.Add([]byte(join(frame(kindRequest, flagMore|flagSize, 1, size(MaxFrame+1)), frame(kindRequest, flagMore, 1, "x"), frame(kindAdmit, 0, 1, "\x03"))))
	f.Fuzz(func(t *testing.T, stream []byte) {
		a, b := net.Pipe()
		token := NewToken()
		go func() {
			_, _ = b.Write(token.appendHello(nil, HostSide, 0))
			_, _ = io.ReadFull(b, make([]byte, headerSize+helloSize))
			go func() { _, _ = io.Copy(io.Discard, b) }()
			_, _ = b.Write(stream)
			_ = b.Close()
		}()
		var p *Plugin
		ready := make(chan struct{})
		p, err := NewPlugin(a, token, callsFunc(func(ctx context.Context, call uint64, q *wire.Request) (pdk.Payload, error) {
			<-ready
			_ = p.Emit(ctx, call, 0, "e", q.Payload, false)
			return p.Service(ctx, call, "echo", q.Payload)
		}))
		if err != nil {
			t.Fatal(err)
		}
		close(ready)
		select {
		case <-p.Done():
		case <-time.After(patience):
			t.Fatal("it stands still")
		}
		p.Close()
	})
}
