package core_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core"
	"github.com/dougong-dev/dougong/core/capability"
	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/core/plugin"
	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/contract"
)

const speech = "com.example.speech/v1"

const speechContract = `
capability: com.example.speech/v1
summary: {en: x, zh: x}
methods:
  say: {api: [wx.exampleSay], mode: async, summary: {en: x, zh: x}, result: {type: object, properties: {by: {type: string}, set: {type: string}}}}
  long: {api: [wx.exampleLong], mode: async, summary: {en: x, zh: x}, result: {type: object, properties: {by: {type: string}}}}
  talk:
    api: [wx.exampleTalk]
    mode: task
    summary: {en: x, zh: x}
    task:
      until: done
      cancel: stop
      methods:
        stop: {mode: async, summary: {en: x, zh: x}, result: {type: object, properties: {by: {type: string}}}}
      events: {done: {api: [onDone], summary: {en: x, zh: x}}}
`

// speaker is one version of a plugin that says which version it is.
type speaker struct {
	*pdk.Plugin
	entered chan struct{} // a long call or a talk has begun
	leave   chan struct{} // ends long calls
	set     atomic.Pointer[string]
	refuse  string // of configurations
}

func newSpeaker(id, version string) *speaker {
	s := &speaker{entered: make(chan struct{}, 1000), leave: make(chan struct{})}
	empty := ""
	s.set.Store(&empty)
	by := func() map[string]string { return map[string]string{"by": version, "set": *s.set.Load()} }
	s.Plugin = pdk.New(id, version).Provide(speech, pdk.Methods{
		"say": pdk.Func(func(*pdk.Context, struct{}) (map[string]string, error) { return by(), nil }),
		"long": pdk.Func(func(c *pdk.Context, _ struct{}) (map[string]string, error) {
			s.entered <- struct{}{}
			select {
			case <-s.leave:
				return map[string]string{"by": version}, nil
			case <-c.Done():
				return nil, c.Err()
			}
		}),
		"talk": pdk.Func(func(*pdk.Context, struct{}) (struct{}, error) { s.entered <- struct{}{}; return struct{}{}, nil }),
		"talk.stop": pdk.Func(func(c *pdk.Context, _ struct{}) (map[string]string, error) {
			return map[string]string{"by": version}, c.End("done", nil)
		}),
	}).OnConfigure(func(_ *pdk.Context, config []byte) error {
		if s.refuse != "" && strings.Contains(string(config), s.refuse) {
			return fmt.Errorf("it does not like %s", s.refuse)
		}
		text := string(config)
		s.set.Store(&text)
		return nil
	})
	return s
}

