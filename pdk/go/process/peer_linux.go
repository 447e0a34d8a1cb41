package process

import (
	"fmt"
	"net"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// overflowUser is what a user is called who has no number in this process's user namespace.
const overflowUser = 65534

// trusted reports whether the other end of a unix socket is a process of this user, or of root.
func trusted(conn net.Conn) error {
	c, ok := conn.(syscall.Conn)
	if !ok {
		return fmt.Errorf("%T is no socket", conn)
	}
	raw, err := c.SyscallConn()
	if err != nil {
		return err
	}
	var peer *unix.Ucred
	var asked error
	if err := raw.Control(func(fd uintptr) { peer, asked = unix.GetsockoptUcred(int(fd), unix.SOL_SOCKET, unix.SO_PEERCRED) }); err != nil {
		return err
	}
	if asked != nil {
		return asked
	}
	if me := os.Geteuid(); int(peer.Uid) != me && peer.Uid != 0 && peer.Uid != overflowUser {
		return fmt.Errorf("user %d is not %d", peer.Uid, me)
	}
	return nil
}
