package conformance

import (
	"context"
	"fmt"
	"maps"
	"reflect"
	"strings"
	"time"

	"github.com/dougong-dev/dougong/pdk/conformance"
)

// problem is what is wrong with a plugin.
type problem struct {
	step, sent, expected, found, hint string

	// alone says that hint is in place of the case's.
	alone bool
	skip  bool // it is no problem: the hint says why the case was left out
}

// caseRun is one case under way.
type caseRun struct {
	run   *run
	file  *conformance.File
	spec  *conformance.Case
	world *world
	ctx   context.Context // ends with the case
	vars  variables
	tasks map[string]*inbox
	base  int // restarts before the case
}

// one runs a case and reports it.
func (r *run) one(ctx context.Context, f *conformance.File, c *conformance.Case) {
	id := f.Name + "/" + c.ID
	if !r.opts.wants(id) || ctx.Err() != nil {
		return
	}
	if why := r.unfit(c); why != "" {
		r.done(Result{ID: id, Name: c.Name, Outcome: Skipped, Hint: why})
		return
	}
	began := time.Now()
	r.conclude(Result{ID: id, Name: c.Name}, c.Hint, r.play(ctx, f, c), began)
}

// conclude reports what became of a case.
func (r *run) conclude(out Result, hint string, p *problem, began time.Time) {
	out.Outcome, out.MS = Passed, time.Since(began).Milliseconds()
	switch {
	case p != nil && p.skip:
		out.Outcome, out.Hint = Skipped, p.hint
	case p != nil:
		out.Outcome, out.Step, out.Sent, out.Expected, out.Found = Failed, p.step, p.sent, p.expected, p.found
		out.Hint = hint
		if p.hint == "" {
			p.hint = replaced(p.expected, p.found)
		}
		if p.alone {
			out.Hint = p.hint
		} else if p.hint != "" && p.hint != hint {
			out.Hint = strings.TrimPrefix(hint+"; "+p.hint, "; ")
		}
	}
	r.done(out)
}

func (r *run) done(x Result) {
	r.report.add(x)
	r.opts.Progress(x)
}

// unfit says why a case is not for the plugin, or "".
func (r *run) unfit(c *conformance.Case) string {
	m := r.project.Manifest
	wasm := m.Runtime.Wasm != nil
	switch {
	case c.Needs.Runtime == "wasm" && !wasm, c.Needs.Runtime == "process" && wasm:
		return "for " + c.Needs.Runtime + " plugins"
	}
	properties, _ := m.Config["properties"].(map[string]any)
	for _, name := range c.Needs.Config {
		if _, ok := properties[name]; !ok {
			return fmt.Sprintf("for plugins that are configured with %q", name)
		}
	}
	for _, name := range c.Fixtures {
		if _, ok := r.vars[name]; !ok {
			return fmt.Sprintf("needs the fixture %q: give it in %s/%s", name, TestDir, conformance.SettingsFile)
		}
	}
	return ""
}

// play runs a case in its world.
func (r *run) play(ctx context.Context, f *conformance.File, c *conformance.Case) *problem {
	vars := maps.Clone(r.vars)
	vars["app"] = appOf(f, c)
	settings := r.config0
	if c.Config != nil {
		x, err := vars.value(c.Config)
		m, ok := x.(map[string]any)
		if err != nil || !ok {
			return &problem{expected: "a configuration", found: fmt.Sprint(err)}
		}
		settings = maps.Clone(r.config0)
		maps.Copy(settings, m)
	}
	fresh := c.Fresh || c.Single || !reflect.DeepEqual(settings, r.config0)
	w, err := r.enter(ctx, settings, fresh, c.Single)
	if err != nil {
		return &problem{expected: "the plugin starts", found: err.Error(), hint: startHint(err)}
	}
	caseCtx, cancel := context.WithCancel(ctx)
	cr := &caseRun{run: r, file: f, spec: c, world: w, ctx: caseCtx, vars: vars, tasks: map[string]*inbox{}, base: w.tap.restarts()}
	p := cr.steps()
	cancel()
	if err := r.leave(w, fresh || p != nil); err != nil && p == nil {
		p = &problem{expected: "the plugin stops", found: err.Error()}
	}
	return p
}

// enter gives a world: a new one, or that which cases share.
func (r *run) enter(ctx context.Context, settings map[string]any, fresh, single bool) (*world, error) {
	if !fresh && r.shared != nil {
		return r.shared, nil
	}
	startCtx, cancel := context.WithTimeout(ctx, r.opts.StartTimeout)
	defer cancel()
	w, err := r.newWorld(startCtx, settings, single)
	if err != nil {
		return nil, err
	}
	if !fresh {
		r.shared = w
	}
	return w, nil
}

// leave closes a world that is of no further use.
func (r *run) leave(w *world, over bool) error {
	if !over {
		return nil
	}
	if r.shared == w {
		r.shared = nil
	}
	return w.close()
}

