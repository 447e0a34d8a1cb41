package plugin

import "time"

// Status is where a supervised plugin stands.
type Status string

// The statuses of a plugin.
const (
	Starting   Status = "starting" // it has not run yet; calls wait
	Running    Status = "running"
	Restarting Status = "restarting" // it ended and will be started again; calls wait
	Broken     Status = "broken"     // it kept failing and is cut off for a while; calls fail
	Stopped    Status = "stopped"
)

// State describes a supervised plugin to people.
type State struct {
	ID       string
	Version  string
	Kind     string // "wasm" or "process"
	Provides []string
	Status   Status
	Since    time.Time // when Status began
	Restarts int       // since the host started
	// LastError says why the plugin ended the last time, or "".
	LastError string
}
