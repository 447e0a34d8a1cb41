package suite

import (
	"bytes"
	"context"
	"errors"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/plugin"
	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/manifest"
)

// Run runs the table.
func (s Suite) Run(t *testing.T) {
	for _, c := range []struct {
		name string
		test func(*testing.T, Suite)
	}{
		{"describe", testDescribe}, {"payloads", testPayloads}, {"errors", testErrors}, {"info", testInfo},
		{"services", testServices}, {"isolation", testIsolation}, {"events", testEvents}, {"tasks", testTasks}, {"lost task", testLostTask},
		{"output", testOutput}, {"configure", testConfigure}, {"world", testWorld}, {"concurrency", testConcurrency},
		{"deadline heeded", testDeadlineHeeded}, {"cancel in service", testCancelInService},
		{"call timeout", testCallTimeout}, {"checksum", testChecksum}, {"too large", testTooLarge}, {"closed", testClosed},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.test(t, s)
		})
	}
}

func testDescribe(t *testing.T, s Suite) {
	p := s.Start(t, nil)
	d, err := p.Describe(context.Background())
	if err != nil || d.ID != "com.example.sample" || d.Version != "1.2.3" || len(d.Capabilities[Capability]) < 10 {
		t.Errorf("Describe = %+v, %v", d, err)
	}
}

func testPayloads(t *testing.T, s Suite) {
	p := s.Start(t, nil)
	mib := bytes.Repeat([]byte("0123456789abcdef"), 1<<16)
	for _, c := range []struct {
		name string
		in   pdk.Payload
	}{
		{"nothing", pdk.Payload{}},
		{"unicode", pdk.Payload{JSON: []byte(`{"x":"豆工 🀄 \u0000 ñ"}`)}},
		{"small blob", pdk.Payload{JSON: []byte(`{"b":{"$blob":0}}`), Blobs: [][]byte{{0, 255, 10}}}},
		{"empty blob", pdk.Payload{JSON: []byte(`[{"$blob":0},{"$blob":1}]`), Blobs: [][]byte{{}, []byte("x")}}},
		{"1 MiB", pdk.Payload{JSON: []byte(`{"b":{"$blob":0}}`), Blobs: [][]byte{mib}}},
		{"small again", pdk.Payload{JSON: []byte(`1`)}},
		{"1 MiB of JSON", pdk.Payload{JSON: []byte(`"` + strings.Repeat("x", 1<<20) + `"`)}},
		{"100 blobs", pdk.Payload{JSON: []byte(`null`), Blobs: bytes.SplitAfter(mib[:1600], []byte("f"))[:100]}},
	} {
		got, err := p.Raw(context.Background(), Info("echo"), c.in)
		same := err == nil && bytes.Equal(got.JSON, c.in.JSON) && len(got.Blobs) == len(c.in.Blobs)
		for i := range c.in.Blobs {
			same = same && bytes.Equal(got.Blobs[i], c.in.Blobs[i])
		}
		if !same {
			t.Errorf("%s: echo of %d+%d bytes came back as %.50q with %d blobs, %v", c.name, len(c.in.JSON), len(c.in.Blobs), got.JSON, len(got.Blobs), err)
		}
	}
	type message struct {
		Text string   `json:"text"`
		Data pdk.Blob `json:"data"`
	}
	var out message
	if err := p.Do(Info("typed"), message{"straße", pdk.Blob("abc")}, &out); err != nil || out.Text != "STRASSE" && out.Text != "STRAßE" || string(out.Data) != "cba" {
		t.Errorf("typed = %+v, %v", out, err)
	}
}

func testErrors(t *testing.T, s Suite) {
	p := s.Start(t, nil)
	info := Info("fail")
	var e *pdk.Error
	if err := p.Do(info, nil, nil); !errors.As(err, &e) || e.Code != 70001 || e.Name != "cancel" || e.Message != "the user 取消 it" || string(e.Data) != `{"x":1}` {
		t.Errorf("fail = %+v", err)
	}
	for _, c := range []struct {
		method string
		in     any
		code   int
		want   string
	}{
		{"typed", map[string]int{"text": 5}, pdk.CodeInvalidParams, "text: expected string, found number"},
		{"nothing", nil, pdk.CodeUnsupported, `plugin "com.example.sample" has no method "nothing"`},
		{"panic", nil, pdk.CodeInternal, `plugin "com.example.sample" panicked in panic: as asked`},
	} {
		if err := p.Do(Info(c.method), c.in, nil); pdk.Code(err) != c.code || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want code %d with %q", c.method, err, c.code, c.want)
		}
	}
	info.Capability = "example.other/v1"
	if err := p.Do(info, nil, nil); pdk.Code(err) != pdk.CodeUnsupported {
		t.Errorf("other capability: %v", err)
	}
	p.Alive()
	ctx, cancel := context.WithTimeout(context.Background(), Patience)
	defer cancel()
	if l, err := p.Host.WaitLog(ctx, "panic in panic: as asked"); err != nil || !strings.Contains(l.Fields["stack"], "main.") {
		t.Errorf("the panic's stack is not in the log: %+v, %v", l, err)
	}
}

