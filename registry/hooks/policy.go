package hooks

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"syscall"
	"time"
)

// Policy says where messages may go. The zero value: to public addresses, by https.
type Policy struct {
	// Allow are addresses inside the house that may be sent to, also by http.
	Allow []netip.Prefix
}

// maxURL bounds an address.
const maxURL = 2000

// CheckURL says whether a webhook may have an address. Where its name leads is looked at again at each attempt.
func (p Policy) CheckURL(address string) error {
	u, err := url.Parse(address)
	switch {
	case err != nil || len(address) > maxURL || u.Host == "" || u.Hostname() == "":
		return fmt.Errorf("%.80q is no address: expected https://HOST/PATH", address)
	case u.User != nil:
		return fmt.Errorf("the address holds a password: messages are signed instead")
	case u.Fragment != "":
		return fmt.Errorf("the address has a fragment (#%.40s), which is never sent", u.Fragment)
	case u.Scheme != "https" && (u.Scheme != "http" || len(p.Allow) == 0):
		return fmt.Errorf("%.80q: expected https, got %q", address, u.Scheme)
	}
	if ip, err := netip.ParseAddr(u.Hostname()); err == nil {
		return p.check(ip)
	}
	return nil
}

// inside are addresses that are nobody's on the internet, beyond those that netip knows.
var inside = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("192.0.0.0/24"), netip.MustParsePrefix("192.0.2.0/24"),
	netip.MustParsePrefix("198.18.0.0/15"), netip.MustParsePrefix("198.51.100.0/24"), netip.MustParsePrefix("203.0.113.0/24"), netip.MustParsePrefix("240.0.0.0/4"),
	// These carry an IPv4 address that may be one of the house.
	netip.MustParsePrefix("64:ff9b::/96"), netip.MustParsePrefix("64:ff9b:1::/48"), netip.MustParsePrefix("2002::/16"), netip.MustParsePrefix("2001::/32"), netip.MustParsePrefix("::/96"),
	netip.MustParsePrefix("100::/64"), netip.MustParsePrefix("2001:db8::/32"), netip.MustParsePrefix("fec0::/10"),
}

func (p Policy) check(ip netip.Addr) error {
	ip = ip.Unmap().WithZone("")
	for _, a := range p.Allow {
		if a.Contains(ip) {
			return nil
		}
	}
	bad := !ip.IsGlobalUnicast() || ip.IsPrivate() || ip.IsLoopback() || ip.IsLinkLocalUnicast()
	for _, n := range inside {
		bad = bad || n.Contains(ip)
	}
	if bad {
		return fmt.Errorf("the address %s is inside the house, where webhooks may not go", ip)
	}
	return nil
}

// control looks at the address that a connection is about to be made to, after its name was resolved: no answer of a name
// server can differ between check and use.
func (p Policy) control(_ context.Context, _, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return err
	}
	return p.check(at.Addr())
}

// Times of an attempt.
const (
	connectTimeout = 5 * time.Second
	attemptTimeout = 15 * time.Second
)

// client sends one message over each connection: no proxy of the environment, no redirects.
func (p Policy) client() *http.Client {
	dial := &net.Dialer{Timeout: connectTimeout, ControlContext: p.control}
	return &http.Client{
		Timeout: attemptTimeout,
		Transport: &http.Transport{DialContext: dial.DialContext, TLSHandshakeTimeout: connectTimeout, DisableKeepAlives: true,
			MaxResponseHeaderBytes: 16 << 10, ResponseHeaderTimeout: attemptTimeout},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}
