package sandbox

import (
	"unsafe"

	seccomp "github.com/elastic/go-seccomp-bpf"
	"golang.org/x/sys/unix"
)

// Support is what this system can enforce.
type Support struct {
	Agreed     bool // the program calls Main
	NoNewPrivs bool
	Landlock   int  // version; 0: none
	Seccomp    bool // filters of system calls
	Once       bool // execve can be refused after the first
	Network    bool // network, process id and IPC namespaces
	User       bool // made in a user namespace, which bounds the number of threads as well
}

// Look finds out what can be enforced. It starts the running program for a moment if that has agreed.
func Look() Support {
	_, err := unix.PrctlRetInt(unix.PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0)
	kind := spaces()
	return Support{
		Agreed: Agreed(), NoNewPrivs: err == nil, Landlock: landlockABI(), Seccomp: seccomp.Supported(), Once: canAsk(),
		Network: kind != noSpaces, User: kind == userSpaces,
	}
}

// Essential reports whether everything is there that Required asks for.
func (s Support) Essential() bool { return s.Agreed && s.NoNewPrivs && s.Landlock > 0 && s.Seccomp }

// canAsk reports whether the kernel knows the action that asks a listener.
func canAsk() bool {
	action := uint32(askOnce)
	_, _, e := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_GET_ACTION_AVAIL, 0, uintptr(unsafe.Pointer(&action)))
	return e == 0
}
