//go:build linux

package frames

import (
	"bytes"
	"context"
	"encoding/binary"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/wire"
)

// shareable is memory that can be shared.
func shareable(t testing.TB) *os.File {
	t.Helper()
	f, err := os.Create(filepath.Join(t.TempDir(), "shared"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	if err := f.Truncate(AreaSize); err != nil {
		t.Fatal(err)
	}
	return f
}

// pairShared is pair with shared memory.
func pairShared(t testing.TB, services Services, calls Calls) (*Host, *Plugin, *os.File) {
	t.Helper()
	f := shareable(t)
	h, p := pairWith(t, services, calls, f)
	if h.area == nil || p.area == nil {
		t.Fatal("they share no memory")
	}
	return h, p, f
}

// contents is what stands in a file.
func contents(t testing.TB, f *os.File) []byte {
	t.Helper()
	b := make([]byte, AreaSize)
	if _, err := f.ReadAt(b, 0); err != nil {
		t.Fatal(err)
	}
	return b
}

func blob(n int, with byte) pdk.Payload {
	return pdk.Payload{JSON: []byte(`{"$blob":0}`), Blobs: [][]byte{bytes.Repeat([]byte{with}, n)}}
}

// TestSharedEcho checks which bodies go through shared memory, that they arrive, and that all slots are given back.
func TestSharedEcho(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		n      int
		lasts  bool
		shared bool
	}{
		{"small", 100, false, false},
		{"64 KiB", 64 << 10, false, true},
		{"beyond what is read in place", 100 << 10, false, true},
		{"of a call that lasts", 64 << 10, true, true},
		{"a whole slot", slotSize - 200, false, true},
		{"more than a slot", slotSize, false, false},
		{"in parts", 1 << 20, false, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h, p, f := pairShared(t, &seen{}, callsFunc(echo))
			in := blob(c.n, 'x')
			for id := range uint64(20) {
				out, failure, err := h.Call(within(t), id+1, c.lasts, request(in))
				if err != nil || failure != nil || !same(in, out) {
					t.Fatalf("call %d: %d bytes, %v, %v", id, out.Size(), failure, err)
				}
			}
			quietSlots(t, h, p)
			all := contents(t, f)
			for of, name := range map[Side]string{HostSide: "request", PluginSide: "reply"} {
				at := slotsAt + first(of)*slotSize
				if got := bytes.Contains(all[at:at+slotSize], []byte("xxxxxxxx")); got != c.shared {
					t.Errorf("the %s is in shared memory: %t", name, got)
				}
			}
			if at := slotsAt + (slots+1)*slotSize; bytes.Contains(all[at:], []byte("x")) {
				t.Error("lone replies, which are copied before they are handed on, need more than one slot")
			}
		})
	}
}

// quietSlots waits for the calls to return, and checks that all slots are free then.
func quietSlots(t *testing.T, h *Host, p *Plugin) {
	t.Helper()
	if err := h.Ping(within(t)); err != nil {
		t.Fatal(err)
	}
	p.Close() // waits for its calls
	h.Close()
	if n, m := h.area.uses.Load(), p.area.uses.Load(); n != 0 || m != 0 {
		t.Errorf("the memory is in use: by the host %d, by the plugin %d", n, m)
	}
}

// TestSharedServices sends the bodies of services and their replies.
func TestSharedServices(t *testing.T) {
	t.Parallel()
	s := &seen{service: func(_ context.Context, _ uint64, _ string, in pdk.Payload) (pdk.Payload, error) { return in, nil }}
	self := make(chan *Plugin, 1)
	h, p, f := pairShared(t, s, callsFunc(func(ctx context.Context, call uint64, _ *wire.Request) (pdk.Payload, error) {
		p := <-self
		self <- p
		return p.Service(ctx, call, "echo", blob(30<<10, 's'))
	}))
	self <- p
	out, failure, err := h.Call(within(t), 1, false, named("m"))
	if err != nil || failure != nil || !same(out, blob(30<<10, 's')) {
		t.Fatalf("%d bytes, %v, %v", out.Size(), failure, err)
	}
	if all := contents(t, f); !bytes.Contains(all[slotsAt:slotsAt+slotSize], []byte("ssss")) {
		t.Error("the reply of the service did not go through shared memory")
	}
	quietSlots(t, h, p)
}

