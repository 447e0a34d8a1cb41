package view

import (
	"errors"
	"fmt"
)

// Limits that keep a mistake in a mini-program from taking the host down.
const (
	// MaxComponentDepth is how deep components may contain each other.
	MaxComponentDepth = 200
	// MaxTemplateDepth is how deep <template is> may nest within one component.
	MaxTemplateDepth = 200
	// MaxRounds is how often a component may call setData again while its own setData is being rendered.
	MaxRounds = 100
	// MaxNestedUpdates is how deep updates of different components may trigger each other.
	MaxNestedUpdates = 400
	// MaxNodes is how many nodes a page may have.
	MaxNodes = 500_000
	// MaxRows is how many rows one wx:for may have.
	MaxRows = 100_000
)

// ErrNoHandler is reported when an event is bound to a method that its component does not have.
var ErrNoHandler = errors.New("no such event handler")

// Warning is a mistake that rendering can live with: a duplicate wx:key, a missing template.
type Warning struct{ Msg string }

// Error implements error.
func (w *Warning) Error() string { return w.Msg }

func warnf(format string, args ...any) error { return &Warning{Msg: fmt.Sprintf(format, args...)} }

// LimitError is a mini-program that went over a limit.
type LimitError struct {
	What  string // "components nested deeper than"
	Limit int
	Unit  string // "levels"
	Hint  string
}

// Error implements error.
func (e *LimitError) Error() string {
	return fmt.Sprintf("%s %d %s: %s", e.What, e.Limit, e.Unit, e.Hint)
}
