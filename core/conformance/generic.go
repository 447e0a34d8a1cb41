package conformance

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/dougong-dev/dougong/core/capability"
	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/contract"
	"github.com/dougong-dev/dougong/pdk/go/manifest"
)

// check is a case that every plugin has to pass.
type check struct {
	id, name, hint string
	do             func(r *run, ctx context.Context, w *world) *problem
}

// checks are done in this order; the first starts the plugin and the last stops it.
var checks = []check{
	{"methods", "the plugin serves every method of its contracts", "list every method of the contract in describe, under its own name; a method of a task is method.taskMethod", (*run).checkMethods},
	{"unknown-method", "a method that it does not have is refused with code 4", "answer unknown methods with code 4 (unsupported), and go on", (*run).checkUnknown},
	{"bad-argument", "an argument that does not fit the contract never reaches the plugin", "", (*run).checkBadArgument},
	{"bare-argument", "arguments that are no object are answered, past the host's checks, without ending the plugin", "check what is decoded: a panic or exit takes every other call with it", (*run).checkBare},
	{"malformed-json", "arguments that are not JSON are answered with an error, and the plugin goes on", "decode with a parser that reports errors, and answer with code 2", (*run).checkMalformed},
	{"concurrent", "many calls at a time are each answered", "guard what calls share; limits.concurrency in plugin.yaml says how many may come", (*run).checkConcurrent},
	{"configuration", "its configuration is accepted again, as on a change", "configure may come more than once; replace what was there", (*run).checkConfigured},
	{"config-schema", "a configuration that the manifest's schema forbids is refused by the host", "", (*run).checkConfigSchema},
	{"shutdown", "it shuts down in time", "return from close, and end the process; do not wait for calls for ever", (*run).checkShutdown},
}

const genericGroup = "generic/"

// generic runs the checks. It reports whether the plugin could be started at all.
func (r *run) generic(ctx context.Context) bool {
	began := time.Now()
	w, err := r.enter(ctx, r.config0, true, false)
	start := Result{ID: genericGroup + "start", Name: "the plugin starts, describes itself as its manifest does, and takes its configuration"}
	if err != nil {
		r.conclude(start, "", &problem{expected: "the plugin starts", found: err.Error(), hint: startHint(err)}, began)
		return false
	}
	if r.opts.wants(start.ID) {
		r.conclude(start, "", nil, began)
	}
	for _, c := range checks {
		id := genericGroup + c.id
		if !r.opts.wants(id) || ctx.Err() != nil {
			continue
		}
		began := time.Now()
		p := c.do(r, ctx, w)
		r.conclude(Result{ID: id, Name: c.name}, c.hint, p, began)
		if p != nil && !p.skip { // the next one finds a plugin that nothing has happened to
			if err := errors.Join(w.close(), ctx.Err()); err != nil {
				return false
			}
			if w, err = r.enter(ctx, r.config0, true, false); err != nil {
				return false
			}
		}
	}
	if err := w.close(); err != nil && r.opts.wants(genericGroup+"close") {
		r.conclude(Result{ID: genericGroup + "close", Name: "the host can close"}, "", &problem{expected: "no error", found: err.Error()}, time.Now())
	}
	return true
}

// fullNames lists the methods of a contract as describe does.
func fullNames(k *contract.Contract) []string {
	var out []string
	for name, m := range k.Methods {
		out = append(out, name)
		if m.Task != nil {
			for sub := range m.Task.Methods {
				out = append(out, name+"."+sub)
			}
		}
	}
	slices.Sort(out)
	return out
}

func (r *run) checkMethods(ctx context.Context, w *world) *problem {
	d, err := w.tap.direct().Describe(ctx)
	if err != nil {
		return &problem{sent: "describe", expected: "a description", found: err.Error()}
	}
	for _, name := range r.project.Manifest.Provides {
		k := w.kernel.Catalogue().Contract(name)
		want, got := fullNames(k), d.Capabilities[name]
		missing := without(want, got)
		if len(missing) > 0 { // further methods may be those that the plugin has called later, by timer.after
			extra := without(got, want)
			return &problem{sent: "describe", expected: fmt.Sprintf("the methods of %s: %s", name, strings.Join(want, ", ")),
				found: "missing: " + strings.Join(missing, ", ") + note("; not in the contract: ", extra)}
		}
	}
	return nil
}

// without lists what a has and b lacks, sorted.
func without(a, b []string) []string {
	var out []string
	for _, x := range a {
		if !slices.Contains(b, x) {
			out = append(out, x)
		}
	}
	slices.Sort(out)
	return out
}

func note(label string, names []string) string {
	if len(names) == 0 {
		return ""
	}
	return label + strings.Join(names, ", ")
}

// raw calls a method past the host's checks.
func (r *run) raw(ctx context.Context, w *world, capabilityName, method, json string) error {
	ctx, cancel := context.WithTimeout(ctx, r.opts.Patience)
	defer cancel()
	_, err := w.tap.direct().Call(ctx, &capability.Call{Payload: pdk.Payload{JSON: []byte(json)}, Info: pdk.Info{
		Capability: capabilityName, Method: method, App: defaultApp, User: defaultUser, Trace: r.trace(),
	}})
	return err
}

// noMethod is a name that no contract has.
const noMethod = "noSuchMethodOfAnyContract"

func (r *run) checkUnknown(ctx context.Context, w *world) *problem {
	for _, name := range []string{r.project.Manifest.Provides[0], "dougong.nobody/v1"} {
		err := r.raw(ctx, w, name, noMethod, "{}")
		if pdk.Code(err) != pdk.CodeUnsupported {
			return &problem{sent: noMethod + " of " + name, expected: "an error with code 4", found: outcome(err)}
		}
	}
	return nil
}

