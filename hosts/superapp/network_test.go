package superapp

import (
	"os"
	"path/filepath"
	"testing"
)

func TestSystemNetwork(t *testing.T) {
	t.Parallel()
	const head = "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n"
	route := func(name string) string {
		return head + "eth9\t0000A8C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n" + name + "\t00000000\t0100A8C0\t0003\t0\t0\t0\t00000000\t0\t0\t0\n"
	}
	for name, c := range map[string]struct {
		route, uevent string
		device        bool
		want          string
	}{
		"wifi":     {route("wlan0"), "DEVTYPE=wlan\nINTERFACE=wlan0\n", true, "wifi"},
		"modem":    {route("wlan0"), "DEVTYPE=wwan\nINTERFACE=wlan0\n", true, "mobile"},
		"wire":     {route("wlan0"), "INTERFACE=wlan0\n", true, "ethernet"},
		"bridge":   {route("wlan0"), "DEVTYPE=bridge\n", false, ""},
		"tunnel":   {route("wlan0"), "INTERFACE=wlan0\n", false, ""},
		"no way":   {head, "DEVTYPE=wlan\n", true, ""},
		"a path":   {route("../../../etc"), "DEVTYPE=wlan\n", true, ""},
		"nonsense": {"\x00\xff wlan0 00000000\n", "DEVTYPE=wlan\n", true, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			root := t.TempDir()
			for file, text := range map[string]string{"proc/net/route": c.route, "sys/class/net/wlan0/uevent": c.uevent} {
				path := filepath.Join(root, file)
				if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if c.device {
				if err := os.Mkdir(filepath.Join(root, "sys/class/net/wlan0/device"), 0o700); err != nil {
					t.Fatal(err)
				}
			}
			got, err := systemNetwork(root)
			if got != c.want || (err != nil) != (c.want == "") {
				t.Errorf("got %q, %v; want %q", got, err, c.want)
			}
		})
	}
	if _, err := systemNetwork(t.TempDir()); err == nil {
		t.Error("a system that tells nothing is told")
	}
}
