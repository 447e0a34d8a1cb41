package frames

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"io"
	"net"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/wire"
)

// frame writes one frame.
func frame(k kind, flags byte, id uint64, body string) []byte {
	return append(appendHeader(nil, header{uint32(len(body)), k, flags, id}), body...)
}

func join(frames ...[]byte) string { return string(bytes.Join(frames, nil)) }

func size(n uint32) string { return string(binary.LittleEndian.AppendUint32(nil, n)) }

// against connects one side to a stranger who speaks for the other.
func against(t testing.TB, me Side, services Services, calls Calls) (*conn, net.Conn) {
	t.Helper()
	a, b := sockets(t)
	token := NewToken()
	type result struct {
		c     *conn
		err   error
		close func()
	}
	made := make(chan result, 1)
	go func() {
		if me == HostSide {
			h, err := NewHost(a, token, services, nil)
			if err != nil {
				made <- result{err: err}
				return
			}
			made <- result{h.conn, nil, h.Close}
			return
		}
		p, err := NewPlugin(a, token, calls)
		if err != nil {
			made <- result{err: err}
			return
		}
		made <- result{p.conn, nil, p.Close}
	}()
	if me == PluginSide {
		_, _ = b.Write(token.appendHello(nil, HostSide, 0))
	}
	if _, err := io.ReadFull(b, make([]byte, headerSize+helloSize)); err != nil {
		t.Fatal(err)
	}
	if me == HostSide {
		_, _ = b.Write(token.appendHello(nil, PluginSide, 0))
	}
	r := <-made
	if r.err != nil {
		t.Fatal(r.err)
	}
	t.Cleanup(r.close)
	return r.c, b
}

