//go:build unix && !linux

package process

import (
	"errors"
	"fmt"
	"os"
	"syscall"

	"github.com/dougong-dev/dougong/pdk/go/manifest"
	"golang.org/x/sys/unix"
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

// awaitExit waits until the process has ended but leaves it unreaped, so that its number, which names the group, is not
// given to another before the group is killed. An error is why the process cannot be watched.
func awaitExit(p *os.Process) error {
	queue, err := unix.Kqueue()
	if err != nil {
		return fmt.Errorf("kqueue: %w", err)
	}
	defer func() { _ = unix.Close(queue) }()
	var ended unix.Kevent_t
	unix.SetKevent(&ended, p.Pid, unix.EVFILT_PROC, unix.EV_ADD|unix.EV_ONESHOT)
	ended.Fflags = unix.NOTE_EXIT
	for {
		n, err := unix.Kevent(queue, []unix.Kevent_t{ended}, make([]unix.Kevent_t, 1), nil)
		switch {
		case n > 0 || errors.Is(err, unix.ESRCH): // a process that has ended already is none that can be watched
			return nil
		case err != nil && !errors.Is(err, unix.EINTR):
			return fmt.Errorf("kevent: process %d: %w", p.Pid, err)
		}
	}
}
