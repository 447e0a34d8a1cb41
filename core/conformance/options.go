package conformance

import (
	"fmt"
	"path"
	"strings"
	"time"

	"github.com/dougong-dev/dougong/pdk/conformance"
)

// Defaults of Options.
const (
	// DefaultPatience is how long a step may take that sets no deadline of its own.
	DefaultPatience = 30 * time.Second
	// DefaultStartTimeout is how long a plugin may take to start: a module is compiled first, on a slow machine for long.
	DefaultStartTimeout = 3 * time.Minute
	// DefaultGrace is how long after its deadline, or its cancellation, a call may take to return.
	DefaultGrace = 10 * time.Second
	// DefaultStopTimeout is how long a plugin may take to shut down.
	DefaultStopTimeout = 10 * time.Second
)

// TestDir is the folder in a plugin's own with the vendor's cases.
const TestDir = "tests"

// Options of Run.
type Options struct {
	// Dir is the plugin's folder, built.
	Dir string
	// CacheDir keeps compiled WebAssembly; "": a temporary folder.
	CacheDir string
	// Settings in place of those in the folder's tests/conformance.yaml; nil: those.
	Settings *conformance.Settings
	// Fixtures are further variables for the cases: anything that encoding/json takes.
	Fixtures map[string]any
	// Only runs the cases whose id matches the pattern, as path.Match does; one that ends in /... is a prefix. "": all.
	Only string
	// Progress is told each result as it comes; nil: nobody.
	Progress func(Result)
	// Tool is the version of the program that runs the cases, for the report.
	Tool string
	// Now is the clock for the report's date; nil: time.Now.
	Now func() time.Time
	// Patience, StartTimeout, Grace and StopTimeout default to the constants of their names.
	Patience, StartTimeout, Grace, StopTimeout time.Duration
}

func (o *Options) setDefaults() error {
	for _, d := range []struct {
		value *time.Duration
		def   time.Duration
	}{{&o.Patience, DefaultPatience}, {&o.StartTimeout, DefaultStartTimeout}, {&o.Grace, DefaultGrace}, {&o.StopTimeout, DefaultStopTimeout}} {
		if *d.value <= 0 {
			*d.value = d.def
		}
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Progress == nil {
		o.Progress = func(Result) {}
	}
	if _, err := path.Match(o.Only, ""); err != nil {
		return fmt.Errorf("the pattern %q for cases: %w", o.Only, err)
	}
	return nil
}

// wants tells whether a case is to be run.
func (o *Options) wants(id string) bool {
	if prefix, ok := strings.CutSuffix(o.Only, "/..."); ok {
		return strings.HasPrefix(id, prefix+"/")
	}
	ok, _ := path.Match(o.Only, id) // the pattern was checked
	return ok || o.Only == "" || o.Only == id
}
