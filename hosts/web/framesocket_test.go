package web

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/view"
	"github.com/dougong-dev/dougong/core/miniapp/view/client/wire"
)

// connect opens a mini-program and its frame's connection; the hello is read.
func (h *host) connect(app string) (*websocket.Conn, wire.Hello, *scriptedSession, Opened) {
	h.Helper()
	opened := h.open(app)
	socket, status := h.dial(opened.Frame+"ws?key="+h.key(opened), "null", "")
	if socket == nil {
		h.Fatalf("connect: %d", status)
	}
	h.Cleanup(func() { socket.CloseNow() }) // end of test
	m := h.read(socket)
	if m.Hello == nil {
		h.Fatalf("first message is %+v, want a hello", m)
	}
	return socket, *m.Hello, h.backend.last(), opened
}

func (h *host) read(socket *websocket.Conn) wire.ToFrame {
	h.Helper()
	ctx, cancel := context.WithTimeout(h.Context(), 10*time.Second)
	defer cancel()
	_, data, err := socket.Read(ctx)
	if err != nil {
		h.Fatal(err)
	}
	var m wire.ToFrame
	if err := json.Unmarshal(data, &m); err != nil {
		h.Fatal(err)
	}
	return m
}

func (h *host) posted(s *scriptedSession) message.ToActor {
	h.Helper()
	select {
	case m := <-s.posted:
		return m
	case <-time.After(10 * time.Second):
		h.Fatal("nothing was posted to the mini-program")
		return message.ToActor{}
	}
}

func TestBadInput(t *testing.T) {
	t.Parallel()
	event := func(s string) string { return `{"event":{"page":1,"node":2,"type":"tap","time":1` + s + `}}` }
	tests := []struct {
		name   string
		input  string
		binary bool
		code   websocket.StatusCode
		reason string
	}{
		{"garbage", "\x00\x01 nonsense", false, websocket.StatusPolicyViolation, "not a JSON object"},
		{"an array", `[1,2]`, false, websocket.StatusPolicyViolation, "not a JSON object"},
		{"binary", "{}", true, websocket.StatusUnsupportedData, "binary"},
		{"nothing", `{}`, false, websocket.StatusPolicyViolation, "exactly one kind, this one has 0"},
		{"two kinds", `{"event":{},"route":{}}`, false, websocket.StatusPolicyViolation, "exactly one kind"},
		{"open", `{"open":{"user":"root"}}`, false, websocket.StatusPolicyViolation, `a frame may not send`},
		{"reply", `{"reply":{"id":1}}`, false, websocket.StatusPolicyViolation, `a frame may not send`},
		{"task", `{"task":{"task":1}}`, false, websocket.StatusPolicyViolation, `a frame may not send`},
		{"close", `{"close":true}`, false, websocket.StatusPolicyViolation, `a frame may not send`},
		{"null", `{"event":null}`, false, websocket.StatusPolicyViolation, "null"},
		{"wrong type", `{"event":{"node":"x"}}`, false, websocket.StatusPolicyViolation, "malformed"},
		{"no event type", `{"event":{"page":1,"node":2,"time":1}}`, false, websocket.StatusPolicyViolation, "needs a type"},
		{"negative node", `{"event":{"page":1,"node":-2,"type":"tap","time":1}}`, false, websocket.StatusPolicyViolation, "not negative"},
		{"too many touches", event(`,"touches":[` + strings.TrimSuffix(strings.Repeat(`{"identifier":1},`, 50), ",") + `]`), false, websocket.StatusPolicyViolation, "at most 40"},
		{"a script's call without a name", `{"script":{"page":1}}`, false, websocket.StatusPolicyViolation, "needs a name"},
		{"absurd size", `{"resize":{"width":-1,"height":9}}`, false, websocket.StatusPolicyViolation, "out of range"},
		{"absurd status bar", `{"resize":{"width":9,"height":9,"statusBar":-1}}`, false, websocket.StatusPolicyViolation, "out of range"},
		{"too big", event(`,"detail":"` + strings.Repeat("x", maxFrameMessage) + `"`), false, websocket.StatusMessageTooBig, ""},
	}
	h := startHost(t, nil)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			socket, _, session, _ := h.connect("shop")
			kind := websocket.MessageText
			if test.binary {
				kind = websocket.MessageBinary
			}
			if err := socket.Write(t.Context(), kind, []byte(test.input)); err != nil {
				t.Fatal(err)
			}
			_, _, err := socket.Read(t.Context())
			if websocket.CloseStatus(err) != test.code || !strings.Contains(fmt.Sprint(err), test.reason) {
				t.Errorf("closed with %v, want %d %q", err, test.code, test.reason)
			}
			select {
			case m := <-session.posted:
				if !m.Resume {
					t.Errorf("the mini-program got %+v", m)
				}
			default:
			}
			if response := h.do("GET", "/api/launcher", nil, ""); response.StatusCode != 200 {
				t.Errorf("the host answers %s afterwards", response.Status)
			}
		})
	}
}

func TestFlood(t *testing.T) {
	t.Parallel()
	h := startHost(t, nil)
	socket, _, _, _ := h.connect("shop")
	data := []byte(`{"event":{"page":1,"node":2,"type":"touchmove","time":1}}`)
	for range maxFrameBurst * 8 {
		if socket.Write(t.Context(), websocket.MessageText, data) != nil {
			break
		}
	}
	_, _, err := socket.Read(t.Context())
	if websocket.CloseStatus(err) != websocket.StatusPolicyViolation || !strings.Contains(fmt.Sprint(err), "messages a second") {
		t.Errorf("closed with %v, want a policy violation about the rate", err)
	}
}

