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

// runtimeMemory is what the Go runtime and the program's own data take beside the mini-program.
const runtimeMemory = 64 << 20

// limit sets the limits of a running child. What it has in use already is part of them.
func limit(pid int, memory int64) error {
	most := uint64(memory) + runtimeMemory
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
