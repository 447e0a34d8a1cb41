package wasm_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/capability"
	"github.com/dougong-dev/dougong/core/plugin"
	"github.com/dougong-dev/dougong/core/plugin/internal/suite"
	"github.com/dougong-dev/dougong/core/plugin/wasm"
	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/manifest"
)

const kitCapability = "dougong.conformance/v1"

// kits are the languages whose conformance plugins have to pass, each built by its own toolchain.
var kits = []string{"c", "rust", "assemblyscript"}

// TestKits calls every method of the conformance contract in the plugin of every kit.
func TestKits(t *testing.T) {
	t.Parallel()
	for _, kit := range kits {
		t.Run(kit, func(t *testing.T) {
			t.Parallel()
			dir := kitFolder(t, kit, "conformance")
			r, err := wasm.New(wasm.Options{CacheDir: filepath.Join(dir, "cache")})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = r.Close(context.Background()) })
			if info, err := os.Stat(filepath.Join(dir, "plugin.wasm")); err == nil {
				t.Logf("plugin.wasm has %d bytes", info.Size())
			}
			for _, c := range []struct {
				name string
				test func(*testing.T, *kitPlugin)
			}{
				{"describe", kitDescribe}, {"echo", kitEcho}, {"inspect", kitInspect}, {"bad arguments", kitBadArguments},
				{"whoami", kitWhoami}, {"fail", kitFail}, {"configure", kitConfigure}, {"count", kitCount}, {"big", kitBig},
				{"kv", kitKV}, {"fetch", kitFetch}, {"log", kitLog}, {"sleep", kitSleep}, {"spin", kitSpin}, {"crash", kitCrash},
				{"countdown", kitCountdown}, {"sessions", kitSessions}, {"concurrency", kitConcurrency}, {"memory", kitMemory},
			} {
				t.Run(c.name, func(t *testing.T) {
					t.Parallel()
					c.test(t, startKit(t, r, dir, nil))
				})
			}
			t.Run("one instance", func(t *testing.T) {
				t.Parallel()
				kitOneInstance(t, startKit(t, r, dir, func(m *manifest.Manifest) { m.Instances = manifest.InstancesOne }))
			})
		})
	}
}

// kitHost answers as suite.Host does, and refuses what a kernel refuses without a grant.
type kitHost struct{ *suite.Host }

func (h kitHost) Service(ctx context.Context, id string, info pdk.Info, name string, in pdk.Payload) (pdk.Payload, error) {
	if name == pdk.ServiceHTTPRequest && bytes.Contains(in.JSON, []byte("refused.example")) {
		return pdk.Payload{}, pdk.Errorf(pdk.CodeDenied, "denied", "plugin %q may not reach refused.example 不可", id)
	}
	return h.Host.Service(ctx, id, info, name, in)
}

// kitPlugin is a started plugin.
type kitPlugin struct {
	plugin.Instance
	host     *suite.Host
	manifest *manifest.Manifest
}

func startKit(t testing.TB, r *wasm.Runtime, dir string, change func(*manifest.Manifest)) *kitPlugin {
	t.Helper()
	m, err := manifest.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	if change != nil {
		change(m)
	}
	host := suite.NewHost()
	ctx, cancel := context.WithTimeout(context.Background(), suite.Patience)
	defer cancel()
	inst, err := r.Start(ctx, plugin.Spec{Manifest: m, Dir: dir, Services: kitHost{host}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), suite.Patience)
		defer cancel()
		if err := inst.Close(ctx); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return &kitPlugin{inst, host, m}
}

func kitInfo(method string, task uint64) pdk.Info {
	info := suite.Info(method)
	info.Capability, info.Task = kitCapability, task
	return info
}

func (p *kitPlugin) raw(ctx context.Context, info pdk.Info, in pdk.Payload) (pdk.Payload, error) {
	return p.Call(ctx, &capability.Call{Info: info, Payload: in})
}

func (p *kitPlugin) do(info pdk.Info, in, out any) error {
	ctx, cancel := context.WithTimeout(context.Background(), suite.Patience)
	defer cancel()
	return p.doContext(ctx, info, in, out)
}

func (p *kitPlugin) doContext(ctx context.Context, info pdk.Info, in, out any) error {
	payload, err := pdk.Encode(in)
	if err != nil {
		return err
	}
	if payload, err = p.raw(ctx, info, payload); err != nil || out == nil {
		return err
	}
	return pdk.Decode(payload, out)
}