func TestEventsAndPatches(t *testing.T) {
	t.Parallel()
	h := startHost(t, nil)
	socket, _, session, _ := h.connect("shop")
	session.options.Send(message.FromActor{Patch: &view.Patch{Page: 1, Seq: 1, Ops: []any{[]any{3, 4, "hello"}}}})
	if m := h.read(socket); m.Patch == nil || m.Patch.Seq != 1 {
		t.Errorf("got %+v, want the patch", m)
	}
	if err := socket.Write(t.Context(), websocket.MessageText, []byte(`{"event":{"page":1,"node":4,"type":"tap","time":5}}`)); err != nil {
		t.Fatal(err)
	}
	if m := h.posted(session); m.Event == nil || m.Event.Node != 4 {
		t.Errorf("the mini-program got %+v, want the tap", m)
	}
}

func TestReconnect(t *testing.T) {
	t.Parallel()
	h := startHost(t, nil)
	socket, hello, session, opened := h.connect("shop")
	session.options.Send(message.FromActor{Ask: &message.Ask{ID: 7, Page: 1, Kind: message.AskModal}})
	if m := h.read(socket); m.Ask == nil {
		t.Fatalf("got %+v, want the ask", m)
	}
	socket.CloseNow() // the connection is lost on purpose
	again, status := h.dial(opened.Frame+"ws?key="+hello.Resume, "null", "")
	if again == nil {
		t.Fatalf("resume: %d", status)
	}
	defer again.CloseNow() // end of test
	if m := h.read(again); m.Hello == nil || m.Hello.Resume == hello.Resume {
		t.Errorf("got %+v, want a hello with a new key", m)
	}
	if m := h.posted(session); !m.Resume {
		t.Errorf("the mini-program got %+v, want a resume", m)
	}
	session.options.Send(message.FromActor{Patch: &view.Patch{Page: 1, Seq: 9, Ops: []any{[]any{7}}}})
	if m := h.read(again); m.Patch == nil || m.Patch.Seq != 9 {
		t.Errorf("got %+v, want the snapshot", m)
	}
	if m := h.read(again); m.Ask == nil || m.Ask.ID != 7 {
		t.Errorf("got %+v, want the unanswered dialog again", m)
	}
	if _, status := h.dial(opened.Frame+"ws?key="+hello.Resume, "null", ""); status != 403 {
		t.Errorf("used resume key: got %d, want 403", status)
	}
}

func TestGrace(t *testing.T) {
	t.Parallel()
	h := startHost(t, func(c *Config) { c.Grace = 3 * time.Second })
	socket, _, session, _ := h.connect("shop")
	socket.CloseNow() // the connection is lost on purpose
	select {
	case <-session.done:
	case <-time.After(30 * time.Second):
		t.Error("the mini-program outlived its grace period")
	}
}

func TestSecondFrameReplacesFirst(t *testing.T) {
	t.Parallel()
	h := startHost(t, nil)
	first, _, session, _ := h.connect("shop")
	second, _, _, _ := h.connect("shop")
	_, _, err := first.Read(t.Context())
	if websocket.CloseStatus(err) != closeReplaced {
		t.Errorf("first frame closed with %v, want %d", err, closeReplaced)
	}
	if m := h.posted(session); !m.Resume {
		t.Errorf("the mini-program got %+v, want a resume", m)
	}
	session.options.Send(message.FromActor{Patch: &view.Patch{Page: 1, Seq: 1, Ops: []any{[]any{7}}}})
	if m := h.read(second); m.Patch == nil {
		t.Errorf("second frame got %+v, want the snapshot", m)
	}
}

func TestSlowReaderGetsSnapshot(t *testing.T) {
	t.Parallel()
	o := newOutbox()
	for i := range maxQueued {
		if ok, err := o.put(i); !ok || err != nil {
			t.Fatalf("message %d: %v %v", i, ok, err)
		}
	}
	if ok, _ := o.put("one too many"); ok {
		t.Error("the queue has no end")
	}
	if items, stale, _ := o.take(t.Context()); len(items) != 0 || !stale {
		t.Errorf("got %d messages, stale %v; want none, stale", len(items), stale)
	}
	if !o.restart() {
		t.Error("restart does not know that messages were lost")
	}
	if ok, _ := o.put("again"); !ok {
		t.Error("a restarted queue takes no messages")
	}
}

func TestAssetRefusalIsReported(t *testing.T) {
	t.Parallel()
	told := make(chan message.Error, 1)
	h := startHost(t, func(c *Config) { c.Failed = func(_ App, e message.Error) { told <- e } })
	opened := h.open("shop")
	h.do("GET", opened.Frame+"fetch?u=https://evil.example/a.png", nil, "")
	if e := <-told; e.ID != "resource-refused" {
		t.Errorf("the host was told of %+v, want resource-refused", e)
	}
}

func FuzzFrameMessage(f *testing.F) {
	for _, seed := range []string{
		`{"event":{"page":1,"node":2,"type":"tap","time":1}}`, `{"answer":{"id":1,"result":{}}}`, `{"route":{"kind":"back"}}`,
		`{"resize":{"width":1,"height":2}}`, `{"script":{"page":1,"node":2,"name":"drop","args":{"x":1}}}`, `{"open":{}}`, `{"event":null}`, `[]`, `{`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := parseFrameMessage(data)
		if err != nil {
			return
		}
		if m.Event == nil && m.Answer == nil && m.Route == nil && m.Resize == nil && m.Script == nil {
			t.Errorf("%q passes and is empty", data)
		}
	})
}