func testInfo(t *testing.T, s Suite) {
	p := s.Start(t, nil)
	want := Info("whoami")
	want.Caller, want.App, want.User = "com.example.caller", "应用", strings.Repeat("u", 300)
	var got pdk.Info
	if err := p.Do(want, nil, &got); err != nil || got != want {
		t.Errorf("got %+v, %v\nwant %+v", got, err, want)
	}
}

func testServices(t *testing.T, s Suite) {
	p := s.Start(t, nil)
	var page struct {
		Text string   `json:"text"`
		Data pdk.Blob `json:"data"`
	}
	if err := p.Do(Info("http"), map[string]string{"url": "https://x.example/"}, &page); err != nil || page.Text != "203" || string(page.Data) != "page of https://x.example/" {
		t.Errorf("http = %+v, %v", page, err)
	}
	var button int
	if err := p.Do(Info("confirm"), map[string]string{"text": "?"}, &button); err != nil || button != 1 {
		t.Errorf("confirm = %d, %v", button, err)
	}
	var secret string
	if err := p.Do(Info("secret"), map[string]string{"text": "key"}, &secret); err != nil || secret != "s3cret" {
		t.Errorf("secret = %q, %v", secret, err)
	}
	if err := p.Do(Info("secret"), map[string]string{"text": "other"}, nil); pdk.Code(err) != pdk.CodeDenied {
		t.Errorf("other secret: %v, want code %d", err, pdk.CodeDenied)
	}
}

func testIsolation(t *testing.T, s Suite) {
	p := s.Start(t, nil)
	type in struct {
		Key   string   `json:"key"`
		Value pdk.Blob `json:"value"`
	}
	type out struct {
		Before pdk.Blob `json:"before"`
		Found  bool     `json:"found"`
		After  pdk.Blob `json:"after"`
		Keys   []string `json:"keys"`
	}
	for i, who := range [][2]string{{"app.a", "u"}, {"app.a", "v"}, {"app.b", "u"}} {
		info := Info("kv")
		info.App, info.User = who[0], who[1]
		value := pdk.Blob{byte(i), 0}
		var got out
		if err := p.Do(info, in{"k", value}, &got); err != nil || got.Found || !bytes.Equal(got.After, value) || len(got.Keys) != 1 {
			t.Errorf("first kv of %v = %+v, %v", who, got, err)
		}
		if err := p.Do(info, in{"k", nil}, &got); err != nil || !got.Found || !bytes.Equal(got.Before, value) {
			t.Errorf("second kv of %v = %+v, %v", who, got, err)
		}
	}
}

func testEvents(t *testing.T, s Suite) {
	p := s.Start(t, nil)
	info := Info("download")
	info.Task = 42
	var n int
	if err := p.Do(info, map[string]int{"ms": 5}, &n); err != nil || n != 5 {
		t.Fatalf("download = %d, %v", n, err)
	}
	events := p.Host.Events()
	if len(events) != 6 {
		t.Fatalf("%d events, want 6: %v", len(events), events)
	}
	for i, e := range events {
		var v struct {
			Percent int      `json:"percent"`
			Chunk   pdk.Blob `json:"chunk"`
		}
		if err := pdk.Decode(e.Payload, &v); err != nil {
			t.Error(err)
		}
		if last := i == 5; e.Info != info || e.Plugin != "com.example.sample" || e.Final != last || !last && (v.Percent != i || !bytes.Equal(v.Chunk, []byte{byte(i)})) {
			t.Errorf("event %d: %+v %+v", i, e, v)
		}
	}
}

