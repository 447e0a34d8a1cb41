package core_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core"
	"github.com/dougong-dev/dougong/core/capability"
	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/contract"
)

const (
	guardName    = "dougong.guard/v1"
	observerName = "dougong.observer/v1"
	post         = "com.example.post/v1"
)

const postContract = `
capability: com.example.post/v1
summary: {en: x, zh: x}
methods:
  send:
    api: [wx.examplePost]
    mode: async
    summary: {en: x, zh: x}
    params:
      type: object
      required: [to]
      properties: {to: {type: string}, body: {sensitive: true}, note: {type: bytes}}
  peek: {api: [wx.examplePeek], mode: async, summary: {en: x, zh: x}}
`

// asked is what a guard was asked.
type asked struct {
	Capability, Method, App, User, Page, Caller, Plugin string
	Params                                              struct {
		To   string
		Body pdk.Any
		Note pdk.Blob
	}
}

// guard is a plugin that answers check by a function.
func guard(id string, f func(c *pdk.Context, q asked) (any, error)) *pdk.Plugin {
	return pdk.New(id, "1.0.0").Provide(guardName, pdk.Methods{"check": pdk.Func(f)})
}

var allow = map[string]any{"allow": true}

// poster counts what reaches it.
func poster(id string, sent *[]string) *pdk.Plugin {
	return pdk.New(id, "1.0.0").Provide(post, pdk.Methods{
		"send": pdk.Func(func(_ *pdk.Context, in struct{ To string }) (struct{}, error) {
			*sent = append(*sent, in.To)
			return struct{}{}, nil
		}),
		"peek": pdk.Func(func(*pdk.Context, struct{}) (struct{}, error) { return struct{}{}, nil }),
	})
}

func withPost(t *testing.T) func(*core.Options) {
	t.Helper()
	c, err := contract.Parse("post.yaml", []byte(postContract))
	if err != nil {
		t.Fatal(err)
	}
	return func(o *core.Options) { o.Contracts = append(o.Contracts, c) }
}

// send posts with a body and two attachments, of which one is the body.
func send(t *testing.T, k *core.Kernel, edit func(*capability.Call)) error {
	t.Helper()
	c := &capability.Call{
		Info:    pdk.Info{Capability: post, Method: "send", App: "shop", User: "ann", Page: "pages/a"},
		Payload: pdk.Payload{JSON: []byte(`{"to":"bob","body":{"$blob":0},"note":{"$blob":1}}`), Blobs: [][]byte{[]byte("body"), []byte("note")}},
	}
	if edit != nil {
		edit(c)
	}
	_, err := k.Call(t.Context(), c)
	return err
}

func TestGuard(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var questions []asked
	var sent []string
	first := guard("a.first", func(_ *pdk.Context, q asked) (any, error) {
		mu.Lock()
		defer mu.Unlock()
		questions = append(questions, q)
		return allow, nil
	})
	second := guard("a.second", func(_ *pdk.Context, q asked) (any, error) {
		mu.Lock()
		defer mu.Unlock()
		questions = append(questions, q)
		if string(q.Params.Note) == "secret plan" {
			return map[string]any{"allow": false, "reason": "the note is a plan", "code": "plan"}, nil
		}
		return allow, nil
	})
	granted := pluginDir(t, "a.first", guardName, "")
	granted.Grants.Sensitive = true
	c := setup(t, pluginDir(t, "a.post", post, ""), granted, pluginDir(t, "a.second", guardName, ""))
	c.Guards = []config.Guard{{Plugin: "a.first", Capabilities: []string{post}}, {Plugin: "a.second", Capabilities: []string{post}, Methods: []string{"send"}}}
	k := start(t, c, inside{"a.post": poster("a.post", &sent), "a.first": first, "a.second": second}, withPost(t))

	if err := send(t, k, nil); err != nil {
		t.Fatal(err)
	}
	if len(questions) != 2 || len(sent) != 1 {
		t.Fatalf("%d questions, sent %v", len(questions), sent)
	}
	q := questions[0]
	if got := fmt.Sprint(q.Capability, q.Method, q.App, q.User, q.Page, q.Caller, q.Plugin); got != post+"sendshopannpages/aa.post" {
		t.Errorf("asked about %s", got)
	}
	if got := q.Params.To + " " + string(q.Params.Body.Blob) + " " + string(q.Params.Note); got != "bob body note" {
		t.Errorf("the guard that is granted to sees %q", got)
	}
	q = questions[1]
	if got := q.Params.To + " " + string(q.Params.Body.Blob) + string(q.Params.Body.JSON) + " " + string(q.Params.Note); got != "bob  note" {
		t.Errorf("the other guard sees %q", got)
	}

	err := send(t, k, func(c *capability.Call) { c.Payload.Blobs[1] = []byte("secret plan") })
	e := pdk.AsError(err)
	if e == nil || e.Code != pdk.CodeVetoed || !strings.Contains(e.Message, `guard "a.second" refused: the note is a plan`) || !strings.Contains(string(e.Data), `"code":"plan"`) || len(sent) != 1 {
		t.Errorf("got %v, sent %v", err, sent)
	}
	questions = nil
	if _, err := do(t, k, "shop", "ann", post+" peek", `{}`); err != nil || len(questions) != 1 {
		t.Errorf("a method that one guard watches: %v, %d questions", err, len(questions))
	}
	if err := send(t, k, func(c *capability.Call) { c.Host = true }); err != nil || len(questions) != 1 {
		t.Errorf("the host's own call: %v, %d questions", err, len(questions))
	}
	if _, err := do(t, k, "shop", "ann", guardName+" check", `{}`); pdk.Code(err) != pdk.CodeUnsupported {
		t.Errorf("a mini-program asks a guard: %v", err)
	}
}

