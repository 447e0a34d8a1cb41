package process

import (
	"context"
	"fmt"

	"github.com/dougong-dev/dougong/core/capability"
	"github.com/dougong-dev/dougong/core/plugin"
	"github.com/dougong-dev/dougong/core/plugin/internal/suite"
	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/manifest"
)

// KitHostEnv makes the test binary a host of the conformance plugin in that folder: it prints the plugin's process number,
// has the method that KitBusyEnv names carried out, and waits to be killed.
const (
	KitHostEnv = "DOUGONG_TEST_KIT_HOST"
	KitBusyEnv = "DOUGONG_TEST_KIT_BUSY"
)

// PID returns the number of a plugin's process.
func PID(p plugin.Instance) string { return p.(*process).runner.ID() }

func runKitHost(dir, busy string) error {
	m, err := manifest.Load(dir)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), suite.Patience)
	defer cancel()
	p, err := New(Options{}).Start(ctx, plugin.Spec{Manifest: m, Dir: dir, Services: suite.NewHost()})
	if err != nil {
		return err
	}
	call := func(method string) {
		_, _ = p.Call(ctx, &capability.Call{Info: pdk.Info{Capability: m.Provides[0], Method: method}})
	}
	call("count")
	if busy != "" {
		go call(busy)
	}
	fmt.Println(PID(p))
	<-p.Done()
	return p.Err()
}
