package process_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/dougong-dev/dougong/core/plugin/internal/suite"
	"github.com/dougong-dev/dougong/core/plugin/process"
	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/manifest"
)

// TestKitCalls goes through what does not end a plugin, over one process.
func TestKitCalls(t *testing.T) {
	if testing.Short() {
		return // it needs the kits' toolchains
	}
	eachKit(t, func(t *testing.T, k *kit) {
		r := k.start(t, process.Options{Grace: grace})
		for _, c := range []struct {
			name string
			test func(*testing.T, *running)
		}{
			{"describe", testKitDescribe}, {"configure", testKitConfigure}, {"echo", testKitEcho}, {"inspect", testKitInspect},
			{"whoami", testKitWhoami}, {"failures", testKitFailures}, {"services", testKitServices}, {"log", testKitLog},
			{"big", testKitBig}, {"together", testKitTogether}, {"countdown", testKitCountdown}, {"session", testKitSession},
			{"canceled", testKitCanceled}, {"late", testKitLate},
		} {
			t.Run(c.name, func(t *testing.T) {
				c.test(t, &running{r.Instance, r.host, k, t})
			})
		}
		r.alive()
	})
}

func testKitDescribe(t *testing.T, r *running) {
	m, err := manifest.Load(r.kit.dir)
	if err != nil {
		t.Fatal(err)
	}
	c, err := contracts()
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for name, method := range c.Methods {
		want = append(want, name)
		if method.Task != nil {
			for sub := range method.Task.Methods {
				want = append(want, name+"."+sub)
			}
		}
	}
	d, err := r.Describe(patience(t))
	if err != nil || d.ID != m.ID || d.Version != m.Version {
		t.Fatalf("Describe = %+v, %v, want %s %s", d, err, m.ID, m.Version)
	}
	got := d.Capabilities[conformance]
	slices.Sort(want)
	slices.Sort(got)
	if len(d.Capabilities) != 1 || !slices.Equal(got, want) {
		t.Errorf("it provides %v, want %v of %s", d.Capabilities, want, conformance)
	}
}

func testKitConfigure(t *testing.T, r *running) {
	greeting := func(want string) {
		t.Helper()
		var out struct{ Greeting string }
		if err := r.do("configured", nil, &out); err != nil || out.Greeting != want {
			t.Errorf("greeting = %q, %v, want %q", out.Greeting, err, want)
		}
	}
	greeting("")
	if err := r.Configure(patience(t), []byte(`{"greeting":"你好"}`)); err != nil {
		t.Fatal(err)
	}
	greeting("你好")
	mustFail(t, r.Configure(patience(t), []byte(`{"greeting":"refuse"}`)), pdk.CodeConfig, "refuse")
	greeting("你好")
	if err := r.Configure(patience(t), []byte(`{}`)); err != nil {
		t.Fatal(err)
	}
	greeting("")
}

func testKitEcho(t *testing.T, r *running) {
	for _, c := range []struct {
		name string
		in   pdk.Payload
	}{
		{"nothing", pdk.Payload{}},
		{"null", pdk.Payload{JSON: []byte(`null`)}},
		{"unicode", pdk.Payload{JSON: []byte(`{"value":"豆工 🀄 \u0000 ñ \ud800"}`)}},
		{"numbers", pdk.Payload{JSON: []byte(`{"value":[9007199254740993,1e400,-0.0]}`)}},
		{"out of order", pdk.Payload{JSON: []byte(`{"value":[{"$blob":1},{"$blob":0},{"$blob":1}]}`), Blobs: [][]byte{{0, 255, 10}, {}}}},
		{"unused", pdk.Payload{JSON: []byte(`{}`), Blobs: [][]byte{[]byte("x")}}},
		{"4096 attachments", pdk.Payload{JSON: []byte(`{}`), Blobs: slices.Repeat([][]byte{{7}}, 4096)}},
		{"16 MiB", pdk.Payload{JSON: []byte(`{"value":{"$blob":0}}`), Blobs: [][]byte{bytes.Repeat([]byte("0123456789abcdef"), 1<<20)}}},
		{"64 MiB", pdk.Payload{JSON: []byte(`{"value":{"$blob":0}}`), Blobs: [][]byte{bytes.Repeat([]byte("0123456789abcdef"), 4<<20-2)}}},
		{"4 MiB of JSON", pdk.Payload{JSON: []byte(`{"value":"` + strings.Repeat("x", 4<<20) + `"}`)}},
	} {
		out, err := r.raw(patience(t), info("echo"), c.in)
		if err != nil || !bytes.Equal(out.JSON, c.in.JSON) || !slices.EqualFunc(out.Blobs, c.in.Blobs, bytes.Equal) {
			t.Errorf("%s: %.60q came back as %.60q with %d of %d attachments, %v", c.name, c.in.JSON, out.JSON, len(out.Blobs), len(c.in.Blobs), err)
		}
	}
}

