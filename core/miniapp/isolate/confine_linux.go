package isolate

import (
	"fmt"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// executable is the running program itself, even if its file was replaced meanwhile.
func executable() (string, error) { return "/proc/self/exe", nil }

// attributes make a child the head of a group of its own that ends with the host.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

func kill(p *os.Process) {
	_ = unix.Kill(-p.Pid, unix.SIGKILL)
	_ = p.Kill()
}

// limit lets a running child have that much more memory than it has now, which is the engine's and the runtime's.
func limit(pid int, memory int64) error {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	if err != nil {
		return err
	}
	var size, resident, shared, text, lib, data uint64
	if _, err := fmt.Sscan(string(stat), &size, &resident, &shared, &text, &lib, &data); err != nil {
		return fmt.Errorf("/proc/%d/statm: %w in %q", pid, err, stat)
	}
	most := data*uint64(os.Getpagesize()) + uint64(memory)
	return unix.Prlimit(pid, unix.RLIMIT_DATA, &unix.Rlimit{Cur: most, Max: most}, nil)
}

// limitSelf sets the limits that are the same for all.
func limitSelf() error {
	for what, most := range map[int]uint64{unix.RLIMIT_CORE: 0, unix.RLIMIT_NOFILE: 64, unix.RLIMIT_FSIZE: 0} {
		if err := unix.Setrlimit(what, &unix.Rlimit{Cur: most, Max: most}); err != nil {
			return fmt.Errorf("limit of resource %d to %d: %w", what, most, err)
		}
	}
	return nil
}
