package inside_test

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/capability"
	"github.com/dougong-dev/dougong/core/plugin"
	"github.com/dougong-dev/dougong/core/plugin/inside"
	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/manifest"
)

// others is what a plugin that is not compiled in comes to.
type others struct{}

var errOther = errors.New("another runtime's")

func (others) Start(context.Context, plugin.Spec) (plugin.Instance, error) { return nil, errOther }

// world are the host's services; it says what it was asked.
type world struct {
	mu   sync.Mutex
	said []string
}

func (w *world) note(what string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.said = append(w.said, what)
}

func (w *world) Service(_ context.Context, id string, _ pdk.Info, name string, in pdk.Payload) (pdk.Payload, error) {
	w.note(id + " " + name)
	return in, nil
}

func (w *world) Emit(id string, _ pdk.Info, event string, _ pdk.Payload, _ bool) {
	w.note(id + " emits " + event)
}

func (w *world) Log(id, level, message string, _ map[string]string) {
	w.note(id + " " + level + " " + message)
}

func TestCompiledIn(t *testing.T) {
	t.Parallel()
	closed, configured := 0, ""
	p := pdk.New("com.acme.pay", "1.0.0").Provide("com.acme.pay/v1", pdk.Methods{
		"pay": pdk.Func(func(ctx *pdk.Context, in struct{ Amount int }) (struct{ Paid int }, error) {
			ctx.Log("info", "paying", nil)
			return struct{ Paid int }{in.Amount}, nil
		}),
		"fall": func(*pdk.Context, pdk.Payload) (pdk.Payload, error) { panic("it falls") },
	}).OnConfigure(func(_ *pdk.Context, config []byte) error { configured = string(config); return nil }).
		OnClose(func() error { closed++; return nil })
	r := inside.New(others{}, map[string]*pdk.Plugin{"com.acme.pay": p})
	w := &world{}
	ctx := t.Context()
	if _, err := r.Start(ctx, plugin.Spec{Manifest: &manifest.Manifest{ID: "com.acme.other"}, Services: w}); !errors.Is(err, errOther) {
		t.Errorf("another plugin: %v", err)
	}
	if _, err := r.Start(ctx, plugin.Spec{Manifest: &manifest.Manifest{ID: "com.acme.pay", Version: "1.1.0"}, Services: w}); err == nil || !strings.Contains(err.Error(), "as version 1.0.0, superapp.yaml names version 1.1.0") {
		t.Errorf("another version: %v", err)
	}
	i, err := r.Start(ctx, plugin.Spec{Manifest: &manifest.Manifest{ID: "com.acme.pay", Version: "1.0.0"}, Services: w})
	if err != nil {
		t.Fatal(err)
	}
	d, err := i.Describe(ctx)
	if err != nil || d.ID != "com.acme.pay" || len(d.Capabilities["com.acme.pay/v1"]) != 2 {
		t.Errorf("%+v, %v", d, err)
	}
	if err := i.Configure(ctx, []byte(`{"a":1}`)); err != nil || configured != `{"a":1}` {
		t.Errorf("configured %q, %v", configured, err)
	}
	call := func(method, params string) (string, error) {
		out, err := i.Call(ctx, &capability.Call{Info: pdk.Info{Capability: "com.acme.pay/v1", Method: method}, Payload: pdk.Payload{JSON: []byte(params)}})
		return string(out.JSON), err
	}
	if out, err := call("pay", `{"Amount":5}`); err != nil || out != `{"Paid":5}` || len(w.said) != 1 || w.said[0] != "com.acme.pay info paying" {
		t.Errorf("%s, %v, %v", out, err, w.said)
	}
	if _, err := call("fall", `{}`); err == nil {
		t.Error("a panic is no answer")
	}
	if err := errors.Join(i.Close(ctx), i.Close(ctx)); err != nil || closed != 1 {
		t.Errorf("closed %d times, %v", closed, err)
	}
	<-i.Done()
	if _, err := call("pay", `{"Amount":5}`); err == nil {
		t.Error("a plugin that was stopped answers")
	}
}

