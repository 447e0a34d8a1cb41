package script

import (
	"time"

	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/program"
	"github.com/dougong-dev/dougong/core/miniapp/view"
)

// Defaults of a Budget's fields.
const (
	DefaultTurn   = 10 * time.Second
	DefaultStack  = 4000
	DefaultTimers = 10000
	DefaultData   = 1 << 20
)

// SlowTurn is how long a piece of JavaScript may run without a warning: nothing else of the mini-program answers meanwhile.
const SlowTurn = time.Second

// Budget limits what a mini-program may use. A zero field means the default.
type Budget struct {
	// Turn is the wall-clock time one piece of JavaScript may run without giving control back. One that takes SlowTurn is told of.
	Turn time.Duration
	// Stack is the deepest nesting of JavaScript calls.
	Stack int
	// Timers is how many timers may be pending at a time.
	Timers int
	// Data is how many values one setData call may carry.
	Data int
}

func (b Budget) withDefaults() Budget {
	if b.Turn <= 0 {
		b.Turn = DefaultTurn
	}
	if b.Stack <= 0 {
		b.Stack = DefaultStack
	}
	if b.Timers <= 0 {
		b.Timers = DefaultTimers
	}
	if b.Data <= 0 {
		b.Data = DefaultData
	}
	return b
}

// Source is a script that belongs to the host: the base library.
type Source struct {
	Name string // for stack traces: "baselib.js"
	Code string
}

// Packages fetches subpackages. It belongs to the realm's goroutine.
type Packages interface {
	// Ready tells whether a component or script can be used: no subpackage that it needs has to be fetched.
	Ready(path string) bool
	// Fetch fetches what a component or script needs. done is called at once, or in no turn.
	Fetch(path string, done func(error))
}

// Options are what a Realm needs. Only Program is required.
type Options struct {
	Program *program.Program
	Budget  Budget
	// ClientScripts says that a client runs template scripts: view.PageOptions.
	ClientScripts bool
	// Report takes every failure: thrown errors, rejected promises, exceeded budgets, template errors.
	Report func(message.Error)
	// Console takes console.log and its like, with the place of the call.
	Console func(message.Log)
	// Patch takes what a flush changed on one page.
	Patch func(view.Patch)
	// Opening is told of a page before any of its code runs, so that the page stack has it by then; its tree and instance
	// do not exist yet.
	Opening func(*Page)
	// Packages fetches subpackages that are files of their own; nil: all there is can be read.
	Packages Packages
	// Prelude runs before the mini-program's own scripts, with __dougong in scope. It sets globalThis.wx and the like.
	Prelude []Source
	// Now is the clock of timers, Date and performance.now; time.Now if nil.
	Now func() time.Time
}