// TestViolations sends what is not allowed: each is named with its place, the other side is told, and nothing breaks.
func TestViolations(t *testing.T) {
	t.Parallel()
	req := string(wire.AppendRequest(nil, named("m")))
	announce := frame(kindReply, flagMore|flagSize, 1, size(MaxFrame+1))
	for _, c := range []struct {
		name string
		me   Side
		send string
		want string // "at byte 40" is the first one after the hello
	}{
		{"garbage", HostSide, strings.Repeat("garbage!", 2), "byte 44: a frame of kind 97"},
		{"kind 0", HostSide, join(frame(0, 0, 0, "")), "byte 44: a frame of kind 0, expected 1 to 13"},
		{"a host's frame", HostSide, join(frame(kindRequest, 0, 1, req)), "byte 44: a request frame from the plugin, which may not send it"},
		{"a plugin's frame", PluginSide, join(frame(kindReply, 0, 1, "x")), "byte 44: a reply frame from the host"},
		{"flags", HostSide, join(frame(kindLog, flagMore, 0, "x")), "byte 45: flags 0x01 on a log frame, allowed are 0x00"},
		{"size alone", HostSide, join(frame(kindReply, flagSize, 1, size(9))), "byte 45: flags 0x02 on a reply frame: 'size' needs 'more'"},
		{"zeros", HostSide, strings.Replace(join(frame(kindPing, 0, 0, "")), "\x0b\x00\x00\x00", "\x0b\x00\x07\x00", 1), "byte 46: two bytes 07 00"},
		{"too large", HostSide, join(appendHeader(nil, header{MaxFrame + 1, kindReply, 0, 1})), "byte 40: a reply frame with a body of 262145 bytes, expected 1 to 262144"},
		{"body of ping", HostSide, join(frame(kindPing, 0, 0, "x")), "byte 40: a ping frame with a body of 1 bytes, expected 0 to 0"},
		{"second hello", PluginSide, join(frame(kindHello, 0, 0, strings.Repeat("x", helloSize))), "byte 44: another hello"},
		{"reply to nothing", HostSide, join(frame(kindReply, 0, 9, "x")), "byte 48: a reply to call 9, which is not open"},
		{"second place", HostSide, join(frame(kindPing, 0, 0, ""), frame(kindReply, 0, 9, "x")), "byte 64: a reply to call 9"},
		{"reply to no service", PluginSide, join(frame(kindServiceReply, 0, 9, "x")), "byte 48: a reply to service 9, which is not open"},
		{"pong", HostSide, join(frame(kindPong, 0, 1, "")), "byte 48: pong 1, which was not asked for"},
		{"admit", PluginSide, join(frame(kindAdmit, 0, 1, "\x03")), "byte 56: reply 1 is admitted, which does not wait for that"},
		{"admit of an unknown kind", PluginSide, join(frame(kindAdmit, 0, 1, "\xff")), "byte 56: kind 255 1 is admitted"},
		{"part of nothing", HostSide, join(frame(kindReply, flagMore, 1, "x")), "byte 45: a part of reply 1, which was not announced"},
		{"abort of nothing", HostSide, join(frame(kindReply, flagAbort, 1, "")), "byte 45: the end of reply 1, of which nothing was announced"},
		{"announced twice", HostSide, join(announce, announce), "byte 65: reply 1 is announced while 0 of the 262145 bytes of another have come"},
		{"announced too small", HostSide, join(frame(kindReply, flagMore|flagSize, 1, size(5))), "byte 56: reply 1 is announced with 5 bytes, expected 262145 to 68157440"},
		{"announced too large", HostSide, join(frame(kindReply, flagMore|flagSize, 1, size(MaxMessage+1))), "announced with 68157441 bytes"},
		{"end too early", HostSide, join(announce, frame(kindReply, 0, 1, "x")), "byte 60: a part of 1 bytes of reply 1, of which 262145 of 262145 are missing; 'more' is false"},
		{"event body", HostSide, join(frame(kindEvent, 0, 0, "\x01\x00")), "byte 56: malformed event at byte 2: name size needs 2 bytes, 0 are left"},
		{"log body", HostSide, join(frame(kindLog, 0, 0, "\x01\x09\x00\x00")), "byte 56: malformed log line at byte 4: level 9"},
		{"log id", HostSide, join(frame(kindLog, 0, 5, "x")), "byte 48: a line of log with id 5, expected 0"},
		{"service body", HostSide, join(frame(kindService, 0, 1, "1234567")), "a service with a body of 7 bytes"},
		{"service version", HostSide, join(frame(kindService, 0, 1, "12345678\x02")), "byte 64: malformed service request at byte 0: version 2, this side speaks 1"},
		{"request body", PluginSide, join(frame(kindRequest, 0, 1, req[:20])), "byte 56: malformed request at byte 16"},
		{"request 0", PluginSide, join(frame(kindRequest, 0, 0, req)), "byte 48: request 0: the number is 0 or in use"},
		{"credit", PluginSide, join(frame(kindCredit, 0, 0, size(1))), "byte 56: a credit of 1 bytes for call 0, which lacks 0"},
		{"goaway", HostSide, join(frame(kindGoaway, 0, 0, "bored")), `the plugin broke the connection off: "bored"`},
		{"goaway without a reason", HostSide, join(frame(kindGoaway, 0, 0, "")), "the plugin closed the connection"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			k, stranger := against(t, c.me, &seen{}, callsFunc(echo))
			if _, err := io.WriteString(stranger, c.send); err != nil {
				t.Fatal(err)
			}
			<-k.Done()
			if err := k.Err(); pdk.Code(err) != pdk.CodeUnavailable || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
			said, _ := io.ReadAll(stranger)
			if told := strings.Contains(string(said), c.want); told != strings.Contains(c.want, "byte") {
				t.Errorf("the stranger was told %q", said)
			}
		})
	}
}

// TestWindowViolation sends events ahead of their consumer without credit.
func TestWindowViolation(t *testing.T) {
	t.Parallel()
	s := &seen{hold: make(chan struct{})}
	k, stranger := against(t, HostSide, s, nil)
	event := frame(kindEvent, 0, 0, string(wire.AppendEvent(nil, 0, "e", pdk.Payload{JSON: make([]byte, 1000)}, false)))
	go func() {
		for {
			if _, err := stranger.Write(event); err != nil {
				return
			}
		}
	}()
	<-k.Done()
	if err := k.Err(); !strings.Contains(err.Error(), "an event of call 0 while 6") {
		t.Errorf("got %v", err)
	}
	close(s.hold)
}

