package frames

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/wire"
)

func TestServices(t *testing.T) {
	t.Parallel()
	s := &seen{service: func(ctx context.Context, call uint64, name string, in pdk.Payload) (pdk.Payload, error) {
		switch name {
		case "denied":
			return pdk.Payload{}, pdk.Errorf(pdk.CodeDenied, "denied", "call %d may not", call)
		case "wait":
			<-ctx.Done()
			return pdk.Payload{}, ctx.Err()
		}
		return in, nil
	}}
	h, p := pairOf(t, s, func(p *Plugin, ctx context.Context, call uint64, q *wire.Request) (pdk.Payload, error) {
		return p.Service(ctx, call, q.Info.Method, q.Payload)
	})
	large := pdk.Payload{JSON: []byte(`{"$blob":0}`), Blobs: [][]byte{make([]byte, 3<<20)}}
	q := request(large)
	if out, failure, err := h.Call(within(t), 1, false, q); err != nil || failure != nil || !same(out, large) {
		t.Errorf("a large service: %v, %v", failure, err)
	}
	if _, failure, err := h.Call(within(t), 2, false, named("denied")); err != nil || failure == nil || failure.Code != pdk.CodeDenied || failure.Message != "call 2 may not" {
		t.Errorf("denied: %v, %v", failure, err)
	}
	q = named("wait")
	q.Timeout = 10 * time.Millisecond
	if _, failure, err := h.Call(within(t), 3, false, q); pdk.Code(err) != pdk.CodeTimeout && (failure == nil || failure.Code != pdk.CodeTimeout) {
		t.Errorf("wait: %v, %v", failure, err)
	}
	if out, err := p.Service(within(t), 0, "echo", large); err != nil || !same(out, large) {
		t.Errorf("a service on behalf of nobody: %v", err)
	}
	quiet(t, h, p)
}

// emitter is a plugin that emits events 0 to n-1 of so many bytes, the last one final, before it replies.
func emitter(n, size int, sent *atomic.Int64) doing {
	return func(p *Plugin, ctx context.Context, call uint64, q *wire.Request) (pdk.Payload, error) {
		if q.Info.Method == "echo" {
			return q.Payload, nil
		}
		for i := range n {
			if err := p.Emit(ctx, call, 7, fmt.Sprint(i), pdk.Payload{JSON: make([]byte, size)}, i == n-1); err != nil {
				return pdk.Payload{}, err
			}
			sent.Add(1)
		}
		return pdk.Payload{}, nil
	}
}

