package embed_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/hosts/embed"
	"github.com/dougong-dev/dougong/pdk/go"
)

// roughContract has a method of each mode.
const roughContract = `
capability: com.example.rough/v1
summary: {en: Each mode of calls, zh: 每种调用方式}
methods:
  now:
    api: [ft.now]
    mode: sync
    summary: {en: Answer at once, zh: 同步}
    params: {type: object, properties: {how: {type: string}}}
    result: {type: object, required: [text], properties: {text: {type: string}}}
  later:
    api: [ft.later]
    mode: async
    summary: {en: Answer later, zh: 异步}
    params: {type: object, properties: {how: {type: string}}}
    result: {type: object, required: [text], properties: {text: {type: string}}}
  count:
    api: [ft.count]
    mode: task
    summary: {en: Count, zh: 计数}
    params: {type: object, required: [to], properties: {to: {type: integer}}}
    result: {type: object, required: [counted], properties: {counted: {type: integer}}}
    task:
      methods:
        add: {mode: async, summary: {en: Count further, zh: 继续}, params: {type: object, required: [to], properties: {to: {type: integer}}}}
      events:
        step:
          api: [onStep]
          summary: {en: A number, zh: 一个数}
          payload: {type: object, required: [n], properties: {n: {type: integer}}}
`

type how struct {
	How string `json:"how"`
}

type said struct {
	Text string `json:"text"`
}

// rough is the capability of roughContract, whose methods take too long until release is closed, heeding their context or not.
func rough(release <-chan struct{}, timeout time.Duration) embed.Capability {
	answer := func(ctx *pdk.Context, in how) (said, error) {
		switch in.How {
		case "panic":
			panic("on purpose")
		case "heed":
			<-ctx.Done()
			return said{}, ctx.Err()
		case "hang":
			<-release
		}
		return said{"done " + in.How}, nil
	}
	further := make(chan int)
	steps := func(ctx *pdk.Context, in struct{ To int }) (map[string]int, error) {
		for n := range in.To {
			if err := ctx.Emit("step", map[string]int{"n": n + 1}); err != nil {
				return nil, err
			}
		}
		select { // a task ends with its answer: until then it takes calls of its own
		case n := <-further:
			return map[string]int{"counted": in.To}, ctx.Emit("step", map[string]int{"n": n})
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	return embed.Capability{Contract: roughContract, Timeout: timeout, Methods: pdk.Methods{
		"now": pdk.Func(answer), "later": pdk.Func(answer), "count": pdk.Func(steps),
		"count.add": pdk.Func(func(_ *pdk.Context, in struct{ To int }) (struct{}, error) { further <- in.To; return struct{}{}, nil }),
	}}
}

// roughProject is a mini-program that calls what an event "do" tells it to.
func roughProject(t testing.TB) string {
	return projectOf(t, "com.example.rough", map[string]string{"one.wxml": `<view>{{text}}</view>`, "one.js": `Page({
  data: { text: "one" },
  onLoad() {
    const say = (text) => this.setData({ text: this.data.text + "; " + text });
    ft.addCustomEventListener("sync", ({ data }) => { try { say(ft.now({ how: data }).text) } catch (e) { say("threw " + e.errMsg) } });
    ft.addCustomEventListener("async", ({ data }) => ft.later({ how: data, success: (r) => say(r.text), fail: (e) => say("failed " + e.errMsg) }));
    ft.addCustomEventListener("task", ({ data }) => {
      const task = ft.count({ to: data, success: ({ counted }) => say("counted " + counted), fail: (e) => say("failed " + e.errMsg) });
      let asked;
      task.onStep(({ n }) => { say("step " + n); asked ??= task.add({ to: 100 }) || true });
    });
  },
})`})
}

func TestModes(t *testing.T) {
	t.Parallel()
	const short = 50 * time.Millisecond
	for _, c := range []struct {
		name    string
		timeout time.Duration
		event   string
		data    any
		want    []string
	}{
		{"sync", 0, "sync", "well", []string{"done well"}},
		{"async", 0, "async", "well", []string{"done well"}},
		{"task", 0, "task", 3, []string{"step 1", "step 2", "step 3", "step 100", "counted 3"}},
		{"sync that panics", 0, "sync", "panic", []string{"threw now:fail", "on purpose"}},
		{"async that panics", 0, "async", "panic", []string{"failed later:fail", "on purpose"}},
		{"sync that heeds its time", short, "sync", "heed", []string{"threw now:fail"}},
		{"async that heeds its time", short, "async", "heed", []string{"failed later:fail"}},
		{"sync that never answers", short, "sync", "hang", []string{"threw now:fail", "did not answer in time"}},
		{"async that never answers", short, "async", "hang", []string{"failed later:fail", "did not answer in time"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			release := make(chan struct{})
			host, _ := open(t, embed.Options{MiniPrograms: []string{roughProject(t)}, Capabilities: []embed.Capability{rough(release, c.timeout)}, Shared: true})
			app := start(t, host, "com.example.rough", embed.Launch{})
			if err := app.Send(c.event, c.data); err != nil {
				t.Fatal(err)
			}
			for _, want := range c.want {
				read(t, app, want)
			}
			if err := host.Close(); err != nil { // while one may still hang
				t.Error(err)
			}
			close(release)
		})
	}
}

// read waits until a mini-program shows a text. It rests while it waits for a capability, so that one Rest may be too few.
func read(t *testing.T, app *embed.Headless, want string) {
	t.Helper()
	for late := time.After(5 * time.Minute); !strings.Contains(app.Text(), want); {
		err := app.Rest(t.Context())
		select {
		case <-late:
			err = context.DeadlineExceeded
		case <-time.After(10 * time.Millisecond): // a hundred wait here at once
		}
		if err != nil {
			t.Errorf("text is %q, want %q in it; %v", app.Text(), want, err)
			return
		}
	}
}

// TestCloseWhileCalled closes a mini-program, and then the host, while capabilities do not come back.
func TestCloseWhileCalled(t *testing.T) {
	t.Parallel()
	for _, mode := range []string{"async", "sync"} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			release, entered := make(chan struct{}), make(chan struct{}, 8)
			slow := rough(release, time.Hour)
			for name, method := range slow.Methods {
				slow.Methods[name] = func(ctx *pdk.Context, in pdk.Payload) (pdk.Payload, error) {
					entered <- struct{}{}
					return method(ctx, in)
				}
			}
			host, _ := open(t, embed.Options{MiniPrograms: []string{roughProject(t)}, Capabilities: []embed.Capability{slow}})
			var apps []*embed.Headless
			for range 2 {
				app := start(t, host, "com.example.rough", embed.Launch{})
				if err := app.Send(mode, "hang"); err != nil {
					t.Fatal(err)
				}
				<-entered
				apps = append(apps, app)
			}
			apps[0].Close()
			if err := host.Close(); err != nil {
				t.Error(err)
			}
			<-apps[1].Done()
			close(release) // only now may they end
		})
	}
}

