package provider_test

import (
	"fmt"
	"io"
	"net"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/pdk/go"
)

// tcpPeer takes one connection after another; what they say is serve's business.
func tcpPeer(t *testing.T, serve func(net.Conn)) args {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ended, over := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				<-over
				_ = c.Close() // one that the plugin has not closed yet
			}()
			serve(c)
			_ = c.Close()
		}
	}()
	t.Cleanup(func() {
		close(over)
		_ = l.Close()
		<-ended
	})
	addr := l.Addr().(*net.TCPAddr)
	return args{"address": addr.IP.String(), "port": addr.Port}
}

func echoBytes(c net.Conn) { _, _ = io.Copy(c, c) }

// said collects the bytes of messages until there are as many as wanted.
func (r *rig) said(want string) event {
	r.Helper()
	var got strings.Builder
	for {
		e := r.next()
		if e.name != "message" {
			r.Fatalf("got %+v, want a message; so far %q", e, got.String())
		}
		got.Write(e.blobs[0])
		if got.Len() >= len(want) {
			if got.String() != want {
				r.Fatalf("heard %q, want %q", got.String(), want)
			}
			return e
		}
	}
}

func TestTCP(t *testing.T) {
	t.Parallel()
	r := start(t, local)
	to := tcpPeer(t, echoBytes)
	r.must(1, "createTCPSocket", args{})
	r.fails(1, "createTCPSocket.write", args{"data": "early"}, 600000, "socket is not connected")
	r.must(1, "createTCPSocket.connect", to)
	r.fails(1, "createTCPSocket.connect", to, 600000, "socket is connected already")
	if e := r.next(); e.name != "connect" || e.task != 1 {
		t.Fatalf("first %+v, want connect", e)
	}
	r.must(1, "createTCPSocket.write", args{"data": "你好 "})
	r.must(1, "createTCPSocket.write", args{"data": pdk.Blob{0, 1, 2}})
	e := r.said("你好 \x00\x01\x02")
	if want := fmt.Sprintf(`"remoteInfo":{"address":"127.0.0.1","port":%d,"family":"IPv4","size":`, to["port"]); !strings.Contains(e.text, want) {
		t.Errorf("message %s, want it to contain %s", e.text, want)
	}
	other := *r
	other.info.App = "notes"
	other.fails(1, "createTCPSocket.write", args{"data": "x"}, 600000, "socket is not connected")
	r.must(1, "createTCPSocket.close", args{})
	r.fails(1, "createTCPSocket.write", args{"data": "late"}, 600000, "socket is not connected")
	if e := r.next(); e.name != "close" || !e.final {
		t.Errorf("last %+v, want close", e)
	}
	r.must(1, "createTCPSocket.close", args{})
}

// Bytes keep their order, whatever their size, and are all sent before the connection is closed.
func TestTCPOrder(t *testing.T) {
	t.Parallel()
	r := start(t, local)
	heard := make(chan string, 1)
	to := tcpPeer(t, func(c net.Conn) {
		all, err := io.ReadAll(c)
		if err != nil {
			t.Error(err)
		}
		heard <- string(all)
	})
	r.must(1, "createTCPSocket", args{})
	r.must(1, "createTCPSocket.connect", to)
	r.next()
	var want strings.Builder
	for i := range 200 {
		piece := fmt.Sprintf("%d %s;", i, strings.Repeat("x", i*10))
		want.WriteString(piece)
		r.must(1, "createTCPSocket.write", args{"data": piece})
	}
	r.must(1, "createTCPSocket.close", args{})
	if got := <-heard; got != want.String() {
		t.Errorf("the peer heard %d bytes, want %d in their order", len(got), want.Len())
	}
	if e := r.next(); e.name != "close" || !e.final {
		t.Errorf("last %+v, want close", e)
	}
}

func TestTCPErrors(t *testing.T) {
	t.Parallel()
	r := start(t, `{"private_addresses":["127.0.0.1"],"max_message_mb":0.001,"max_sockets":1}`)
	r.fails(0, "createTCPSocket", args{}, pdk.CodeUnsupported, "createTCPSocket needs a caller that takes events")
	r.must(1, "createTCPSocket", args{})
	r.fails(2, "createTCPSocket", args{}, 600007, "exceed max task count: 1")
	free := tcpPeer(t, echoBytes)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed := l.Addr().(*net.TCPAddr).Port
	_ = l.Close()
	r.must(1, "createTCPSocket.connect", args{"address": "127.0.0.1", "port": closed})
	if e := r.next(); e.name != "error" || !strings.Contains(e.text, `"errMsg":"connect:fail net::ERR_CONNECTION_REFUSED`) || !strings.Contains(e.text, "600011") {
		t.Errorf("a port without a listener: %+v", e)
	}
	if e := r.next(); e.name != "close" || !e.final {
		t.Errorf("last %+v, want close", e)
	}
	r.must(3, "createTCPSocket", args{})
	r.must(3, "createTCPSocket.connect", free)
	r.next()
	r.fails(3, "createTCPSocket.write", args{"data": strings.Repeat("x", 2000)}, 600013, "the peer does not read")
	r.fails(3, "createTCPSocket.write", args{"data": 5}, pdk.CodeInvalidParams, "expected string or bytes")
}

// A socket reaches no private address that is not allowed, by whatever name, and none at all past a proxy.
func TestRawSocketsAreGuarded(t *testing.T) {
	t.Parallel()
	r := start(t, `{}`)
	to := tcpPeer(t, echoBytes)
	for i, host := range []string{"127.0.0.1", "localhost", "::1", "10.0.0.1", "169.254.169.254", "0.0.0.0"} {
		task := uint64(i + 1)
		r.must(task, "createTCPSocket", args{})
		r.must(task, "createTCPSocket.connect", args{"address": host, "port": to["port"]})
		if e := r.next(); e.name != "error" || !strings.Contains(e.text, "is private or reserved") {
			t.Errorf("connect to %s: %+v, want it refused", host, e)
		}
		r.next()
		r.must(task+100, "createUDPSocket", args{})
		r.must(task+100, "createUDPSocket.bind", args{})
		r.next()
		r.must(task+100, "createUDPSocket.send", args{"address": host, "port": 9, "message": "x"})
		if e := r.next(); e.name != "error" || !strings.Contains(e.text, "is private or reserved") {
			t.Errorf("send to %s: %+v, want it refused", host, e)
		}
		r.must(task+100, "createUDPSocket.close", args{})
		r.next()
	}
	proxied := start(t, `{"proxy":"http://127.0.0.1:1"}`)
	for _, method := range []string{"createTCPSocket", "createUDPSocket"} {
		proxied.fails(1, method, args{}, pdk.CodeUnsupported, "the network plugin's proxy carries HTTP only")
	}
}

// A peer that closes ends the socket; one that the plugin's end cuts off, too.
func TestTCPEnds(t *testing.T) {
	t.Parallel()
	r := start(t, local)
	to := tcpPeer(t, func(c net.Conn) { _, _ = io.WriteString(c, "bye") })
	r.must(1, "createTCPSocket", args{})
	r.must(1, "createTCPSocket.connect", to)
	r.next()
	r.said("bye")
	if e := r.next(); e.name != "close" || !e.final {
		t.Errorf("after the peer's end %+v, want close", e)
	}
	r.must(2, "createTCPSocket", args{}) // never connected
	r.must(2, "createTCPSocket.close", args{})
	if e := r.next(); e.name != "close" || e.task != 2 {
		t.Errorf("a socket that was never connected ends with %+v, want close", e)
	}
	r.must(3, "createTCPSocket", args{}) // left to Close
}
