package conformance

import (
	"time"

	"github.com/dougong-dev/dougong/pdk/go/strict"
)

// File is one file of cases.
type File struct {
	// Name is group and file name, "protocol/unicode"; with a case's id it makes the full id.
	Name       string
	Capability string
	About      string
	Cases      []*Case
}

// Case is one thing that a plugin has to do.
type Case struct {
	ID   string // within its file
	Name string // what is expected, as a sentence
	Hint string // how to mend a plugin that fails
	// Fresh asks for a newly started plugin of the case's own.
	Fresh bool
	// Single asks for a single instance of a WebAssembly plugin, so that its state is the plugin's, and a fresh one.
	Single bool
	// Needs says which plugins the case is for.
	Needs Needs
	// Fixtures names the variables that the vendor or the caller has to supply; without them the case is skipped.
	Fixtures []string
	// Config, if it is not nil, is put over the configuration that the settings give.
	Config *Value
	Steps  []*Step
	At     strict.Position
}

// Needs restricts a case. The zero Needs fits every plugin.
type Needs struct {
	Runtime string   `yaml:"runtime"` // "wasm" or "process"
	Config  []string `yaml:"config"`  // properties that the schema of its configuration has to know
}

// Step is one thing done, and what has to come of it.
type Step struct {
	// One of these is done; a step with none only looks at what came.
	Call      string        // a method: "setStorage", "connectSocket.send"
	Configure *Value        // hand over a configuration
	Stop      bool          // shut the plugin down
	Restart   bool          // end the host and start it again, with what is stored
	Pause     time.Duration // let time pass

	Capability string // of Call, if it is not the file's
	Params     *Value
	JSON       string // the arguments as they are, in place of Params
	As         As
	Task       string // names the task that Call starts, or belongs to
	Deadline   time.Duration
	Cancel     time.Duration // the caller gives up after that
	Patient    bool          // try again for as long as the plugin is being started again (code 10)
	Direct     bool          // past the host's checks, straight to the plugin
	Repeat     int
	Concurrent int
	Answer     *int // the button that the user presses from here on; -1: the question is dismissed
	Save       map[string]string

	Expect   *Value
	Fails    *Failure // with Expect: either is good
	Events   []*Event
	Log      *Log
	Restarts *int // how often the plugin was started again so far
	At       strict.Position
}

// As is who calls.
type As struct {
	App  string `yaml:"app"`
	User string `yaml:"user"`
	Page string `yaml:"page"`
}

// Failure is an error that is expected.
type Failure struct {
	Codes   []int  // any of them; none: any error
	Name    string // "": any
	Message string // a part of it
}

// Event is an event that is expected.
type Event struct {
	Name    string
	Payload *Value // nil: any
	Final   bool
}

// Log is a line of log that is expected.
type Log struct {
	Level, Message string
	Fields         map[string]string
}