// version writes the folder of a version of a plugin, with its contract.
func version(t *testing.T, id, version, more string) config.Plugin {
	t.Helper()
	dir := t.TempDir()
	text := fmt.Sprintf("id: %s\nversion: %s\npublisher: Test\nsummary: {en: x, zh: x}\nprovides: [%s]\nruntime: {wasm: {module: x.wasm}}\nlicence: Apache-2.0\nconfig: {type: object}\n%s", id, version, speech, more)
	if err := os.MkdirAll(filepath.Join(dir, core.ContractDir), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{"plugin.yaml": text, core.ContractDir + "/speech.yaml": speechContract} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return config.Plugin{ID: id, Path: dir, APIs: []string{config.AllAPIs}}
}

func swap(t *testing.T, k *core.Kernel, e config.Plugin) core.Report {
	t.Helper()
	r, err := k.Swap(t.Context(), e, core.ReloadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestSwapDropsNoCall(t *testing.T) {
	t.Parallel()
	one, two := newSpeaker("a.talker", "1.0.0"), newSpeaker("a.talker", "2.0.0")
	c := setup(t, version(t, "a.talker", "1.0.0", ""))
	c.Policy.CallsPerSecond = 1e6
	k := start(t, c, inside{"a.talker@1.0.0": one.Plugin, "a.talker@2.0.0": two.Plugin}, nil)

	// A call that is under way ends where it began; the swap waits for it.
	long := make(chan string, 1)
	go func() { got, err := do(t, k, "shop", "ann", speech+" long", `{}`); long <- fmt.Sprint(got, err) }()
	<-one.entered
	// Meanwhile others call all the time.
	stop := make(chan struct{})
	var callers sync.WaitGroup
	var seen [2]atomic.Int64
	first := make(chan struct{})
	for range 4 {
		callers.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				got, err := do(t, k, "shop", "ann", speech+" say", `{}`)
				if err != nil {
					t.Errorf("a call during the swap failed: %v", err)
					return
				}
				if strings.Contains(got, "2.0.0") {
					seen[1].Add(1)
				} else if seen[0].Add(1) == 1 {
					close(first)
				}
			}
		})
	}
	<-first
	swapped := make(chan core.Report, 1)
	go func() { swapped <- swap(t, k, version(t, "a.talker", "2.0.0", "")) }()
	for seen[1].Load() < 100 {
		select {
		case r := <-swapped:
			t.Fatalf("the swap did not wait for the call under way: %+v", r)
		default:
			runtime.Gosched()
		}
	}
	close(one.leave)
	if got := <-long; !strings.Contains(got, "1.0.0") || !strings.Contains(got, "nil") {
		t.Errorf("the call under way: %s", got)
	}
	r := <-swapped
	close(stop)
	callers.Wait()
	if len(r.Changes) != 1 || r.Changes[0].What != core.Replaced || r.Changes[0].From != "1.0.0" || r.Changes[0].To != "2.0.0" || r.Changes[0].Cut != 0 {
		t.Errorf("report %+v", r)
	}
	if got := k.Plugins()[0].Version; got != "2.0.0" {
		t.Errorf("version %s is listed", got)
	}
}

func TestSwapKeepsTasks(t *testing.T) {
	t.Parallel()
	one, two := newSpeaker("a.talker", "1.0.0"), newSpeaker("a.talker", "2.0.0")
	c := setup(t, version(t, "a.talker", "1.0.0", ""))
	c.Policy.CallsPerSecond = 1e6
	k := start(t, c, inside{"a.talker@1.0.0": one.Plugin, "a.talker@2.0.0": two.Plugin}, nil)
	events := make(chan capability.Event, 10)
	call := func(method string) (string, error) {
		out, err := k.Call(t.Context(), &capability.Call{Info: pdk.Info{Capability: speech, Method: method, App: "shop", User: "ann", Task: 7},
			Payload: pdk.Payload{JSON: []byte("{}")}, Events: func(e capability.Event) { events <- e }})
		return string(out.JSON), err
	}
	if _, err := call("talk"); err != nil {
		t.Fatal(err)
	}
	swapped := make(chan core.Report, 1)
	go func() { swapped <- swap(t, k, version(t, "a.talker", "2.0.0", "")) }()
	for { // until new calls reach the new version
		if got, err := do(t, k, "shop", "ann", speech+" say", `{}`); err != nil {
			t.Fatal(err)
		} else if strings.Contains(got, "2.0.0") {
			break
		}
	}
	if got, err := call("talk.stop"); err != nil || !strings.Contains(got, "1.0.0") {
		t.Errorf("a method of the running task: %s %v, want version 1.0.0", got, err)
	}
	if e := <-events; !e.Final || e.Name != "done" {
		t.Errorf("event %+v", e)
	}
	if r := <-swapped; r.Changes[0].Cut != 0 {
		t.Errorf("report %+v", r)
	}
}

