//go:build unix

package frames

import (
	"net"
	"syscall"
)

// trier writes as much as a connection takes without waiting: whoever makes a call must not be held up by a peer that
// does not read. Not safe for concurrent use.
type trier struct {
	raw syscall.RawConn
	try func(fd uintptr) bool // made once, so that a write allocates nothing
	b   []byte
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
	t.n, t.err = syscall.Write(int(fd), t.b)
	return t.err != syscall.EINTR
}

// write returns how many bytes of b were taken.
func (t *trier) write(b []byte) (int, error) {
	if t.raw == nil {
		return 0, nil
	}
	t.b, t.n, t.err = b, 0, nil
	err := t.raw.Write(t.try)
	t.b = nil
	if err == nil && t.err != syscall.EAGAIN {
		err = t.err
	}
	return max(t.n, 0), err
}
