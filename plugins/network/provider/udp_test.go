package provider_test

import (
	"net"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/pdk/go"
)

// udpPeer sends back what it gets, with "/" behind it.
func udpPeer(t *testing.T) args {
	t.Helper()
	c, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		buffer := make([]byte, 1<<16)
		for {
			n, from, err := c.ReadFromUDP(buffer)
			if err != nil {
				return
			}
			_, _ = c.WriteToUDP(append(buffer[:n:n], '/'), from)
		}
	}()
	t.Cleanup(func() {
		_ = c.Close()
		<-ended
	})
	return args{"address": "127.0.0.1", "port": c.LocalAddr().(*net.UDPAddr).Port}
}

func with(a args, more args) args {
	out := args{}
	for _, m := range []args{a, more} {
		for k, v := range m {
			out[k] = v
		}
	}
	return out
}

// bind binds a task's socket and gives its port.
func (r *rig) bind(task uint64, in args) int {
	r.Helper()
	p, err := r.payload(r.Context(), task, "createUDPSocket.bind", in)
	if err != nil {
		r.Fatal(err)
	}
	var out struct {
		Port int `json:"port"`
	}
	if err := pdk.Decode(p, &out); err != nil || out.Port == 0 {
		r.Fatalf("bind gives %s: %v", p.JSON, err)
	}
	if e := r.next(); e.name != "listening" || e.task != task {
		r.Fatalf("after bind %+v, want listening", e)
	}
	return out.Port
}

func TestUDP(t *testing.T) {
	t.Parallel()
	r := start(t, local)
	to := udpPeer(t)
	r.must(1, "createUDPSocket", args{})
	r.fails(1, "createUDPSocket.send", with(to, args{"message": "x"}), 600000, "socket is not bound")
	r.fails(1, "createUDPSocket.setTTL", args{"ttl": 3}, 600000, "socket is not bound")
	port := r.bind(1, args{})
	r.fails(1, "createUDPSocket.bind", args{}, 600000, "socket is bound already")
	for _, c := range []struct {
		name string
		in   args
		want string
	}{
		{"text", args{"message": "你好"}, "你好/"},
		{"bytes", args{"message": pdk.Blob("bytes")}, "bytes/"},
		{"a part of bytes", args{"message": pdk.Blob("0123456789"), "offset": 2, "length": 3}, "234/"},
		{"nothing", args{"message": ""}, "/"},
	} {
		r.must(1, "createUDPSocket.send", with(to, c.in))
		e := r.next()
		if e.name != "message" || string(e.blobs[0]) != c.want || !strings.Contains(e.text, `"family":"IPv4"`) {
			t.Errorf("%s: %+v, want the message %q", c.name, e, c.want)
		}
	}
	r.fails(1, "createUDPSocket.send", with(to, args{"message": pdk.Blob("short"), "offset": 2, "length": 9}), pdk.CodeInvalidParams, "offset 2 and length 9 are not within")
	r.fails(1, "createUDPSocket.write", args{"message": "x"}, 600000, "socket is not connected")
	r.must(1, "createUDPSocket.connect", to)
	r.must(1, "createUDPSocket.setTTL", args{"ttl": 30})
	r.must(1, "createUDPSocket.write", args{"message": "written"})
	if e := r.next(); e.name != "message" || string(e.blobs[0]) != "written/" {
		t.Errorf("write: %+v", e)
	}
	r.must(2, "createUDPSocket", args{})
	r.fails(2, "createUDPSocket.bind", args{"port": port}, 600000, "listen udp")
	r.must(1, "createUDPSocket.close", args{})
	if e := r.next(); e.name != "close" || !e.final {
		t.Errorf("last %+v, want close", e)
	}
	r.fails(1, "createUDPSocket.send", with(to, args{"message": "x"}), 600000, "socket is closed")
}

// A socket hears those that it has spoken to, and no stranger.
func TestUDPHearsNoStranger(t *testing.T) {
	t.Parallel()
	r := start(t, local)
	to := udpPeer(t)
	r.must(1, "createUDPSocket", args{})
	port := r.bind(1, args{})
	stranger, err := net.DialUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 2)}, &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: port})
	if err != nil {
		t.Fatal(err)
	}
	defer stranger.Close()
	if _, err := stranger.Write([]byte("from a stranger")); err != nil {
		t.Fatal(err)
	}
	r.must(1, "createUDPSocket.send", with(to, args{"message": "first"}))
	if e := r.next(); e.name != "message" || string(e.blobs[0]) != "first/" {
		t.Errorf("heard %+v, want the peer's answer only", e)
	}
	r.must(1, "createUDPSocket.send", with(to, args{"message": "all", "setBroadcast": true}))
	r.next()
	if _, err := stranger.Write([]byte("an answer to a broadcast")); err != nil {
		t.Fatal(err)
	}
	if e := r.next(); e.name != "message" || string(e.blobs[0]) != "an answer to a broadcast" {
		t.Errorf("after a broadcast: %+v, want whoever answers", e)
	}
}
