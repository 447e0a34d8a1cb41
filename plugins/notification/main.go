// Command notification is the first-party provider of dougong.notification/v1 as a process. The desktop host has the same
// provider inside, which reaches the session bus that the sandbox keeps from a process.
package main

import (
	"github.com/dougong-dev/dougong/pdk/go/serve"
	"github.com/dougong-dev/dougong/plugins/notification/provider"
)

var _ = serve.Register(provider.Plugin(provider.Session, nil))

func main() { serve.Main() }
