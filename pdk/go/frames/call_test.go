package frames

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/wire"
)

// named makes a request for a method.
func named(name string) *wire.Request {
	q := request(pdk.Payload{JSON: []byte(`1`)})
	q.Info.Method = name
	return q
}

// TestCallInto checks that a result comes in the memory that was given for it, if it is worth it and there is enough.
func TestCallInto(t *testing.T) {
	t.Parallel()
	h, p := pair(t, &seen{}, callsFunc(echo))
	for i, c := range []struct {
		size, memory int
		used         bool
	}{
		{100, 1 << 10, false}, {64 << 10, 80 << 10, true}, {64 << 10, 64 << 10, false}, {64 << 10, 0, false}, {1 << 20, 2 << 20, false},
	} {
		in := pdk.Payload{JSON: []byte(`{"$blob":0}`), Blobs: [][]byte{bytes.Repeat([]byte("x"), c.size)}}
		memory := make([]byte, c.memory)
		out, failure, err := h.CallInto(within(t), time.Now(), uint64(i+1), false, request(in), memory)
		if err != nil || failure != nil || !same(in, out) {
			t.Errorf("%d bytes: %v, %v", c.size, failure, err)
		}
		if used := bytes.Contains(memory, []byte("xxx")); used != c.used {
			t.Errorf("%d bytes with memory for %d: it is used: %t", c.size, c.memory, used)
		}
	}
	quiet(t, h, p)
}

func TestFailure(t *testing.T) {
	t.Parallel()
	want := &pdk.Error{Code: 70001, Name: "cancel", Message: "the user 取消 it", Data: []byte(`{"x":1}`)}
	for _, c := range []struct {
		name string
		err  error
	}{
		{"short", want},
		{"in parts", &pdk.Error{Code: 70001, Name: "cancel", Message: strings.Repeat("x", MaxFrame)}},
		{"over the limit", &pdk.Error{Code: 70001, Name: "cancel", Message: strings.Repeat("x", MaxMessage)}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h, _ := pair(t, &seen{}, callsFunc(func(context.Context, uint64, *wire.Request) (pdk.Payload, error) {
				return pdk.Payload{JSON: []byte("ignored")}, c.err
			}))
			_, failure, err := h.Call(within(t), 1, false, named("m"))
			if err != nil || failure == nil {
				t.Fatalf("got %v, %v", failure, err)
			}
			e := pdk.AsError(c.err)
			if c.name == "over the limit" {
				e = &pdk.Error{Code: pdk.CodeTooLarge, Name: "tooLarge", Message: failure.Message}
			}
			if failure.Code != e.Code || failure.Name != e.Name || failure.Message != e.Message || !bytes.Equal(failure.Data, e.Data) {
				t.Errorf("got %.200v", failure)
			}
		})
	}
}

// waiter is a plugin whose methods wait for the end of their context, and tell what it was.
func waiter() (callsFunc, chan error) {
	ended := make(chan error, MaxOpen)
	return func(ctx context.Context, _ uint64, q *wire.Request) (pdk.Payload, error) {
		if q.Info.Method == "echo" {
			return q.Payload, nil
		}
		<-ctx.Done()
		ended <- ctx.Err()
		return pdk.Payload{}, ctx.Err()
	}, ended
}

func TestDeadlineReachesThePlugin(t *testing.T) {
	t.Parallel()
	calls, ended := waiter()
	h, p := pair(t, &seen{}, calls)
	q := named("wait")
	q.Timeout = 20 * time.Millisecond
	_, failure, err := h.Call(within(t), 1, false, q)
	if pdk.Code(err) != pdk.CodeTimeout && (failure == nil || failure.Code != pdk.CodeTimeout) {
		t.Errorf("got %v, %v", failure, err)
	}
	if err := <-ended; !errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, context.Canceled) {
		t.Errorf("the plugin's context ended with %v", err)
	}
	quiet(t, h, p)
}

// quiet checks that both sides have forgotten everything, and still speak with each other.
func quiet(t *testing.T, h *Host, p *Plugin) {
	t.Helper()
	q := named("echo")
	if out, failure, err := h.Call(within(t), 1<<40, false, q); err != nil || failure != nil || !same(out, q.Payload) {
		t.Fatalf("after that: %v, %v", failure, err)
	}
	eventually(t, func() bool {
		h.asked.mu.Lock()
		defer h.asked.mu.Unlock()
		h.mu.Lock()
		defer h.mu.Unlock()
		p.mu.Lock()
		defer p.mu.Unlock()
		return h.asked.open.size == 0 && len(h.streams) == 0 && len(h.tasks) == 0 && len(h.serving) == 0 && p.calls.size == 0 && h.lobby.free() && p.lobby.free()
	})
}

