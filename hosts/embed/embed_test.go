package embed_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/dougong-dev/dougong/hosts/embed"
	"github.com/dougong-dev/dougong/pdk/go"
)

// echo says things back, and fails at "nothing".
var echo = embed.Capability{Contract: echoContract, Methods: pdk.Methods{
	"echo": pdk.Func(func(ctx *pdk.Context, in struct{ Text string }) (map[string]string, error) {
		if strings.Contains(in.Text, "nothing") {
			return nil, pdk.Errorf(10007, "hoarse", "no voice for %s", ctx.App)
		}
		return map[string]string{"text": "echo of " + in.Text}, nil
	}),
	"whisper": pdk.Func(func(*pdk.Context, struct{}) (struct{}, error) { return struct{}{}, nil }),
}}

// events keeps what was told.
type events struct {
	mu      sync.Mutex
	list    []embed.Event
	changed chan struct{}
}

func newEvents() *events { return &events{changed: make(chan struct{}, 1)} }

func (e *events) hear(x embed.Event) {
	e.mu.Lock()
	e.list = append(e.list, x)
	e.mu.Unlock()
	select {
	case e.changed <- struct{}{}:
	default:
	}
}

// await waits for an event that is as wanted.
func (e *events) await(t *testing.T, what string, wanted func(embed.Event) bool) embed.Event {
	t.Helper()
	for {
		e.mu.Lock()
		i := slices.IndexFunc(e.list, wanted)
		if i >= 0 {
			defer e.mu.Unlock()
			return e.list[i]
		}
		e.mu.Unlock()
		select {
		case <-e.changed:
		case <-t.Context().Done():
			t.Fatalf("no event %s", what)
		}
	}
}

func open(t *testing.T, o embed.Options) (*embed.Host, *events) {
	t.Helper()
	heard := newEvents()
	o.Events = heard.hear
	host, err := embed.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(host.Close(), host.Close()); err != nil {
			t.Error(err)
		}
	})
	return host, heard
}

func start(t *testing.T, host *embed.Host, id string, l embed.Launch) *embed.Headless {
	t.Helper()
	app, err := host.Start(t.Context(), id, l)
	if err != nil {
		t.Fatal(err)
	}
	return app
}

func TestConversation(t *testing.T) {
	t.Parallel()
	host, heard := open(t, embed.Options{MiniPrograms: []string{project(t, "com.example.talk")}, Capabilities: []embed.Capability{echo}})
	app := start(t, host, "com.example.talk", embed.Launch{Page: "one?a=1", User: "ann", Data: map[string]int{"table": 4}})
	ctx := t.Context()
	for _, step := range []struct {
		name string
		do   func() error
		want string // of the text
	}{
		{"launch data arrives", func() error { return nil }, `{"q":{"a":"1"},"extra":{"table":4}}`},
		{"an event arrives", func() error { return errors.Join(app.Send("news", []int{1, 2}), app.Rest(ctx)) }, "news [1,2]"},
		{"an event without data", func() error { return errors.Join(app.Send("news", nil), app.Rest(ctx)) }, "news"},
		{"a field is typed into", func() error { return app.Input(ctx, ".name", "hello") }, "typed hello"},
		{"a capability answers", func() error { return app.Tap(ctx, ".echo", "") }, "echo of typed hello"},
		{"a field again", func() error { return app.Input(ctx, ".name", "nothing") }, "typed nothing"},
		{"a capability fails", func() error { return app.Tap(ctx, ".echo", "echo") }, "echo:fail no voice for com.example.talk 10007"},
		{"a page is opened", func() error { return app.Tap(ctx, ".two", "") }, "page two"},
		{"and left", func() error { return app.Back(ctx) }, "echo:fail"},
		{"it throws", func() error { return app.Tap(ctx, ".throw", "") }, "echo:fail"},
	} {
		if err := step.do(); err != nil {
			t.Fatalf("%s: %v", step.name, err)
		}
		if got := app.Text(); !strings.Contains(got, step.want) {
			t.Fatalf("%s: text is %q, want %q in it", step.name, got, step.want)
		}
	}
	if app.Page() != "one" || app.User() != "ann" || app.ID() != "com.example.talk" || host.App(app.Number()) != app.App {
		t.Errorf("page %q of %q for %q", app.Page(), app.ID(), app.User())
	}
	app.Close()
	app.Close()
	if err := app.Send("news", 1); !errors.Is(err, embed.ErrClosed) {
		t.Errorf("send to a closed one: %v", err)
	}
	if err := host.Close(); err != nil { // every event is told then
		t.Fatal(err)
	}
	var got []string
	for _, e := range heard.list {
		line, _, _ := strings.Cut(e.String(), ":")
		if e.Kind != embed.Called { // calls are told from another goroutine
			got = append(got, line)
		}
		if e.App != "com.example.talk" || e.User != "ann" || e.Time.IsZero() || (e.Number == app.Number()) == (e.Kind == embed.Called) {
			t.Errorf("event %+v is not about this opening", e)
		}
	}
	const id = " com.example.talk"
	want := []string{"opened" + id, "page" + id + " one", "log" + id + " one log echoing", "log" + id + " one log echoing",
		"page" + id + " two", "page" + id + " one", "error" + id + " one script-throw", "closed" + id + " one"}
	if !slices.Equal(got, want) {
		t.Errorf("events\n got %q\nwant %q", got, want)
	}
	call := heard.await(t, "a call that failed", func(e embed.Event) bool { return e.Kind == embed.Called && e.Error != nil })
	if call.Error.Code != 10007 || call.Error.ID != "hoarse" || call.Capability != "com.example.echo/v1" || call.Took <= 0 {
		t.Errorf("call is told as %+v", call)
	}
}