func TestCancelled(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	o := embed.Options{MiniPrograms: []string{roughProject(t)}, Capabilities: []embed.Capability{rough(nil, 0)}}
	if host, err := embed.Open(ctx, o); !errors.Is(err, context.Canceled) {
		t.Errorf("opened with a cancelled context: %v, %v", host, err)
	}
	host, heard := open(t, o)
	if _, err := host.Start(ctx, "com.example.rough", embed.Launch{}); !errors.Is(err, context.Canceled) {
		t.Errorf("started with a cancelled context: %v", err)
	}
	if got := host.Apps(); len(got) != 0 {
		t.Errorf("%d stay open", len(got))
	}
	app := start(t, host, "com.example.rough", embed.Launch{})
	if err := app.Tap(ctx, "view", ""); !errors.Is(err, context.Canceled) {
		t.Errorf("tapped with a cancelled context: %v", err)
	}
	app.Close()
	for name, do := range map[string]func() error{
		"tap": func() error { return app.Tap(t.Context(), "view", "") }, "input": func() error { return app.Input(t.Context(), "view", "x") },
		"back": func() error { return app.Back(t.Context()) }, "rest": func() error { return app.Rest(t.Context()) },
		"send": func() error { return app.Send("sync", "well") },
	} {
		if err := do(); !errors.Is(err, embed.ErrClosed) {
			t.Errorf("%s after close: %v, want ErrClosed", name, err)
		}
	}
	heard.await(t, "closed", func(e embed.Event) bool { return e.Kind == embed.Closed && e.Number == app.Number() })
}

// TestFifty opens fifty at once in each of two hosts of this process, and closes both from several sides.
func TestFifty(t *testing.T) {
	t.Parallel()
	const many = 50
	dir := roughProject(t)
	var hosts [2]*embed.Host
	for i := range hosts {
		hosts[i], _ = open(t, embed.Options{MiniPrograms: []string{dir}, Capabilities: []embed.Capability{rough(nil, 0)}, Shared: true})
	}
	var work sync.WaitGroup
	for i := range 2 * many {
		work.Go(func() {
			app, err := hosts[i%2].Start(t.Context(), "com.example.rough", embed.Launch{User: fmt.Sprint("user", i)})
			if err != nil {
				t.Error(err)
				return
			}
			if got := app.Text(); got != "one" {
				t.Errorf("%d shows %q at first", i, got)
			}
			if err := app.Send("sync", fmt.Sprint("number ", i)); err != nil {
				t.Error(err)
			}
			read(t, app, fmt.Sprint("done number ", i))
		})
	}
	work.Wait()
	for i, host := range hosts {
		if n := len(host.Apps()); n != many {
			t.Errorf("host %d has %d open", i, n)
		}
		for range 3 {
			work.Go(func() {
				if err := host.Close(); err != nil {
					t.Error(err)
				}
			})
		}
	}
	work.Wait()
	for _, host := range hosts {
		if n := len(host.Apps()); n != 0 {
			t.Errorf("%d are open after the end", n)
		}
	}
}
