package sandbox

import (
	"runtime"
	"unsafe"

	"golang.org/x/sys/unix"
)

// notification and answer are struct seccomp_notif and struct seccomp_notif_resp of the kernel.
type notification struct {
	id        uint64
	pid       uint32
	flags     uint32
	nr        int32
	arch      uint32
	ip        uint64
	arguments [6]uint64
}

type answer struct {
	id    uint64
	value int64
	err   int32
	flags uint32
}

// allowOnce lets the one execve that the calling process is about to make pass, on a thread of its own. The listener closes
// with that execve, and the kernel refuses every later one for want of somebody to ask.
func allowOnce(listener int, data *unix.Rlimit, waiting chan<- struct{}) {
	runtime.LockOSThread()
	close(waiting)
	// Raw calls: the scheduler must not be needed between the question and the answer.
	var q notification
	for {
		_, _, e := unix.RawSyscall(unix.SYS_IOCTL, uintptr(listener), unix.SECCOMP_IOCTL_NOTIF_RECV, uintptr(unsafe.Pointer(&q)))
		if e == unix.EINTR {
			q = notification{}
			continue
		}
		if e != 0 {
			return
		}
		break
	}
	limitData(data) // the other thread waits in its exec
	a := answer{id: q.id, flags: unix.SECCOMP_USER_NOTIF_FLAG_CONTINUE}
	_, _, _ = unix.RawSyscall(unix.SYS_IOCTL, uintptr(listener), unix.SECCOMP_IOCTL_NOTIF_SEND, uintptr(unsafe.Pointer(&a)))
	for { // the thread ends with the exec; if that fails, the process ends
		_ = unix.Pause()
	}
}