func (p *kitPlugin) call(method string, in, out any) error { return p.do(kitInfo(method, 0), in, out) }

// alive checks that the plugin answers.
func (p *kitPlugin) alive(t *testing.T) {
	t.Helper()
	var out struct{ Value string }
	if err := p.call("echo", map[string]string{"value": "still here"}, &out); err != nil || out.Value != "still here" {
		t.Errorf("after that, echo = %+v, %v", out, err)
	}
}

func kitDescribe(t *testing.T, p *kitPlugin) {
	d, err := p.Describe(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	methods := "big configured count countdown crash echo fail fetch inspect kv log session session.close session.send sleep spin whoami"
	if err := plugin.CheckDescription(p.manifest, d); err != nil || len(d.Capabilities[kitCapability]) != len(strings.Fields(methods)) {
		t.Errorf("Describe = %+v, %v", d, err)
	}
	for _, m := range strings.Fields(methods) {
		if !strings.Contains(" "+strings.Join(d.Capabilities[kitCapability], " ")+" ", " "+m+" ") {
			t.Errorf("it does not list %s", m)
		}
	}
}

func kitEcho(t *testing.T, p *kitPlugin) {
	mib := bytes.Repeat([]byte("0123456789abcdef"), 1<<16)
	for _, c := range []struct {
		name string
		in   pdk.Payload
	}{
		{"nothing", pdk.Payload{}},
		{"unicode", pdk.Payload{JSON: []byte(`{"value":"豆工 🀄 \u0000 ñ \ud83d\ude00"}`)}},
		{"numbers", pdk.Payload{JSON: []byte(`{"value":[12345678901234567890123,-0,1e400,0.1]}`)}},
		{"blobs out of order", pdk.Payload{JSON: []byte(`{"value":[{"$blob":1},{"$blob":0}]}`), Blobs: [][]byte{{0, 255}, {}}}},
		{"1 MiB", pdk.Payload{JSON: []byte(`{"value":{"$blob":0}}`), Blobs: [][]byte{mib}}},
		{"small again", pdk.Payload{JSON: []byte(`{"value":1}`)}},
		{"1 MiB of JSON", pdk.Payload{JSON: []byte(`{"value":"` + strings.Repeat("x", 1<<20) + `"}`)}},
		{"100 blobs", pdk.Payload{JSON: []byte(`null`), Blobs: bytes.SplitAfter(mib[:1600], []byte("f"))[:100]}},
	} {
		got, err := p.raw(context.Background(), kitInfo("echo", 0), c.in)
		same := err == nil && bytes.Equal(got.JSON, c.in.JSON) && len(got.Blobs) == len(c.in.Blobs)
		for i := range c.in.Blobs {
			same = same && bytes.Equal(got.Blobs[i], c.in.Blobs[i])
		}
		if !same {
			t.Errorf("%s: echo of %d+%d bytes came back as %.50q with %d blobs, %v", c.name, len(c.in.JSON), len(c.in.Blobs), got.JSON, len(got.Blobs), err)
		}
	}
}

func kitInspect(t *testing.T, p *kitPlugin) {
	type result struct {
		Text       string
		Characters int
		Data       pdk.Blob
	}
	long := strings.Repeat("中🀄é\"\\\n\x01", 50_000)
	for _, c := range []struct {
		json  string
		blobs [][]byte
		want  result
	}{
		{`{"text":""}`, nil, result{}},
		{`{"text":"a\"\\\/\b\f\n\r\tz"}`, nil, result{"a\"\\/\b\f\n\r\tz", 10, nil}},
		{`{"text":"é\u00e9\u4e2d中\ud83c\udc04🀄"}`, nil, result{"éé中中🀄🀄", 6, nil}},
		{`{"text":"nul\u0000!"}`, nil, result{"nul\x00!", 5, nil}},
		{`{"text":"\ud800x"}`, nil, result{"\uFFFDx", 2, nil}},
		{` { "data" : {"$blob" : 0} , "text" : "x" } `, [][]byte{{1, 2, 3}}, result{"x", 1, pdk.Blob{3, 2, 1}}},
		{`{"text":"x","data":{"$blob":1}}`, [][]byte{{9}, {}}, result{"x", 1, pdk.Blob{}}},
	} {
		var got result
		payload, err := p.raw(context.Background(), kitInfo("inspect", 0), pdk.Payload{JSON: []byte(c.json), Blobs: c.blobs})
		if err == nil {
			err = pdk.Decode(payload, &got)
		}
		if err != nil || got.Text != c.want.Text || got.Characters != c.want.Characters || !bytes.Equal(got.Data, c.want.Data) || (got.Data == nil) != (c.want.Data == nil) {
			t.Errorf("inspect %s = %+v, %v; want %+v", c.json, got, err, c.want)
		}
	}
	var got result
	if err := p.call("inspect", map[string]any{"text": long, "data": pdk.Blob(strings.Repeat("ab", 1<<19))}, &got); err != nil || got.Text != long ||
		got.Characters != 350_000 || len(got.Data) != 1<<20 || got.Data[0] != 'b' {
		t.Errorf("a long text came back as %d bytes with %d characters and %d bytes of data, %v", len(got.Text), got.Characters, len(got.Data), err)
	}
}

// kitBadArguments sends what a host has checked before, and a kit must stand all the same.
func kitBadArguments(t *testing.T, p *kitPlugin) {
	deep := strings.Repeat("[", 100_000)
	for _, c := range []struct {
		method, json string
		code         int
		want         string
	}{
		{"inspect", `{}`, pdk.CodeInvalidParams, "text"},
		{"inspect", `{"text":5}`, pdk.CodeInvalidParams, "text: expected string, found number"},
		{"inspect", `[]`, pdk.CodeInvalidParams, "text"},
		{"inspect", `{"text":"x"`, pdk.CodeInvalidParams, "at byte 11"},
		{"inspect", `{"text":"x",}`, pdk.CodeInvalidParams, "at byte 12"},
		{"inspect", `{"text":"x"}}`, pdk.CodeInvalidParams, "at byte 12"},
		{"inspect", `{"text":"\x"}`, pdk.CodeInvalidParams, "at byte 9"},
		{"inspect", "{\"text\":\"\xff\"}", pdk.CodeInvalidParams, "at byte 9"},
		{"inspect", `{"text":"x","data":{"$blob":3}}`, pdk.CodeInvalidParams, "attachment"},
		{"inspect", deep, pdk.CodeInvalidParams, "deep"},
		{"nothing", `{}`, pdk.CodeUnsupported, "nothing"},
	} {
		_, err := p.raw(context.Background(), kitInfo(c.method, 0), pdk.Payload{JSON: []byte(c.json)})
		if pdk.Code(err) != c.code || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s(%.40s): got %v, want code %d with %q", c.method, c.json, err, c.code, c.want)
		}
	}
	info := kitInfo("echo", 0)
	info.Capability = "example.other/v1"
	if err := p.do(info, nil, nil); pdk.Code(err) != pdk.CodeUnsupported {
		t.Errorf("another capability: %v", err)
	}
	p.alive(t)
}