func (l *lobby) free() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.used == 0 && len(l.waiting) == 0
}

// eventually waits for what the other goroutines are about to do.
func eventually(t *testing.T, f func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !f(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("it does not come to rest")
		}
	}
}

func TestCancel(t *testing.T) {
	t.Parallel()
	calls, ended := waiter()
	h, p := pair(t, &seen{}, calls)
	for i := range uint64(3) {
		ctx, cancel := context.WithCancel(within(t))
		began := make(chan struct{})
		go func() {
			<-began
			cancel()
		}()
		close(began)
		if _, _, err := h.Call(ctx, i+1, false, named("wait")); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Errorf("the plugin's context ended with %v", err)
		}
	}
	quiet(t, h, p)
}

// TestCancelOfLarge gives up calls whose arguments or results are on their way.
func TestCancelOfLarge(t *testing.T) {
	t.Parallel()
	h, p := pair(t, &seen{}, callsFunc(echo))
	in := pdk.Payload{JSON: []byte(`{"$blob":0}`), Blobs: [][]byte{make([]byte, 16<<20)}}
	var wg sync.WaitGroup
	var through atomic.Int64
	for i := range 20 {
		wg.Go(func() {
			ctx, cancel := context.WithTimeout(within(t), time.Duration(i)*2*time.Millisecond)
			defer cancel()
			out, _, err := h.Call(ctx, uint64(i+1), false, request(in))
			switch {
			case err == nil && same(in, out):
				through.Add(1)
			case !errors.Is(err, context.DeadlineExceeded):
				t.Errorf("call %d: %v", i, err)
			}
		})
	}
	wg.Wait()
	t.Logf("%d of 20 went through", through.Load())
	quiet(t, h, p)
}

// TestSmallBetweenLarge checks that a small call is not held up by the parts of a large one.
func TestSmallBetweenLarge(t *testing.T) {
	t.Parallel()
	h, p := pair(t, &seen{}, callsFunc(echo))
	large := pdk.Payload{JSON: []byte(`{"$blob":0}`), Blobs: [][]byte{make([]byte, pdk.MaxPayload-11)}}
	done := make(chan struct{})
	go func() {
		defer close(done)
		if out, failure, err := h.Call(within(t), 1, false, request(large)); err != nil || failure != nil || !same(large, out) {
			t.Errorf("the large one: %v, %v", failure, err)
		}
	}()
	between := 0
	for id := uint64(2); ; id++ {
		select {
		case <-done:
			if between < 3 {
				t.Errorf("%d small calls were answered while a large one was under way", between)
			}
			quiet(t, h, p)
			return
		default:
		}
		if _, failure, err := h.Call(within(t), id, false, named("echo")); err != nil || failure != nil {
			t.Fatal(failure, err)
		}
		between++
	}
}

// TestAdmission sends more at a time than either side admits.
func TestAdmission(t *testing.T) {
	t.Parallel()
	h, p := pair(t, &seen{}, callsFunc(echo))
	in := pdk.Payload{Blobs: [][]byte{make([]byte, 48<<20)}, JSON: []byte(`{"$blob":0}`)}
	var wg sync.WaitGroup
	for i := range 5 {
		wg.Go(func() {
			if out, failure, err := h.Call(within(t), uint64(i+1), false, request(in)); err != nil || failure != nil || out.Size() != in.Size() {
				t.Errorf("%v, %v", failure, err)
			}
		})
	}
	for range 100 {
		for _, l := range []*lobby{&h.lobby, &p.lobby} {
			l.mu.Lock()
			if l.used > admitted {
				t.Errorf("%d bytes are admitted", l.used)
			}
			l.mu.Unlock()
		}
		time.Sleep(time.Millisecond)
	}
	wg.Wait()
	quiet(t, h, p)
}