func TestSeveral(t *testing.T) {
	t.Parallel()
	host, heard := open(t, embed.Options{MiniPrograms: []string{project(t, "com.example.a"), project(t, "com.example.b")}, Capabilities: []embed.Capability{echo}})
	if got := host.MiniPrograms(); len(got) != 2 || got[0].ID != "com.example.a" || got[1].ID != "com.example.b" {
		t.Fatalf("can open %+v", got)
	}
	var apps []*embed.Headless
	for i := range 6 {
		apps = append(apps, start(t, host, []string{"com.example.a", "com.example.b"}[i%2], embed.Launch{User: fmt.Sprint("user", i)}))
	}
	for i, app := range apps {
		if err := errors.Join(app.Send("news", i), app.Rest(t.Context())); err != nil {
			t.Fatal(err)
		}
	}
	for i, app := range apps {
		if want := fmt.Sprint("news ", i); !strings.Contains(app.Text(), want) {
			t.Errorf("number %d shows %q", i, app.Text())
		}
	}
	if got := host.Apps(); len(got) != 6 || got[0] != apps[0].App {
		t.Errorf("%d are open", len(got))
	}
	if err := apps[3].Tap(t.Context(), ".leave", ""); err != nil {
		t.Fatal(err)
	}
	<-apps[3].Done() // it left by itself
	heard.await(t, "closed", func(e embed.Event) bool { return e.Kind == embed.Closed && e.Number == apps[3].Number() })
	if got := host.Apps(); len(got) != 5 {
		t.Errorf("%d are open, one has left", len(got))
	}
	if err := host.Close(); err != nil {
		t.Fatal(err)
	}
	for _, app := range apps {
		<-app.Done()
	}
	if _, err := host.Start(t.Context(), "com.example.a", embed.Launch{}); !errors.Is(err, embed.ErrClosed) {
		t.Errorf("opened at a closed host: %v", err)
	}
}

func TestConsent(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		button int
		want   string
	}{{"allowed", 0, "whispered"}, {"refused", 1, "whisper:fail"}} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var asked embed.Question
			host, _ := open(t, embed.Options{MiniPrograms: []string{project(t, "com.example.shy")}, Capabilities: []embed.Capability{echo},
				Ask: func(_ context.Context, q embed.Question) (int, error) { asked = q; return c.button, nil }})
			app := start(t, host, "com.example.shy", embed.Launch{})
			if err := app.Tap(t.Context(), ".whisper", ""); err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(app.Text(), c.want) {
				t.Errorf("text is %q, want %q", app.Text(), c.want)
			}
			if asked.App != "com.example.shy" || asked.User != embed.DefaultUser || asked.Kind != "permission" || len(asked.Buttons) != 2 {
				t.Errorf("asked %+v", asked)
			}
		})
	}
	t.Run("nobody to ask", func(t *testing.T) {
		t.Parallel()
		host, _ := open(t, embed.Options{MiniPrograms: []string{project(t, "com.example.shy")}, Capabilities: []embed.Capability{echo}})
		app := start(t, host, "com.example.shy", embed.Launch{})
		if err := app.Tap(t.Context(), ".whisper", ""); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(app.Text(), "whisper:fail") {
			t.Errorf("text is %q, want a refusal", app.Text())
		}
	})
}
