package scenario_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/hosts/headless/scenario"
)

func TestParse(t *testing.T) {
	t.Parallel()
	list, err := scenario.Parse("a.test.yaml", strings.NewReader(`
name: first
open: p/a?x=1
user: anna
timeout: 250ms
answers: {modal: cancel, actionSheet: 2}
steps:
  - tap: .row
  - tap: {css: .row, text: Tea, at: 2}
  - input: {into: "#n", text: "5"}
  - count: {of: text=.5, is: 0}
  - event: {on: picker, type: change, detail: {value: [1, 2]}}
  - back: 2
  - pulldown
---
steps:
  - see: x
---
`))
	if err != nil {
		t.Fatal(err)
	}
	if len(list) != 2 {
		t.Fatalf("%d scenarios, want 2", len(list))
	}
	s := list[0]
	if s.Name != "first" || s.Open != "p/a?x=1" || s.User != "anna" || s.Timeout != 250*time.Millisecond || s.Answers["actionSheet"] != 2 {
		t.Errorf("scenario = %+v", s)
	}
	for i, want := range []string{
		`selector ".row"`, `selector ".row" with text "Tea" (number 2 from 0)`, `selector "#n"`, `text ".5"`, `text "picker"`,
	} {
		if got := s.Steps[i].Target.String(); got != want {
			t.Errorf("target of step %d = %s, want %s", i, got, want)
		}
	}
	if s.Steps[3].Count != 0 || s.Steps[5].Count != 2 || s.Steps[6].Verb != "pulldown" || s.Steps[6].Line != 14 {
		t.Errorf("steps = %+v", s.Steps)
	}
	if list[1].Name != "line 16" {
		t.Errorf("name of the second = %q, want its line", list[1].Name)
	}
}

func TestParseErrors(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ text, want string }{
		"empty":           {"", "a.test.yaml:1: no scenario; write at least `steps:` with one step"},
		"no steps":        {"name: x", "a.test.yaml:1: a scenario needs steps"},
		"not YAML":        {"steps:\n  - tap: [", "a.test.yaml:2: did not find"},
		"unknown key":     {"name: x\nstep: []", `a.test.yaml:2: unknown key "step"; there are answers, name, open, steps, timeout, user`},
		"unknown verb":    {"steps:\n  - tab: x\n  - klick: x", `a.test.yaml:3: unknown step "klick"; there are `},
		"two verbs":       {"steps:\n  - {tap: x, see: y}", "a.test.yaml:2: a step has one verb: "},
		"no target":       {"steps:\n  - tap:", "a.test.yaml:2: want a selector (#id, .class, css=…) or the text to look for"},
		"target key":      {"steps:\n  - tap: {selector: x}", `a.test.yaml:2: unknown key "selector"; there are at, css, text`},
		"count without":   {"steps:\n  - count: {of: .row}", "a.test.yaml:2: count needs `is`, the number there should be"},
		"negative":        {"steps:\n  - count: {of: .row, is: -1}", `a.test.yaml:2: want a whole number, got "-1"`},
		"bad timeout":     {"timeout: soon\nsteps: [back]", `a.test.yaml:1: want a duration such as 3s or 500ms, got "soon"`},
		"unknown answer":  {"answers: {toast: x}\nsteps: [back]", `a.test.yaml:1: cannot answer "toast"; there are actionSheet, choose, modal`},
		"home takes none": {"steps:\n  - home: x", "a.test.yaml:2: home takes nothing"},
		"steps no list":   {"steps: back", "a.test.yaml:1: steps must be a list"},
		"see nothing":     {"steps:\n  - see:", "a.test.yaml:2: want text"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := scenario.Parse("a.test.yaml", strings.NewReader(tt.text))
			if err == nil || !strings.HasPrefix(err.Error(), tt.want) {
				t.Errorf("Parse(%q): %v, want %s…", tt.text, err, tt.want)
			}
			var e *scenario.Error
			if !errors.As(err, &e) {
				t.Errorf("Parse(%q): error of type %T, want *scenario.Error", tt.text, err)
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	f.Add("steps:\n  - tap: .row\n  - back\n")
	f.Add("name: x\nanswers: {modal: {content: y}}\nsteps: [{count: {of: .a, is: 1}}]\n---\nsteps: [home]")
	f.Add("steps: &a [*a]")
	f.Fuzz(func(t *testing.T, text string) {
		list, err := scenario.Parse("f", strings.NewReader(text))
		if err == nil && len(list) == 0 {
			t.Error("neither scenarios nor an error")
		}
	})
}

// screen is a mini-program that shows one text after another, a new one each time somebody waits.
type screen struct {
	texts   []string
	fired   []string
	failure error
}

func (s *screen) Count(t scenario.Target) (int, error) { return strings.Count(s.Text(), t.Text), nil }
func (s *screen) Fire(_ context.Context, t scenario.Target, kind string, _ any) error {
	s.fired = append(s.fired, kind+" "+t.Text)
	return nil
}
func (s *screen) Text() string  { return s.texts[0] }
func (s *screen) Path() string  { return "p/a" }
func (s *screen) Toast() string { return "saved" }
func (s *screen) Shell(_ context.Context, action, _ string, _ int) error {
	s.fired = append(s.fired, action)
	return nil
}
func (s *screen) Answer(map[string]scenario.Answer) {}
func (s *screen) Failure() error                    { err := s.failure; s.failure = nil; return err }
func (s *screen) Changed(ctx context.Context) error {
	if len(s.texts) == 1 {
		<-ctx.Done()
		return ctx.Err()
	}
	s.texts = s.texts[1:]
	return nil
}

func TestRun(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		steps, want string
		failure     error
	}{
		"waits for text":      {"[{see: c}, {not: a}]", "", nil},
		"waits for a node":    {"[{tap: c}]", "", nil},
		"text never comes":    {"[{see: z}]", `f:2: see: "z" is not on p/a` + "\nthe page shows: c", nil},
		"text never goes":     {"[{see: c}, {not: c}]", `f:2: not: "c" is on p/a, it should not be` + "\nthe page shows: c", nil},
		"wrong page":          {"[{page: p/b}]", `f:2: page: want page "p/b" on top, got "p/a"`, nil},
		"page with slash":     {"[{page: /p/a}]", "", nil},
		"toast":               {"[{toast: saved}, {toast: lost}]", `f:2: toast: want a toast with "lost", got "saved"`, nil},
		"nothing to tap":      {"[{tap: z}]", `f:2: tap: nothing on p/a matches text "z"` + "\nthe page shows: c", nil},
		"the program's fault": {"[{see: a}]", "f:1: open : boom", errors.New("boom")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			list, err := scenario.Parse("f", strings.NewReader("timeout: 20ms\nsteps: "+tt.steps))
			if err != nil {
				t.Fatal(err)
			}
			err = scenario.Run(t.Context(), list[0], &screen{texts: []string{"a", "b", "c"}, failure: tt.failure})
			got := ""
			if err != nil {
				got = err.Error()
			}
			if got != tt.want {
				t.Errorf("Run(%s) = %q, want %q", tt.steps, got, tt.want)
			}
		})
	}
}
