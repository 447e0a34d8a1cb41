package miniapp_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/capability"
	"github.com/dougong-dev/dougong/core/miniapp"
	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/program"
	"github.com/dougong-dev/dougong/core/miniapp/script"
	"github.com/dougong-dev/dougong/pdk/go"
)

// TestEndlessLoop: the turn is stopped, reported at its place, and the mini-program goes on.
func TestEndlessLoop(t *testing.T) {
	t.Parallel()
	p := onLoad(t, `let i = 0; this.setData({n: 2}, () => {
for (;;) i++
}); setTimeout(() => console.log("goes on"), 1)`)
	r := start(t, p, func(o *miniapp.Options, _ *run) { o.Budget = script.Budget{Turn: 500 * time.Millisecond} })
	r.waitLog(`ERROR turn-timeout app setData callback of p/a/a ran longer than 500ms and was stopped`, "goes on")
	if e := r.errors()[0]; e.File != "p/a/a.js" || e.Line != 3 {
		t.Errorf("reported at %s:%d, want p/a/a.js:3", e.File, e.Line)
	}
}

// TestEndlessLoopCanBeClosed: closing does not wait for longer than the loop's budget.
func TestEndlessLoopCanBeClosed(t *testing.T) {
	t.Parallel()
	began := make(chan struct{}, 1)
	s, err := miniapp.Start(t.Context(), miniapp.Options{
		Runner: runner, Program: onLoad(t, `console.log("in"); for (;;) {}`), Budget: script.Budget{Turn: 100 * time.Millisecond},
		Send: func(m message.FromActor) {
			if m.Log != nil {
				began <- struct{}{}
			}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	<-began
	s.Close()
	if err := s.Post(message.ToActor{Hide: true}); !errors.Is(err, miniapp.ErrClosed) {
		t.Errorf("Post after Close: %v, want ErrClosed", err)
	}
}

// TestGarbage: no message from a client takes the mini-program down.
func TestGarbage(t *testing.T) {
	t.Parallel()
	deep := any("x")
	for range 3000 {
		deep = []any{deep}
	}
	r := start(t, five(t))
	for i, m := range []message.ToActor{
		{},
		{Open: &message.Open{}},
		{Event: &clientEvent{Page: 99, Type: "tap"}},
		{Event: &clientEvent{Page: 1, Node: 1 << 40, Type: "tap"}},
		{Event: &clientEvent{Page: 1, Node: -1, Type: ""}},
		{Event: &clientEvent{Page: 1, Node: 1, Type: "tap", Detail: deep}},
		{Event: &clientEvent{Page: 1, Type: "pagescroll", Detail: deep}},
		{Event: &clientEvent{Page: 1, Type: "theme", Detail: map[string]any{"theme": 7}}},
		{Reply: &message.Reply{ID: 12345}},
		{Answer: &message.Answer{ID: 12345, Result: json.RawMessage(`{`)}},
		{Task: &message.TaskEvent{Task: 7, Name: "x", Payload: pdk.Payload{JSON: []byte(`{`)}}},
		{Task: &message.TaskEvent{Name: "x", Payload: pdk.Payload{JSON: []byte(`{`)}}},
		{Route: &message.Route{Kind: "nonsense"}},
		{Route: &message.Route{Kind: "switchTab", Path: "../../etc/passwd"}},
		{Route: &message.Route{Kind: "back", Delta: -7}},
		{Resize: &message.Resize{Size: message.Size{Width: -1, Height: 1 << 30}}},
		{Resume: true},
	} {
		if err := r.session.Post(m); err != nil {
			t.Fatalf("message %d: %v", i, err)
		}
	}
	r.clear()
	r.posted = 1 << 20 // only the next event's effect counts
	if err := r.session.Post(message.ToActor{Event: &clientEvent{Page: 1, Type: "reachbottom"}}); err != nil {
		t.Fatal(err)
	}
	deadline := time.After(3 * time.Second)
	for !strings.Contains(r.log(), "home bottom") {
		select {
		case <-r.changed:
		case <-deadline:
			t.Fatalf("the mini-program is gone; log:\n%s", r.log())
		}
	}
	for _, e := range r.errors() {
		if e.Origin == "engine" {
			t.Errorf("engine failure: %+v", e)
		}
	}
}

// TestMailboxIsBounded: a client that sends faster than the mini-program works is told so; answers still get through.
func TestMailboxIsBounded(t *testing.T) {
	t.Parallel()
	hold := make(chan struct{})
	r := start(t, onLoad(t, `wx.echo({success: () => { wx.holdSync(); console.log("held") }})`), func(o *miniapp.Options, _ *run) {
		o.Mailbox = 4
		k := kernel()
		k["holdSync"] = func(ctx context.Context, _ *capability.Call) (pdk.Payload, error) {
			select {
			case <-hold:
			case <-ctx.Done():
			}
			return pdk.Payload{}, nil
		}
		o.Kernel = k
	}, func(_ *miniapp.Options, r *run) { r.posted = 0 })
	var err error
	for i := 0; i < 10_000 && err == nil; i++ {
		err = r.session.Post(message.ToActor{Event: &clientEvent{Page: 1, Type: "pagescroll"}})
	}
	if !errors.Is(err, miniapp.ErrBusy) {
		t.Errorf("posting on and on: %v, want ErrBusy", err)
	}
	close(hold)
	r.waitLog("held")
}

// TestPendingIsBounded: calls under way are counted.
func TestPendingIsBounded(t *testing.T) {
	t.Parallel()
	k := calls{"never": func(ctx context.Context, _ *capability.Call) (pdk.Payload, error) {
		<-ctx.Done()
		return pdk.Payload{}, ctx.Err()
	}}
	r := start(t, onLoad(t, `for (let i = 0; i < 3; i++) wx.never({}).catch((e) => console.log(e.message)); wx.never({fail() {}})`),
		withKernel(k), func(o *miniapp.Options, r *run) { o.Pending, r.posted = 2, 0 })
	r.waitLog("never:fail more than 2 calls are under way; wait for some to end",
		"ERROR script-throw app onLoad of p/a/a: never:fail more than 2 calls are under way; wait for some to end")
}

// TestActorPanicIsContained: a host that panics in Send ends this session only, and it says why.
func TestActorPanicIsContained(t *testing.T) {
	t.Parallel()
	var closed *message.Closed
	s, err := miniapp.Start(t.Context(), miniapp.Options{Runner: runner, Program: five(t), Log: slog.New(slog.DiscardHandler), Send: func(m message.FromActor) {
		if m.Closed != nil {
			closed = m.Closed
			return
		}
		panic("host fault")
	}})
	if err != nil {
		t.Fatal(err)
	}
	<-s.Done()
	if closed == nil || closed.Error == nil || closed.Error.ID != "actor-panic" || !strings.Contains(closed.Error.Message, "host fault") {
		t.Errorf("closed = %+v, want actor-panic with the cause", closed)
	}
}

func TestMessagesAreSerialisable(t *testing.T) {
	t.Parallel()
	r := start(t, onLoad(t, `wx.echo({a: 1}); wx.showModal({}); wx.setNavigationBarTitle({title: "x"}); Promise.reject(new Error("x"))`),
		withKernel(kernel()), withAnswer(answer))
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, m := range r.all {
		raw, err := json.Marshal(m)
		if err != nil {
			t.Fatalf("%+v does not marshal: %v", m, err)
		}
		var back message.FromActor
		if err := json.Unmarshal(raw, &back); err != nil {
			t.Fatalf("%s does not come back: %v", raw, err)
		}
		again, err := json.Marshal(back)
		var was, is any
		if err := errors.Join(json.Unmarshal(raw, &was), json.Unmarshal(again, &is)); err != nil {
			t.Fatal(err)
		}
		if err != nil || !reflect.DeepEqual(was, is) {
			t.Errorf("came back changed\n%s\n%s", raw, again)
		}
	}
}

func TestShellEvents(t *testing.T) {
	t.Parallel()
	tap := func(path string) message.ToActor {
		return message.ToActor{Route: &message.Route{Kind: "switchTab", Path: path}}
	}
	for name, tt := range map[string]struct {
		do  []message.ToActor
		log []string
	}{
		"background and back": {
			[]message.ToActor{{Hide: true}, {Show: &message.Launch{}}},
			[]string{"home hide", "app hide ", "app show p/home/home{}", "home show"},
		},
		"hidden twice": {[]message.ToActor{{Hide: true}, {Hide: true}}, []string{"home hide", "app hide "}},
		"opened anew at another page": {
			[]message.ToActor{{Hide: true}, {Show: &message.Launch{Path: "p/a/a", Query: map[string]string{"x": "1"}}}},
			[]string{"home hide", "app hide ", `app show p/a/a{"x":"1"}`, "home unload", `a load {"x":"1"}`, "a show", "a ready"},
		},
		"tab": {
			[]message.ToActor{tap("p/cart/cart"), tap("p/cart/cart")},
			[]string{
				"home hide", "cart load {}", "cart show", "cart ready",
				`cart tab {"index":1,"pagePath":"p/cart/cart","text":"Cart"}`, `cart tab {"index":1,"pagePath":"p/cart/cart","text":"Cart"}`,
			},
		},
		"resize": {
			[]message.ToActor{{Resize: &message.Resize{Size: message.Size{Width: 400, Height: 300}}}},
			[]string{`home resize {"size":{"windowWidth":400,"windowHeight":300,"screenWidth":400,"screenHeight":300}}`},
		},
		"resize with what the host says of the window": {
			[]message.ToActor{{Resize: &message.Resize{
				Size: message.Size{Width: 400, Height: 300, StatusBar: 20}, System: json.RawMessage(`{"windowHeight": 236, "statusBarHeight": 20}`),
			}}},
			[]string{`home resize {"size":{"windowWidth":400,"windowHeight":236,"screenWidth":400,"screenHeight":300}}`},
		},
		"resize with what is no object": {
			[]message.ToActor{{Resize: &message.Resize{Size: message.Size{Width: 400, Height: 300}, System: json.RawMessage(`[1]`)}}},
			[]string{`home resize {"size":{"windowWidth":400,"windowHeight":300,"screenWidth":400,"screenHeight":300}}`},
		},
		"scroll": {
			[]message.ToActor{{Event: &clientEvent{Page: 1, Type: "pagescroll", Detail: map[string]any{"scrollTop": 12.5}}}},
			[]string{`home scroll {"scrollTop":12.5}`},
		},
		"bottom and pull": {
			[]message.ToActor{{Event: &clientEvent{Page: 1, Type: "reachbottom"}}, {Event: &clientEvent{Page: 1, Type: "pulldownrefresh"}}},
			[]string{"home bottom", "home pull"},
		},
		"share": {[]message.ToActor{{Event: &clientEvent{Page: 1, Type: "share"}}}, []string{`home share {"from":"menu"}`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := start(t, five(t))
			r.clear()
			for _, m := range tt.do {
				r.post(m)
			}
			r.wantLog(tt.log...)
		})
	}
}

func TestBackOfTheShell(t *testing.T) {
	t.Parallel()
	r := start(t, five(t))
	r.call(`{"api": "navigateTo", "url": "/p/a/a"}`)
	r.post(message.ToActor{Route: &message.Route{Kind: "back"}})
	if _, text := r.stack(); text != "pop p/home/home" {
		t.Errorf("stack after back = %q", text)
	}
	r.post(message.ToActor{Route: &message.Route{Kind: "back"}})
	r.mu.Lock()
	last := r.all[len(r.all)-1]
	r.mu.Unlock()
	if last.Ask == nil || last.Ask.Kind != message.AskExit {
		t.Errorf("back at the first page said %+v, want the ask exit", last)
	}
	r.call(`{"api": "navigateTo", "url": "/p/a/a"}`)
	r.post(message.ToActor{Route: &message.Route{Kind: "home"}})
	if _, text := r.stack(); text != "relaunch p/home/home" {
		t.Errorf("stack after home = %q", text)
	}
}

func TestStackLimit(t *testing.T) {
	t.Parallel()
	r := start(t, five(t))
	for range 10 {
		r.clear()
		r.call(`{"api": "navigateTo", "url": "/p/a/a"}`)
	}
	if s, _ := r.stack(); len(s.Pages) != 10 {
		t.Errorf("the stack holds %d pages, want 10", len(s.Pages))
	}
	r.wantLog("navigateTo:fail webview count limit exceed")
}

func TestBars(t *testing.T) {
	t.Parallel()
	r := start(t, five(t))
	for _, call := range []string{
		`{"api": "setNavigationBarTitle", "title": "T"}`,
		`{"api": "setNavigationBarColor", "frontColor": "#ffffff", "backgroundColor": "#123456"}`,
		`{"api": "showNavigationBarLoading"}`,
		`{"api": "setTabBarBadge", "index": 1, "text": "3"}`,
		`{"api": "showTabBarRedDot", "index": 0}`,
		`{"api": "setTabBarItem", "index": 0, "text": "Start"}`,
		`{"api": "setTabBarStyle", "color": "#999999"}`,
		`{"api": "hideTabBar"}`,
	} {
		r.clear()
		r.call(call)
		if !strings.HasSuffix(r.log(), ":ok\n") {
			t.Errorf("%s: %s", call, r.log())
		}
	}
	s, text := r.stack()
	p := s.Pages[0]
	got := fmt.Sprintln(text, *p.Window.NavigationBarTitleText, *p.Window.NavigationBarTextStyle,
		*p.Window.NavigationBarBackgroundColor, p.Loading, s.TabState.Badges, s.TabState.RedDots, s.TabState.Hidden,
		s.TabBar.List[0].Text, s.TabBar.Color)
	if want := "update p/home/home T white #123456 true map[1:3] map[0:true] true Start #999999\n"; got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
	r.clear()
	r.call(`{"api": "setTabBarBadge", "index": 7, "text": "3"}`)
	r.wantLog("setTabBarBadge:fail tabbar item not found: index 7 of 2")
}

func TestPageNotFound(t *testing.T) {
	t.Parallel()
	r := start(t, five(t), withLaunch(message.Launch{Path: "p/none/none"}))
	if _, text := r.stack(); text != "launch p/home/home" {
		t.Errorf("stack = %q, want the entry page", text)
	}
	if log := r.log(); !strings.Contains(log, "app not found p/none/none{}") || !strings.Contains(log, "page-missing") {
		t.Errorf("log = %s", log)
	}
}

func TestEventChannelBothWays(t *testing.T) {
	t.Parallel()
	p := build(t, program.App{Pages: []string{"p/a/a", "p/b/b"}}, map[string]string{
		"app.js": "App({})",
		"p/a/a.js": `Page({ async onLoad() {
  const r = await wx.navigateTo({url: "../b/b", events: {back: (d) => console.log("a hears", d.n)}});
  r.eventChannel.emit("there", {n: 1});
}})`,
		"p/a/a.wxml": "<view/>",
		"p/b/b.js": `Page({ onLoad() {
  const c = this.getOpenerEventChannel();
  c.on("there", (d) => { console.log("b hears", d.n); c.emit("back", {n: 2}); });
}})`,
		"p/b/b.wxml": "<view/>",
	})
	start(t, p).waitLog("b hears 1", "a hears 2")
}

func TestResumeSendsEverythingAgain(t *testing.T) {
	t.Parallel()
	r := start(t, five(t))
	r.call(`{"api": "switchTab", "url": "/p/cart/cart"}`)
	r.call(`{"api": "navigateTo", "url": "/p/a/a"}`)
	r.mu.Lock()
	r.all = nil
	r.mu.Unlock()
	r.post(message.ToActor{Resume: true})
	r.mu.Lock()
	defer r.mu.Unlock()
	var got []string
	for _, m := range r.all {
		switch {
		case m.Patch != nil:
			op, _ := m.Patch.Ops[0].([]any)
			got = append(got, fmt.Sprintf("patch %d op %v", m.Patch.Page, op[0]))
		case m.Stack != nil:
			got = append(got, fmt.Sprintf("stack %d kept %v", len(m.Stack.Pages), m.Stack.Kept))
		}
	}
	if want := "patch 1 op 7, patch 2 op 7, patch 3 op 7, stack 2 kept [1]"; strings.Join(got, ", ") != want {
		t.Errorf("got %s\nwant %s", strings.Join(got, ", "), want)
	}
}

// TestOpenedInTheBackground: a page that opens while nobody looks is shown, and ready, when the user comes back.
func TestOpenedInTheBackground(t *testing.T) {
	t.Parallel()
	r := start(t, five(t))
	r.post(message.ToActor{Hide: true})
	r.clear()
	r.call(`{"api": "navigateTo", "url": "/p/a/a"}`)
	r.wantLog("a load {}", "navigateTo:ok")
	r.clear()
	r.post(message.ToActor{Show: &message.Launch{}})
	r.wantLog("app show p/home/home{}", "a show", "a ready")
}