// TestEventsBeforeReply checks order: each event has been taken when the call returns.
func TestEventsBeforeReply(t *testing.T) {
	t.Parallel()
	var sent atomic.Int64
	s := &seen{}
	h, _ := pairOf(t, s, emitter(500, 300, &sent))
	if _, failure, err := h.Call(within(t), 1, false, named("emit")); err != nil || failure != nil {
		t.Fatal(failure, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range 500 {
		if len(s.events) != 500 || s.events[i] != fmt.Sprint(i) {
			t.Fatalf("%d events, %v", len(s.events), s.events[:min(i+1, len(s.events))])
		}
	}
}

// TestBackPressure lets the consumer of events stand still: the plugin is held back, other calls go on, and all events
// come once it goes on.
func TestBackPressure(t *testing.T) {
	t.Parallel()
	const size = 1000
	var sent atomic.Int64
	s := &seen{hold: make(chan struct{})}
	h, p := pairOf(t, s, emitter(1000, size, &sent))
	done := make(chan error)
	go func() {
		_, failure, err := h.Call(within(t), 1, false, named("emit"))
		if failure != nil {
			err = failure
		}
		done <- err
	}()
	most := int64(Window/size + 2)
	eventually(t, func() bool { return sent.Load() >= Window/(size+100) })
	for id := range uint64(50) {
		if _, failure, err := h.Call(within(t), id+2, false, named("echo")); failure != nil || err != nil {
			t.Fatal(failure, err)
		}
	}
	if n := sent.Load(); n > most {
		t.Errorf("%d events were sent to a consumer that takes none, at most %d fit into the window", n, most)
	}
	h.mu.Lock()
	if a := h.streams[1].ahead; a > Window+2*size {
		t.Errorf("the host holds %d bytes", a)
	}
	h.mu.Unlock()
	close(s.hold)
	if err := <-done; err != nil {
		t.Error(err)
	}
	s.mu.Lock()
	n := len(s.events)
	s.mu.Unlock()
	if n != 1000 {
		t.Errorf("%d events came", n)
	}
	quiet(t, h, p)
}

// TestWhoMayEmit goes through the life of calls and their tasks.
func TestWhoMayEmit(t *testing.T) {
	t.Parallel()
	h, p := pairOf(t, &seen{}, func(p *Plugin, ctx context.Context, call uint64, q *wire.Request) (pdk.Payload, error) {
		if q.Info.Method == "fail" {
			return pdk.Payload{}, pdk.Errorf(70001, "x", "as asked")
		}
		return q.Payload, nil
	})
	emit := func(call uint64, final bool) error { return p.Emit(within(t), call, 7, "e", pdk.Payload{}, final) }
	for i, c := range []struct {
		method      string
		lasts       bool
		first, next bool // whether events are taken after the reply, and after the final one
	}{
		{"m", false, false, false},
		{"m", true, true, false},
		{"fail", true, false, false},
	} {
		id := uint64(i + 1)
		if _, _, err := h.Call(within(t), id, c.lasts, named(c.method)); err != nil {
			t.Fatal(err)
		}
		for j, want := range []bool{c.first, c.first, c.next} {
			err := emit(id, j == 1)
			if want != (err == nil) || err != nil && pdk.Code(err) != pdk.CodeNotFound {
				t.Errorf("case %d: event %d: %v, want it taken: %t", i, j, err, want)
			}
		}
	}
	if err := emit(99, false); pdk.Code(err) != pdk.CodeNotFound {
		t.Errorf("an event of a call that never was: %v", err)
	}
	quiet(t, h, p)
}

// TestCancelFreesEmitter gives a call up whose events nobody takes: it does not wait for ever.
func TestCancelFreesEmitter(t *testing.T) {
	t.Parallel()
	var sent atomic.Int64
	s := &seen{hold: make(chan struct{})}
	ended := make(chan error, 1)
	emit := emitter(1000, 1000, &sent)
	h, p := pairOf(t, s, func(p *Plugin, ctx context.Context, call uint64, q *wire.Request) (pdk.Payload, error) {
		out, err := emit(p, context.WithoutCancel(ctx), call, q)
		if q.Info.Method == "emit" {
			ended <- err
		}
		return out, err
	})
	ctx, cancel := context.WithCancel(within(t))
	go func() {
		for sent.Load() < 10 {
			time.Sleep(time.Millisecond)
		}
		cancel()
	}()
	if _, _, err := h.Call(ctx, 1, true, named("emit")); err == nil {
		t.Error("it returned")
	}
	if err := <-ended; pdk.Code(err) != pdk.CodeNotFound {
		t.Errorf("the emitter got %v", err)
	}
	close(s.hold)
	quiet(t, h, p)
}

func TestLog(t *testing.T) {
	t.Parallel()
	s := &seen{}
	h, p := pair(t, s, callsFunc(echo))
	var wg sync.WaitGroup
	for i := range 4 {
		wg.Go(func() {
			for j := range 200 {
				if err := p.Log(within(t), pdk.LevelWarn, fmt.Sprint(i, " ", j), map[string]string{"a": strings.Repeat("x", 100)}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if err := p.Log(within(t), pdk.LevelError, strings.Repeat("y", MaxFrame*2), nil); err != nil {
		t.Error(err)
	}
	eventually(t, func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		return len(s.logs) == 801
	})
	if !slices.Contains(s.logs, "warn: 3 199") || !strings.HasPrefix(s.logs[800], "error: yyy") {
		t.Errorf("%.200v", s.logs)
	}
	quiet(t, h, p)
}
