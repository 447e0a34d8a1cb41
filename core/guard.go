package core

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/dougong-dev/dougong/core/capability"
	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/contract"
	"github.com/dougong-dev/dougong/pdk/go/strict"
)

// Names of the capabilities by which plugins watch calls. Any number of plugins may provide them.
const (
	guardCapability    = "dougong.guard/v1"
	observerCapability = "dougong.observer/v1"
)

// pluginGuard is a plugin that is asked before calls are carried out.
type pluginGuard struct {
	k     *Kernel
	unit  *unit
	entry config.Guard
}

var _ capability.Guard = (*pluginGuard)(nil)

// loadGuards finds the plugins behind the configuration's guards, and checks those behind its observers.
func (k *Kernel) loadGuards(s *state) error {
	var errs []error
	provides := func(what, name, capability string) *unit {
		u := s.byName[name]
		switch {
		case u == nil:
			errs = append(errs, fmt.Errorf("%s: there is no plugin %q", what, name))
		case !slices.Contains(u.manifest.Provides, capability):
			errs = append(errs, fmt.Errorf("%s: plugin %q does not provide %s; it provides %s", what, name, capability, strings.Join(u.manifest.Provides, ", ")))
		}
		return u
	}
	for _, entry := range s.cfg.Guards {
		if entry.Timeout == 0 {
			entry.Timeout = config.DefaultGuardTimeout
		}
		if u := provides("guards", entry.Plugin, guardCapability); u != nil {
			s.guards = append(s.guards, &pluginGuard{k, u, entry})
		}
	}
	for _, entry := range s.cfg.Observers {
		provides("observers", entry.Plugin, observerCapability)
	}
	return errors.Join(errs...)
}

// checkGuards makes sure that what the guards watch is there: a misspelt name would let everything pass.
func (s *state) checkGuards(t *capability.Table) error {
	var errs []error
	for _, g := range s.guards {
		known := map[string]bool{}
		for _, name := range g.entry.Capabilities {
			c := t.Contract(name)
			if c == nil {
				errs = append(errs, fmt.Errorf("guard %q: there is no capability %q%s", g.Name(), name, strict.NearMiss(name, t.Capabilities())))
				continue
			}
			for method, m := range c.Methods {
				known[method] = true
				if m.Task != nil {
					for sub := range m.Task.Methods {
						known[method+"."+sub] = true
					}
				}
			}
		}
		for _, method := range g.entry.Methods {
			if !known[method] && len(known) > 0 {
				var names []string
				for name := range known {
					names = append(names, name)
				}
				errs = append(errs, fmt.Errorf("guard %q: none of its capabilities has a method %q%s", g.Name(), method, strict.NearMiss(method, names)))
			}
		}
	}
	return errors.Join(errs...)
}

// guardsOf lists who watches a method.
func (s *state) guardsOf(m *contract.Method) (out []capability.Guard) {
	for _, g := range s.guards {
		if g.watchesAny(m.Capability, []string{m.Name}) {
			out = append(out, g)
		}
	}
	return out
}

func (g *pluginGuard) watchesAny(name string, methods []string) bool {
	if !slices.Contains(g.entry.Capabilities, name) {
		return false
	}
	return len(g.entry.Methods) == 0 || slices.ContainsFunc(methods, func(m string) bool { return slices.Contains(g.entry.Methods, m) })
}

// Name implements capability.Guard.
func (g *pluginGuard) Name() string { return g.unit.name }

// question and verdict are the arguments and the result of check.
type question struct {
	Capability string          `json:"capability"`
	Method     string          `json:"method"`
	App        string          `json:"app"`
	User       string          `json:"user"`
	Page       string          `json:"page"`
	Caller     string          `json:"caller"`
	Plugin     string          `json:"plugin"`
	Params     json.RawMessage `json:"params"`
}

type verdict struct {
	Allow  bool   `json:"allow"`
	Reason string `json:"reason"`
	Code   string `json:"code"`
}

