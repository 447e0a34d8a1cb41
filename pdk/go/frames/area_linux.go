package frames

import (
	"errors"
	"io"
	"net"
	"os"
	"sync/atomic"
	"syscall"
	"unsafe"
)

// mapArea maps memory that both sides share.
func mapArea(fd int, me Side) (*area, error) {
	mem, err := syscall.Mmap(fd, 0, AreaSize, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_SHARED)
	if err != nil {
		return nil, err
	}
	return newArea(mem, me), nil
}

// word says whether a slot is free. It is in a mapped page, and so has the alignment that it needs.
func (a *area) word(n int) *atomic.Uint32 {
	return (*atomic.Uint32)(unsafe.Pointer(&a.mem[n*wordSize]))
}

func unmap(mem []byte) { _ = syscall.Munmap(mem) }

// writeWith writes a hello and sends a file along.
func writeWith(conn net.Conn, hello []byte, f *os.File) error {
	_, _, err := conn.(*net.UnixConn).WriteMsgUnix(hello, syscall.UnixRights(int(f.Fd())), nil)
	return err
}

// readWith reads what is there and the descriptor that comes with it; -1 is none.
func readWith(conn net.Conn, b []byte) (n, fd int, err error) {
	u, ok := conn.(*net.UnixConn)
	if !ok {
		n, err = conn.Read(b)
		return n, -1, err
	}
	var control [64]byte
	n, m, _, _, err := u.ReadMsgUnix(b, control[:])
	if errors.Is(err, io.EOF) {
		err = io.EOF
	}
	fd = -1
	messages, _ := syscall.ParseSocketControlMessage(control[:m])
	for i := range messages {
		fds, _ := syscall.ParseUnixRights(&messages[i])
		for _, each := range fds {
			if fd >= 0 {
				_ = syscall.Close(fd)
			}
			fd = each
		}
	}
	return n, fd, err
}