func kitWhoami(t *testing.T, p *kitPlugin) {
	want := kitInfo("whoami", 0)
	want.Caller, want.App, want.User = "com.example.caller", "应用", strings.Repeat("u", 300)
	var got pdk.Info
	if err := p.do(want, nil, &got); err != nil || got != want {
		t.Errorf("got %+v, %v\nwant %+v", got, err, want)
	}
}

func kitFail(t *testing.T, p *kitPlugin) {
	var e *pdk.Error
	in := map[string]any{"code": 70001, "name": "cancel", "message": "the user 取消 it %s"}
	if err := p.call("fail", in, nil); !errors.As(err, &e) || e.Code != 70001 || e.Name != "cancel" || e.Message != in["message"] {
		t.Errorf("fail = %+v", err)
	}
	p.alive(t)
}

func kitConfigure(t *testing.T, p *kitPlugin) {
	greeting := func(want string) {
		t.Helper()
		var out struct{ Greeting string }
		if err := p.call("configured", nil, &out); err != nil || out.Greeting != want {
			t.Errorf("configured = %+v, %v; want %q", out, err, want)
		}
	}
	greeting("")
	for _, text := range []string{"hello", "你好"} {
		if err := p.Configure(context.Background(), []byte(`{"greeting":"`+text+`"}`)); err != nil {
			t.Fatal(err)
		}
		greeting(text)
	}
	if err := p.Configure(context.Background(), []byte(`{"greeting":"refuse"}`)); pdk.Code(err) != pdk.CodeConfig {
		t.Errorf("refused configuration: %v, want code %d", err, pdk.CodeConfig)
	}
	greeting("你好")
}

