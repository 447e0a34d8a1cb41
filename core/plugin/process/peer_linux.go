package process

import (
	"fmt"
	"net"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"
)

// isOurs checks that it is the plugin, or a process of its group, that listens at the other end of a unix socket.
func (p *process) isOurs(conn net.Conn) error {
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
	group, err := unix.Getpgid(int(peer.Pid))
	if err != nil || strconv.Itoa(group) != p.runner.ID() {
		return fmt.Errorf("process %d of user %d listens there, which is not of the plugin's group %s", peer.Pid, peer.Uid, p.runner.ID())
	}
	return nil
}