func TestSwapCutsAfterItsLimit(t *testing.T) {
	t.Parallel()
	one, two := newSpeaker("a.talker", "1.0.0"), newSpeaker("a.talker", "2.0.0")
	c := setup(t, version(t, "a.talker", "1.0.0", ""))
	c.Policy.Drain = time.Millisecond
	k := start(t, c, inside{"a.talker@1.0.0": one.Plugin, "a.talker@2.0.0": two.Plugin}, nil)
	failed := make(chan error, 1)
	go func() { _, err := do(t, k, "shop", "ann", speech+" long", `{}`); failed <- err }()
	<-one.entered
	if r := swap(t, k, version(t, "a.talker", "2.0.0", "")); r.Changes[0].Cut != 1 {
		t.Errorf("report %+v", r)
	}
	err := <-failed
	if pdk.Code(err) != pdk.CodeUnavailable || !strings.Contains(err.Error(), `plugin "a.talker" was replaced by version 2.0.0, and the call did not end within 1ms`) {
		t.Errorf("the call under way: %v", err)
	}
}

func TestSwapRefusals(t *testing.T) {
	t.Parallel()
	one, two, liar := newSpeaker("a.talker", "1.0.0"), newSpeaker("a.talker", "2.0.0"), newSpeaker("a.talker", "2.0.0")
	two.refuse = "bad"
	first := version(t, "a.talker", "1.0.0", "requires: {http: [api.example.com]}\n")
	k := start(t, setup(t, first), inside{"a.talker@1.0.0": one.Plugin, "a.talker@2.0.0": two.Plugin, "a.talker@4.0.0": liar.Plugin}, nil)
	other := version(t, "a.talker", "2.0.0", "")
	rewrite := func(e config.Plugin, file, from, to string) config.Plugin {
		text, err := os.ReadFile(filepath.Join(e.Path, file))
		if err != nil || !strings.Contains(string(text), from) {
			t.Fatalf("%s: %v", file, err)
		}
		if err := os.WriteFile(filepath.Join(e.Path, file), []byte(strings.Replace(string(text), from, to, 1)), 0o600); err != nil {
			t.Fatal(err)
		}
		return e
	}
	bad := other
	bad.Config = map[string]any{"k": "bad"}
	for _, c := range []struct {
		name  string
		entry config.Plugin
		want  string
	}{
		{"no such plugin", config.Plugin{ID: "a.other", Path: "."}, `there is no plugin "a.other" to be replaced; these run: a.talker`},
		{"no manifest", config.Plugin{ID: "a.talker", Path: t.TempDir()}, "plugin.yaml is not there"},
		{"does not start", version(t, "a.talker", "3.0.0", ""), `version 1.0.0 stays: start plugin "a.talker": no such file`},
		{"is another version than it says", version(t, "a.talker", "4.0.0", ""), "it says version 2.0.0, the manifest 4.0.0"},
		{"does not configure", bad, `version 1.0.0 stays: start plugin "a.talker": configure: it does not like bad`},
		{"requires more", version(t, "a.talker", "2.0.0", "requires: {kv: true, http: [api.example.com, evil.example.com]}\n"),
			"version 2.0.0 requires more than version 1.0.0 was granted: kv, http: evil.example.com"},
		{"other contract", rewrite(version(t, "a.talker", "2.0.0", ""), "contracts/speech.yaml", "  say: {api: [wx.exampleSay]", "  say: {api: [wx.exampleTell]"), "method say is not the same"},
		{"capability gone", rewrite(version(t, "a.talker", "2.0.0", ""), "plugin.yaml", speech, "dougong.payment/v1"), "does not provide com.example.speech/v1 any more"},
	} {
		_, err := k.Swap(t.Context(), c.entry, core.ReloadOptions{})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v\nwant %s", c.name, err, c.want)
		}
		if got, err := do(t, k, "shop", "ann", speech+" say", `{}`); err != nil || !strings.Contains(got, "1.0.0") {
			t.Fatalf("%s: afterwards %s %v", c.name, got, err)
		}
	}
	more := version(t, "a.talker", "2.0.0", "requires: {kv: false, http: [api.example.com, b.example.com]}\n")
	if _, err := k.Swap(t.Context(), more, core.ReloadOptions{Accept: true}); err != nil {
		t.Errorf("what it requires was accepted: %v", err)
	}
}