// TestSharedNoSlot checks that everything goes on through the socket if a side never gives slots back.
func TestSharedNoSlot(t *testing.T) {
	t.Parallel()
	h, p, f := pairShared(t, &seen{}, callsFunc(echo))
	for n := range 2 * slots {
		if _, err := f.WriteAt([]byte{1}, int64(n*wordSize)); err != nil {
			t.Fatal(err)
		}
	}
	in := blob(64<<10, 'x')
	for id := range uint64(20) {
		if out, failure, err := h.Call(within(t), id+1, false, request(in)); err != nil || failure != nil || !same(in, out) {
			t.Fatalf("call %d: %d bytes, %v, %v", id, out.Size(), failure, err)
		}
	}
	if bytes.Contains(contents(t, f), []byte("xxxx")) {
		t.Error("a slot that was not free was used")
	}
	quietSlots(t, h, p)
}

// TestSharedHeld has more calls under way than there are slots: each keeps that of its arguments until it returns.
func TestSharedHeld(t *testing.T) {
	t.Parallel()
	var here sync.WaitGroup
	here.Add(3 * slots)
	h, p, _ := pairShared(t, &seen{}, callsFunc(func(_ context.Context, _ uint64, q *wire.Request) (pdk.Payload, error) {
		here.Done()
		here.Wait()
		return q.Payload, nil
	}))
	var wg sync.WaitGroup
	for i := range 3 * slots {
		wg.Go(func() {
			in := blob(40<<10+i, byte('a'+i))
			out, failure, err := h.Call(within(t), uint64(i+1), false, request(in))
			if err != nil || failure != nil || !same(in, out) {
				t.Errorf("call %d: %d bytes, %v, %v", i, out.Size(), failure, err)
			}
		})
	}
	wg.Wait()
	quietSlots(t, h, p)
}

// TestSharedConcurrent has 64 callers with bodies of all sizes.
func TestSharedConcurrent(t *testing.T) {
	t.Parallel()
	h, p, _ := pairShared(t, &seen{}, callsFunc(echo))
	var wg sync.WaitGroup
	for i := range 64 {
		wg.Go(func() {
			for j := range 40 {
				in := blob(i*j*60, byte(i+j))
				out, failure, err := h.Call(within(t), uint64(i*40+j+1), false, request(in))
				if err != nil || failure != nil || !same(in, out) {
					t.Errorf("%d bytes: %d bytes, %v, %v", in.Size(), out.Size(), failure, err)
				}
			}
		})
	}
	wg.Wait()
	quietSlots(t, h, p)
}

// liar shares memory with a host and speaks for its plugin.
func liar(t *testing.T) (h *Host, stranger io.ReadWriter, f *os.File) {
	t.Helper()
	a, b := sockets(t)
	token := NewToken()
	f = shareable(t)
	made := make(chan *Host, 1)
	go func() {
		h, err := NewHost(a, token, &seen{}, f)
		if err != nil {
			t.Error(err)
		}
		made <- h
	}()
	if _, err := io.ReadFull(b, make([]byte, headerSize+helloSize)); err != nil {
		t.Fatal(err)
	}
	_, _ = b.Write(token.appendHello(nil, PluginSide, flagShared))
	if h = <-made; h == nil {
		t.FailNow()
	}
	t.Cleanup(h.Close)
	return h, b, f
}

func described(n, size uint32) string {
	return string(binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint32(nil, n), size))
}

