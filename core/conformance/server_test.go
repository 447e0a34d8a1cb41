package conformance

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/coder/websocket"

	"github.com/dougong-dev/dougong/pdk/go"
)

func TestPages(t *testing.T) {
	t.Parallel()
	s, err := startServer(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.close(); err != nil {
			t.Error(err)
		}
	}()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	for path, want := range map[string]string{
		"/hello": "200 hello, 豆工", "/json": `200 {"text":"豆工"`, "/status/418": "418 ", "/status/7": "400 ", "/status/x": "400 ",
		"/bytes/3": "200 \x00\x01\x02", "/bytes/-1": "200 ", "/redirect?to=/hello": "200 hello", "/cookies": "200 set", "/echo?a=b": `"query":"a=b"`, "/upload": "400 ",
	} {
		res, err := client.Get(s.base + path)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(res.Body)
		_ = res.Body.Close()
		if got := res.Status[:3] + " " + string(body); err != nil || !strings.Contains(got, want) {
			t.Errorf("%s = %q, %v; want %q", path, got, err, want)
		}
	}
	c, _, err := websocket.Dial(t.Context(), strings.Replace(s.base, "http", "ws", 1)+"/ws", &websocket.DialOptions{HTTPClient: client})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Write(t.Context(), websocket.MessageText, []byte("hi")); err != nil {
		t.Fatal(err)
	}
	if _, data, err := c.Read(t.Context()); err != nil || string(data) != "hi" {
		t.Errorf("echo = %q, %v", data, err)
	}
	if err := c.Close(websocket.StatusNormalClosure, ""); err != nil {
		t.Error(err)
	}
}

func TestStandIns(t *testing.T) {
	t.Parallel()
	w := &web{server: "http://127.0.0.1:9", hosts: map[string]string{"api.acme.com": "http://127.0.0.1:8/acme/"}}
	for in, want := range map[string]string{
		"https://api.acme.com/v1/x?y=%20z": "http://127.0.0.1:8/acme/v1/x?y=%20z", "https://elsewhere.example/hello": "http://127.0.0.1:9/hello",
		"http://127.0.0.1:7710/pay": "http://127.0.0.1:7710/pay", "http://127.0.0.1/pay": "http://127.0.0.1:9/pay",
		"http://8.8.8.8:53/x": "http://127.0.0.1:9/x", "http://[::1]:7/x": "http://[::1]:7/x",
	} {
		if got, err := w.resolve(in); err != nil || got != want {
			t.Errorf("%s goes to %s, %v; want %s", in, got, err, want)
		}
	}
	if _, err := w.resolve("http://a b/"); pdk.Code(err) != 600009 {
		t.Errorf("a bad address: %v", err)
	}
}

func TestMemory(t *testing.T) {
	t.Parallel()
	p := newMemory()
	call := func(user, method, in string, blobs ...[]byte) string {
		t.Helper()
		out, err := p.Dispatch(pdk.NewContext(context.Background(), pdk.Info{Capability: "dougong.storage/v1", Method: method, App: "a", User: user}, nil),
			pdk.Payload{JSON: []byte(in), Blobs: blobs})
		if err != nil {
			t.Fatal(err)
		}
		text := string(out.JSON)
		for _, b := range out.Blobs {
			text += " " + string(b)
		}
		return text
	}
	for _, c := range []struct{ user, method, in, want string }{
		{"u", "kvSet", `{"key":"b","value":{"$blob":0}}`, "{}"}, {"u", "kvSet", `{"key":"a","value":{"$blob":0}}`, "{}"}, {"u", "kvSet", `{"key":"ab","value":{"$blob":0}}`, "{}"},
		{"u", "kvGet", `{"key":"a"}`, `{"value":{"$blob":0}} v`}, {"v", "kvGet", `{"key":"a"}`, `{"value":null}`},
		{"u", "kvList", `{}`, `{"keys":["a","ab","b"]}`}, {"u", "kvList", `{"prefix":"a","limit":1}`, `{"keys":["a"],"more":true}`},
		{"u", "kvList", `{"after":"a","prefix":"a"}`, `{"keys":["ab"]}`}, {"v", "kvList", `{}`, `{"keys":[]}`},
		{"u", "kvDelete", `{"key":"a"}`, "{}"}, {"u", "kvGet", `{"key":"a"}`, `{"value":null}`},
	} {
		if got := call(c.user, c.method, c.in, []byte("v")); got != c.want {
			t.Errorf("%s %s %s = %s, want %s", c.user, c.method, c.in, got, c.want)
		}
	}
}
