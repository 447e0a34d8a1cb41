package wasm_test

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/core/plugin"
	"github.com/dougong-dev/dougong/core/plugin/internal/suite"
	"github.com/dougong-dev/dougong/core/plugin/wasm"
	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/manifest"
	"github.com/dougong-dev/dougong/pdk/kitcheck"
)

// probeFolder builds the plugin of a kit that calls every service.
func probeFolder(t testing.TB, kit string) string {
	t.Helper()
	return kitFolder(t, kit, "testdata/probe")
}

// asked is what a kit has to ask the host for, in this order, and what it gets. The bytes of {"$blob": 0} are "v" or "b" in a
// question and sixteen in an answer.
var asked = []struct{ service, question, answer, odd string }{
	{"kv.get", `{"key":"present"}`, `{"found":true,"value":{"$blob":0}}`, ""},
	{"kv.get", `{"key":"absent"}`, `{"found":false}`, ""},
	{"kv.set", `{"key":"k","value":{"$blob":0}}`, `{}`, ""},
	{"kv.delete", `{"key":"k"}`, ``, ""},
	{"kv.list", `{"prefix":"p"}`, `{"keys":["p1","p二"],"more":true}`, ""},
	{"kv.list", `{"prefix":"p","after":"p二"}`, `{"keys":["p3"]}`, ""},
	{"http.request", `{"method":"POST","url":"https://x.example/","headers":{"a":["1","3"],"b":["2"]},"body":{"$blob":0},"timeout_ms":5}`,
		`{"status":404,"headers":{"content-TYPE":["text/plain","x"],"z":[]},"body":{"$blob":0}}`, `{"status":"x"}`},
	{"domain.check", `{"list":"request","url":"https://x.example/"}`, `{}`, ""},
	{"ui.confirm", `{"title":"t","content":"c","buttons":["yes","no"]}`, `{"button":1}`, `{"button":2}`},
	{"secret.get", `{"name":"n"}`, `{"value":"s3cret 密"}`, ""},
	{"key.data", `{"size":16}`, `{"key":{"$blob":0}}`, `{"key":"x"}`},
	{"key.anchor", `{"at":18446744073709551615}`, `{"was":18446744073709551614}`, `{}`},
	{"timer.after", `{"delay_ms":5,"method":"m","data":{"x":1.5}}`, `{}`, ""},
	{"x.y", `{"x":1.5}`, `[]`, ""},
}

const sixteen = "0123456789abcdef"

// scripted is a host that answers as asked says; at one question it may answer otherwise.
type scripted struct {
	*suite.Host
	t     *testing.T
	at    int
	odd   int // the question that is answered oddly
	wrong string
	deny  int // the question that is refused
}

func (h *scripted) Service(_ context.Context, _ string, _ pdk.Info, name string, in pdk.Payload) (pdk.Payload, error) {
	if h.at >= len(asked) {
		return pdk.Payload{}, fmt.Errorf("one question too many: %s", name)
	}
	q := asked[h.at]
	if !sameJSON(string(in.JSON), q.question) || name != q.service || len(in.Blobs) != strings.Count(q.question, "$blob") {
		h.t.Errorf("question %d: %s %s, want %s %s", h.at, name, in.JSON, q.service, q.question)
	}
	h.at++
	switch h.at - 1 {
	case h.deny:
		return pdk.Payload{}, &pdk.Error{Code: pdk.CodeDenied, Name: "denied", Message: "no " + name, Data: []byte(`{"why":"不"}`)}
	case h.odd:
		return pdk.Payload{JSON: []byte(h.wrong)}, nil
	}
	answer := pdk.Payload{JSON: []byte(q.answer)}
	if strings.Contains(q.answer, "$blob") {
		answer.Blobs = [][]byte{[]byte(sixteen)}
	}
	return answer, nil
}

func sameJSON(a, b string) bool {
	var x, y any
	return json.Unmarshal([]byte(a), &x) == nil && json.Unmarshal([]byte(b), &y) == nil && reflect.DeepEqual(x, y)
}

