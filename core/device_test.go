package core_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/dougong-dev/dougong/core"
	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/permission"
	"github.com/dougong-dev/dougong/pdk/go"
)

// TestLocalAddress asks for the device's address: with the user's leave, without it, in no network, and on a host that is not
// the user's device, where there is no such name.
func TestLocalAddress(t *testing.T) {
	const method = "dougong.device/v1 getLocalIPAddress"
	at := core.LocalAddress{IP: "192.168.3.9", Netmask: "255.255.255.0"}
	var failure error
	on := func(o *core.Options) {
		o.LocalAddress = func() (core.LocalAddress, error) { return at, failure }
		o.Prompter = prompter{ask: func(r permission.Request) (bool, error) { return r.User == "ann", nil }}
	}
	named := func(k *core.Kernel) bool {
		return slices.ContainsFunc(k.APIs("shop"), func(a message.API) bool { return a.Name == "wx.getLocalIPAddress" })
	}
	k := start(t, setup(t), inside{}, on)
	if got, err := do(t, k, "shop", "ann", method, ""); err != nil || got != `{"localip":"192.168.3.9","netmask":"255.255.255.0"}` {
		t.Errorf("ann: %s, %v", got, err)
	}
	if _, err := do(t, k, "shop", "bob", method, ""); pdk.Code(err) != pdk.CodeDenied {
		t.Errorf("bob, who does not allow it: %v", err)
	}
	failure = errors.New("no network")
	if _, err := do(t, k, "shop", "ann", method, ""); pdk.Code(err) != 81001 {
		t.Errorf("without a network: %v", err)
	}
	if !named(k) {
		t.Error("mini-programs do not get the name")
	}
	server := start(t, setup(t), inside{}, nil)
	if _, err := do(t, server, "shop", "ann", method, ""); pdk.Code(err) != pdk.CodeUnsupported || named(server) {
		t.Errorf("on a server: %v, named %v", err, named(server))
	}
}