func (c *caseRun) steps() *problem {
	for _, s := range c.spec.Steps {
		if p := c.step(s); p != nil {
			p.step = s.At.String()
			return p
		}
	}
	return nil
}

// step does one thing and looks at what came of it.
func (c *caseRun) step(s *conformance.Step) *problem {
	as := c.as(s)
	inbox := c.world.events.of(c.world.kernel, as.app, as.user)
	if s.Answer != nil {
		c.world.user.buttons.set(as.app, as.user, *s.Answer)
	}
	var p *problem
	switch {
	case s.Call != "":
		p = c.calls(s)
	case s.Configure != nil:
		p = c.configure(s)
	case s.Stop:
		p = c.stop()
	case s.Restart:
		if err := c.world.restart(c.ctx); err != nil {
			p = &problem{sent: "end and start of the host", expected: "the plugin starts again", found: err.Error()}
		}
	case s.Pause > 0:
		p = c.pause(s.Pause)
	}
	if p != nil {
		return p
	}
	if s.Task != "" {
		inbox = c.tasks[s.Task]
	}
	if p := c.events(s, inbox); p != nil {
		return p
	}
	return c.aftermath(s)
}

// as is who makes a step's calls.
func (c *caseRun) as(s *conformance.Step) identity {
	out := identity{c.vars["app"].(string), defaultUser}
	if s.As.App != "" {
		out.app = s.As.App
	}
	if user, err := c.vars.text(s.As.User); err == nil && user != "" {
		out.user = user
	}
	return out
}

func (c *caseRun) pause(d time.Duration) *problem {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-c.ctx.Done():
		return &problem{expected: "time to pass", found: c.ctx.Err().Error()}
	}
}

// aftermath looks at the log and at restarts.
func (c *caseRun) aftermath(s *conformance.Step) *problem {
	if s.Log != nil {
		if p := c.log(s.Log); p != nil {
			return p
		}
	}
	if s.Restarts != nil {
		if n := c.world.tap.restarts() - c.base; n != *s.Restarts {
			return &problem{expected: fmt.Sprintf("%d restarts of the plugin", *s.Restarts), found: fmt.Sprintf("%d restarts%s", n, c.world.tap.lastLog(3)),
				hint: "a process that goes on with a call that was given up is killed and started again: heed the deadline and the cancellation of every call"}
		}
	}
	return nil
}

func (c *caseRun) log(want *conformance.Log) *problem {
	text, err := c.vars.text(want.Message)
	if err != nil {
		return &problem{expected: "a log line", found: err.Error()}
	}
	ctx, cancel := context.WithTimeout(c.ctx, c.run.opts.Grace)
	defer cancel()
	fits := func(l logLine) bool {
		ok := strings.Contains(l.message, text) && (want.Level == "" || l.level == want.Level)
		for k, v := range want.Fields {
			ok = ok && l.fields[k] == v
		}
		return ok
	}
	if c.world.tap.waitLog(ctx, fits) {
		return nil
	}
	return &problem{expected: "the log line " + logLine{want.Level, text, want.Fields}.String(), found: "no such line" + c.world.tap.lastLog(5)}
}

// events compares the events that have come with those expected.
func (c *caseRun) events(s *conformance.Step, from *inbox) *problem {
	for i, want := range s.Events {
		if p := c.event(s, want, from); p != nil {
			p.expected = fmt.Sprintf("event %d of %d: %s", i+1, len(s.Events), p.expected)
			return p
		}
	}
	return nil
}

func (c *caseRun) event(s *conformance.Step, want *conformance.Event, from *inbox) *problem {
	ctx, cancel := context.WithTimeout(c.ctx, c.run.opts.Patience)
	defer cancel()
	expected := want.Name
	if want.Payload != nil {
		expected += " " + c.vars.describe(want.Payload)
	}
	for {
		got, ok := from.next(ctx)
		if !ok {
			return &problem{expected: expected, found: "no further event" + c.world.tap.lastLog(3)}
		}
		if s.Task == "" && got.Name != want.Name {
			continue // other events of capabilities may come in between
		}
		x, err := decode(got.Payload)
		found := got.Name + " " + show(x)
		switch {
		case err != nil:
			return &problem{expected: expected, found: err.Error()}
		case got.Name != want.Name:
			return &problem{expected: expected, found: found}
		case s.Task != "" && got.Final != want.Final:
			return &problem{expected: fmt.Sprintf("%s (last event: %v)", expected, want.Final), found: fmt.Sprintf("%s (last event: %v)", found, got.Final)}
		case want.Payload != nil:
			if m := c.vars.match(want.Payload, x, ""); m != nil {
				return &problem{expected: want.Name + " with " + m.expected(), found: m.found()}
			}
		}
		return nil
	}
}