// TestSharedLies sends descriptors of what is not there, and bodies that are none.
func TestSharedLies(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		send []byte
		want string
	}{
		{"a slot of the host", frame(kindReply, flagShared, 1, described(0, 10)), "byte 56: a reply in slot 0, expected 8 to 15"},
		{"no slot", frame(kindReply, flagShared, 1, described(16, 10)), "byte 56: a reply in slot 16, expected 8 to 15"},
		{"the last number", frame(kindReply, flagShared, 1, described(1<<32-1, 10)), "byte 56: a reply in slot 4294967295"},
		{"nothing", frame(kindReply, flagShared, 1, described(8, 0)), "byte 60: a reply of 0 bytes in slot 8, expected 1 to 131072"},
		{"too much", frame(kindReply, flagShared, 1, described(15, slotSize+1)), "byte 60: a reply of 131073 bytes in slot 15"},
		{"far too much", frame(kindReply, flagShared, 1, described(15, 1<<32-1)), "byte 60: a reply of 4294967295 bytes in slot 15"},
		{"a short descriptor", frame(kindReply, flagShared, 1, "1234567"), "byte 40: a reply frame with a body of 7 bytes, expected 8 to 8"},
		{"a part", frame(kindReply, flagShared|flagMore, 1, described(8, 10)), "byte 45: flags 0x11 on a reply frame"},
		{"an event", frame(kindEvent, flagShared, 1, described(8, 10)), "byte 45: flags 0x10 on a event frame"},
		{"to nothing", frame(kindReply, flagShared, 9, described(8, 10)), "byte 48: a reply to call 9, which is not open"},
		{"zeros", frame(kindReply, flagShared, 1, described(8, 10)), "byte 56: malformed reply at byte 0: version 0"},
		{"a whole slot of zeros", frame(kindReply, flagShared, 1, described(15, slotSize)), "byte 56: malformed reply at byte 0: version 0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h, stranger, _ := liar(t)
			called := make(chan error, 1)
			go func() {
				_, _, err := h.Call(within(t), 1, false, named("m"))
				called <- err
			}()
			if _, err := io.ReadFull(stranger, make([]byte, headerSize)); err != nil {
				t.Fatal(err)
			}
			if _, err := stranger.Write(c.send); err != nil {
				t.Fatal(err)
			}
			<-h.Done()
			if err := h.Err(); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %s", err, c.want)
			}
			if err := <-called; err == nil {
				t.Error("the call succeeded")
			}
		})
	}
}

// TestSharedNotAgreed sends a descriptor where there is no shared memory, in either direction.
func TestSharedNotAgreed(t *testing.T) {
	t.Parallel()
	for me, send := range map[Side][]byte{
		HostSide:   frame(kindReply, flagShared, 1, described(8, 10)),
		PluginSide: frame(kindRequest, flagShared, 1, described(0, 10)),
	} {
		c, stranger := against(t, me, &seen{}, callsFunc(echo))
		if _, err := stranger.Write(send); err != nil {
			t.Fatal(err)
		}
		<-c.Done()
		if err := c.Err(); err == nil || !strings.Contains(err.Error(), "byte 45: a ") || !strings.Contains(err.Error(), "in shared memory, of which there is none") {
			t.Errorf("the %s: %v", me, err)
		}
	}
}

// TestSharedNotOffered has a plugin take memory that it was not offered.
func TestSharedNotOffered(t *testing.T) {
	t.Parallel()
	a, b := sockets(t)
	token := NewToken()
	_, _ = b.Write(token.appendHello(nil, PluginSide, flagShared))
	if _, err := NewHost(a, token, &seen{}, nil); err == nil || !strings.Contains(err.Error(), "byte 5: a hello that takes shared memory, which was not offered") {
		t.Errorf("got %v", err)
	}
}

// TestSharedChanged changes a body after it was sent: what the host has let in stays as it was.
func TestSharedChanged(t *testing.T) {
	t.Parallel()
	h, stranger, f := liar(t)
	want := blob(50<<10, 'w')
	reply := wire.AppendReply(nil, want, nil)
	for id := range uint64(10) {
		if _, err := f.WriteAt(reply, slotsAt+slots*slotSize); err != nil {
			t.Fatal(err)
		}
		answered := make(chan error, 1)
		go func() {
			_, err := io.ReadFull(stranger, make([]byte, headerSize+wire.RequestSize(named("m"))))
			if err == nil {
				_, err = stranger.Write(frame(kindReply, flagShared, id+1, described(slots, uint32(len(reply)))))
			}
			answered <- err
		}()
		out, failure, err := h.Call(within(t), id+1, false, named("m"))
		if sent := <-answered; err != nil || failure != nil || sent != nil {
			t.Fatal(failure, err, sent)
		}
		if _, err := f.WriteAt(bytes.Repeat([]byte{0xff}, slotSize), slotsAt+slots*slotSize); err != nil {
			t.Fatal(err)
		}
		if !same(out, want) {
			t.Fatal("the reply changed after it was received")
		}
	}
}

