package conformance

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/dougong-dev/dougong/core/capability"
	"github.com/dougong-dev/dougong/pdk/conformance"
	"github.com/dougong-dev/dougong/pdk/go"
)

// calls makes the step's call as often as it says.
func (c *caseRun) calls(s *conformance.Step) *problem {
	if s.Concurrent > 0 {
		return c.concurrent(s)
	}
	for i := range max(s.Repeat, 1) {
		if p := c.call(s, i); p != nil {
			return p
		}
	}
	return nil
}

func (c *caseRun) concurrent(s *conformance.Step) *problem {
	problems := make([]*problem, s.Concurrent)
	var all sync.WaitGroup
	for i := range s.Concurrent {
		one := *c
		one.vars = maps.Clone(c.vars)
		all.Go(func() { problems[i] = one.call(s, i) })
	}
	all.Wait()
	for _, p := range problems {
		if p != nil {
			return p
		}
	}
	return nil
}

// answer is what became of one call.
type answer struct {
	payload pdk.Payload
	err     error
}

func (c *caseRun) call(s *conformance.Step, i int) *problem {
	c.vars["i"] = i
	call, err := c.build(s)
	if err != nil {
		return &problem{expected: "a call that can be made", found: err.Error()}
	}
	ctx, cancel, limit := c.limits(s)
	defer cancel()
	got := make(chan answer, 1)
	go func() {
		p, err := c.send(ctx, s, call)
		got <- answer{p, err}
	}()
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case a := <-got:
		if p := c.judge(s, a); p != nil {
			p.sent = c.sent(s, call)
			return p
		}
		return c.save(s, a)
	case <-timer.C:
		return &problem{sent: c.sent(s, call), expected: c.expected(s), found: fmt.Sprintf("nothing within %s", limit)}
	}
}

// limits gives the call's context, and how long to wait for it.
func (c *caseRun) limits(s *conformance.Step) (context.Context, context.CancelFunc, time.Duration) {
	o := c.run.opts
	switch {
	case s.Deadline > 0:
		ctx, cancel := context.WithTimeout(c.ctx, s.Deadline)
		return ctx, cancel, s.Deadline + o.Grace
	case s.Cancel > 0:
		ctx, cancel := context.WithCancel(c.ctx)
		t := time.AfterFunc(s.Cancel, cancel)
		return ctx, func() { t.Stop(); cancel() }, s.Cancel + o.Grace
	case s.Task != "": // the task lives on when the call has returned
		return c.ctx, func() {}, o.Patience
	}
	ctx, cancel := context.WithTimeout(c.ctx, o.Patience)
	return ctx, cancel, o.Patience + o.Grace
}

// build makes the call.
func (c *caseRun) build(s *conformance.Step) (*capability.Call, error) {
	as := c.as(s)
	call := &capability.Call{Info: pdk.Info{Capability: c.file.Capability, Method: s.Call, App: as.app, User: as.user, Page: s.As.Page, Trace: c.run.trace()}}
	if s.Capability != "" {
		call.Capability = s.Capability
	}
	call.Host = !c.public(call)
	if s.Task != "" {
		box := c.tasks[s.Task]
		if box == nil {
			box = newInbox()
			c.tasks[s.Task] = box
		}
		call.Task, call.Events = box.number, box.put
	}
	if s.JSON != "" {
		call.Payload.JSON = []byte(s.JSON)
		return call, nil
	}
	x, err := c.vars.value(s.Params)
	if err != nil {
		return nil, err
	}
	call.Payload, err = encode(x)
	return call, err
}

// public says that a mini-program may call the method; others are called as the host does.
func (c *caseRun) public(call *capability.Call) bool {
	k := c.world.kernel.Catalogue().Contract(call.Capability)
	if k == nil {
		return true
	}
	name, _, _ := strings.Cut(call.Method, ".")
	m := k.Methods[name]
	return m == nil || len(m.API) > 0 || m.Sync != nil && len(m.Sync.API) > 0
}

// send makes the call by the whole chain, or straight to the plugin.
func (c *caseRun) send(ctx context.Context, s *conformance.Step, call *capability.Call) (pdk.Payload, error) {
	if s.Direct {
		return c.world.tap.direct().Call(ctx, call)
	}
	p, err := c.world.kernel.Call(ctx, call)
	for s.Patient && pdk.Code(err) == pdk.CodeUnavailable && c.pause(restartPause) == nil && ctx.Err() == nil {
		p, err = c.world.kernel.Call(ctx, call)
	}
	if s.Task != "" {
		c.tasks[s.Task].number = call.Task
	}
	return p, err
}

// trace numbers the calls.
func (r *run) trace() string { return fmt.Sprintf("%032x", r.traces.Add(1)) }

// judge compares what came with what was expected.
func (c *caseRun) judge(s *conformance.Step, a answer) *problem {
	if a.err != nil {
		return c.judgeError(s, a.err)
	}
	x, err := decode(a.payload)
	switch {
	case err != nil:
		return &problem{expected: c.expected(s), found: err.Error()}
	case s.Fails != nil && s.Expect == nil:
		return &problem{expected: c.expected(s), found: "the answer " + show(x)}
	case s.Expect == nil:
		return nil
	}
	if m := c.vars.match(s.Expect, x, ""); m != nil {
		p := &problem{expected: m.expected(), found: m.found()}
		if m.path != "" {
			p.found += "\nin the answer " + show(x)
		}
		return p
	}
	return nil
}

