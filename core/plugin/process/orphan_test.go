package process

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/capability"
	"github.com/dougong-dev/dougong/core/plugin"
	"github.com/dougong-dev/dougong/core/plugin/internal/suite"
	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/manifest"
)

// hostEnv makes the test binary a host: it starts the sample plugin in that folder, prints the numbers of the processes,
// and waits to be killed.
const hostEnv = "DOUGONG_TEST_HOST"

func runHost(dir string) error {
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
	ask := func(method string, out any) error {
		res, err := p.Call(ctx, &capability.Call{Info: suite.Info(method)})
		if err != nil {
			return err
		}
		return pdk.Decode(res, out)
	}
	var w struct {
		PID int `json:"pid"`
	}
	if err := ask("world", &w); err != nil {
		return err
	}
	var child int
	if err := ask("children", &child); err != nil {
		return err
	}
	go func() { _ = ask("loop", nil) }() // busy when the host dies
	fmt.Println(w.PID, child)
	<-p.Done()
	return p.Err()
}

// TestNoOrphans kills a host the hard way: its plugin and what that has started are gone, even while it is busy or stopped.
func TestNoOrphans(t *testing.T) {
	t.Parallel()
	for _, stopped := range []bool{false, true} {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), hostEnv+"="+suite.Dir(t, suite.Process))
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		var complaint strings.Builder
		cmd.Stderr = &complaint
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		watchdog := time.AfterFunc(suite.Patience, func() { _ = cmd.Process.Kill() })
		line, _ := bufio.NewReader(out).ReadString('\n')
		var plugin, child int
		if n, _ := fmt.Sscan(line, &plugin, &child); n != 2 {
			t.Fatalf("the host printed %q: %s", line, complaint.String())
		}
		watchdog.Stop()
		for _, pid := range []int{plugin, child} {
			if err := syscall.Kill(pid, 0); err != nil {
				t.Fatalf("process %d is not there to begin with: %v", pid, err)
			}
		}
		if stopped {
			stop(t, plugin)
		}
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait()
		gone(t, plugin)
		gone(t, child)
	}
}
