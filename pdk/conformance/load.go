package conformance

import (
	"errors"
	"fmt"
	"regexp"
	"time"

	"github.com/dougong-dev/dougong/pdk/go/strict"
)

// MaxRepeat bounds repeat and concurrent.
const MaxRepeat = 1000

var (
	caseID         = regexp.MustCompile(`^[a-z0-9][a-z0-9-]*$`)
	methodName     = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_.-]*$`)
	variableName   = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]*$`)
	capabilityName = regexp.MustCompile(`^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+/v[1-9][0-9]*$`)
)

// The files as they are written.
type caseFile struct {
	Capability string       `yaml:"capability"`
	About      string       `yaml:"about"`
	Cases      strict.Value `yaml:"cases"`
}

type oneCase struct {
	ID       string       `yaml:"id"`
	Name     string       `yaml:"name"`
	Hint     string       `yaml:"hint"`
	Fresh    bool         `yaml:"fresh"`
	Single   bool         `yaml:"single"`
	Needs    Needs        `yaml:"needs"`
	Fixtures []string     `yaml:"fixtures"`
	Config   strict.Value `yaml:"config"`
	Steps    strict.Value `yaml:"steps"`
}

type oneStep struct {
	Call       string            `yaml:"call"`
	Configure  strict.Value      `yaml:"configure"`
	Stop       bool              `yaml:"stop"`
	Restart    bool              `yaml:"restart"`
	Pause      time.Duration     `yaml:"pause"`
	Capability string            `yaml:"capability"`
	Params     strict.Value      `yaml:"params"`
	JSON       string            `yaml:"json"`
	As         As                `yaml:"as"`
	Task       string            `yaml:"task"`
	Deadline   time.Duration     `yaml:"deadline"`
	Cancel     time.Duration     `yaml:"cancel"`
	Patient    bool              `yaml:"patient"`
	Direct     bool              `yaml:"direct"`
	Repeat     int               `yaml:"repeat"`
	Concurrent int               `yaml:"concurrent"`
	Answer     *int              `yaml:"answer"`
	Save       map[string]string `yaml:"save"`
	Expect     strict.Value      `yaml:"expect"`
	Fails      strict.Value      `yaml:"fails"`
	Events     []strict.Value    `yaml:"events"`
	Log        *oneLog           `yaml:"log"`
	Restarts   *int              `yaml:"restarts"`
}

type oneLog struct {
	Level   string            `yaml:"level"`
	Message string            `yaml:"message"`
	Fields  map[string]string `yaml:"fields"`
}

type oneFailure struct {
	Code    strict.Value `yaml:"code"`
	Name    string       `yaml:"name"`
	Message string       `yaml:"message"`
}

type oneEvent struct {
	Name    string       `yaml:"name"`
	Payload strict.Value `yaml:"payload"`
	Final   bool         `yaml:"final"`
}

// loader collects the mistakes of one file.
type loader struct {
	errs strict.Errors
	made int // bytes that values were made of so far
}

func (l *loader) fail(v strict.Value, format string, args ...any) {
	l.errs = append(l.errs, v.Errorf(format, args...))
}

// add takes over the mistakes of an error of strict.
func (l *loader) add(err error) {
	var list strict.Errors
	if errors.As(err, &list) {
		l.errs = append(l.errs, list...)
	} else if err != nil {
		l.errs = append(l.errs, &strict.Error{Message: err.Error()})
	}
}

// Parse reads one file of cases. The error is a strict.Errors with the position of every mistake.
func Parse(file string, data []byte) (*File, error) {
	root, err := strict.Parse(file, data)
	if err != nil {
		return nil, err
	}
	var f caseFile
	if err := root.Decode(&f); err != nil {
		return nil, err
	}
	l := &loader{}
	out := &File{Name: file, Capability: f.Capability, About: f.About}
	if !capabilityName.MatchString(f.Capability) {
		l.fail(root, "capability must look like \"dougong.storage/v1\", found %q", f.Capability)
	}
	items := f.Cases.Items()
	if len(items) == 0 {
		l.fail(root, "cases: expected a list with at least one case")
	}
	seen := map[string]bool{}
	for _, v := range items {
		c := l.one(v)
		if seen[c.ID] {
			l.fail(v, "the id %q is given twice", c.ID)
		}
		seen[c.ID] = true
		out.Cases = append(out.Cases, c)
	}
	if len(l.errs) > 0 {
		return nil, l.errs
	}
	return out, nil
}

func (l *loader) one(v strict.Value) *Case {
	var f oneCase
	if err := v.Decode(&f); err != nil {
		l.add(err)
		return &Case{}
	}
	c := &Case{ID: f.ID, Name: f.Name, Hint: f.Hint, Fresh: f.Fresh, Single: f.Single, Needs: f.Needs, Fixtures: f.Fixtures, At: v.Position()}
	if !caseID.MatchString(f.ID) {
		l.fail(v, "id: expected small letters, digits and hyphens, found %q", f.ID)
	}
	if f.Name == "" {
		l.fail(v, "name is missing: one sentence that says what is expected")
	}
	if n := f.Needs.Runtime; n != "" && n != "wasm" && n != "process" {
		l.fail(v, "needs.runtime: expected wasm or process, found %q", n)
	}
	c.Config = l.value(f.Config, false)
	items := f.Steps.Items()
	if len(items) == 0 {
		l.fail(v, "steps: expected a list with at least one step")
	}
	for _, s := range items {
		c.Steps = append(c.Steps, l.step(s))
	}
	return c
}

