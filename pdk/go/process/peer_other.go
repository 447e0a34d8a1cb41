//go:build !linux

package process

import "net"

// trusted leaves it to the private folder and the token who may connect.
func trusted(net.Conn) error { return nil }
