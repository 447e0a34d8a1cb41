package process

import (
	"errors"
	"os"

	"github.com/dougong-dev/dougong/pdk/go/frames"
	"golang.org/x/sys/unix"
)

// sharedName is how the memory is called among a process's mappings.
const sharedName = "dougong-frames"

// newShared makes memory that a plugin and its host can share. Nobody can change its size, so a plugin cannot have the host
// touch memory that has gone; nor can it be executed as a program, where the kernel knows how to forbid that.
func newShared() (*os.File, error) {
	const flags = unix.MFD_CLOEXEC | unix.MFD_ALLOW_SEALING
	fd, err := unix.MemfdCreate(sharedName, flags|unix.MFD_NOEXEC_SEAL)
	if errors.Is(err, unix.EINVAL) { // before Linux 6.3
		fd, err = unix.MemfdCreate(sharedName, flags)
	}
	if err != nil {
		return nil, os.NewSyscallError("memfd_create", err)
	}
	f := os.NewFile(uintptr(fd), sharedName)
	err = f.Truncate(frames.AreaSize)
	if err == nil {
		_, err = unix.FcntlInt(f.Fd(), unix.F_ADD_SEALS, unix.F_SEAL_SHRINK|unix.F_SEAL_GROW|unix.F_SEAL_SEAL)
	}
	if err != nil {
		_ = f.Close()
		return nil, err
	}
	return f, nil
}
