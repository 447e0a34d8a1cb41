//go:build !linux

package frames

import (
	"errors"
	"net"
	"os"
	"sync/atomic"
)

func mapArea(int, Side) (*area, error) { return nil, errors.ErrUnsupported }

func (a *area) word(int) *atomic.Uint32 { return nil }

func unmap([]byte) {}

func writeWith(net.Conn, []byte, *os.File) error { return errors.ErrUnsupported }

func readWith(conn net.Conn, b []byte) (n, fd int, err error) {
	n, err = conn.Read(b)
	return n, -1, err
}
