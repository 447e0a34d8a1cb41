package process

import (
	"os"
	"os/signal"

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
}
