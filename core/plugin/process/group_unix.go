//go:build unix

package process

import (
	"os"

	"golang.org/x/sys/unix"
)

// killGroup kills the process and all that it has started and that has not left its group.
func killGroup(p *os.Process) { _ = unix.Kill(-p.Pid, unix.SIGKILL) }
