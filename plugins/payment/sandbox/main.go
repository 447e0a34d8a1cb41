// Command sandbox is the payment vendor dougong.pay.sandbox, a WebAssembly module.
package main

import (
	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/serve"
	"github.com/dougong-dev/dougong/plugins/payment/payer"
)

var vendor = payer.New(payer.OneTap)

var _ = serve.Register(pdk.New("dougong.pay.sandbox", "1.0.0").
	Provide(payer.Capability, vendor.Methods()).
	OnConfigure(vendor.Configure))

func main() { serve.Main() }
