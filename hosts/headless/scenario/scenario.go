// Package scenario reads and runs test scripts of mini-programs: YAML files that say what a user does and what has to be
// on the screen then. docs/guide/test-a-miniprogram.md is their manual.
//
// The package must not know how a mini-program is run: it drives one through Driver.
package scenario

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// Suffix is how the names of test scripts end.
const Suffix = ".test.yaml"

// DefaultTimeout is how long a step waits for what it asserts.
const DefaultTimeout = 5 * time.Second

// Scenario is one YAML document of a test script.
type Scenario struct {
	Name    string
	File    string
	Line    int
	Open    string // path and query of the page to begin at; empty is the entry page
	User    string
	Timeout time.Duration
	Answers map[string]Answer // to dialogs, by the ask's kind
	Steps   []Step
}

// Answer is what a dialog is answered with, as written: "confirm", "cancel", a tab index, or a mapping of result fields.
type Answer = any

// Step is one line of a scenario.
type Step struct {
	Verb string
	Line int
	// Target is what the step acts on or looks for.
	Target Target
	// Text is typed by "input", or the path of "page".
	Text string
	// Count of "count"; Times of "back".
	Count int
	// Type and Detail of "event".
	Type    string
	Detail  any
	Answers map[string]Answer
}

// Target names something on the page: a selector ("#name", ".row", "css=view .row") or visible text.
type Target struct {
	Selector string
	Text     string
	At       int // which of several, from 0
}

// String is the target as a message names it.
func (t Target) String() string {
	s := fmt.Sprintf("text %q", t.Text)
	if t.Selector != "" {
		s = fmt.Sprintf("selector %q", t.Selector)
		if t.Text != "" {
			s += fmt.Sprintf(" with text %q", t.Text)
		}
	}
	if t.At > 0 {
		s += fmt.Sprintf(" (number %d from 0)", t.At)
	}
	return s
}

// Error is a mistake in a test script.
type Error struct {
	File    string
	Line    int
	Message string
}

// Error gives file:line: message.
func (e *Error) Error() string { return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Message) }

// Parse reads every scenario of a test script. Errors carry the line.
func Parse(file string, r io.Reader) ([]*Scenario, error) {
	dec := yaml.NewDecoder(r)
	var out []*Scenario
	for {
		var doc yaml.Node
		err := dec.Decode(&doc)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, syntaxError(file, err)
		}
		p := parser{file: file}
		s, err := p.scenario(&doc)
		if err != nil {
			return nil, err
		}
		if s != nil {
			out = append(out, s)
		}
	}
	if len(out) == 0 {
		return nil, &Error{file, 1, "no scenario; write at least `steps:` with one step"}
	}
	return out, nil
}

// syntaxError brings "yaml: line 3: …" into our form.
func syntaxError(file string, err error) error {
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	line := 1
	if n, scanErr := fmt.Sscanf(text, "line %d: ", &line); n == 1 && scanErr == nil {
		_, text, _ = strings.Cut(text, ": ")
	}
	return &Error{file, line, text}
}
