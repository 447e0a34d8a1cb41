package provider_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/coder/websocket"
	"github.com/dougong-dev/dougong/pdk/go"
)

// chat echoes messages; "bye" makes it close with 3001.
func chat(w http.ResponseWriter, r *http.Request) {
	c, err := websocket.Accept(w, r, &websocket.AcceptOptions{Subprotocols: []string{"chat"}})
	if err != nil {
		return
	}
	defer c.CloseNow()
	c.SetReadLimit(1 << 20)
	for {
		kind, b, err := c.Read(r.Context())
		if err != nil {
			return
		}
		if string(b) == "bye" {
			_ = c.Close(3001, "see you")
			return
		}
		if err := c.Write(r.Context(), kind, append(b, []byte("/"+c.Subprotocol()+"/"+r.Header.Get("X-Token"))...)); err != nil {
			return
		}
	}
}

func ws(url string) string { return strings.Replace(url, "http", "ws", 1) }

func TestSocket(t *testing.T) {
	t.Parallel()
	r := start(t, local)
	url := ws(serve(t, chat))
	r.must(1, "connectSocket", args{"url": url, "protocols": []string{"chat"}, "header": args{"X-Token": "t"}, "perMessageDeflate": true})
	if e := r.next(); e.name != "open" || e.task != 1 || !strings.Contains(e.text, `"Sec-Websocket-Protocol":"chat"`) {
		t.Fatalf("first %+v", e)
	}
	r.must(1, "connectSocket.send", args{"data": "hi"})
	if e := r.next(); e.name != "message" || e.text != `{"data":"hi/chat/t"}` {
		t.Errorf("text: %+v", e)
	}
	r.must(1, "connectSocket.send", args{"data": pdk.Blob{0, 1}})
	if e := r.next(); e.name != "message" || len(e.blobs) != 1 || string(e.blobs[0]) != "\x00\x01/chat/t" {
		t.Errorf("binary: %+v", e)
	}
	r.fails(1, "connectSocket.send", args{"data": 5}, pdk.CodeInvalidParams, "data: expected string or bytes")
	other := *r
	other.info.App = "notes"
	other.fails(1, "connectSocket.send", args{"data": "x"}, 600000, "WebSocket is not connected")
	r.must(1, "connectSocket.send", args{"data": "bye"})
	if e := r.next(); e.name != "close" || e.text != `{"code":3001,"reason":"see you"}` || !e.final {
		t.Errorf("last: %+v", e)
	}
	r.fails(1, "connectSocket.send", args{"data": "x"}, 600000, "WebSocket is not connected")
	r.must(1, "connectSocket.close", args{})
}

func TestSocketCloseByThisSide(t *testing.T) {
	t.Parallel()
	r := start(t, local)
	r.must(1, "connectSocket", args{"url": ws(serve(t, chat))})
	r.next()
	r.fails(1, "connectSocket.close", args{"code": 1006}, pdk.CodeInvalidParams, "code: 1006")
	r.must(1, "connectSocket.close", args{"code": 4000, "reason": "done"})
	if e := r.next(); e.name != "close" || e.text != `{"code":4000,"reason":"done"}` || !e.final {
		t.Errorf("last: %+v", e)
	}
}

func TestSocketErrors(t *testing.T) {
	t.Parallel()
	r := start(t, `{"private_addresses":["127.0.0.1"],"max_message_mb":0.001,"max_sockets":1}`)
	url := ws(serve(t, chat))
	r.fails(1, "connectSocket", args{"url": "http://127.0.0.1/"}, 600009, "invalid url")
	r.fails(0, "connectSocket", args{"url": url}, pdk.CodeUnsupported, "connectSocket needs")

	r.must(1, "connectSocket", args{"url": ws(serve(t, http.NotFound))})
	if e := r.next(); e.name != "error" || !strings.Contains(e.text, "404") {
		t.Errorf("not a WebSocket: %+v", e)
	}
	if e := r.next(); e.name != "close" || !strings.Contains(e.text, `"code":1006`) || !e.final {
		t.Errorf("then: %+v", e)
	}
	r.must(2, "connectSocket", args{"url": "ws://10.0.0.1/"})
	if e := r.next(); e.name != "error" || !strings.Contains(e.text, "private") || !strings.Contains(e.text, `"errno":6`) {
		t.Errorf("private: %+v", e)
	}
	r.next()
	r.must(3, "connectSocket", args{"url": url})
	r.next()
	r.fails(4, "connectSocket", args{"url": url}, 600007, "exceed max task count")
	r.must(3, "connectSocket.send", args{"data": strings.Repeat("x", 2000)})
	if e := r.next(); e.name != "error" || !strings.Contains(e.text, "600013") {
		t.Errorf("too big: %+v", e)
	}
	if e := r.next(); e.name != "close" || !e.final {
		t.Errorf("then: %+v", e)
	}
}

// A plugin that stops leaves no socket behind, and tells whoever has one.
func TestSocketEndsWithThePlugin(t *testing.T) {
	t.Parallel()
	r := start(t, local)
	r.must(1, "connectSocket", args{"url": ws(serve(t, chat))})
	r.next()
	if err := r.p.Close(); err != nil {
		t.Fatal(err)
	}
	if e := r.next(); e.name != "error" || !strings.Contains(e.text, "stopping") {
		t.Errorf("%+v", e)
	}
	if e := r.next(); e.name != "close" || !e.final {
		t.Errorf("%+v", e)
	}
	r.fails(2, "connectSocket", args{"url": "ws://x/"}, pdk.CodeUnavailable, "the network plugin is stopping")
}