func TestTooManyCalls(t *testing.T) {
	t.Parallel()
	calls, ended := waiter()
	h, p := pair(t, &seen{}, calls)
	ctx, cancel := context.WithCancel(within(t))
	var wg sync.WaitGroup
	for i := range MaxOpen {
		wg.Go(func() {
			if _, _, err := h.Call(ctx, uint64(i+1), false, named("wait")); !errors.Is(err, context.Canceled) {
				t.Errorf("got %v", err)
			}
		})
	}
	eventually(t, func() bool {
		h.asked.mu.Lock()
		defer h.asked.mu.Unlock()
		return h.asked.open.size == MaxOpen
	})
	if _, _, err := h.Call(ctx, MaxOpen+1, false, named("echo")); pdk.Code(err) != pdk.CodeBusy {
		t.Errorf("one more: %v", err)
	}
	cancel()
	wg.Wait()
	for range MaxOpen {
		<-ended
	}
	eventually(t, func() bool { return !h.asked.some() })
	quiet(t, h, p)
}

// TestLostConnection closes one end while calls are under way.
func TestLostConnection(t *testing.T) {
	t.Parallel()
	for _, side := range []Side{HostSide, PluginSide} {
		t.Run(side.String(), func(t *testing.T) {
			t.Parallel()
			calls, ended := waiter()
			h, p := pair(t, &seen{}, calls)
			var wg sync.WaitGroup
			for i := range 8 {
				wg.Go(func() {
					if _, failure, err := h.Call(within(t), uint64(i+1), false, named("wait")); pdk.Code(err) != pdk.CodeUnavailable {
						t.Errorf("got %v, %v", failure, err)
					}
				})
			}
			eventually(t, func() bool {
				p.mu.Lock()
				defer p.mu.Unlock()
				return p.calls.size == 8
			})
			if side == HostSide {
				h.Close()
			} else {
				_ = p.net.Close()
			}
			wg.Wait()
			for range 8 {
				<-ended
			}
			<-p.Done()
			<-h.Done()
			if _, _, err := h.Call(within(t), 99, false, named("m")); pdk.Code(err) != pdk.CodeUnavailable {
				t.Errorf("a call after the end: %v", err)
			}
			if err := p.Emit(within(t), 0, 0, "e", pdk.Payload{}, false); pdk.Code(err) != pdk.CodeUnavailable {
				t.Errorf("an event after the end: %v", err)
			}
		})
	}
}

func TestPing(t *testing.T) {
	t.Parallel()
	h, p := pair(t, &seen{}, callsFunc(echo))
	for range 3 {
		if err := h.Ping(within(t)); err != nil {
			t.Error(err)
		}
		if err := p.Ping(within(t)); err != nil {
			t.Error(err)
		}
	}
	h.Close()
	if err := h.Ping(within(t)); pdk.Code(err) != pdk.CodeUnavailable {
		t.Error(err)
	}
}

// TestTurns makes lone calls long enough for each side to read for itself, and then calls that do not let it.
func TestTurns(t *testing.T) {
	t.Parallel()
	gate := make(chan struct{})
	h, p := pairOf(t, &seen{service: func(_ context.Context, _ uint64, name string, in pdk.Payload) (pdk.Payload, error) {
		return in, nil
	}}, func(p *Plugin, ctx context.Context, call uint64, q *wire.Request) (pdk.Payload, error) {
		switch string(q.Payload.JSON) {
		case `"service"`:
			return p.Service(ctx, call, "kv.get", q.Payload)
		case `"wait"`: // for another call
			<-gate
		case `"open"`:
			gate <- struct{}{}
		case `"large"`:
			return pdk.Payload{JSON: bytes.Repeat([]byte("1"), MaxFrame*2)}, nil
		}
		return q.Payload, nil
	})
	ctx, id := within(t), uint64(0)
	do := func(what string) {
		t.Helper()
		id++
		if _, failure, err := h.Call(ctx, id, false, request(pdk.Payload{JSON: []byte(`"` + what + `"`)})); failure != nil || err != nil {
			t.Errorf("%s: %v, %v", what, failure, err)
		}
	}
	quickly := func() {
		eventually(t, func() bool {
			p.turns.mu.Lock()
			before := p.turns.number
			p.turns.mu.Unlock()
			do("echo")
			p.turns.mu.Lock()
			defer p.turns.mu.Unlock()
			return p.turns.number > before
		})
	}
	for range 3 {
		quickly()
		do("service")
		quickly()
		do("large")
		quickly()
		id++
		mine := id
		waited := make(chan struct{})
		go func() {
			defer close(waited)
			if _, failure, err := h.Call(ctx, mine, false, request(pdk.Payload{JSON: []byte(`"wait"`)})); failure != nil || err != nil {
				t.Errorf("wait: %v, %v", failure, err)
			}
		}()
		do("open")
		<-waited
	}
	quiet(t, h, p)
}