// testTasks holds several sockets open over many calls: each keeps its state and ends with its final event.
func testTasks(t *testing.T, s Suite) {
	p := s.Start(t, nil)
	at := func(method string, task uint64) pdk.Info {
		info := Info(method)
		info.Task = task
		return info
	}
	const sockets = 5
	for task := uint64(1); task <= sockets; task++ {
		if err := p.Do(at("socket", task), nil, nil); err != nil {
			t.Fatal(err)
		}
	}
	for task := uint64(sockets); task >= 1; task-- {
		if err := p.Do(at("socket.send", task), map[string]any{"text": "hi"}, nil); err != nil {
			t.Errorf("send on task %d: %v", task, err)
		}
		if err := p.Do(at("socket.close", task), nil, nil); err != nil {
			t.Errorf("close of task %d: %v", task, err)
		}
		if err := p.Do(at("socket.send", task), nil, nil); pdk.Code(err) != pdk.CodeNotFound {
			t.Errorf("send on closed task %d: %v", task, err)
		}
	}
	events := p.Host.Events()
	if len(events) != 2*sockets {
		t.Fatalf("%d events, want %d", len(events), 2*sockets)
	}
	for i, e := range events {
		// The Info is that of the call that started the task, whatever call the event was emitted in.
		if want := at("socket", uint64(sockets-i/2)); e.Info != want || e.Final != (i%2 == 1) {
			t.Errorf("event %d is %+v, want %+v", i, e, want)
		}
	}
}

// testLostTask ends the plugin while a task is going on: whoever waits for its last event gets one.
func testLostTask(t *testing.T, s Suite) {
	p := s.Start(t, nil)
	info := Info("socket")
	info.Task = 9
	if err := p.Do(info, nil, nil); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), Patience)
	defer cancel()
	if err := p.Close(ctx); err != nil {
		t.Fatal(err)
	}
	if e := p.Host.Events(); len(e) != 1 || e[0].Info != info || !e[0].Final {
		t.Errorf("events: %+v, want a final one of %+v", e, info)
	}
}

func testOutput(t *testing.T, s Suite) {
	p := s.Start(t, nil)
	if err := p.Do(Info("print"), map[string]string{"text": "printed 行"}, nil); err != nil {
		t.Fatal(err)
	}
	if err := p.Do(Info("log"), map[string]string{"text": "logged 行"}, nil); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), Patience)
	defer cancel()
	for _, want := range []string{"out: printed 行", "err: printed 行", "logged 行"} {
		l, err := p.Host.WaitLog(ctx, want)
		if err != nil {
			t.Error(err)
		} else if want == "logged 行" && (l.Level != pdk.LevelWarn || l.Fields["n"] != "7") {
			t.Errorf("got %+v", l)
		}
	}
}

func testConfigure(t *testing.T, s Suite) {
	p := s.Start(t, nil)
	ctx := context.Background()
	for _, greeting := range []string{"hello", "你好"} {
		if err := p.Configure(ctx, []byte(`{"greeting":"`+greeting+`"}`)); err != nil {
			t.Fatal(err)
		}
		// Every instance has it, also those that are made now.
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				var got string
				if err := p.Do(Info("greeting"), nil, &got); err != nil || got != greeting {
					t.Errorf("greeting = %q, %v; want %q", got, err, greeting)
				}
			})
		}
		wg.Wait()
	}
	if err := p.Configure(ctx, []byte(`{"greeting":"refuse"}`)); pdk.Code(err) != pdk.CodeConfig {
		t.Errorf("refused configuration: got %v, want code %d", err, pdk.CodeConfig)
	}
	var got string
	if err := p.Do(Info("greeting"), nil, &got); err != nil || got != "你好" {
		t.Errorf("after a refused configuration: greeting = %q, %v", got, err)
	}
}

func testConcurrency(t *testing.T, s Suite) {
	p := s.Start(t, nil)
	var wg sync.WaitGroup
	for i := range 32 {
		wg.Go(func() {
			for j := range 5 {
				in, out := []int{i, j}, []int{}
				if err := p.Do(Info("echo"), in, &out); err != nil || text(in) != text(out) {
					t.Errorf("echo %v = %v, %v", in, out, err)
				}
			}
		})
	}
	wg.Wait()
}

func testDeadlineHeeded(t *testing.T, s Suite) {
	p := s.Start(t, nil)
	p.Alive() // making the first instance is not what is measured
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	if err := p.DoContext(ctx, Info("heed"), nil, nil); pdk.Code(err) != pdk.CodeTimeout {
		t.Errorf("heed with a deadline: got %v, want code %d", err, pdk.CodeTimeout)
	}
	p.Alive()
}

