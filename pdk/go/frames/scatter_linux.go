package frames

import (
	"io"
	"net"
	"syscall"
	"unsafe"
)

// scatterer reads into two pieces of memory with one question to the system. Not safe for concurrent use.
type scatterer struct {
	raw syscall.RawConn
	try func(fd uintptr) bool // made once, so that a read allocates nothing
	iov [2]syscall.Iovec
	n   int
	err error
}

// newScatterer returns nil if that is not possible.
func newScatterer(from io.Reader) *scatterer {
	c, ok := from.(syscall.Conn)
	if !ok {
		return nil
	}
	if _, ok := from.(net.Conn); !ok {
		return nil
	}
	raw, err := c.SyscallConn()
	if err != nil {
		return nil
	}
	s := &scatterer{raw: raw}
	s.try = s.once
	return s
}

func (s *scatterer) once(fd uintptr) bool {
	for {
		n, _, err := syscall.Syscall(syscall.SYS_READV, fd, uintptr(unsafe.Pointer(&s.iov[0])), uintptr(len(s.iov)))
		switch err {
		case 0:
			s.n, s.err = int(n), nil
			return true
		case syscall.EINTR:
		case syscall.EAGAIN:
			return false
		default:
			s.n, s.err = 0, err
			return true
		}
	}
}

// read waits until there is something and fills a, then b.
func (s *scatterer) read(a, b []byte) (int, error) {
	s.iov[0].Base, s.iov[1].Base = &a[0], &b[0]
	s.iov[0].SetLen(len(a))
	s.iov[1].SetLen(len(b))
	s.n, s.err = 0, nil
	err := s.raw.Read(s.try)
	clear(s.iov[:])
	switch {
	case err != nil:
		return 0, err
	case s.err != nil:
		return 0, s.err
	case s.n == 0:
		return 0, io.EOF
	}
	return s.n, nil
}