// Guard implements capability.Guard. The host's own calls and the guard's are not asked about.
func (g *pluginGuard) Guard(ctx context.Context, call *capability.Call) error {
	if call.Host || call.Caller == g.unit.name {
		return nil
	}
	v, err := g.ask(ctx, call)
	switch {
	case err != nil && ctx.Err() != nil:
		return pdk.AsError(ctx.Err())
	case err != nil && g.entry.OnFailure == config.OnFailureAllow:
		g.k.log.Warn("a guard failed, and its calls are let pass", "guard", g.Name(), "capability", call.Capability, "method", call.Method, "error", err)
		return nil
	case err != nil:
		g.k.log.Error("a guard failed, and its calls are refused", "guard", g.Name(), "capability", call.Capability, "method", call.Method, "error", err)
		return pdk.Errorf(pdk.CodeVetoed, "vetoed", "%s: guard %q did not say whether the call may be made, so it is not; the host's log says why", call.Method, g.Name())
	case v.Allow:
		return nil
	}
	if v.Reason == "" {
		v.Reason = "it gives no reason"
	}
	refusal := pdk.Errorf(pdk.CodeVetoed, "vetoed", "%s: guard %q refused: %s", call.Method, g.Name(), v.Reason)
	refusal.Data, _ = json.Marshal(map[string]string{"guard": g.Name(), "code": v.Code}) // text always can be
	return refusal
}

func (g *pluginGuard) ask(ctx context.Context, call *capability.Call) (v verdict, err error) {
	ctx, cancel := context.WithTimeout(ctx, g.entry.Timeout)
	defer cancel()
	q, err := g.question(call)
	if err != nil {
		return v, err
	}
	check := g.k.catalogue.Contract(guardCapability).Methods["check"]
	q.Contract = check
	started := time.Now()
	var out pdk.Payload
	defer func() {
		if x := recover(); x != nil {
			err = fmt.Errorf("plugin %q panicked: %v", g.Name(), x)
		}
		g.k.observers.Report(capability.Outcome{Info: q.Info, Plugin: g.Name(), Started: started, Took: time.Since(started),
			In: q.Payload.Size(), Out: out.Size(), Err: err})
	}()
	if out, err = g.unit.Call(ctx, q); err != nil {
		return v, err
	}
	if err = check.CheckResult(out); err != nil {
		return v, err
	}
	err = pdk.Decode(out, &v)
	return v, err
}

// question makes the call of check about a call.
func (g *pluginGuard) question(call *capability.Call) (*capability.Call, error) {
	params := call.Payload
	if !g.unit.set.Load().entry.Grants.Sensitive {
		params = withoutSensitive(params, call.Contract.Params)
	}
	if len(params.JSON) == 0 {
		params.JSON = []byte("null")
	}
	text, err := json.Marshal(question{call.Capability, call.Method, call.App, call.User, call.Page, call.Caller, call.Provider(), params.JSON})
	if err != nil {
		return nil, fmt.Errorf("ask about the call: %w", err)
	}
	return &capability.Call{
		Info:    pdk.Info{Capability: guardCapability, Method: "check", App: call.App, User: call.User, Page: call.Page, Trace: call.Trace},
		Payload: pdk.Payload{JSON: text, Blobs: params.Blobs},
	}, nil
}

// withoutSensitive replaces the values that a schema marks as sensitive by null, and empties the attachments that only
// they name.
func withoutSensitive(p pdk.Payload, s *contract.Schema) pdk.Payload {
	spans, ok := s.SensitiveSpans(p.JSON, len(p.Blobs))
	if !ok {
		return pdk.Payload{JSON: []byte("null")}
	}
	if len(spans) == 0 {
		return p
	}
	out := pdk.Payload{JSON: make([]byte, 0, len(p.JSON)), Blobs: make([][]byte, len(p.Blobs))}
	at := 0
	for _, span := range spans {
		out.JSON = append(append(out.JSON, p.JSON[at:span.Start]...), "null"...)
		at = span.End
	}
	out.JSON = append(out.JSON, p.JSON[at:]...)
	var rest any
	if json.Unmarshal(out.JSON, &rest) == nil {
		eachBlob(rest, func(n int) {
			if n < len(p.Blobs) {
				out.Blobs[n] = p.Blobs[n]
			}
		})
	}
	return out
}

// eachBlob finds the references to attachments in a JSON value.
func eachBlob(v any, f func(n int)) {
	switch v := v.(type) {
	case map[string]any:
		if n, ok := v["$blob"].(float64); ok && n >= 0 {
			f(int(n))
		}
		for _, inner := range v {
			eachBlob(inner, f)
		}
	case []any:
		for _, inner := range v {
			eachBlob(inner, f)
		}
	}
}
