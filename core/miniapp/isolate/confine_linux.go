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

// slack is what the runtime may reserve beside a mini-program's memory: its own tables, stacks of threads.
const slack = 32 << 20

// limit lets a running child reserve that much more memory than it has now, which is the engine's and the runtime's. It is
// the address space that is limited: the runtime reserves that before it uses any, and for what it turns from reserved into
// used the kernel does not look at the limit of data.
func limit(pid int, memory int64) error {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	if err != nil {
		return err
	}
	var size uint64
	if _, err := fmt.Sscan(string(stat), &size); err != nil {
		return fmt.Errorf("/proc/%d/statm: %w in %q", pid, err, stat)
	}
	most := size*uint64(os.Getpagesize()) + uint64(memory) + slack
	return unix.Prlimit(pid, unix.RLIMIT_AS, &unix.Rlimit{Cur: most, Max: most}, nil)
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