func TestVersionsSideBySide(t *testing.T) {
	t.Parallel()
	old, next := version(t, "a.talker", "1.0.0", ""), version(t, "a.talker", "2.0.0", "")
	next.As = "a.talker.next"
	c := setup(t, old, next)
	c.Providers = map[string]string{speech: "a.talker"}
	c.MiniApps[1].Providers = map[string]string{speech: "a.talker.next"} // notes
	k := start(t, c, inside{"a.talker@1.0.0": newSpeaker("a.talker", "1.0.0").Plugin, "a.talker@2.0.0": newSpeaker("a.talker", "2.0.0").Plugin}, nil)
	for app, want := range map[string]string{"shop": "1.0.0", "notes": "2.0.0", "other": "1.0.0"} {
		if got, err := do(t, k, app, "ann", speech+" say", `{}`); err != nil || !strings.Contains(got, want) {
			t.Errorf("%s: %s %v, want version %s", app, got, err, want)
		}
	}
	// The choice can be changed while it runs.
	next2 := *c
	next2.MiniApps = []config.MiniApp{{ID: "shop", Path: ".", Providers: map[string]string{speech: "a.talker.next"}}, {ID: "notes", Path: "."}}
	if r, err := k.Reload(t.Context(), &next2, core.ReloadOptions{}); err != nil || len(r.Changes) != 0 || len(r.Restart) != 0 {
		t.Fatalf("%+v %v", r, err)
	}
	for app, want := range map[string]string{"shop": "2.0.0", "notes": "1.0.0"} {
		if got, err := do(t, k, app, "ann", speech+" say", `{}`); err != nil || !strings.Contains(got, want) {
			t.Errorf("after the change %s: %s %v, want version %s", app, got, err, want)
		}
	}
	wrong := next2
	wrong.MiniApps = []config.MiniApp{{ID: "shop", Path: ".", Providers: map[string]string{speech: "a.talkr"}}}
	if _, err := k.Reload(t.Context(), &wrong, core.ReloadOptions{}); err == nil || !strings.Contains(err.Error(), `providers of mini-program "shop": plugin "a.talkr" does not provide`) {
		t.Errorf("got %v", err)
	}
}

