package provider

import (
	"slices"
	"testing"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/pdktest"
)

// The cases of pdk/conformance hold the built plugin to its contract; here are the parts that need no runtime.

func TestInspect(t *testing.T) {
	t.Parallel()
	h := pdktest.New(t, New("com.example.x", "1.0.0"))
	for _, c := range []struct {
		text  string
		chars int
		data  []byte
		want  []byte
	}{{"", 0, nil, nil}, {"豆😀", 2, []byte("abc"), []byte("cba")}, {"e\u0301", 2, []byte{}, []byte{}}} {
		in := map[string]any{"text": c.text}
		if c.data != nil {
			in["data"] = pdk.Blob(c.data)
		}
		var out inspectOut
		if err := h.Call(Capability, "inspect", in, &out); err != nil {
			t.Fatal(err)
		}
		if out.Text != c.text || out.Characters != c.chars || (out.Data == nil) != (c.want == nil) || out.Data != nil && !slices.Equal([]byte(*out.Data), c.want) {
			t.Errorf("inspect %q = %+v", c.text, out)
		}
	}
}

func TestSessionEnds(t *testing.T) {
	t.Parallel()
	h := pdktest.New(t, New("com.example.x", "1.0.0"))
	info := pdk.Info{Capability: Capability, App: "a", User: "u", Task: h.NewTask()}
	call := func(method string, in any) error {
		info.Method = method
		return h.CallAs(t.Context(), info, in, nil)
	}
	for _, step := range []struct {
		method string
		code   int
	}{{"session.send", codeNoSession}, {"session", 0}, {"session.send", 0}, {"session.close", 0}, {"session.close", codeNoSession}} {
		if err := call(step.method, map[string]string{"text": "x"}); pdk.Code(err) != step.code {
			t.Errorf("%s: %v, want code %d", step.method, err, step.code)
		}
	}
	events := h.Events()
	if len(events) != 2 || events[0].Name != "message" || !events[1].Final {
		t.Errorf("events: %+v", events)
	}
}

func TestConfigure(t *testing.T) {
	t.Parallel()
	h := pdktest.New(t, New("com.example.x", "1.0.0"))
	for _, c := range []struct {
		greeting, want string
		code           int
	}{{"one", "one", 0}, {"refuse", "one", pdk.CodeConfig}, {"", "", 0}} {
		if err := h.Configure(settings{c.greeting}); pdk.Code(err) != c.code {
			t.Errorf("configure %q: %v, want code %d", c.greeting, err, c.code)
		}
		var out settings
		if err := h.Call(Capability, "configured", none{}, &out); err != nil || out.Greeting != c.want {
			t.Errorf("configured = %q, %v; want %q", out.Greeting, err, c.want)
		}
	}
}
