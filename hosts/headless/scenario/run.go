package scenario

import (
	"context"
	"fmt"
	"strings"
)

// Driver is a running mini-program as a scenario needs it. Actions return once the mini-program has come to rest.
type Driver interface {
	// Count tells how many nodes on the current page match.
	Count(t Target) (int, error)
	// Fire sends an event of a kind ("tap", "longpress", "input" …) to a node; detail may be nil.
	Fire(ctx context.Context, t Target, kind string, detail any) error
	// Text is what the current page shows.
	Text() string
	// Path is the current page's path, Toast the last toast or loading text that is still shown.
	Path() string
	Toast() string
	// Shell does what a user does outside the page: "back", "home", "tab", "pulldown", "reachbottom", "hide", "show".
	Shell(ctx context.Context, action, path string, count int) error
	// Answer sets how dialogs are answered from now on.
	Answer(answers map[string]Answer)
	// Changed waits until something may have changed, or ctx ends.
	Changed(ctx context.Context) error
	// Failure is the first error that the mini-program reported since the last call, or nil.
	Failure() error
}

// Failure is a step that did not come out as written.
type Failure struct {
	File string
	Line int
	Step string
	Err  error
}

// Error gives file:line: step: what went wrong.
func (f *Failure) Error() string { return fmt.Sprintf("%s:%d: %s: %v", f.File, f.Line, f.Step, f.Err) }

// Unwrap gives the cause.
func (f *Failure) Unwrap() error { return f.Err }

// Run carries out a scenario; the error is a *Failure. An error that the mini-program reports meanwhile fails the step.
func Run(ctx context.Context, s *Scenario, d Driver) error {
	d.Answer(s.Answers)
	if err := d.Failure(); err != nil {
		return &Failure{s.File, s.Line, "open " + s.Open, err}
	}
	for _, step := range s.Steps {
		err := run(ctx, s, step, d)
		if reported := d.Failure(); err == nil {
			err = reported
		}
		if err != nil {
			return &Failure{s.File, step.Line, step.Verb, err}
		}
	}
	return nil
}

func run(ctx context.Context, s *Scenario, step Step, d Driver) error {
	switch step.Verb {
	case "tap", "longpress":
		return onNode(ctx, s, step, d, step.Verb, nil)
	case "input", "confirm":
		return onNode(ctx, s, step, d, step.Verb, map[string]any{"value": step.Text, "cursor": len([]rune(step.Text))})
	case "event":
		return onNode(ctx, s, step, d, step.Type, step.Detail)
	case "answer":
		d.Answer(step.Answers)
		return nil
	case "back", "home", "tab", "pulldown", "reachbottom", "hide", "show":
		return d.Shell(ctx, step.Verb, strings.TrimPrefix(step.Text, "/"), step.Count)
	}
	return until(ctx, s, d, func() error { return assert(step, d) })
}

// onNode waits for the target and fires at it.
func onNode(ctx context.Context, s *Scenario, step Step, d Driver, kind string, detail any) error {
	err := until(ctx, s, d, func() error {
		n, err := d.Count(step.Target)
		if err == nil && n <= step.Target.At {
			err = fmt.Errorf("nothing on %s matches %s\nthe page shows: %s", d.Path(), step.Target, excerpt(d.Text()))
		}
		return err
	})
	if err != nil {
		return err
	}
	return d.Fire(ctx, step.Target, kind, detail)
}

func assert(step Step, d Driver) error {
	switch step.Verb {
	case "see", "wait":
		if !strings.Contains(d.Text(), step.Target.Text) {
			return fmt.Errorf("%q is not on %s\nthe page shows: %s", step.Target.Text, d.Path(), excerpt(d.Text()))
		}
	case "not":
		if strings.Contains(d.Text(), step.Target.Text) {
			return fmt.Errorf("%q is on %s, it should not be\nthe page shows: %s", step.Target.Text, d.Path(), excerpt(d.Text()))
		}
	case "toast":
		if !strings.Contains(d.Toast(), step.Target.Text) {
			return fmt.Errorf("want a toast with %q, got %q", step.Target.Text, d.Toast())
		}
	case "page":
		if d.Path() != strings.TrimPrefix(step.Text, "/") {
			return fmt.Errorf("want page %q on top, got %q", step.Text, d.Path())
		}
	case "count":
		n, err := d.Count(step.Target)
		if err != nil {
			return err
		}
		if n != step.Count {
			return fmt.Errorf("want %d of %s, got %d", step.Count, step.Target, n)
		}
	}
	return nil
}

// until tries again whenever something changes, until check is content or the scenario's patience ends.
func until(ctx context.Context, s *Scenario, d Driver, check func() error) error {
	ctx, cancel := context.WithTimeout(ctx, s.Timeout)
	defer cancel()
	for {
		err := check()
		if err == nil {
			return nil
		}
		if d.Changed(ctx) != nil {
			return err
		}
	}
}

// excerpt keeps messages readable.
func excerpt(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if r := []rune(text); len(r) > 200 {
		return string(r[:200]) + "…"
	}
	return text
}