func TestReload(t *testing.T) {
	t.Parallel()
	live, again := version(t, "a.live", "1.0.0", "reconfigure: live\n"), version(t, "a.again", "1.0.0", "")
	plugins := inside{"a.live": newSpeaker("a.live", "1.0.0").Plugin, "a.again": newSpeaker("a.again", "1.0.0").Plugin}
	c := setup(t, live, again)
	c.Providers = map[string]string{speech: "a.live"}
	k := start(t, c, plugins, nil)
	said := func() string {
		t.Helper()
		got, err := do(t, k, "shop", "ann", speech+" say", `{}`)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	changed := func(edit func(*config.Config)) *config.Config {
		n := *c
		n.Plugins = []config.Plugin{live, again}
		edit(&n)
		return &n
	}
	set := func(c *config.Config) {
		for i := range c.Plugins {
			c.Plugins[i].Config = map[string]any{"k": "v1"}
		}
	}
	r, err := k.Reload(t.Context(), changed(func(c *config.Config) { set(c); c.Listen = "127.0.0.1:1" }), core.ReloadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprintf("%s %s %v", r.Changes[0].What, r.Changes[1].What, r.Restart); got != "configured replaced [listen]" {
		t.Errorf("report %s", got)
	}
	if got := said(); !strings.Contains(got, `v1`) {
		t.Errorf("says %s", got)
	}
	// Everything that is wrong is said at once, and nothing is changed.
	_, err = k.Reload(t.Context(), changed(func(c *config.Config) {
		c.Plugins[0].Path, c.Plugins[1].ID = "nowhere", "a.others"
	}), core.ReloadOptions{})
	if err == nil || !strings.Contains(err.Error(), "nothing was changed") || !strings.Contains(err.Error(), "nowhere") || !strings.Contains(err.Error(), `write that id`) {
		t.Errorf("got %v", err)
	}
	if got := said(); !strings.Contains(got, `v1`) {
		t.Errorf("after a refused change it says %s", got)
	}
	// Another plugin takes over, and the first one goes.
	r, err = k.Reload(t.Context(), changed(func(c *config.Config) {
		set(c)
		c.Plugins = c.Plugins[1:]
		c.Providers = nil
	}), core.ReloadOptions{})
	if err != nil || len(r.Changes) != 1 || r.Changes[0].What != core.Removed {
		t.Fatalf("%+v %v", r, err)
	}
	said()
	r, err = k.Reload(t.Context(), changed(func(c *config.Config) {
		c.Providers = map[string]string{speech: "a.live"}
		c.Plugins[1].Config = map[string]any{"k": "v1"}
	}), core.ReloadOptions{})
	if err != nil || len(r.Changes) != 1 || r.Changes[0].What != core.Added {
		t.Fatalf("%+v %v", r, err)
	}
	if got := said(); !strings.Contains(got, `"set":"{}"`) {
		t.Errorf("says %s", got)
	}
}

// TestReloadClaims withdraws names that mini-programs had, and gives them back: a choice of the operator, not another contract.
func TestReloadClaims(t *testing.T) {
	t.Parallel()
	entry := version(t, "a.talker", "1.0.0", "")
	c := setup(t, entry)
	k := start(t, c, inside{"a.talker": newSpeaker("a.talker", "1.0.0").Plugin}, nil)
	for _, step := range []struct {
		apis  []string
		names string
		code  int // of a call of say
	}{
		{[]string{"wx.exampleLong"}, "wx.exampleLong", pdk.CodeUnsupported},
		{nil, "", pdk.CodeUnsupported},
		{[]string{"wx.exampleSay", "wx.exampleLong"}, "wx.exampleLong wx.exampleSay", 0},
	} {
		n := *c
		n.Plugins = []config.Plugin{entry}
		n.Plugins[0].APIs = step.apis
		r, err := k.Reload(t.Context(), &n, core.ReloadOptions{})
		if err != nil || len(r.Changes) != 1 || r.Changes[0].What != core.Granted || len(r.Restart) != 0 {
			t.Fatalf("apis: %v: %+v %v", step.apis, r, err)
		}
		if got := strings.Join(vendorNames(k), " "); got != step.names {
			t.Errorf("apis: %v: mini-programs get %q, want %q", step.apis, got, step.names)
		}
		if _, err := do(t, k, "shop", "ann", speech+" say", `{}`); pdk.Code(err) != step.code {
			t.Errorf("apis: %v: a call of say: %v, want code %d", step.apis, err, step.code)
		}
	}
}

// TestReloadGrants: a host that is granted to a plugin, or no longer, is from the next call on.
func TestReloadGrants(t *testing.T) {
	t.Parallel()
	net := pdk.New("a.net", "1.0.0").Provide("dougong.network/v1", pdk.Methods{
		"request": pdk.Func(func(*pdk.Context, map[string]any) (map[string]any, error) {
			return map[string]any{"data": pdk.Blob("body"), "statusCode": 200, "header": map[string]string{}, "cookies": []string{}}, nil
		})})
	geo := pdk.New("a.geo", "1.0.0").Provide("dougong.geolocation/v1", pdk.Methods{
		"stopLocationUpdate": pdk.Func(func(c *pdk.Context, _ struct{}) (struct{}, error) {
			_, err := c.HTTP().Do(pdk.HTTPRequest{URL: "https://ip.example.com/"})
			return struct{}{}, err
		})})
	c := setup(t, pluginDir(t, "a.net", "dougong.network/v1", ""), pluginDir(t, "a.geo", "dougong.geolocation/v1", "http: [ip.example.com]"))
	k := start(t, c, inside{"a.net": net, "a.geo": geo}, nil)
	for _, granted := range [][]string{{"ip.example.com"}, nil, {"ip.example.com"}} {
		n := *c
		n.Plugins = []config.Plugin{c.Plugins[0], c.Plugins[1]}
		n.Plugins[1].Grants.HTTP = granted
		if _, err := k.Reload(t.Context(), &n, core.ReloadOptions{}); err != nil {
			t.Fatal(err)
		}
		want := pdk.CodeDomain
		if granted != nil {
			want = 0
		}
		if _, err := do(t, k, "shop", "ann", "dougong.geolocation/v1 stopLocationUpdate", `{}`); pdk.Code(err) != want {
			t.Errorf("grants.http: %v: %v, want code %d", granted, err, want)
		}
	}
}

// TestReloadTakesBack makes one of two plugins refuse: the other one has its old configuration again.
func TestReloadTakesBack(t *testing.T) {
	t.Parallel()
	one, two := newSpeaker("a.one", "1.0.0"), newSpeaker("a.two", "1.0.0")
	two.refuse = "bad"
	c := setup(t, version(t, "a.one", "1.0.0", "reconfigure: live\n"), version(t, "a.two", "1.0.0", "reconfigure: live\n"))
	c.Providers = map[string]string{speech: "a.one"}
	k := start(t, c, inside{"a.one": one.Plugin, "a.two": two.Plugin}, nil)
	n := *c
	n.Plugins = []config.Plugin{c.Plugins[0], c.Plugins[1]}
	n.Plugins[0].Config, n.Plugins[1].Config = map[string]any{"k": "good"}, map[string]any{"k": "bad"}
	if _, err := k.Reload(t.Context(), &n, core.ReloadOptions{}); err == nil || !strings.Contains(err.Error(), `plugin "a.two" does not take its new configuration`) {
		t.Errorf("got %v", err)
	}
	if got := *one.set.Load() + *two.set.Load(); got != "{}{}" {
		t.Errorf("the plugins are left with %s", got)
	}
}

func TestCloseDuringSwap(t *testing.T) {
	t.Parallel()
	one, two := newSpeaker("a.talker", "1.0.0"), newSpeaker("a.talker", "2.0.0")
	first := version(t, "a.talker", "1.0.0", "")
	k, err := core.New(t.Context(), setup(t, first), core.Options{Runtime: inside{"a.talker@1.0.0": one.Plugin, "a.talker@2.0.0": two.Plugin}, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	ended := make(chan error, 1)
	go func() {
		_, err := k.Call(ctx, &capability.Call{Info: pdk.Info{Capability: speech, Method: "long", App: "shop", User: "ann"}, Payload: pdk.Payload{JSON: []byte("{}")}})
		ended <- err
	}()
	<-one.entered
	next := version(t, "a.talker", "2.0.0", "")
	swapped := make(chan struct{})
	go func() { defer close(swapped); _, _ = k.Swap(t.Context(), next, core.ReloadOptions{}) }()
	if err := k.Close(); err != nil { // does not wait for the 30 seconds of the drain
		t.Error(err)
	}
	<-swapped
	cancel()
	<-ended
	if _, err := k.Swap(t.Context(), next, core.ReloadOptions{}); pdk.Code(err) != pdk.CodeUnavailable {
		t.Errorf("a swap after the end: %v", err)
	}
}

func TestContractsOfTwoVersionsMayGrow(t *testing.T) {
	t.Parallel()
	a, err := contract.Parse("a.yaml", []byte(speechContract))
	if err != nil {
		t.Fatal(err)
	}
	b, err := contract.Parse("b.yaml", []byte(speechContract+"events: {heard: {api: [wx.onExampleHeard], summary: {en: x, zh: x}}}\n"))
	if err != nil {
		t.Fatal(err)
	}
	if d := capability.Differences(a, b); len(d) != 0 {
		t.Errorf("what is added counts: %v", d)
	}
	if d := capability.Differences(b, a); len(d) != 1 || d[0] != "event heard is gone" {
		t.Errorf("what is gone: %v", d)
	}
}

// locking is a runtime whose plugins each want the same lock, as one does that has a database of its own.
type locking struct {
	inside
	held atomic.Bool
}

type locked struct {
	plugin.Instance
	held *atomic.Bool
}

func (l *locking) Start(ctx context.Context, spec plugin.Spec) (plugin.Instance, error) {
	if !l.held.CompareAndSwap(false, true) {
		return nil, fmt.Errorf("the database is in use")
	}
	i, err := l.inside.Start(ctx, spec)
	if err != nil {
		l.held.Store(false)
		return nil, err
	}
	return locked{i, &l.held}, nil
}

func (l locked) Close(ctx context.Context) error {
	defer l.held.Store(false)
	return l.Instance.Close(ctx)
}

// TestSwapOneAtATime replaces a plugin that has files of its own: calls wait until the new version has them.
func TestSwapOneAtATime(t *testing.T) {
	t.Parallel()
	files := func(number string) config.Plugin {
		e := version(t, "a.talker", number, "requires: {files: true}\n")
		path := filepath.Join(e.Path, "plugin.yaml")
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(strings.Replace(string(text), "{wasm: {module: x.wasm}}", "{process: {any: x}}", 1)), 0o600); err != nil {
			t.Fatal(err)
		}
		return e
	}
	one, two := newSpeaker("a.talker", "1.0.0"), newSpeaker("a.talker", "2.0.0")
	two.refuse = "bad"
	k, err := core.New(t.Context(), setup(t, files("1.0.0")), core.Options{Logger: slog.New(slog.DiscardHandler),
		Runtime: &locking{inside: inside{"a.talker@1.0.0": one.Plugin, "a.talker@2.0.0": two.Plugin}}})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := k.Close(); err != nil {
			t.Error(err)
		}
	}()
	next := files("2.0.0")
	bad := next
	bad.Config = map[string]any{"k": "bad"}
	if _, err := k.Swap(t.Context(), bad, core.ReloadOptions{}); err == nil || !strings.Contains(err.Error(), `version 1.0.0 runs again: start plugin "a.talker": configure: it does not like bad`) {
		t.Errorf("got %v", err)
	}
	if got, err := do(t, k, "shop", "ann", speech+" say", `{}`); err != nil || !strings.Contains(got, "1.0.0") {
		t.Errorf("after a failure: %s %v", got, err)
	}
	long := make(chan string, 1)
	go func() { got, err := do(t, k, "shop", "ann", speech+" long", `{}`); long <- fmt.Sprint(got, err) }()
	<-one.entered
	swapped := make(chan core.Report, 1)
	go func() { swapped <- swap(t, k, next) }()
	waits := make(chan string, 1)
	go func() { got, err := do(t, k, "shop", "ann", speech+" say", `{}`); waits <- fmt.Sprint(got, err) }()
	close(one.leave)
	if got := <-long; !strings.Contains(got, "1.0.0") {
		t.Errorf("the call under way: %s", got)
	}
	if r := <-swapped; r.Changes[0].Cut != 0 {
		t.Errorf("report %+v", r)
	}
	if got := <-waits; !strings.Contains(got, "nil") {
		t.Errorf("a call during the swap: %s", got)
	}
	if got, err := do(t, k, "shop", "ann", speech+" say", `{}`); err != nil || !strings.Contains(got, "2.0.0") {
		t.Errorf("after the swap: %s %v", got, err)
	}
}