func kitCount(t *testing.T, p *kitPlugin) {
	var out struct{ Count int }
	if err := p.call("count", nil, &out); err != nil || out.Count != 1 {
		t.Errorf("count = %+v, %v", out, err)
	}
}

func kitOneInstance(t *testing.T, p *kitPlugin) {
	var out struct{ Count int }
	for n := 1; n <= 3; n++ {
		if err := p.call("count", nil, &out); err != nil || out.Count != n {
			t.Errorf("count = %+v, %v; want %d", out, err, n)
		}
	}
}

func kitBig(t *testing.T, p *kitPlugin) {
	for _, size := range []int{0, 1, 65536, 1<<20 + 7, 16 << 20} {
		var out struct{ Data pdk.Blob }
		if err := p.call("big", map[string]int{"size": size}, &out); err != nil || len(out.Data) != size {
			t.Errorf("big %d = %d bytes, %v", size, len(out.Data), err)
		}
		for i, b := range out.Data {
			if b != byte(i%251) {
				t.Errorf("byte %d of %d is %d", i, size, b)
				break
			}
		}
	}
}

func kitKV(t *testing.T, p *kitPlugin) {
	type out struct {
		Found  bool
		Before pdk.Blob
	}
	for i, who := range []string{"u", "v"} {
		info := kitInfo("kv", 0)
		info.User = who
		value := pdk.Blob{byte(i), 0, 255}
		var got out
		if err := p.do(info, map[string]any{"key": "k/钥", "value": value}, &got); err != nil || got.Found || got.Before != nil {
			t.Errorf("first kv of %s = %+v, %v", who, got, err)
		}
		if err := p.do(info, map[string]any{"key": "k/钥", "value": pdk.Blob{}}, &got); err != nil || !got.Found || !bytes.Equal(got.Before, value) {
			t.Errorf("second kv of %s = %+v, %v", who, got, err)
		}
	}
}

func kitFetch(t *testing.T, p *kitPlugin) {
	var got struct {
		Status int
		Body   pdk.Blob
	}
	if err := p.call("fetch", map[string]string{"url": "https://x.example/a?b=c"}, &got); err != nil || got.Status != 203 || string(got.Body) != "page of https://x.example/a?b=c" {
		t.Errorf("fetch = %+v, %v", got, err)
	}
	err := p.call("fetch", map[string]string{"url": "https://refused.example/"}, nil)
	if pdk.Code(err) != pdk.CodeDenied || !strings.Contains(err.Error(), "may not reach refused.example 不可") {
		t.Errorf("fetch without a grant: %v", err)
	}
}

func kitLog(t *testing.T, p *kitPlugin) {
	if err := p.call("log", map[string]string{"text": "hello 日志"}, nil); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), suite.Patience)
	defer cancel()
	if l, err := p.host.WaitLog(ctx, "hello 日志"); err != nil || l.Level != pdk.LevelWarn || l.Fields["n"] != "7" || l.Message != "hello 日志" {
		t.Errorf("log line = %+v, %v", l, err)
	}
}

func kitSleep(t *testing.T, p *kitPlugin) {
	start := time.Now()
	if err := p.call("sleep", map[string]int{"ms": 30}, nil); err != nil || time.Since(start) < 30*time.Millisecond {
		t.Errorf("sleep = %v after %v", err, time.Since(start))
	}
	ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
	defer cancel()
	if err := p.doContext(ctx, kitInfo("sleep", 0), map[string]int{"ms": 600_000}, nil); pdk.Code(err) != pdk.CodeTimeout {
		t.Errorf("sleep past the deadline: %v, want code %d", err, pdk.CodeTimeout)
	}
	p.alive(t)
}

func kitSpin(t *testing.T, p *kitPlugin) {
	ctx, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
	defer cancel()
	if err := p.doContext(ctx, kitInfo("spin", 0), nil, nil); pdk.Code(err) != pdk.CodeTimeout {
		t.Errorf("spin: %v, want code %d", err, pdk.CodeTimeout)
	}
	p.alive(t)
}