func testCancelInService(t *testing.T, s Suite) {
	p := s.Start(t, nil)
	p.Host.Block, p.Host.Entered = make(chan struct{}), make(chan string, 1)
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		<-p.Host.Entered
		cancel()
	}()
	if err := p.DoContext(ctx, Info("confirm"), map[string]string{"text": "?"}, nil); pdk.Code(err) != pdk.CodeCanceled {
		t.Errorf("canceled confirm: got %v, want code %d", err, pdk.CodeCanceled)
	}
	p.Alive()
}

// testCallTimeout checks that the manifest bounds a call whose caller sets no deadline.
func testCallTimeout(t *testing.T, s Suite) {
	p := s.Start(t, func(spec *plugin.Spec) {
		m := *spec.Manifest
		m.Limits.CallTimeout = 100 * time.Millisecond
		spec.Manifest = &m
	})
	err := p.DoContext(context.Background(), Info("heed"), nil, nil)
	if pdk.Code(err) != pdk.CodeTimeout || !strings.Contains(err.Error(), "heed") {
		t.Errorf("got %v, want code %d that names the call", err, pdk.CodeTimeout)
	}
}

func testWorld(t *testing.T, s Suite) {
	if os.Getenv("PATH") == "" {
		t.Fatal("this test needs an environment that could leak")
	}
	p := s.Start(t, nil)
	var w struct {
		Env   []string `json:"env"`
		Files string   `json:"files"`
	}
	if err := p.Do(Info("world"), nil, &w); err != nil {
		t.Fatal(err)
	}
	for _, e := range w.Env {
		name, _, _ := strings.Cut(e, "=")
		if s.Kind == Wasm || !strings.HasPrefix(name, "PLUGIN_") && !strings.HasPrefix(name, "DOUGONG_") && name != "GOMEMLIMIT" && name != "TMPDIR" {
			t.Errorf("the plugin sees %s of the environment", name)
		}
	}
	if s.Kind == Wasm && w.Files == "<nil>" {
		t.Error("the plugin can read the file system")
	}
}

func testChecksum(t *testing.T, s Suite) {
	_, err := s.TryStart(t, func(spec *plugin.Spec) { spec.Checksum = strings.Repeat("0", 64) })
	if err == nil || !strings.Contains(err.Error(), "SHA-256") || !strings.Contains(err.Error(), "com.example.sample") {
		t.Errorf("a changed file was started: %v", err)
	}
	_, err = s.TryStart(t, func(spec *plugin.Spec) {
		m := *spec.Manifest
		m.Runtime.Wasm, m.Runtime.Process = &manifest.Wasm{Module: "missing"}, nil
		if s.Kind == Process {
			m.Runtime.Wasm, m.Runtime.Process = nil, map[string]string{"any": "missing"}
		}
		spec.Manifest = &m
	})
	if err == nil || !strings.Contains(err.Error(), "missing") {
		t.Errorf("a missing file: %v", err)
	}
}

func testTooLarge(t *testing.T, s Suite) {
	p := s.Start(t, func(spec *plugin.Spec) {
		m := *spec.Manifest
		m.Limits.MemoryMB = 512
		spec.Manifest = &m
	})
	_, err := p.Raw(context.Background(), Info("echo"), pdk.Payload{Blobs: [][]byte{make([]byte, pdk.MaxPayload+1)}})
	if pdk.Code(err) != pdk.CodeTooLarge {
		t.Errorf("arguments over the limit: got %v, want code %d", err, pdk.CodeTooLarge)
	}
	if err := p.Do(Info("huge"), map[string]int{"ms": pdk.MaxPayload + 1}, nil); pdk.Code(err) != pdk.CodeTooLarge {
		t.Errorf("result over the limit: got %v, want code %d", err, pdk.CodeTooLarge)
	}
	p.Alive()
}

func testClosed(t *testing.T, s Suite) {
	p := s.Start(t, nil)
	ctx, cancel := context.WithTimeout(context.Background(), Patience)
	defer cancel()
	if err := p.Close(ctx); err != nil {
		t.Fatal(err)
	}
	if err := p.Do(Info("echo"), nil, nil); pdk.Code(err) != pdk.CodeUnavailable {
		t.Errorf("call after Close: got %v, want code %d", err, pdk.CodeUnavailable)
	}
}