func testKitInspect(t *testing.T, r *running) {
	type text struct {
		Text       string   `json:"text"`
		Characters int      `json:"characters,omitempty"`
		Data       pdk.Blob `json:"data,omitempty"`
	}
	for _, want := range []text{
		{"", 0, nil}, {"straße", 6, pdk.Blob{1, 2, 255}}, {"斗拱🀄\u0000", 4, nil}, {"e\u0301👩‍👧", 5, pdk.Blob{}},
	} {
		in := want
		in.Characters, in.Data = 0, slices.Clone(want.Data)
		slices.Reverse(in.Data)
		var out text
		if err := r.do("inspect", in, &out); err != nil || out.Text != want.Text || out.Characters != want.Characters || !bytes.Equal(out.Data, want.Data) {
			t.Errorf("inspect %q = %+v, %v, want %+v", in.Text, out, err, want)
		}
	}
}

func testKitWhoami(t *testing.T, r *running) {
	want := info("whoami")
	want.Caller, want.User = "com.example.caller", strings.Repeat("用", 300)
	var got pdk.Info
	if err := r.doContext(patience(t), want, nil, &got); err != nil || got != want {
		t.Errorf("got %+v, %v\nwant %+v", got, err, want)
	}
}

func testKitFailures(t *testing.T, r *running) {
	type failure struct {
		Code    int    `json:"code"`
		Name    string `json:"name"`
		Message string `json:"message"`
	}
	for _, in := range []failure{{70001, "cancel", "the user 取消 it"}, {-5, "", "\u0000"}, {1 << 30, "x", strings.Repeat("长", 5000)}} {
		if e := pdk.AsError(r.do("fail", in, nil)); e == nil || e.Code != in.Code || e.Name != in.Name || e.Message != in.Message {
			t.Errorf("fail %+v = %+v", in, e)
		}
	}
	mustFail(t, r.do("nothing", nil, nil), pdk.CodeUnsupported, `no method "nothing"`)
	_, err := r.raw(patience(t), info("inspect"), pdk.Payload{JSON: []byte(`{"text":"x","data":{"$blob":3}}`)})
	mustFail(t, err, pdk.CodeInvalidParams, `{"$blob": 3} has no attachment`)
	_, err = r.raw(patience(t), info("inspect"), pdk.Payload{JSON: []byte(`{"text":`)})
	mustFail(t, err, pdk.CodeInvalidParams, "not valid JSON")
	other := info("echo")
	other.Capability = "example.other/v1"
	mustFail(t, r.doContext(patience(t), other, nil, nil), pdk.CodeUnsupported, "example.other/v1")
	r.alive()
}