func TestGuardFails(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		f    func(c *pdk.Context, q asked) (any, error)
	}{
		{"error", func(*pdk.Context, asked) (any, error) { return nil, fmt.Errorf("no disk") }},
		{"hangs", func(c *pdk.Context, _ asked) (any, error) { <-c.Done(); return nil, c.Err() }},
		{"lies", func(*pdk.Context, asked) (any, error) { return map[string]any{"allow": "yes"}, nil }},
		{"says nothing", func(*pdk.Context, asked) (any, error) { return map[string]any{}, nil }},
		{"panics", func(*pdk.Context, asked) (any, error) { panic("oh") }},
	} {
		for _, policy := range []string{config.OnFailureRefuse, config.OnFailureAllow} {
			t.Run(c.name+" "+policy, func(t *testing.T) {
				t.Parallel()
				var sent []string
				cfg := setup(t, pluginDir(t, "a.post", post, ""), pluginDir(t, "a.guard", guardName, ""))
				cfg.Guards = []config.Guard{{Plugin: "a.guard", Capabilities: []string{post}, OnFailure: policy, Timeout: 20 * time.Millisecond}}
				k := start(t, cfg, inside{"a.post": poster("a.post", &sent), "a.guard": guard("a.guard", c.f)}, withPost(t))
				err := send(t, k, nil)
				if policy == config.OnFailureAllow && (err != nil || len(sent) != 1) {
					t.Errorf("got %v, sent %v", err, sent)
				}
				if policy == config.OnFailureRefuse && (pdk.Code(err) != pdk.CodeVetoed || !strings.Contains(err.Error(), `guard "a.guard" did not say`) || len(sent) != 0) {
					t.Errorf("got %v, sent %v", err, sent)
				}
			})
		}
	}
}

// TestGuardDoesNotAskItself lets a guard of storage keep its own notes there.
func TestGuardDoesNotAskItself(t *testing.T) {
	t.Parallel()
	asks := 0
	self := guard("a.guard", func(c *pdk.Context, _ asked) (any, error) {
		asks++
		return allow, c.KV().Set("seen", []byte("x"))
	})
	c := setup(t, pluginDir(t, "a.memory", store, ""), pluginDir(t, "a.guard", guardName, "kv: true"))
	c.Guards = []config.Guard{{Plugin: "a.guard", Capabilities: []string{store}}}
	k := start(t, c, inside{"a.memory": memory("a.memory"), "a.guard": self}, nil)
	if _, err := do(t, k, "shop", "ann", store+" setStorage", `{"key":"k","data":"v"}`); err != nil || asks != 1 {
		t.Errorf("%v, asked %d times", err, asks)
	}
}

func TestGuardMistakes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		edit   func(*config.Config)
		second string // requirements of the second guard
		want   string
	}{
		{"no guard", func(c *config.Config) { c.Guards = []config.Guard{{Plugin: "a.memory", Capabilities: []string{store}}} }, "", `plugin "a.memory" does not provide dougong.guard/v1`},
		{"capability", func(c *config.Config) {
			c.Guards = []config.Guard{{Plugin: "a.one", Capabilities: []string{"dougong.storag/v1"}}}
		}, "", `did you mean "dougong.storage/v1"?`},
		{"method", func(c *config.Config) {
			c.Guards = []config.Guard{{Plugin: "a.one", Capabilities: []string{store}, Methods: []string{"setStorag"}}}
		}, "", `did you mean "setStorage"?`},
		{"circle", func(c *config.Config) {
			c.Guards = []config.Guard{{Plugin: "a.one", Capabilities: []string{store}}, {Plugin: "a.two", Capabilities: []string{store}}}
		}, "kv: true", "plugins need one another in a circle: a.one → a.two → a.one"},
		{"not a circle, by methods", func(c *config.Config) {
			c.Guards = []config.Guard{{Plugin: "a.one", Capabilities: []string{store}}, {Plugin: "a.two", Capabilities: []string{store}, Methods: []string{"setStorage"}}}
		}, "kv: true", ""},
		{"no observer", func(c *config.Config) { c.Observers = []config.Observer{{Plugin: "a.one"}} }, "", `plugin "a.one" does not provide dougong.observer/v1`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			yes := func(*pdk.Context, asked) (any, error) { return allow, nil }
			cfg := setup(t, pluginDir(t, "a.memory", store, ""), pluginDir(t, "a.one", guardName, "kv: true"), pluginDir(t, "a.two", guardName, c.second))
			c.edit(cfg)
			k, err := core.New(t.Context(), cfg, core.Options{Runtime: inside{"a.memory": memory("a.memory"), "a.one": guard("a.one", yes), "a.two": guard("a.two", yes)}})
			if err == nil {
				defer func() { _ = k.Close() }()
			}
			if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
		})
	}
}

