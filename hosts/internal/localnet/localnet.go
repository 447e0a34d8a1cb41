// Package localnet tells this machine's address in its local network, for hosts that run on the user's own device:
//
//	core.Options{LocalAddress: localnet.Address}
//
// It sends nothing. It must not know of mini-programs.
package localnet

import (
	"errors"
	"net"

	"github.com/dougong-dev/dougong/core"
)

// ErrNone says that the machine is in no network but its own.
var ErrNone = errors.New("no network")

// Address is the address from which this machine reaches others: of the interface that has the default route, or else the
// first of an interface that is up.
func Address() (core.LocalAddress, error) {
	interfaces, err := net.Interfaces()
	if err != nil {
		return core.LocalAddress{}, err
	}
	var all []*net.IPNet
	for _, i := range interfaces {
		if i.Flags&net.FlagUp == 0 || i.Flags&net.FlagLoopback != 0 {
			continue
		}
		addresses, err := i.Addrs()
		if err != nil {
			continue // the interface went away meanwhile
		}
		for _, a := range addresses {
			if n, ok := a.(*net.IPNet); ok {
				all = append(all, n)
			}
		}
	}
	return choose(all, source())
}

// source is the address that a packet to the outside would have; nil if there is no way out. Connecting a UDP socket only
// asks the routing table.
func source() net.IP {
	conn, err := net.Dial("udp4", "192.0.2.1:9")
	if err != nil {
		return nil
	}
	defer conn.Close() //nolint:errcheck // nothing was written
	if a, ok := conn.LocalAddr().(*net.UDPAddr); ok {
		return a.IP
	}
	return nil
}

// choose takes the address of the way out, or else the first IPv4 address, or else the first that others can reach.
func choose(all []*net.IPNet, out net.IP) (core.LocalAddress, error) {
	var best *net.IPNet
	for _, n := range all {
		v4 := n.IP.To4() != nil
		switch {
		case n.IP.IsLoopback() || n.IP.IsUnspecified() || n.IP.IsLinkLocalUnicast():
		case out != nil && n.IP.Equal(out):
			return answer(n), nil
		case best == nil, v4 && best.IP.To4() == nil:
			best = n
		}
	}
	if best == nil {
		return core.LocalAddress{}, ErrNone
	}
	return answer(best), nil
}

func answer(n *net.IPNet) core.LocalAddress {
	return core.LocalAddress{IP: n.IP.String(), Netmask: net.IP(n.Mask).String()}
}