func testKitServices(t *testing.T, r *running) {
	type kv struct {
		Key    string   `json:"key,omitempty"`
		Value  pdk.Blob `json:"value"`
		Found  bool     `json:"found,omitempty"`
		Before pdk.Blob `json:"before,omitempty"`
	}
	for i, value := range []pdk.Blob{{0, 1, 255}, {}, []byte("x")} {
		var out kv
		if err := r.do("kv", kv{Key: "k/键", Value: value}, &out); err != nil || out.Found != (i > 0) {
			t.Errorf("kv %d = %+v, %v", i, out, err)
		}
		if before := [][]byte{nil, {0, 1, 255}, {}}[i]; !bytes.Equal(out.Before, before) {
			t.Errorf("kv %d: before = %v, want %v", i, out.Before, before)
		}
	}
	var page struct {
		Status int
		Body   pdk.Blob
	}
	if err := r.do("fetch", map[string]string{"url": "https://a.example/?q=值"}, &page); err != nil || page.Status != 203 || string(page.Body) != "page of https://a.example/?q=值" {
		t.Errorf("fetch = %d %q, %v", page.Status, page.Body, err)
	}
	mustFail(t, r.do("fetch", map[string]string{"url": "https://denied.example/"}, nil), pdk.CodeDenied, "is not granted denied.example")
}

func testKitLog(t *testing.T, r *running) {
	if err := r.do("log", map[string]string{"text": "写 a line\nof log"}, nil); err != nil {
		t.Fatal(err)
	}
	if l, err := r.host.WaitLog(patience(t), "写 a line\nof log"); err != nil || l.Level != pdk.LevelWarn || l.Fields["n"] != "7" {
		t.Errorf("log = %+v, %v", l, err)
	}
}

func testKitBig(t *testing.T, r *running) {
	for _, size := range []int{0, 1, 252, 16 << 20} {
		var out struct{ Data pdk.Blob }
		if err := r.do("big", map[string]int{"size": size}, &out); err != nil || len(out.Data) != size {
			t.Fatalf("big %d = %d bytes, %v", size, len(out.Data), err)
		}
		for i, b := range out.Data {
			if int(b) != i%251 {
				t.Fatalf("big %d: byte %d is %d, want %d", size, i, b, i%251)
			}
		}
	}
	mustFail(t, r.do("big", map[string]int{"size": pdk.MaxPayload + 1}, nil), pdk.CodeTooLarge, "")
}

// testKitTogether has 32 calls wait at once: each is there before the first ends.
func testKitTogether(t *testing.T, r *running) {
	ctx, cancel := context.WithCancel(patience(t))
	defer cancel()
	task := func(n int) pdk.Info {
		i := info("session")
		i.Task = uint64(1000 + n)
		return i
	}
	var all sync.WaitGroup
	for n := range 32 {
		all.Go(func() {
			var out struct{ Text string }
			text := strings.Repeat("x", n*1000)
			if err := r.do("inspect", map[string]string{"text": text}, &out); err != nil || out.Text != text {
				t.Errorf("call %d: %d bytes, %v", n, len(out.Text), err)
			}
			if err := r.doContext(ctx, task(n), nil, nil); err != nil {
				t.Errorf("session %d: %v", n, err)
			}
		})
		all.Go(func() {
			if err := r.do("sleep", map[string]int{"ms": 200}, nil); err != nil {
				t.Errorf("sleep %d: %v", n, err)
			}
		})
	}
	all.Wait()
	for n := range 32 {
		i := task(n)
		i.Method = "session.close"
		if err := r.doContext(ctx, i, nil, nil); err != nil {
			t.Errorf("close %d: %v", n, err)
		}
	}
}

// ownTests are the tests that a kit has in its own language.
var ownTests = map[string][]string{
	"python": {"/usr/bin/python3", "-B", "-m", "unittest", "discover", "-s", "tests", "-t", "."},
	"node":   {"node", "--test", "tests/"},
}

// TestKitOwnTests runs them, in the copy that has been built.
func TestKitOwnTests(t *testing.T) {
	if testing.Short() {
		return // it needs the kits' toolchains
	}
	eachKit(t, func(t *testing.T, k *kit) {
		runIn(t, filepath.Dir(k.built(t)), ownTests[k.name])
	})
}

func runIn(t *testing.T, dir string, run []string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 3*suite.Patience)
	defer cancel()
	cmd := command(ctx, run)
	cmd.Dir, cmd.Env = dir, []string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir()}
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%s: %v\n%s", strings.Join(run, " "), err, out)
	}
}
