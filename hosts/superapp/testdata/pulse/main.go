// Command pulse is a plugin whose versions from 1.1.0 on end a moment after they have started well.
package main

import (
	"os"
	"time"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/serve"
)

// version is set by the linker.
var version = "1.0.0"

var _ = serve.Register(pdk.New("com.acme.pulse", version).Provide("com.acme.pulse/v1", pdk.Methods{
	"beat": pdk.Func(func(*pdk.Context, struct{}) (struct{}, error) { return struct{}{}, nil }),
}))

func main() {
	if version != "1.0.0" {
		time.AfterFunc(300*time.Millisecond, func() { os.Exit(3) })
	}
	serve.Main()
}
