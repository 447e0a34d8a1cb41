package sandbox

import (
	"errors"
	"fmt"
	"os"
	"unsafe"

	"golang.org/x/sys/unix"
)

// secureBits keep a process of user 0 from getting capabilities back by exec, and nobody can clear them: NOROOT,
// NO_SETUID_FIXUP and NO_CAP_AMBIENT_RAISE of linux/securebits.h, each with its lock.
const secureBits = 1<<0 | 1<<1 | 1<<2 | 1<<3 | 1<<6 | 1<<7

// dropPrivileges takes all capabilities and supplementary groups from the calling thread, and the way to new ones. A plugin of
// a host that runs as root is left with what belongs to root by ownership.
func dropPrivileges() error {
	_, _, _ = unix.RawSyscall(unix.SYS_SETGROUPS, 0, 0, 0) // refused without the capability: then they are the user's own
	_ = unix.Prctl(unix.PR_SET_SECUREBITS, secureBits, 0, 0, 0)
	for c := uintptr(0); c <= 63; c++ {
		if err := unix.Prctl(unix.PR_CAPBSET_DROP, c, 0, 0, 0); err != nil {
			break // past the last one, or not allowed, and then there is none to begin with
		}
	}
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var none [2]unix.CapUserData
	if err := unix.Capset(&header, &none[0]); err != nil {
		return fmt.Errorf("drop capabilities: %w", err)
	}
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return fmt.Errorf("no_new_privs: %w", err)
	}
	return nil
}

// dataLimit is the limit of memory, prepared: it takes effect in the moment of exec, as what this program itself has in use
// may be beyond it. nil: there is none.
func dataLimit(most uint64) (*unix.Rlimit, error) {
	if most == 0 {
		return nil, nil
	}
	var old unix.Rlimit
	if err := unix.Prlimit(0, unix.RLIMIT_DATA, nil, &old); err != nil {
		return nil, err
	}
	most = min(most, old.Max)
	return &unix.Rlimit{Cur: most, Max: most}, nil
}

// limitData sets it. It calls the kernel and nothing else.
func limitData(l *unix.Rlimit) {
	if l != nil {
		_, _, _ = unix.RawSyscall6(unix.SYS_PRLIMIT64, 0, unix.RLIMIT_DATA, uintptr(unsafe.Pointer(l)), 0, 0, 0)
	}
}

// setLimits lowers the process's other limits of resources. A limit that is lower already stays.
func setLimits(l Limits) error {
	var errs []error
	for _, r := range []struct {
		what int
		most uint64
		none bool // 0 is a limit, not its absence
	}{
		{unix.RLIMIT_CORE, 0, true}, {unix.RLIMIT_NOFILE, l.Files, false},
		{unix.RLIMIT_FSIZE, l.FileSize, false}, {unix.RLIMIT_NPROC, l.Tasks, false},
	} {
		if r.most == 0 && !r.none {
			continue
		}
		var old unix.Rlimit
		if err := unix.Prlimit(0, r.what, nil, &old); err != nil {
			errs = append(errs, err)
			continue
		}
		most := min(r.most, old.Max)
		if err := unix.Prlimit(0, r.what, &unix.Rlimit{Cur: most, Max: most}, nil); err != nil {
			errs = append(errs, fmt.Errorf("limit of resource %d to %d: %w", r.what, most, err))
		}
	}
	return errors.Join(errs...)
}

// dieWithParent has the kernel kill the calling thread's process when the thread that started it ends.
func dieWithParent() { _ = unix.Prctl(unix.PR_SET_PDEATHSIG, uintptr(unix.SIGKILL), 0, 0, 0) }

// closeLater marks every descriptor from first on to be closed by exec: whatever the embedding program left open.
func closeLater(first int) {
	if unix.CloseRange(uint(first), ^uint(0)>>1, unix.CLOSE_RANGE_CLOEXEC) == nil {
		return
	}
	list, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return
	}
	for _, e := range list {
		var fd int
		if n, _ := fmt.Sscan(e.Name(), &fd); n == 1 && fd >= first {
			unix.CloseOnExec(fd)
		}
	}
}
