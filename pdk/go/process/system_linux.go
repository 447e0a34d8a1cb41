package process

import (
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"unsafe"

	"golang.org/x/sys/unix"
)

func dup2(from, to int) error { return unix.Dup3(from, to, 0) }

// onParentDeath replaces the SIGKILL that the host arranged for its own death by SIGTERM, which end can handle: a plugin
// killed outright could not take its children along. It runs on the main thread, to which the arrangement belongs, as
// package variables are initialised there.
func onParentDeath(end func()) {
	gone := make(chan os.Signal, 1)
	signal.Notify(gone, unix.SIGTERM)
	go func() {
		<-gone
		end()
	}()
	_ = unix.Prctl(unix.PR_SET_PDEATHSIG, uintptr(unix.SIGTERM), 0, 0, 0)
	nameProcess(filepath.Base(os.Args[0]))
}

// wakeOnParentDeath keeps the calling goroutine's thread for a second parent-death signal, one for each thread being
// allowed: SIGCONT, without which a stopped process would not handle its SIGTERM.
func wakeOnParentDeath() {
	runtime.LockOSThread()
	_ = unix.Prctl(unix.PR_SET_PDEATHSIG, uintptr(unix.SIGCONT), 0, 0, 0)
}

// nameProcess gives the process its name back, which is "3" after it was started from a descriptor.
func nameProcess(name string) {
	if b, err := unix.BytePtrFromString(name[:min(len(name), 15)]); err == nil {
		_ = unix.Prctl(unix.PR_SET_NAME, uintptr(unsafe.Pointer(b)), 0, 0, 0)
	}
}
