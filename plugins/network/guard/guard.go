// Package guard decides which network addresses the network plugin may connect to. Names are checked by the kernel
// before a call arrives; this package looks at the address that a name turned out to have, at the moment of connecting,
// so that a name that changes its address between check and use (DNS rebinding) gains nothing.
//
// It must not know HTTP nor the plugin kit.
package guard

import (
	"fmt"
	"net/netip"
	"syscall"
)

// Guard refuses private, local and otherwise special addresses, apart from the ones that are allowed. Safe for
// concurrent use once made.
type Guard struct{ allowed []netip.Prefix }

// New makes a guard that allows, beside all public addresses, the given ones: "10.1.0.0/16" or "127.0.0.1".
func New(allowed []string) (*Guard, error) {
	g := &Guard{}
	for _, text := range allowed {
		prefix, err := netip.ParsePrefix(text)
		if err != nil {
			addr, e := netip.ParseAddr(text)
			if e != nil {
				return nil, fmt.Errorf("private_addresses: %q is neither an address (127.0.0.1) nor a range (10.0.0.0/8)", text)
			}
			prefix = netip.PrefixFrom(addr.Unmap(), addr.Unmap().BitLen())
		}
		g.allowed = append(g.allowed, prefix.Masked())
	}
	return g, nil
}

// AddressError says that an address is not one to connect to.
type AddressError struct{ Addr netip.Addr }

// Error names the address and how to allow it.
func (e *AddressError) Error() string {
	return fmt.Sprintf("address %s is private or reserved; add it to private_addresses of the network plugin's configuration if it is meant to be reached", e.Addr)
}

// Check refuses an address by an *AddressError.
func (g *Guard) Check(addr netip.Addr) error {
	addr = addr.Unmap().WithZone("")
	for _, prefix := range g.allowed {
		if prefix.Contains(addr) {
			return nil
		}
	}
	if !public(addr) {
		return &AddressError{addr}
	}
	return nil
}

// Control is a net.Dialer's Control function: it sees each address just before the connection is made.
func (g *Guard) Control(_, address string, _ syscall.RawConn) error {
	ap, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("address %q is not an IP address: %w", address, err)
	}
	return g.Check(ap.Addr())
}

// special is the ranges that netip's own predicates leave out (IANA special-purpose registries).
var special = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"),
	netip.MustParsePrefix("100.64.0.0/10"), // carrier-grade NAT; some clouds keep their metadata service here
	netip.MustParsePrefix("192.0.0.0/24"),
	netip.MustParsePrefix("192.0.2.0/24"),
	netip.MustParsePrefix("192.88.99.0/24"),
	netip.MustParsePrefix("198.18.0.0/15"),
	netip.MustParsePrefix("198.51.100.0/24"),
	netip.MustParsePrefix("203.0.113.0/24"),
	netip.MustParsePrefix("240.0.0.0/4"),
	netip.MustParsePrefix("64:ff9b::/96"), // NAT64: an IPv4 address in disguise
	netip.MustParsePrefix("64:ff9b:1::/48"),
	netip.MustParsePrefix("100::/64"),
	netip.MustParsePrefix("2001::/23"),
	netip.MustParsePrefix("2001:db8::/32"),
	netip.MustParsePrefix("2002::/16"), // 6to4: as NAT64
}

func public(addr netip.Addr) bool {
	if !addr.IsGlobalUnicast() || addr.IsPrivate() {
		return false
	}
	for _, prefix := range special {
		if prefix.Contains(addr) {
			return false
		}
	}
	return true
}
