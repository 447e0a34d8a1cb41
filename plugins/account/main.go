// Command account is the first-party provider of dougong.account/v1, a WebAssembly module.
package main

import (
	"time"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/serve"
	"github.com/dougong-dev/dougong/plugins/account/provider"
)

var account = provider.New(time.Now)

var _ = serve.Register(pdk.New("dougong.account", "1.0.0").
	Provide(provider.Capability, account.Methods()).
	OnConfigure(account.Configure))

func main() { serve.Main() }