// TestNeverReads pings without reading the answers: it is cut off before they fill the memory.
func TestNeverReads(t *testing.T) {
	t.Parallel()
	k, stranger := against(t, HostSide, &seen{}, nil)
	pings := bytes.Repeat(frame(kindPing, 0, 1, ""), 4096)
	for {
		if _, err := stranger.Write(pings); err != nil {
			break
		}
	}
	<-k.Done()
	if err := k.Err(); !strings.Contains(err.Error(), "asks and does not read the answers") {
		t.Errorf("got %v", err)
	}
}

func TestHello(t *testing.T) {
	t.Parallel()
	token := NewToken()
	good := token.appendHello(nil, HostSide, 0)
	bad := func(at int) []byte {
		b := bytes.Clone(good)
		b[at] ^= 1
		return b
	}
	for _, c := range []struct {
		name, want string
		send       []byte
	}{
		{"wrong half", "does not show the host's half of the token", token.appendHello(nil, PluginSide, 0)},
		{"wrong token", "byte 24: the hello does not show the host's half", bad(39)},
		{"other protocol", `byte 16: protocol "frames/0", expected "frames/1"`, bad(23)},
		{"an id", "hello with id 0", bad(8)},
		{"another frame", "byte 4: a ping frame with id 0, expected hello", append(frame(kindPing, 0, 0, ""), make([]byte, 24)...)},
		{"too short", "the hello ended after 8 of 40 bytes: EOF", good[:8]},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			a, b := sockets(t)
			_, _ = a.Write(c.send)
			_ = a.(*net.UnixConn).CloseWrite()
			p, err := NewPlugin(b, token, nil)
			if err == nil || p != nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %s", err, c.want)
			}
			if said, _ := io.ReadAll(a); len(said) != 0 {
				t.Errorf("a stranger was told %q", said)
			}
		})
	}
}

// TestAccept turns strangers away and then lets the host in.
func TestAccept(t *testing.T) {
	t.Parallel()
	token := NewToken()
	l, err := net.Listen("unix", t.TempDir()+"/s")
	if err != nil {
		t.Fatal(err)
	}
	accepted := make(chan *Plugin, 1)
	refuse := 1
	go func() {
		p, err := Accept(l, token, func(net.Conn) error {
			if refuse--; refuse >= 0 {
				return io.EOF
			}
			return nil
		}, callsFunc(echo))
		if err != nil {
			t.Error(err)
		}
		accepted <- p
	}()
	for i, with := range []Token{token, NewToken(), token} {
		c, err := net.Dial("unix", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		h, err := NewHost(c, with, &seen{}, nil)
		if (err == nil) != (i == 2) {
			t.Errorf("host %d: %v", i, err)
		}
		if err == nil {
			p := <-accepted
			quiet(t, h, p)
			h.Close()
			p.Close()
		}
	}
	if _, err := net.Dial("unix", l.Addr().String()); err == nil {
		t.Error("it listens on")
	}
}

func TestToken(t *testing.T) {
	t.Parallel()
	token := NewToken()
	if got, err := ParseToken(token.String()); err != nil || got != token {
		t.Errorf("got %v, %v", got, err)
	}
	for _, s := range []string{"", "00", strings.Repeat("0", 66), strings.Repeat("x", 64)} {
		if _, err := ParseToken(s); err == nil {
			t.Errorf("%q is accepted", s)
		}
	}
}

// TestExample holds the example of docs/frames.md to the code.
func TestExample(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../../docs/frames.md")
	if err != nil {
		t.Fatal(err)
	}
	_, example, _ := strings.Cut(string(text), "## An example")
	var got [][]byte
	for _, block := range regexp.MustCompile("(?s)```\n(.*?)```").FindAllStringSubmatch(example, -1) {
		b, err := hex.DecodeString(strings.Join(strings.Fields(block[1]), ""))
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, b)
	}
	var token Token
	for i := range token {
		token[i] = byte(i)
	}
	q := request(pdk.Payload{JSON: []byte("1")})
	q.Timeout = 30e9
	want := [][]byte{
		append(token.appendHello(nil, HostSide, 0), frame(kindRequest, 0, 1, string(wire.AppendRequest(nil, q)))...),
		append(token.appendHello(nil, PluginSide, 0), frame(kindReply, 0, 1, string(wire.AppendReply(nil, pdk.Payload{JSON: []byte("2")}, nil)))...),
	}
	for i := range want {
		if i >= len(got) || !bytes.Equal(got[i], want[i]) {
			t.Fatalf("the page has %x\nwant         %x", got, want)
		}
	}
}

