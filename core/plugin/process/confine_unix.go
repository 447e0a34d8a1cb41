//go:build unix && !linux

package process

import (
	"os"
	"syscall"

	"github.com/dougong-dev/dougong/pdk/go/manifest"
)

// unconfined says why this program cannot confine a plugin.
func unconfined() string { return "this system has no sandbox for processes" }

// confine makes the process the head of a group of its own. Systems other than Linux have neither a parent-death signal
// nor a way to run an open file; the lifeline ends the plugin with the host.
func (r *processRunner) confine() (report, theirs *os.File, err error) {
	r.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	return nil, nil, nil
}

// limitResources does nothing: another process's limits can be set on Linux only. GOMEMLIMIT is set everywhere.
func limitResources(int, manifest.Limits) {}

// awaitExit leaves the waiting to exec.Cmd.
func awaitExit(int) {}
