//go:build unix

package main

import (
	"errors"
	"strings"
	"syscall"

	"github.com/dougong-dev/dougong/pdk/go"
)

// garble writes bytes of the caller's choice into the connection of frames, behind the back of the PDK. Without bytes it
// closes the connection.
func garble(_ *pdk.Context, in message) (struct{}, error) {
	for fd := 3; fd < 1000; fd++ {
		name, err := syscall.Getsockname(fd)
		unix, ok := name.(*syscall.SockaddrUnix)
		if err != nil || !ok || !strings.HasSuffix(unix.Name, "/frames") {
			continue
		}
		if len(in.Data) == 0 {
			return struct{}{}, syscall.Shutdown(fd, syscall.SHUT_RDWR)
		}
		_, err = syscall.Write(fd, in.Data)
		return struct{}{}, err
	}
	return struct{}{}, errors.New("there is no connection of frames")
}
