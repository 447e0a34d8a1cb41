//go:build unix

package process

import (
	"os"
	"os/signal"
	"syscall"

	"golang.org/x/sys/unix"
)

// divertStdout moves standard output to another descriptor and puts standard error in its place, so that not even a C
// library's printf reaches the host's handshake reader.
func divertStdout() *os.File {
	fd, err := unix.FcntlInt(1, unix.F_DUPFD_CLOEXEC, 10)
	if err != nil {
		return os.Stdout
	}
	if err := dup2(2, 1); err != nil {
		_ = unix.Close(fd)
		return os.Stdout
	}
	return os.NewFile(uintptr(fd), "handshake")
}

// surviveBrokenPipes keeps a write to standard error from ending the process once the host is gone: it would end before
// it has ended its children. A channel is used rather than ignoring the signal, which children would inherit.
func surviveBrokenPipes() { signal.Notify(make(chan os.Signal, 1), unix.SIGPIPE) }

// endGroup kills the process group, which the host made for this plugin: children and their children go with it.
func endGroup() {
	if unix.Getpgrp() == os.Getpid() {
		_ = unix.Kill(0, syscall.SIGKILL)
	}
	os.Exit(1)
}
