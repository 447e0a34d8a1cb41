package core

import (
	"context"
	"encoding/json"

	"github.com/dougong-dev/dougong/core/capability"
	"github.com/dougong-dev/dougong/pdk/go"
)

// LocalAddress is an address of the device in its local network.
type LocalAddress struct {
	IP      string `json:"localip"`
	Netmask string `json:"netmask"`
}

// codeOffline is the contract's.
const codeOffline = 81001

// device is the kernel as provider of dougong.device/v1, for hosts that run on the user's own device.
type device struct {
	address func() (LocalAddress, error)
}

var _ capability.Provider = device{}

// ID implements capability.Provider.
func (device) ID() string { return "dougong.kernel" }

// Call implements capability.Provider.
func (d device) Call(_ context.Context, call *capability.Call) (pdk.Payload, error) {
	if call.Method != "getLocalIPAddress" {
		return pdk.Payload{}, pdk.Errorf(pdk.CodeUnsupported, "unsupported", "the kernel has no method %q", call.Method)
	}
	address, err := d.address()
	if err != nil {
		return pdk.Payload{}, pdk.Errorf(codeOffline, "offline", "%v", err)
	}
	out, err := json.Marshal(address)
	return pdk.Payload{JSON: out}, err
}

// own are the capabilities that the kernel itself provides.
func (k *Kernel) own() []capability.Offer {
	offers := []capability.Offer{{Provider: authority{k}, Capabilities: []string{permissionCapability}}}
	if k.opts.LocalAddress != nil {
		offers = append(offers, capability.Offer{Provider: device{k.opts.LocalAddress}, Capabilities: []string{deviceCapability}})
	}
	return offers
}