func (c *caseRun) judgeError(s *conformance.Step, err error) *problem {
	var e *pdk.Error
	if !errors.As(err, &e) {
		e = pdk.AsError(err)
	}
	fits := s.Fails != nil && (len(s.Fails.Codes) == 0 || slices.Contains(s.Fails.Codes, e.Code)) &&
		(s.Fails.Name == "" || s.Fails.Name == e.Name)
	if fits {
		text, err := c.vars.text(s.Fails.Message)
		fits = err == nil && strings.Contains(e.Message, text)
	}
	if fits {
		return nil
	}
	p := &problem{expected: c.expected(s), found: "the error " + e.Error(), hint: errorHint(e)}
	if e.Code == pdk.CodeUnavailable || e.Code == pdk.CodeInternal {
		if c.run.project.Manifest.Runtime.Wasm == nil {
			c.awaitWords(e.Message)
		}
		p.found += c.world.tap.logAround(e.Message)
	}
	if p.hint == internalHint && c.spec.Hint != "" {
		p.hint = "" // the case knows better
	}
	return p
}

// wordsWait is how long a process's own words about an error may come after the error: they take another pipe.
const wordsWait = time.Second

// awaitWords waits for the line of log that repeats the error, the end of a traceback, so that the report shows where it is.
func (c *caseRun) awaitWords(message string) {
	ctx, cancel := context.WithTimeout(context.Background(), wordsWait)
	defer cancel()
	c.world.tap.waitLog(ctx, func(l logLine) bool { return strings.Contains(l.String(), message) })
}

// expected writes what a step expects.
func (c *caseRun) expected(s *conformance.Step) string {
	switch {
	case s.Expect != nil && s.Fails != nil:
		return "the answer " + c.vars.describe(s.Expect) + ", or " + c.describeFailure(s.Fails)
	case s.Fails != nil:
		return c.describeFailure(s.Fails)
	case s.Expect != nil:
		return "the answer " + c.vars.describe(s.Expect)
	}
	return "an answer"
}

func (c *caseRun) describeFailure(f *conformance.Failure) string {
	var b strings.Builder
	b.WriteString("an error")
	for i, code := range f.Codes {
		b.WriteString(map[bool]string{true: " with code ", false: " or "}[i == 0])
		fmt.Fprint(&b, code)
	}
	if f.Name != "" {
		fmt.Fprintf(&b, " and name %q", f.Name)
	}
	if text, err := c.vars.text(f.Message); err == nil && text != "" {
		fmt.Fprintf(&b, ", saying %q", text)
	}
	return b.String()
}

// sent writes what was sent.
func (c *caseRun) sent(s *conformance.Step, call *capability.Call) string {
	text := call.Method + " "
	if x, err := decode(call.Payload); err == nil {
		text += show(x)
	} else {
		text += shorten(string(call.Payload.JSON))
	}
	as := c.as(s)
	text += fmt.Sprintf(" as user %q of %q", as.user, as.app)
	if s.Deadline > 0 {
		text += fmt.Sprintf(", deadline %s", s.Deadline)
	}
	if s.Cancel > 0 {
		text += fmt.Sprintf(", canceled after %s", s.Cancel)
	}
	if s.Direct {
		text += ", past the host's checks"
	}
	return text
}

// save keeps parts of an answer as variables.
func (c *caseRun) save(s *conformance.Step, a answer) *problem {
	if len(s.Save) == 0 {
		return nil
	}
	x, err := decode(a.payload)
	if err != nil {
		return &problem{expected: "an answer", found: err.Error()}
	}
	for name, path := range s.Save {
		y, ok := dig(x, path)
		if !ok {
			return &problem{expected: "an answer with " + path, found: show(x)}
		}
		c.vars[name] = y
	}
	return nil
}

// dig finds a part of a value: "a.b"; "" is the whole.
func dig(x any, path string) (any, bool) {
	if path == "" {
		return x, true
	}
	for key := range strings.SplitSeq(path, ".") {
		m, ok := x.(map[string]any)
		if !ok {
			return nil, false
		}
		if x, ok = m[key]; !ok {
			return nil, false
		}
	}
	return x, true
}

// configure hands over a configuration as the host does on a change: checked against the manifest first.
func (c *caseRun) configure(s *conformance.Step) *problem {
	x, err := c.vars.value(s.Configure)
	if err != nil {
		return &problem{expected: "a configuration", found: err.Error()}
	}
	text, err := marshal(x)
	if err != nil {
		return &problem{expected: "a configuration without bytes", found: err.Error()}
	}
	ctx, cancel := context.WithTimeout(c.ctx, c.run.opts.Patience)
	defer cancel()
	if err = c.run.project.Manifest.CheckConfig([]byte(text)); err == nil {
		err = c.world.tap.direct().Configure(ctx, []byte(text))
	}
	sent := "the configuration " + shorten(text)
	switch {
	case err != nil:
		if p := c.judgeError(s, err); p != nil {
			p.sent = sent
			return p
		}
	case s.Fails != nil:
		return &problem{sent: sent, expected: c.expected(s), found: "it was accepted"}
	}
	return nil
}

// stop shuts the plugin down.
func (c *caseRun) stop() *problem { return c.run.shutDown(c.ctx, c.world.tap) }

// shutDown stops the plugin. One that does not stop by itself is killed by the host, which takes the whole time.
func (r *run) shutDown(ctx context.Context, t *tap) *problem {
	ctx, cancel := context.WithTimeout(ctx, r.opts.StopTimeout+r.opts.Grace)
	defer cancel()
	began := time.Now()
	err := t.direct().Close(ctx)
	p := &problem{sent: "shutdown", expected: fmt.Sprintf("the plugin ends by itself within %s", r.opts.StopTimeout)}
	switch took := time.Since(began); {
	case err != nil:
		p.found = err.Error() + t.lastLog(3)
	case took >= r.opts.StopTimeout:
		p.found = "it did not, and was killed" + t.lastLog(3)
	default:
		return nil
	}
	return p
}