func (l *loader) step(v strict.Value) *Step {
	var f oneStep
	if err := v.Decode(&f); err != nil {
		l.add(err)
		return &Step{}
	}
	s := &Step{Call: f.Call, Stop: f.Stop, Restart: f.Restart, Pause: f.Pause, Capability: f.Capability, JSON: f.JSON, As: f.As, Task: f.Task,
		Deadline: f.Deadline, Cancel: f.Cancel, Patient: f.Patient, Direct: f.Direct, Repeat: f.Repeat, Concurrent: f.Concurrent,
		Answer: f.Answer, Save: f.Save, Restarts: f.Restarts, At: v.Position()}
	s.Configure, s.Params = l.value(f.Configure, false), l.value(f.Params, false)
	s.Expect = l.value(f.Expect, true)
	s.Fails = l.failure(f.Fails)
	for _, e := range f.Events {
		s.Events = append(s.Events, l.event(e))
	}
	if f.Log != nil {
		s.Log = &Log{f.Log.Level, f.Log.Message, f.Log.Fields}
	}
	l.check(v, s)
	return s
}

// check finds what does not fit together in a step.
func (l *loader) check(v strict.Value, s *Step) {
	actions := 0
	for _, done := range []bool{s.Call != "", s.Configure != nil, s.Stop, s.Restart, s.Pause != 0} {
		if done {
			actions++
		}
	}
	looks := s.Expect != nil || s.Fails != nil || s.Events != nil || s.Log != nil || s.Restarts != nil || s.Answer != nil
	call := s.Params != nil || s.JSON != "" || s.Deadline != 0 || s.Cancel != 0 || s.Direct || s.Patient || s.Repeat != 0 || s.Concurrent != 0 || len(s.Save) > 0
	problems := []struct {
		wrong bool
		text  string
	}{
		{actions > 1, "call, configure, stop, restart and pause are steps of their own"},
		{actions == 0 && !looks, "the step does nothing: give call, configure, stop, restart, pause, or what to look for"},
		{call && s.Call == "", "what describes a call stands without one"},
		{s.Call != "" && !methodName.MatchString(s.Call), fmt.Sprintf("call: %q is no method's name", s.Call)},
		{s.Capability != "" && !capabilityName.MatchString(s.Capability), "capability must look like \"dougong.storage/v1\""},
		{s.Params != nil && s.JSON != "", "params and json say the same thing; keep one"},
		{s.Expect != nil && s.Call == "", "expect is the result of a call"},
		{s.Deadline < 0 || s.Cancel < 0 || s.Pause < 0 || s.Pause > time.Minute, "a time is 0 or more, and a pause at most a minute"},
		{s.Repeat < 0 || s.Repeat > MaxRepeat || s.Concurrent < 0 || s.Concurrent > MaxRepeat, fmt.Sprintf("repeat and concurrent are at most %d", MaxRepeat)},
		{s.Repeat > 0 && s.Concurrent > 0, "repeat and concurrent are two steps"},
		{s.Task != "" && (s.Repeat > 0 || s.Concurrent > 0), "a named task is started once"},
	}
	for _, p := range problems {
		if p.wrong {
			l.fail(v, "%s", p.text)
		}
	}
	for name := range s.Save {
		if !variableName.MatchString(name) {
			l.fail(v, "save: a variable's name is letters and digits, found %q", name)
		}
	}
}

func (l *loader) failure(v strict.Value) *Failure {
	if v.Kind() == strict.Absent {
		return nil
	}
	var f oneFailure
	if err := v.Decode(&f); err != nil {
		l.add(err)
		return nil
	}
	out := &Failure{Name: f.Name, Message: f.Message}
	codes, _ := f.Code.Any()
	switch x := codes.(type) {
	case nil:
	case int:
		out.Codes = []int{x}
	case []any:
		for _, one := range x {
			n, ok := one.(int)
			if !ok {
				l.fail(f.Code, "code: expected whole numbers")
			}
			out.Codes = append(out.Codes, n)
		}
	default:
		l.fail(f.Code, "code: expected a whole number, or a list of those that are good")
	}
	return out
}

func (l *loader) event(v strict.Value) *Event {
	var f oneEvent
	if err := v.Decode(&f); err != nil {
		l.add(err)
		return &Event{}
	}
	if f.Name == "" {
		l.fail(v, "name is missing: the event's")
	}
	return &Event{Name: f.Name, Payload: l.value(f.Payload, true), Final: f.Final}
}