// TestSharedRefused has a plugin that was offered memory and does not take it.
func TestSharedRefused(t *testing.T) {
	t.Parallel()
	a, b := sockets(t)
	token := NewToken()
	_, _ = b.Write(token.appendHello(nil, PluginSide, 0))
	h, err := NewHost(a, token, &seen{}, shareable(t))
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	if h.area != nil {
		t.Error("the host shares memory with nobody")
	}
}

// TestSharedUnmapped checks that the memory is gone with the connection, also if that never came about.
func TestSharedUnmapped(t *testing.T) {
	t.Parallel()
	h, p, f := pairShared(t, &seen{}, callsFunc(echo))
	other := shareable(t)
	if n := mappings(t, f); n != 2 {
		t.Errorf("%d mappings while they are connected, expected 2", n)
	}
	p.Close()
	<-h.Done()
	h.Close()
	if n := mappings(t, f); n != 0 {
		t.Errorf("%d mappings after the end", n)
	}
	if _, ok := h.area.take(); ok {
		t.Error("a slot of what is gone was taken")
	}
	a, b := sockets(t)
	_ = b.Close()
	if _, err := NewHost(a, NewToken(), &seen{}, other); err == nil {
		t.Error("a host without a plugin")
	}
	if n := mappings(t, other); n != 0 {
		t.Errorf("%d mappings after a failed hello", n)
	}
}

// mappings counts those of a file in this process.
func mappings(t *testing.T, f *os.File) int {
	t.Helper()
	b, err := os.ReadFile("/proc/self/maps")
	if err != nil {
		t.Fatal(err)
	}
	return strings.Count(string(b), " "+f.Name()+"\n")
}

// FuzzShared lets a plugin send anything to a host, and put anything into what they share.
func FuzzShared(f *testing.F) {
	reply := wire.AppendReply(nil, pdk.Payload{JSON: []byte("1")}, nil)
	f.Add(frame(kindReply, flagShared, 1, described(8, uint32(len(reply)))), reply)
	f.Add(frame(kindReply, flagShared, 1, described(15, slotSize)), []byte("\x01"))
	f.Add(frame(kindService, flagShared, 1, described(9, 100)), append(make([]byte, 8), wire.AppendService(nil, "kv.get", pdk.Payload{})...))
	f.Add(frame(kindReply, flagShared, 2, described(1, 1)), []byte{})
	f.Add(frame(kindReply, flagShared, 2, described(1<<31, 1<<31)), []byte{})
	f.Fuzz(func(t *testing.T, stream, slot []byte) {
		a, b := sockets(t)
		token, shared := NewToken(), shareable(t)
		for n := range slots {
			_, _ = shared.WriteAt(slot[:min(len(slot), slotSize)], int64(slotsAt+(slots+n)*slotSize))
		}
		go func() {
			_, _ = io.ReadFull(b, make([]byte, headerSize+helloSize))
			_, _ = b.Write(token.appendHello(nil, PluginSide, flagShared))
			go func() { _, _ = io.Copy(io.Discard, b) }()
			_, _ = b.Write(stream)
			_ = b.Close()
		}()
		h, err := NewHost(a, token, &seen{service: func(_ context.Context, _ uint64, _ string, in pdk.Payload) (pdk.Payload, error) { return in, nil }}, shared)
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
		_, _, _ = h.Call(ctx, 2, true, request(blob(20<<10, 'x')))
		<-done
		if ctx.Err() != nil {
			t.Fatal("it stands still")
		}
		h.Close()
		if n := mappings(t, shared); n != 0 {
			t.Fatalf("%d mappings are left", n)
		}
	})
}
