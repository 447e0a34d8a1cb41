//go:build unix && !linux

package process

import (
	"os"
	"os/exec"
	"syscall"

	"github.com/dougong-dev/dougong/pdk/go/manifest"
)

// confine makes the process the head of a group of its own. Systems other than Linux have neither a parent-death signal
// nor a way to run an open file; the lifeline ends the plugin with the host.
func confine(cmd *exec.Cmd, _ *os.File, _ bool) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
}

// limitResources does nothing: another process's limits can be set on Linux only. GOMEMLIMIT is set everywhere.
func limitResources(int, manifest.Limits) {}

// awaitExit leaves the waiting to exec.Cmd.
func awaitExit(int) {}
