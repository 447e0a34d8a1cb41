package frames

import (
	"bytes"
	"context"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/wire"
)

// patience is how long a test waits for what should happen at once.
const patience = time.Minute

// callsFunc is Calls.
type callsFunc func(ctx context.Context, call uint64, q *wire.Request) (pdk.Payload, error)

func (f callsFunc) Do(ctx context.Context, call uint64, q *wire.Request) (pdk.Payload, error) {
	return f(ctx, call, q)
}

func echo(_ context.Context, _ uint64, q *wire.Request) (pdk.Payload, error) { return q.Payload, nil }

// seen is Services that notes what it is given.
type seen struct {
	service func(ctx context.Context, call uint64, name string, in pdk.Payload) (pdk.Payload, error)
	hold    chan struct{} // events wait for it, if it is not nil
	mu      sync.Mutex
	events  []string
	logs    []string
}

func (s *seen) Service(ctx context.Context, call uint64, name string, in pdk.Payload) (pdk.Payload, error) {
	return s.service(ctx, call, name, in)
}

func (s *seen) Task(call uint64) uint64 { return call }

func (s *seen) Event(call uint64, event string, in pdk.Payload, final bool) {
	if s.hold != nil {
		<-s.hold
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.events = append(s.events, event)
}

func (s *seen) Log(level, message string, fields map[string]string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.logs = append(s.logs, level+": "+message)
}

// sockets returns the two ends of a connection over a unix socket.
func sockets(t testing.TB) (host, plugin net.Conn) {
	t.Helper()
	l, err := net.Listen("unix", filepath.Join(t.TempDir(), "s"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	if host, err = net.Dial("unix", l.Addr().String()); err != nil {
		t.Fatal(err)
	}
	if plugin, err = l.Accept(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = host.Close(), plugin.Close() })
	return host, plugin
}

// pair connects a host and a plugin in this process.
func pair(t testing.TB, services Services, calls Calls) (*Host, *Plugin) {
	t.Helper()
	return pairWith(t, services, calls, nil)
}

// pairWith is pair with memory that the host offers.
func pairWith(t testing.TB, services Services, calls Calls, shared *os.File) (*Host, *Plugin) {
	t.Helper()
	a, b := sockets(t)
	token := NewToken()
	began := make(chan *Plugin, 1)
	go func() {
		p, err := NewPlugin(b, token, calls)
		if err != nil {
			t.Error(err)
		}
		began <- p
	}()
	h, err := NewHost(a, token, services, shared)
	p := <-began
	if err != nil || p == nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		h.Close()
		p.Close()
	})
	return h, p
}

// doing is Calls that need the plugin they belong to.
type doing func(p *Plugin, ctx context.Context, call uint64, q *wire.Request) (pdk.Payload, error)

// pairOf is pair for such calls.
func pairOf(t testing.TB, services Services, do doing) (*Host, *Plugin) {
	t.Helper()
	self := make(chan *Plugin, 1)
	h, p := pair(t, services, callsFunc(func(ctx context.Context, call uint64, q *wire.Request) (pdk.Payload, error) {
		p := <-self
		self <- p
		return do(p, ctx, call, q)
	}))
	self <- p
	return h, p
}

func within(t testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	t.Cleanup(cancel)
	return ctx
}

func request(p pdk.Payload) *wire.Request {
	return &wire.Request{Op: wire.OpCall, Info: pdk.Info{Capability: "c/v1", Method: "m"}, Payload: p}
}

func same(a, b pdk.Payload) bool {
	ok := bytes.Equal(a.JSON, b.JSON) && len(a.Blobs) == len(b.Blobs)
	for i := range a.Blobs {
		ok = ok && bytes.Equal(a.Blobs[i], b.Blobs[i])
	}
	return ok
}

func TestEcho(t *testing.T) {
	t.Parallel()
	h, _ := pair(t, &seen{}, callsFunc(echo))
	ctx := within(t)
	var id uint64
	for _, n := range []int{0, 1, 100, 64 << 10, MaxFrame - 41, MaxFrame - 40, MaxFrame, 1 << 20, pdk.MaxPayload} {
		in := pdk.Payload{JSON: []byte(`{"$blob":0}`), Blobs: [][]byte{bytes.Repeat([]byte{byte(n), 7}, n)[:max(n-11, 0)]}}
		id++
		out, failure, err := h.Call(ctx, id, false, request(in))
		if err != nil || failure != nil || !same(in, out) {
			t.Errorf("echo of %d bytes: %d bytes, %v, %v", in.Size(), out.Size(), failure, err)
		}
	}
}

func TestConcurrent(t *testing.T) {
	t.Parallel()
	h, _ := pair(t, &seen{}, callsFunc(echo))
	ctx := within(t)
	var wg sync.WaitGroup
	for i := range 64 {
		wg.Go(func() {
			for j := range 50 {
				in := pdk.Payload{JSON: []byte(strings.Repeat("x", i*j))}
				if j == 25 {
					in.Blobs = [][]byte{make([]byte, MaxFrame+i)}
				}
				out, failure, err := h.Call(ctx, uint64(i*50+j+1), false, request(in))
				if err != nil || failure != nil || !same(in, out) {
					t.Errorf("echo: %v, %v", failure, err)
				}
			}
		})
	}
	wg.Wait()
}
