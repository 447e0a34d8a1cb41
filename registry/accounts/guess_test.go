package accounts_test

import (
	"testing"

	"github.com/dougong-dev/dougong/registry/accounts"
)

func TestDevice(t *testing.T) {
	t.Parallel()
	kept := accounts.NewDevice("ann", "hash")
	source := accounts.Device(kept, "ann", "hash")
	if source == "" || accounts.Device(accounts.NewDevice("ann", "hash"), "ann", "hash") == source {
		t.Errorf("source = %q: one of its own", source)
	}
	for name, got := range map[string]string{
		"of another account":          accounts.Device(kept, "bob", "hash"),
		"after a change of password":  accounts.Device(kept, "ann", "another hash"),
		"of one without a password":   accounts.Device(accounts.NewDevice("ann", ""), "ann", ""),
		"cut off":                     accounts.Device(kept[:len(kept)-1], "ann", "hash"),
		"with another name in front":  accounts.Device("bob"+kept[3:], "bob", "hash"),
		"that is nothing":             accounts.Device("", "ann", "hash"),
		"with another id":             accounts.Device("ann:0123456789abcdef"+kept[20:], "ann", "hash"),
		"with parts that are missing": accounts.Device("ann::", "ann", "hash"),
	} {
		if got != "" {
			t.Errorf("a mark %s: %q", name, got)
		}
	}
}