func outcome(err error) string {
	if err == nil {
		return "an answer"
	}
	return "the error " + pdk.AsError(err).Error()
}

func (r *run) checkBadArgument(ctx context.Context, w *world) *problem {
	for _, name := range r.project.Manifest.Provides {
		k := w.kernel.Catalogue().Contract(name)
		for _, method := range sortedKeys(k.Methods) {
			bad := `[{"$blob":9}]` // an attachment that is not there fits no contract
			call := &capability.Call{Host: true, Payload: pdk.Payload{JSON: []byte(bad)}, Info: pdk.Info{
				Capability: name, Method: method, App: defaultApp, User: defaultUser, Trace: r.trace()}}
			_, err := w.kernel.Call(ctx, call)
			if pdk.Code(err) != pdk.CodeInvalidParams || w.tap.hasReached(call.Trace) {
				return &problem{sent: method + " " + bad, expected: "the host refuses it with code 2", found: outcome(err)}
			}
		}
	}
	return nil
}

// alive checks that the plugin still answers and was not started again.
func (r *run) alive(ctx context.Context, w *world, sent string, before int) *problem {
	err := r.raw(ctx, w, r.project.Manifest.Provides[0], noMethod, "{}")
	if n := w.tap.restarts() - before; n != 0 || pdk.Code(err) != pdk.CodeUnsupported {
		return &problem{sent: sent, expected: "the plugin goes on", found: fmt.Sprintf("%d restarts, then %s%s", n, outcome(err), w.tap.lastLog(3))}
	}
	return nil
}

func (r *run) checkBare(ctx context.Context, w *world) *problem {
	return r.strange(ctx, w, []string{`null`, `[]`, `7`, `"text"`, `{"$blob":0}`}, false)
}

func (r *run) checkMalformed(ctx context.Context, w *world) *problem {
	// To an Extism plugin its input is bytes, of which the host alone says that they are JSON: it may answer, and has to go on.
	extism := r.project.Manifest.Runtime.Wasm != nil && r.project.Manifest.Runtime.Wasm.ABI == manifest.ABIExtism
	return r.strange(ctx, w, []string{`{"a":`, `{"a":1}}`, `nul`, "\"\xff\"", `[[[[`}, !extism)
}

// strange sends arguments that no host would let through, to one method that returns soon whatever it gets.
func (r *run) strange(ctx context.Context, w *world, texts []string, mustFail bool) *problem {
	name := r.project.Manifest.Provides[0]
	method := r.harmless(w.kernel.Catalogue().Contract(name))
	if method == "" {
		return nil
	}
	before := w.tap.restarts()
	for _, text := range texts {
		sent := method + " " + text
		err := r.raw(ctx, w, name, method, text)
		if code := pdk.Code(err); mustFail && err == nil || code == pdk.CodeUnavailable || code == pdk.CodeTimeout {
			p := &problem{sent: sent, expected: "an error of the method's own, such as code 2", found: outcome(err) + w.tap.lastLog(3)}
			if code == pdk.CodeTimeout {
				p.hint, p.alone = errorHint(pdk.AsError(err)), true
			}
			return p
		}
		if p := r.alive(ctx, w, sent, before); p != nil {
			return p
		}
	}
	return nil
}

// harmless picks a method with required parameters: it cannot get anywhere with arguments that lack them.
func (r *run) harmless(k *contract.Contract) string {
	for _, name := range sortedKeys(k.Methods) {
		m := k.Methods[name]
		if m.Task == nil && m.CheckParams(pdk.Payload{JSON: []byte("{}")}) != nil {
			return name
		}
	}
	return ""
}

// crowd is how many calls checkConcurrent makes at a time.
const crowd = 16

func (r *run) checkConcurrent(ctx context.Context, w *world) *problem {
	before := w.tap.restarts()
	errs := make([]error, crowd)
	var all sync.WaitGroup
	for i := range crowd {
		all.Go(func() { errs[i] = r.raw(ctx, w, r.project.Manifest.Provides[0], noMethod, "{}") })
	}
	all.Wait()
	for _, err := range errs {
		if pdk.Code(err) != pdk.CodeUnsupported {
			return &problem{sent: fmt.Sprintf("%d times %s at a time", crowd, noMethod), expected: "each is refused with code 4", found: outcome(err) + w.tap.lastLog(3)}
		}
	}
	return r.alive(ctx, w, "", before)
}

func (r *run) checkConfigured(ctx context.Context, w *world) *problem {
	text, err := json.Marshal(r.config0)
	if err != nil {
		return &problem{expected: "a configuration", found: err.Error()}
	}
	ctx, cancel := context.WithTimeout(ctx, r.opts.Patience)
	defer cancel()
	for range 2 {
		if err := w.tap.direct().Configure(ctx, text); err != nil {
			return &problem{sent: "the configuration " + shorten(string(text)), expected: "it is accepted", found: outcome(err) + w.tap.lastLog(3)}
		}
	}
	return nil
}

func (r *run) checkConfigSchema(context.Context, *world) *problem {
	const strange = `{"noSuchSettingOfAnyPlugin":true}`
	if r.project.Manifest.CheckConfig([]byte(strange)) == nil {
		return &problem{skip: true, hint: "the schema is open: with additionalProperties: false a misspelt setting would be an error"}
	}
	return nil
}

func (r *run) checkShutdown(ctx context.Context, w *world) *problem {
	return r.shutDown(ctx, w.tap)
}
