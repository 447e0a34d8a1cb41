package process

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/capability"
	"github.com/dougong-dev/dougong/core/plugin"
	"github.com/dougong-dev/dougong/core/plugin/internal/suite"
	"github.com/dougong-dev/dougong/pdk/go/manifest"
)

// hostEnv makes the test binary a host: it starts the sample plugin in that folder, prints the numbers of the processes,
// and waits to be killed. The other variables say how.
const (
	hostEnv   = "DOUGONG_TEST_HOST"
	execEnv   = "DOUGONG_TEST_EXEC"   // the plugin may start programs, and does
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
	opts := Options{noSpaces: os.Getenv(spacesEnv) == "none"}
	p, err := New(opts).Start(ctx, plugin.Spec{Manifest: m, Dir: dir, Services: suite.NewHost()})
	if err != nil {
		return err
	}
	ask := func(method string) error {
		_, err := p.Call(ctx, &capability.Call{Info: suite.Info(method)})
		return err
	}
	if m.Requires.Exec {
		if err := ask("children"); err != nil {
			return err
		}
	}
	go func() { _ = ask("loop") }() // busy when the host dies
	fmt.Println(p.(*process).runner.ID())
	<-p.Done()
	return p.Err()
}

// TestNoOrphans kills a host the hard way: its plugin and what that has started are gone, even while it is busy or stopped.
func TestNoOrphans(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		env     []string
		family  int // processes
		stopped bool
	}{
		{"busy", nil, 1, false},
		{"stopped", nil, 1, true},
		{"no namespaces", []string{spacesEnv + "=none"}, 1, true},
		{"with a child", []string{execEnv + "=1"}, 3, false},
		{"with a child, stopped", []string{execEnv + "=1"}, 3, true},
		{"with a child and no namespaces", []string{execEnv + "=1", spacesEnv + "=none"}, 3, false},
		{"with a child and no namespaces, stopped", []string{execEnv + "=1", spacesEnv + "=none"}, 3, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			cmd := exec.Command(os.Args[0])
			cmd.Env = append(append(os.Environ(), hostEnv+"="+suite.Dir(t, suite.Process)), c.env...)
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
			var head int
			if n, _ := fmt.Sscan(line, &head); n != 1 {
				t.Fatalf("the host printed %q: %s", line, complaint.String())
			}
			watchdog.Stop()
			family := descendants(t, head)
			if len(family) != c.family {
				t.Errorf("processes %v, want %d", family, c.family)
			}
			if c.stopped {
				stop(t, family[min(1, len(family)-1)]) // the plugin; who guards it is out of its reach
			}
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			_ = cmd.Wait()
			for _, pid := range family {
				gone(t, pid)
			}
		})
	}
}
