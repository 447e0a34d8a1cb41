package frames

import (
	"errors"
	"net"
	"syscall"
	"unsafe"
)

// mostPieces is how many pieces are written at a time.
const mostPieces = 64

// trier writes as much as a connection takes without waiting: whoever makes a call must not be held up by a peer that
// does not read. Not safe for concurrent use.
type trier struct {
	raw syscall.RawConn
	try func(fd uintptr) bool // made once, so that a write allocates nothing
	iov [mostPieces]syscall.Iovec
	use int // of iov
	n   int
	err error
}

func newTrier(conn net.Conn) *trier {
	t := &trier{}
	if c, ok := conn.(syscall.Conn); ok {
		t.raw, _ = c.SyscallConn()
	}
	t.try = t.once
	return t
}

func (t *trier) once(fd uintptr) bool {
	n, _, err := syscall.Syscall(syscall.SYS_WRITEV, fd, uintptr(unsafe.Pointer(&t.iov[0])), uintptr(t.use))
	t.n, t.err = int(n), nil
	if err != 0 {
		t.n, t.err = 0, err
	}
	return err != syscall.EINTR
}

// write returns how many bytes of b were taken.
func (t *trier) write(b []byte) (int, error) { return t.writeAll([][]byte{b}) }

// writeAll returns how many bytes of all pieces together were taken.
func (t *trier) writeAll(pieces [][]byte) (int, error) {
	if t.raw == nil {
		return 0, nil
	}
	t.use = 0
	for _, b := range pieces {
		if len(b) > 0 {
			t.iov[t.use].Base = &b[0]
			t.iov[t.use].SetLen(len(b))
			t.use++
		}
	}
	err := t.raw.Write(t.try)
	clear(t.iov[:t.use])
	if err == nil && t.err != nil && !errors.Is(t.err, syscall.EAGAIN) {
		err = t.err
	}
	return t.n, err
}
