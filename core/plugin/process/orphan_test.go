package process

import (
	"context"
	"fmt"
	"os"

	"github.com/dougong-dev/dougong/core/capability"
	"github.com/dougong-dev/dougong/core/plugin"
	"github.com/dougong-dev/dougong/core/plugin/internal/suite"
	"github.com/dougong-dev/dougong/core/plugin/process/sandbox"
	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/manifest"
)

// hostEnv makes the test binary a host: it starts the sample plugin in that folder, prints the numbers of the processes,
// and waits to be killed. The other variables say how.
const (
	hostEnv   = "DOUGONG_TEST_HOST"
	execEnv   = "DOUGONG_TEST_EXEC"   // the plugin may start programs, and does
	nameEnv   = "DOUGONG_TEST_NAME"   // its executable, if it is the hostile one
	modeEnv   = "DOUGONG_TEST_MODE"   // of the sandbox
	shyEnv    = "DOUGONG_TEST_SHY"    // the host's program does not call sandbox.Main
	spacesEnv = "DOUGONG_TEST_SPACES" // "none": no namespaces
)

func runHost(dir string) error {
	m, err := manifest.Load(dir)
	if err != nil {
		return err
	}
	m.Requires.Exec = os.Getenv(execEnv) != ""
	ctx, cancel := context.WithTimeout(context.Background(), suite.Patience)
	defer cancel()
	name := os.Getenv(nameEnv)
	if name != "" {
		m.Runtime.Process = map[string]string{"any": name}
	}
	services := suite.NewHost()
	opts := Options{noSpaces: os.Getenv(spacesEnv) == "none", Sandbox: sandbox.Mode(os.Getenv(modeEnv))}
	p, err := New(opts).Start(ctx, plugin.Spec{Manifest: m, Dir: dir, Services: services})
	if err != nil {
		return err
	}
	for _, l := range services.Logs() {
		fmt.Fprintln(os.Stderr, l.Level, l.Message, l.Fields)
	}
	if name == "" {
		err = provoke(ctx, p, suite.Info, m.Requires.Exec)
	} else {
		err = cling(ctx, p, m.Requires.Exec)
	}
	if err != nil {
		return err
	}
	fmt.Println(p.(*process).runner.ID())
	<-p.Done()
	return p.Err()
}

// provoke has the sample plugin start a child and be busy.
func provoke(ctx context.Context, p plugin.Instance, info func(string) pdk.Info, exec bool) error {
	if exec {
		if _, err := p.Call(ctx, &capability.Call{Info: info("children")}); err != nil {
			return err
		}
	}
	go func() { _, _ = p.Call(ctx, &capability.Call{Info: info("loop")}) }() // busy when the host dies
	return nil
}

// cling has the hostile plugin do what it can to outlive its host.
func cling(ctx context.Context, p plugin.Instance, exec bool) error {
	names := []string{"outlive", "setsid"}
	if exec {
		names = append(names, "double fork")
	}
	for _, name := range names {
		in, err := pdk.Encode(map[string]string{"attack": name})
		if err != nil {
			return err
		}
		if _, err := p.Call(ctx, &capability.Call{Info: hostileInfo("attack"), Payload: in}); err != nil {
			return err
		}
	}
	return nil
}