// TestKitServices lets every kit call every service, and refuses or mangles one answer after the other.
func TestKitServices(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		return // it needs the kits' toolchains
	}
	for _, kit := range kits {
		t.Run(kit, func(t *testing.T) {
			t.Parallel()
			dir := probeFolder(t, kit)
			r, err := wasm.New(wasm.Options{CacheDir: filepath.Join(dir, "cache")})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = r.Close(context.Background()) })
			kitServicesAnswered(t, r, dir)
			for i, q := range asked {
				out, err := askAll(t, r, dir, &scripted{Host: suite.NewHost(), t: t, odd: -1, deny: i})
				var e *pdk.Error
				e, _ = err.(*pdk.Error) //nolint:errorlint // the runtime promises this very type
				if e == nil || e.Code != pdk.CodeDenied || e.Message != "no "+q.service || string(e.Data) != `{"why":"不"}` {
					t.Errorf("%s refused: %s, %v", q.service, out.JSON, err)
				}
				if q.odd == "" {
					continue
				}
				if _, err := askAll(t, r, dir, &scripted{Host: suite.NewHost(), t: t, odd: i, wrong: q.odd, deny: -1}); pdk.Code(err) != pdk.CodeInvalidResult || !strings.Contains(err.Error(), q.service) {
					t.Errorf("%s answered by %s: %v, want code %d", q.service, q.odd, err, pdk.CodeInvalidResult)
				}
			}
		})
	}
}

func kitServicesAnswered(t *testing.T, r *wasm.Runtime, dir string) {
	h := &scripted{Host: suite.NewHost(), t: t, odd: -1, deny: -1}
	out, err := askAll(t, r, dir, h)
	want := `{"present":{"$blob":0},"absent":true,"keys":["p1","p二","p3"],"status":404,"header":"text/plain","body":{"$blob":1},
		"button":1,"secret":"s3cret 密","key":{"$blob":2},"was":"18446744073709551614"}`
	if err != nil || h.at != len(asked) || !sameJSON(string(out.JSON), want) || len(out.Blobs) != 3 || string(out.Blobs[2]) != sixteen {
		t.Errorf("services = %s with %q after %d of %d questions, %v; want %s", out.JSON, out.Blobs, h.at, len(asked), err, want)
	}
	events := h.Events()
	if len(events) != 2 || events[0].Name != "e" || string(events[0].Payload.JSON) != `{"x":1.5}` || events[0].Final || events[1].Name != "f" || !events[1].Final {
		t.Errorf("events = %+v", events)
	}
	ctx, cancel := context.WithTimeout(context.Background(), suite.Patience)
	defer cancel()
	if l, err := h.WaitLog(ctx, "行"); err != nil || l.Level != pdk.LevelError || !reflect.DeepEqual(l.Fields, map[string]string{"a": "1", "b": ""}) {
		t.Errorf("log line = %+v, %v", l, err)
	}
	if l, err := h.WaitLog(ctx, "line"); err != nil || l.Level != pdk.LevelDebug || len(l.Fields) != 0 {
		t.Errorf("log line = %+v, %v", l, err)
	}
}

// askAll calls the probe's method services.
func askAll(t *testing.T, r *wasm.Runtime, dir string, h *scripted) (pdk.Payload, error) {
	t.Helper()
	m, err := manifest.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), suite.Patience)
	defer cancel()
	inst, err := r.Start(ctx, plugin.Spec{Manifest: m, Dir: dir, Services: h})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := inst.Close(ctx); err != nil {
			t.Errorf("close: %v", err)
		}
	}()
	p := kitPlugin{inst, h.Host, m}
	info := kitInfo("services", 3)
	info.Capability = kitcheck.Capability
	return p.raw(ctx, info, pdk.Payload{})
}

// TestKitMessages hands well-formed and malformed messages to the modules, past the host that would not send them.
func TestKitMessages(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		return // it needs the kits' toolchains
	}
	for _, kit := range kits {
		t.Run(kit, func(t *testing.T) {
			t.Parallel()
			kitcheck.Run(t, newGuest(t, kit).serve, 20)
		})
	}
}

func FuzzKitJSON(f *testing.F) {
	for _, text := range kitcheck.Texts {
		f.Add(text)
	}
	rust, as := newGuest(f, "rust"), newGuest(f, "assemblyscript")
	f.Fuzz(func(t *testing.T, text string) {
		kitcheck.JSON(t, rust.serve, text)
		kitcheck.JSON(t, as.serve, text)
	})
}

func FuzzKitWire(f *testing.F) {
	f.Add(kitcheck.Request("services", `{"a":1}`), kitcheck.Reply(`{"found":true}`))
	f.Add(kitcheck.Request("same", `[{"$blob":0}]`, []byte("x")), []byte{})
	rust, as := newGuest(f, "rust"), newGuest(f, "assemblyscript")
	f.Fuzz(func(t *testing.T, request, answer []byte) {
		kitcheck.Wire(t, rust.serve, request, answer)
		kitcheck.Wire(t, as.serve, request, answer)
	})
}
