package superapp

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Networks that the system tells apart, in the words of wx.getNetworkType where it has one.
const (
	networkWifi     = "wifi"
	networkEthernet = "ethernet"
	networkMobile   = "mobile"
)

// systemNetwork tells which network the way out of this machine is in, by what Linux says below root: for hosts without a
// plugin that can tell. Another system, or a tunnel, cannot be told.
func systemNetwork(root string) (string, error) {
	routes, err := os.ReadFile(filepath.Join(root, "proc/net/route"))
	if err != nil {
		return "", fmt.Errorf("no plugin provides %s, and this system does not tell: %w", networkMethod, err)
	}
	for line := range strings.Lines(string(routes)) {
		if f := strings.Fields(line); len(f) > 7 && f[1] == "00000000" && f[7] == "00000000" && filepath.IsLocal(f[0]) {
			return interfaceNetwork(root, f[0])
		}
	}
	return "", errors.New("this machine has no default route")
}

// interfaceNetwork tells what an interface is.
func interfaceNetwork(root, name string) (string, error) {
	dir := filepath.Join(root, "sys/class/net", name)
	event, err := os.ReadFile(filepath.Join(dir, "uevent"))
	if err != nil {
		return "", fmt.Errorf("interface %s: %w", name, err)
	}
	switch {
	case strings.Contains(string(event), "DEVTYPE=wlan"):
		return networkWifi, nil
	case strings.Contains(string(event), "DEVTYPE=wwan"):
		return networkMobile, nil
	}
	if _, err := os.Stat(filepath.Join(dir, "device")); err != nil || strings.Contains(string(event), "DEVTYPE=") {
		return "", fmt.Errorf("interface %s leads through another one", name) // a bridge, a tunnel
	}
	return networkEthernet, nil
}
