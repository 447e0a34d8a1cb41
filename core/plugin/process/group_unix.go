//go:build unix

package process

import (
	"os"

	"golang.org/x/sys/unix"
)

// group is a process with all that it has started. Here it has the process's number.
type group struct{}

// gather has nothing to do: the process was started as the head of its group.
func (*group) gather(*os.Process, uint64) error { return nil }

// kill kills the process and all that it has started and that has not left its group.
func (*group) kill(p *os.Process) { _ = unix.Kill(-p.Pid, unix.SIGKILL) }

// release gives back what the group holds.
func (*group) release() {}
