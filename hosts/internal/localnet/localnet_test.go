package localnet

import (
	"errors"
	"net"
	"testing"

	"github.com/dougong-dev/dougong/core"
)

func TestChoose(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		all  []string
		out  string
		want core.LocalAddress
		err  error
	}{
		{"none", nil, "", core.LocalAddress{}, ErrNone},
		{"only such as nobody else reaches", []string{"127.0.0.1/8", "fe80::1/64", "169.254.3.4/16"}, "", core.LocalAddress{}, ErrNone},
		{"one", []string{"192.168.3.9/24"}, "", core.LocalAddress{IP: "192.168.3.9", Netmask: "255.255.255.0"}, nil},
		{"the way out", []string{"172.17.0.1/16", "10.1.2.3/12"}, "10.1.2.3", core.LocalAddress{IP: "10.1.2.3", Netmask: "255.240.0.0"}, nil},
		{"no way out", []string{"172.17.0.1/16", "10.1.2.3/12"}, "", core.LocalAddress{IP: "172.17.0.1", Netmask: "255.255.0.0"}, nil},
		{"the way out is gone", []string{"172.17.0.1/16"}, "10.1.2.3", core.LocalAddress{IP: "172.17.0.1", Netmask: "255.255.0.0"}, nil},
		{"IPv4 before IPv6", []string{"fd00::2/64", "10.0.0.2/8"}, "", core.LocalAddress{IP: "10.0.0.2", Netmask: "255.0.0.0"}, nil},
		{"IPv6 alone", []string{"fd00::2/64"}, "", core.LocalAddress{IP: "fd00::2", Netmask: "ffff:ffff:ffff:ffff::"}, nil},
	} {
		var all []*net.IPNet
		for _, text := range c.all {
			ip, n, err := net.ParseCIDR(text)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, &net.IPNet{IP: ip, Mask: n.Mask})
		}
		got, err := choose(all, net.ParseIP(c.out))
		if got != c.want || !errors.Is(err, c.err) {
			t.Errorf("%s: %+v, %v; want %+v, %v", c.name, got, err, c.want, c.err)
		}
	}
}

// TestAddress holds what is told against the machine's own list.
func TestAddress(t *testing.T) {
	t.Parallel()
	got, err := Address()
	if errors.Is(err, ErrNone) {
		if out := source(); out != nil && !out.IsLoopback() {
			t.Errorf("no network, but packets go out from %s", out)
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	all, err := net.InterfaceAddrs()
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range all {
		if n, ok := a.(*net.IPNet); ok && n.IP.String() == got.IP && net.IP(n.Mask).String() == got.Netmask {
			return
		}
	}
	t.Errorf("%+v is none of %v", got, all)
}