func TestObserverPlugin(t *testing.T) {
	t.Parallel()
	type outcome struct {
		Capability, Method, App, Plugin, Caller string
		Code                                    int
	}
	var mu sync.Mutex
	var seen []outcome
	var raw []string
	batches := make(chan struct{}, 1000)
	watcher := pdk.New("a.watch", "1.0.0").Provide(observerName, pdk.Methods{
		"observe": pdk.Func(func(c *pdk.Context, in struct {
			Outcomes []outcome
			Lost     int
		}) (struct{}, error) {
			if err := c.KV().Set("n", []byte("x")); err != nil { // its own calls are no news
				return struct{}{}, err
			}
			text, _ := json.Marshal(in)
			mu.Lock()
			seen, raw = append(seen, in.Outcomes...), append(raw, string(text))
			mu.Unlock()
			batches <- struct{}{}
			return struct{}{}, nil
		}),
	})
	c := setup(t, pluginDir(t, "a.memory", store, ""), pluginDir(t, "a.watch", observerName, "kv: true"))
	c.Observers = []config.Observer{{Plugin: "a.watch"}}
	k := start(t, c, inside{"a.memory": memory("a.memory"), "a.watch": watcher}, nil)
	for range 300 {
		if _, err := do(t, k, "shop", "ann", store+" setStorage", `{"key":"confidential","data":"v"}`); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := do(t, k, "shop", "ann", store+" getStorage", `{}`); err == nil {
		t.Error("bad arguments pass")
	}
	for count := 0; count < 301; {
		<-batches
		mu.Lock()
		count = len(seen)
		mu.Unlock()
	}
	mu.Lock()
	defer mu.Unlock()
	if len(seen) != 301 || len(raw) < 2 {
		t.Errorf("%d outcomes in %d batches", len(seen), len(raw))
	}
	if !slices.Contains(seen, outcome{store, "getStorage", "shop", "a.memory", "", pdk.CodeInvalidParams}) || seen[0] != (outcome{store, "setStorage", "shop", "a.memory", "", 0}) {
		t.Errorf("seen %+v", seen[0])
	}
	if strings.Contains(strings.Join(raw, ""), "confidential") {
		t.Error("an observer sees arguments")
	}
}

// TestObserverThatHangs holds up neither calls nor the end.
func TestObserverThatHangs(t *testing.T) {
	t.Parallel()
	asked := make(chan struct{}, 1000)
	watcher := pdk.New("a.watch", "1.0.0").Provide(observerName, pdk.Methods{
		"observe": pdk.Func(func(c *pdk.Context, _ struct{}) (struct{}, error) {
			asked <- struct{}{}
			<-c.Done()
			return struct{}{}, c.Err()
		}),
	})
	slow := pluginDir(t, "a.watch", observerName, "")
	file := filepath.Join(slow.Path, "plugin.yaml")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, append(text, "limits: {call_timeout: 100ms}\n"...), 0o600); err != nil {
		t.Fatal(err)
	}
	c := setup(t, pluginDir(t, "a.memory", store, ""), slow)
	c.Policy.CallsPerSecond = 1e6
	c.Observers = []config.Observer{{Plugin: "a.watch"}}
	k := start(t, c, inside{"a.memory": memory("a.memory"), "a.watch": watcher}, nil)
	for range 2000 {
		if _, err := do(t, k, "shop", "ann", store+" setStorage", `{"key":"k","data":"v"}`); err != nil {
			t.Fatal(err)
		}
	}
	<-asked
	for len(asked) > 0 { // a slow machine has it asked again while it still makes the calls
		<-asked
	}
	if err := k.Close(); err != nil {
		t.Error(err)
	}
	if n := len(asked); n > 5 {
		t.Errorf("the plugin was asked %d times more before the end", n)
	}
}