// TestNeverBack calls methods that do not come back in time, or not at all.
func TestNeverBack(t *testing.T) {
	t.Parallel()
	release, entered := make(chan struct{}), make(chan struct{}, 8)
	defer close(release)
	p := pdk.New("com.acme.slow", "1.0.0").Provide("com.acme.slow/v1", pdk.Methods{
		"heed": func(ctx *pdk.Context, _ pdk.Payload) (pdk.Payload, error) {
			<-ctx.Done()
			return pdk.Payload{}, ctx.Err()
		},
		"hang": func(*pdk.Context, pdk.Payload) (pdk.Payload, error) {
			entered <- struct{}{}
			<-release
			return pdk.Payload{}, nil
		},
		"leave": func(*pdk.Context, pdk.Payload) (pdk.Payload, error) { runtime.Goexit(); return pdk.Payload{}, nil },
	})
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	for _, c := range []struct {
		name, method string
		ctx          context.Context
		limit        time.Duration
		stop         bool
		code         int
		want         string
	}{
		{"one that heeds its time", "heed", t.Context(), time.Millisecond, false, pdk.CodeTimeout, ""},
		{"one that does not", "hang", t.Context(), time.Millisecond, false, pdk.CodeTimeout, "hang did not answer in time"},
		{"nobody waits", "hang", cancelled, time.Hour, false, pdk.CodeCanceled, "nobody waits for hang"},
		{"one that ends its goroutine", "leave", t.Context(), time.Hour, false, pdk.CodeInternal, "leave has ended its goroutine (runtime.Goexit)"},
		{"one that is stopped meanwhile", "hang", t.Context(), 0, true, pdk.CodeUnavailable, "was stopped"},
	} {
		m := &manifest.Manifest{ID: "com.acme.slow", Version: "1.0.0", Limits: manifest.Limits{CallTimeout: c.limit}}
		i, err := inside.New(others{}, map[string]*pdk.Plugin{"com.acme.slow": p}).Start(t.Context(), plugin.Spec{Manifest: m, Services: &world{}})
		if err != nil {
			t.Fatal(err)
		}
		closeLater(t, i)
		answer := make(chan error)
		go func() {
			_, err := i.Call(c.ctx, &capability.Call{Info: pdk.Info{Capability: "com.acme.slow/v1", Method: c.method}})
			answer <- err
		}()
		if c.stop {
			<-entered
			if err := i.Close(t.Context()); err != nil {
				t.Error(err)
			}
		}
		if err := <-answer; pdk.Code(err) != c.code || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want code %d and %q", c.name, err, c.code, c.want)
		}
		for !c.stop && c.method == "hang" && len(entered) == 0 { // it may not have begun yet
			runtime.Gosched()
		}
		for len(entered) > 0 {
			<-entered
		}
	}
}

// TestTooManyNeverBack calls a method that hangs until the plugin has as many of them as it may.
func TestTooManyNeverBack(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	p := pdk.New("com.acme.slow", "1.0.0").Provide("com.acme.slow/v1", pdk.Methods{
		"hang": func(*pdk.Context, pdk.Payload) (pdk.Payload, error) { <-release; return pdk.Payload{}, nil },
	})
	m := &manifest.Manifest{ID: "com.acme.slow", Version: "1.0.0"}
	i, err := inside.New(others{}, map[string]*pdk.Plugin{"com.acme.slow": p}).Start(t.Context(), plugin.Spec{Manifest: m, Services: &world{}})
	if err != nil {
		t.Fatal(err)
	}
	closeLater(t, i)
	gone, leave := context.WithCancel(t.Context())
	leave()
	call := func(ctx context.Context) error {
		_, err := i.Call(ctx, &capability.Call{Info: pdk.Info{Capability: "com.acme.slow/v1", Method: "hang"}})
		return err
	}
	busy := 0
	for range 1100 {
		if pdk.Code(call(gone)) == pdk.CodeBusy {
			busy++
		}
	}
	if busy != 1100-1024 {
		t.Errorf("%d of 1100 calls are refused", busy)
	}
	close(release)
	for end := time.Now().Add(time.Minute); call(t.Context()) != nil; runtime.Gosched() {
		if time.Now().After(end) {
			t.Fatal("it stays busy when its methods have come back")
		}
	}
}

// TestConfigureAndCloseNeverBack configures and closes plugins that do not answer as they should.
func TestConfigureAndCloseNeverBack(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	defer close(release)
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	for _, c := range []struct {
		name string
		ctx  context.Context
		do   func()
		code int
		want string // after the name of what was done
	}{
		{"one that ends its goroutine", t.Context(), runtime.Goexit, pdk.CodeInternal, " has ended its goroutine (runtime.Goexit)"},
		{"one that does not come back", cancelled, func() { <-release }, pdk.CodeCanceled, " any more"},
	} {
		p := pdk.New("com.acme.odd", "1.0.0").OnConfigure(func(*pdk.Context, []byte) error { c.do(); return nil }).
			OnClose(func() error { c.do(); return nil })
		spec := plugin.Spec{Manifest: &manifest.Manifest{ID: "com.acme.odd", Version: "1.0.0"}, Services: &world{}}
		i, err := inside.New(others{}, map[string]*pdk.Plugin{"com.acme.odd": p}).Start(t.Context(), spec)
		if err != nil {
			t.Fatal(err)
		}
		for what, err := range map[string]error{"configure": i.Configure(c.ctx, []byte("{}")), "close": i.Close(c.ctx)} {
			if pdk.Code(err) != c.code || !strings.Contains(err.Error(), what+c.want) {
				t.Errorf("%s: %s: %v, want code %d and %q", c.name, what, err, c.code, what+c.want)
			}
		}
	}
}