func kitCrash(t *testing.T, p *kitPlugin) {
	if err := p.Configure(context.Background(), []byte(`{"greeting":"hi"}`)); err != nil {
		t.Fatal(err)
	}
	if err := p.call("crash", nil, nil); pdk.Code(err) != pdk.CodeUnavailable || !strings.Contains(err.Error(), "crash") {
		t.Errorf("crash: %v, want code %d", err, pdk.CodeUnavailable)
	} else if strings.Contains(err.Error(), "environment variable") {
		t.Errorf("crash: %v, which sends the reader to an environment that modules do not have", err)
	}
	var out struct{ Greeting string }
	if err := p.call("configured", nil, &out); err != nil || out.Greeting != "hi" {
		t.Errorf("the fresh instance is not configured: %+v, %v", out, err)
	}
}

func kitCountdown(t *testing.T, p *kitPlugin) {
	var out struct{ Ticks int }
	if err := p.do(kitInfo("countdown", 42), map[string]int{"from": 300}, &out); err != nil || out.Ticks != 300 {
		t.Fatalf("countdown = %+v, %v", out, err)
	}
	events := p.host.Events()
	if len(events) != 300 {
		t.Fatalf("%d events, want 300", len(events))
	}
	for i, e := range events {
		var v struct {
			Left int
			Data pdk.Blob
		}
		if err := pdk.Decode(e.Payload, &v); err != nil || e.Name != "tick" || e.Final || e.Info.Task != 42 || v.Left != 299-i || !bytes.Equal(v.Data, []byte{byte(v.Left % 251)}) {
			t.Errorf("event %d: %+v %+v, %v", i, e, v, err)
		}
	}
}

func kitSessions(t *testing.T, p *kitPlugin) {
	const sessions = 4
	for task := uint64(1); task <= sessions; task++ {
		if err := p.do(kitInfo("session", task), nil, nil); err != nil {
			t.Fatal(err)
		}
	}
	for task := uint64(sessions); task >= 1; task-- {
		for n := 1; n <= 3; n++ {
			var out struct{ Sent int }
			if err := p.do(kitInfo("session.send", task), map[string]string{"text": "嗨"}, &out); err != nil || out.Sent != n {
				t.Errorf("send %d on task %d = %+v, %v", n, task, out, err)
			}
		}
		if err := p.do(kitInfo("session.close", task), nil, nil); err != nil {
			t.Errorf("close task %d: %v", task, err)
		}
		for _, method := range []string{"session.send", "session.close"} {
			if err := p.do(kitInfo(method, task), map[string]string{"text": "late"}, nil); pdk.Code(err) != 70002 {
				t.Errorf("%s on the closed task %d: %v, want code 70002", method, task, err)
			}
		}
	}
	var names []string
	for _, e := range p.host.Events() {
		names = append(names, e.Name)
		if e.Final != (e.Name == "closed") || e.Info.Method != "session" {
			t.Errorf("event %+v", e)
		}
	}
	if want := strings.Repeat("message message message closed ", sessions); strings.Join(names, " ")+" " != want {
		t.Errorf("events %v", names)
	}
}

func kitConcurrency(t *testing.T, p *kitPlugin) {
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Go(func() {
			text := strings.Repeat("字", i*100)
			for range 20 {
				var out struct {
					Text       string
					Characters int
				}
				if err := p.call("inspect", map[string]string{"text": text}, &out); err != nil || out.Text != text || out.Characters != i*100 {
					t.Errorf("inspect of %d characters = %d, %v", i*100, out.Characters, err)
				}
			}
		})
	}
	wg.Wait()
}

// kitMemory makes far more than the instance may have, call by call: a kit that kept a call's memory would run out, or grow past
// the mark at which the instance is replaced and its count begins anew.
func kitMemory(t *testing.T, p *kitPlugin) {
	data := pdk.Blob(bytes.Repeat([]byte("x"), 1<<20))
	var before, after struct{ Count int }
	if err := p.do(kitInfo("session", 7), nil, nil); err != nil { // what follows reaches this very instance
		t.Fatal(err)
	}
	if err := p.do(kitInfo("count", 7), nil, &before); err != nil {
		t.Fatal(err)
	}
	for i := range 400 {
		if err := p.do(kitInfo("echo", 7), map[string]any{"value": data}, nil); err != nil {
			t.Fatalf("call %d: %v", i, err)
		}
	}
	if err := p.do(kitInfo("count", 7), nil, &after); err != nil || after.Count != before.Count+1 {
		t.Errorf("count = %d before and %d after 400 MiB of arguments, %v", before.Count, after.Count, err)
	}
}
