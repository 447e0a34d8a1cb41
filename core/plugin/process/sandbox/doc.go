// Package sandbox runs a program confined: the executable of a process plugin gets the files, the network and the system
// calls that its policy names and nothing else.
//
//	func main() {
//		sandbox.Main() // first of all
//		…
//	}
//
// Confinement has to be put on by the child itself, between fork and exec, where Go can run no code. So Command starts the
// running program once more under a reserved name; Main sees the name, confines the process and turns into the plugin. In
// any other process Main only notes that the program has agreed to this, and returns.
//
// The package must not know what a plugin is, nor how one is spoken to. Everything that confines is Linux's; on other systems
// Main returns and Support says that there is nothing.
package sandbox

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"sync/atomic"
)

// Mode says what to do where the kernel cannot enforce everything.
type Mode string

// Modes. The empty one is BestEffort.
const (
	BestEffort Mode = "best_effort" // enforce what can be, and say what cannot
	Required   Mode = "required"    // refuse to start without the essential parts
	Off        Mode = "off"         // enforce nothing: for debugging
)

// Policy is what a confined program may do.
type Policy struct {
	// Path is executed with Args and Env. It is opened after the policy holds, by the program's own rights.
	Path string   `json:"path"`
	Args []string `json:"args"`
	Env  []string `json:"env"`
	// File is the executable, or the script, by name: what is open as ProgramFile.
	File string `json:"file"`
	// Read are files and folders that may be read and executed, beside the system's own.
	Read []string `json:"read,omitempty"`
	// Write are folders in which everything may be done but execute.
	Write []string `json:"write,omitempty"`
	// Net allows internet sockets; without it there are only unix sockets.
	Net bool `json:"net,omitempty"`
	// Exec allows starting other programs.
	Exec bool `json:"exec,omitempty"`
	// Limits of resources; 0: the one that was inherited.
	Limits Limits `json:"limits"`
	// Mode is Required or BestEffort here.
	Mode Mode `json:"mode"`
	// NoSpaces makes no namespaces, as where the system allows none.
	NoSpaces bool `json:"-"`

	Guard  bool `json:"guard,omitempty"`  // this process watches, its child turns into the program
	Spaces bool `json:"spaces,omitempty"` // namespaces of its own were made
	User   bool `json:"user,omitempty"`   // among them a user namespace
	Scoped bool `json:"scoped,omitempty"` // the process ids are its own as well
	Hidden bool `json:"hidden,omitempty"` // the mounts are its own
}

// Limits of one program.
type Limits struct {
	Data     uint64 `json:"data,omitempty"`      // bytes of memory that can be written to
	Files    uint64 `json:"files,omitempty"`     // open files and sockets
	FileSize uint64 `json:"file_size,omitempty"` // bytes of the largest file
	Tasks    uint64 `json:"tasks,omitempty"`     // processes and threads
}

// Lack is something that the policy asks for and that this system cannot enforce.
type Lack struct {
	What string `json:"what"` // what the program may do because of it
	Why  string `json:"why"`
	// Essential lacks leave a hole that nothing else covers; Required refuses them.
	Essential bool `json:"essential,omitempty"`
}

// String is one line for people.
func (l Lack) String() string { return l.What + " (" + l.Why + ")" }

// refuse says why a program is not started, if the mode does not put up with what is lacking.
func (m Mode) refuse(lacks []Lack) error {
	for _, l := range lacks {
		if m == Required && l.Essential {
			return fmt.Errorf("the sandbox is required (policy.sandbox), but %s", l)
		}
	}
	return nil
}

// Report is what came of a start.
type Report struct {
	Lacks []Lack `json:"lacks,omitempty"`
	Error string `json:"error,omitempty"` // why the program was not executed
	Errno int    `json:"errno,omitempty"` // of the operating system, where it was that
}

// agreed is set once the program has called Main.
var agreed atomic.Bool

// Agreed reports whether the running program called Main, so that Command may start it once more.
func Agreed() bool { return agreed.Load() }

const (
	// reserved is the name under which the program is started for the shim.
	reserved = "dougong-sandbox"
	// policyKey is the variable that holds the shim's policy.
	policyKey = "DOUGONG_SANDBOX"
)

// ParseReport reads what the shim wrote: lines of JSON, one when the program is about to be executed and one if that failed.
// Nothing at all stands for a shim that was killed before it could write.
func ParseReport(data []byte) (Report, error) {
	var out Report
	if len(bytes.TrimSpace(data)) == 0 {
		return out, errNoReport
	}
	for line := range bytes.Lines(data) {
		var r Report
		if err := json.Unmarshal(line, &r); err != nil {
			return out, fmt.Errorf("report of the sandbox: %w", err)
		}
		out.Lacks = append(out.Lacks, r.Lacks...)
		if r.Error != "" {
			out.Error, out.Errno = r.Error, r.Errno
		}
	}
	return out, nil
}

var errNoReport = errors.New("it ended before it was confined")