// TestRepliesBehindEvents answers one call again and again while its events wait for their consumer: what waits for that is
// bounded for events, and one reply to a call.
func TestRepliesBehindEvents(t *testing.T) {
	t.Parallel()
	s := &seen{hold: make(chan struct{})}
	token := NewToken()
	a, stranger := sockets(t)
	made := make(chan *Host, 1)
	go func() {
		h, err := NewHost(a, token, s, nil)
		if err != nil {
			t.Error(err)
		}
		made <- h
	}()
	if _, err := io.ReadFull(stranger, make([]byte, headerSize+helloSize)); err != nil {
		t.Fatal(err)
	}
	_, _ = stranger.Write(token.appendHello(nil, PluginSide, 0))
	h := <-made
	if h == nil {
		t.FailNow()
	}
	t.Cleanup(h.Close)
	called := make(chan error, 1)
	go func() {
		_, _, err := h.Call(within(t), 1, false, request(pdk.Payload{}))
		called <- err
	}()
	if _, err := io.ReadFull(stranger, make([]byte, headerSize)); err != nil { // of the request
		t.Fatal(err)
	}
	event := frame(kindEvent, 0, 1, string(wire.AppendEvent(nil, 0, "e", pdk.Payload{}, false)))
	reply := frame(kindReply, 0, 1, string(wire.AppendReply(nil, pdk.Payload{JSON: make([]byte, 1000)}, nil)))
	if _, err := io.WriteString(stranger, join(event, reply, reply)); err != nil {
		t.Fatal(err)
	}
	select {
	case <-h.Done():
	case <-within(t).Done():
	}
	close(s.hold)
	if err := h.Err(); err == nil || !strings.Contains(err.Error(), "a reply to call 1, which is not open") {
		t.Errorf("the second reply: %v", err)
	}
	<-called
}

// TestDeadlineWhileSending: a plugin that stops reading, and one that never admits a large message, hold no call longer than
// its time. Nothing of a call that was given up is sent behind its cancel.
func TestDeadlineWhileSending(t *testing.T) {
	t.Parallel()
	const calls = 60
	for name, bytes := range map[string]int{"does not read": 60 << 10, "does not admit": 4 << 20} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, stranger := against(t, HostSide, &seen{}, nil)
			h := &Host{conn: c}
			ended := make(chan error, calls)
			for id := range uint64(calls) {
				go func() {
					q := request(pdk.Payload{JSON: []byte(`{}`), Blobs: [][]byte{make([]byte, bytes)}})
					q.Timeout = 50 * time.Millisecond
					_, _, err := h.Call(context.Background(), id+1, false, q)
					ended <- err
				}()
			}
			for range calls {
				select {
				case err := <-ended:
					if !errors.Is(err, context.DeadlineExceeded) {
						t.Errorf("got %v, want the deadline", err)
					}
				case <-time.After(patience):
					t.Fatal("a call hangs past its deadline")
				}
			}
			_ = stranger.SetReadDeadline(time.Now().Add(300 * time.Millisecond))
			got, _ := io.ReadAll(stranger)
			canceled := map[uint64]bool{}
			for len(got) >= headerSize {
				f, err := parseHeader(got, 0, HostSide)
				if err != nil {
					t.Fatal(err)
				}
				if f.kind == kindRequest && canceled[f.id] {
					t.Errorf("request %d comes behind its cancel", f.id)
				}
				canceled[f.id] = canceled[f.id] || f.kind == kindCancel
				got = got[min(len(got), headerSize+int(f.size)):]
			}
		})
	}
}

// TestEndedBefore: what nobody waits for any more is not carried out.
func TestEndedBefore(t *testing.T) {
	t.Parallel()
	h, p := pair(t, &seen{}, callsFunc(func(context.Context, uint64, *wire.Request) (pdk.Payload, error) {
		t.Error("it was carried out")
		return pdk.Payload{}, nil
	}))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := h.Call(ctx, 1, false, named("wait")); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	_ = p
}
