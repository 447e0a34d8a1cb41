package guard_test

import (
	"errors"
	"net"
	"net/netip"
	"testing"

	"github.com/dougong-dev/dougong/plugins/network/guard"
)

func TestCheck(t *testing.T) {
	t.Parallel()
	g, err := guard.New([]string{"10.1.0.0/16", "127.0.0.1", "fd00::/8"})
	if err != nil {
		t.Fatal(err)
	}
	for addr, want := range map[string]bool{
		"93.184.216.34": true, "8.8.8.8": true, "2606:4700::1111": true, "::ffff:8.8.8.8": true,
		"10.1.2.3": true, "127.0.0.1": true, "::ffff:127.0.0.1": true, "fd00::1": true,
		"10.2.0.1": false, "127.0.0.2": false, "192.168.1.1": false, "172.16.0.1": false, "169.254.169.254": false,
		"100.100.100.200": false, "0.0.0.0": false, "255.255.255.255": false, "224.0.0.1": false, "::1": false, "::": false,
		"fe80::1": false, "fc00::1": false, "ff02::1": false, "::ffff:10.2.0.1": false, "64:ff9b::a9fe:a9fe": false,
		"2002:7f00:1::": false, "198.18.0.1": false, "fe80::1%eth0": false,
	} {
		err := g.Check(netip.MustParseAddr(addr))
		var bad *guard.AddressError
		if (err == nil) != want || err != nil && !errors.As(err, &bad) {
			t.Errorf("Check(%s) = %v, want allowed=%v", addr, err, want)
		}
	}
}

func TestNewRefusesNames(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{"localhost", "10.0.0.0/33", ""} {
		if _, err := guard.New([]string{bad}); err == nil {
			t.Errorf("New(%q) succeeded", bad)
		}
	}
}

// The check happens on the address that is connected to, whatever the name said.
func TestControlStopsTheConnection(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	g, _ := guard.New(nil)
	d := net.Dialer{Control: g.Control}
	_, port, _ := net.SplitHostPort(l.Addr().String())
	var bad *guard.AddressError
	if _, err := d.DialContext(t.Context(), "tcp", net.JoinHostPort("localhost", port)); !errors.As(err, &bad) {
		t.Fatalf("dial localhost: %v, want an AddressError", err)
	}
}
