package suite

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/capability"
	"github.com/dougong-dev/dougong/core/plugin"
	"github.com/dougong-dev/dougong/pdk/go"
)

// Suite is one runtime under test.
type Suite struct {
	Kind    Kind
	Runtime plugin.Runtime
}

// Plugin is a started sample plugin.
type Plugin struct {
	plugin.Instance
	Host *Host
	t    testing.TB
}

// Capability that the sample plugin provides.
const Capability = "example.sample/v1"

// Patience is how long a test waits for what should happen at once.
const Patience = time.Minute

// startPatience is how long a plugin may take to start: compiling a module in Go under the race detector on a busy machine
// takes minutes.
const startPatience = 10 * Patience

// Start starts the sample plugin; change may alter its spec.
func (s Suite) Start(t testing.TB, change func(*plugin.Spec)) *Plugin {
	t.Helper()
	p, err := s.TryStart(t, change)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TryStart is Start for plugins that may fail to.
func (s Suite) TryStart(t testing.TB, change func(*plugin.Spec)) (*Plugin, error) {
	t.Helper()
	spec := plugin.Spec{Manifest: Manifest(t, s.Kind), Dir: Dir(t, s.Kind)}
	if change != nil {
		change(&spec)
	}
	return s.StartSpec(t, spec)
}

// StartSpec starts another plugin than the sample.
func (s Suite) StartSpec(t testing.TB, spec plugin.Spec) (*Plugin, error) {
	t.Helper()
	host := NewHost()
	if spec.Services == nil {
		spec.Services = host
	}
	ctx, cancel := context.WithTimeout(context.Background(), startPatience)
	defer cancel()
	inst, err := s.Runtime.Start(ctx, spec)
	if err != nil {
		return nil, err
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), Patience)
		defer cancel()
		if err := inst.Close(ctx); err != nil {
			t.Errorf("close: %v", err)
		}
		select {
		case <-inst.Done():
		default:
			t.Error("Done is not closed after Close")
		}
	})
	return &Plugin{inst, host, t}, nil
}

// Info of a call to a method of the sample plugin.
func Info(method string) pdk.Info {
	return pdk.Info{Capability: Capability, Method: method, App: "app.a", User: "local", Page: "pages/index",
		Trace: "0123456789abcdef0123456789abcdef"}
}

// Raw calls a method with a payload.
func (p *Plugin) Raw(ctx context.Context, info pdk.Info, in pdk.Payload) (pdk.Payload, error) {
	return p.Call(ctx, &capability.Call{Info: info, Payload: in})
}

// Do calls a method with Go values. The call fails after Patience.
func (p *Plugin) Do(info pdk.Info, in, out any) error {
	ctx, cancel := context.WithTimeout(context.Background(), Patience)
	defer cancel()
	return p.DoContext(ctx, info, in, out)
}

// DoContext is Do with a context of the caller's.
func (p *Plugin) DoContext(ctx context.Context, info pdk.Info, in, out any) error {
	payload, err := pdk.Encode(in)
	if err != nil {
		return err
	}
	payload, err = p.Raw(ctx, info, payload)
	if err != nil {
		var coded *pdk.Error
		if !asError(err, &coded) {
			return fmt.Errorf("the error is not a *pdk.Error but %T: %w", err, err)
		}
		return err
	}
	if out == nil {
		return nil
	}
	return pdk.Decode(payload, out)
}

func asError(err error, into **pdk.Error) bool {
	e, ok := err.(*pdk.Error) //nolint:errorlint // the runtime promises this very type
	*into = e
	return ok
}

// DoUntilBegun calls a method that logs "began" and then goes on for ever, and gives it up when it has begun.
func (p *Plugin) DoUntilBegun(info pdk.Info, in any) error {
	ctx, cancel := context.WithTimeout(context.Background(), Patience)
	defer cancel()
	go func() {
		if _, err := p.Host.WaitLog(ctx, "began"); err != nil {
			p.t.Error(err)
		}
		cancel()
	}()
	return p.DoContext(ctx, info, in, nil)
}

// Alive checks that the plugin answers.
func (p *Plugin) Alive() {
	p.t.Helper()
	var out string
	if err := p.Do(Info("echo"), "still here", &out); err != nil || out != "still here" {
		p.t.Errorf("after that, echo = %q, %v", out, err)
	}
}

func text(v any) string {
	b, _ := json.Marshal(v)
	return string(b)
}
