package process

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/plugin/internal/suite"
	"github.com/dougong-dev/dougong/core/plugin/process/sandbox"
)

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
		{"hostile", []string{nameEnv + "=clings"}, 1, false},
		{"hostile without namespaces", []string{nameEnv + "=clings", spacesEnv + "=none"}, 1, true},
		{"double fork", []string{nameEnv + "=clings", execEnv + "=1"}, 4, true},
		{"double fork without namespaces", []string{nameEnv + "=clings", execEnv + "=1", spacesEnv + "=none"}, 4, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dir := suite.Dir(t, suite.Process)
			if len(c.env) > 0 && strings.HasPrefix(c.env[0], nameEnv) {
				dir = buildHostile(t)
			}
			cmd := exec.Command(os.Args[0])
			cmd.Env = append(append(os.Environ(), hostEnv+"="+dir), c.env...)
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
			family = append(family, adopted(t, family)...)
			if len(family) < c.family {
				t.Errorf("processes %v, want %d or more", family, c.family)
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

// TestWithoutMain has a host whose program never calls sandbox.Main.
func TestWithoutMain(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		mode sandbox.Mode
		want string
	}{
		{sandbox.Required, `plugin "com.example.hostile": the sandbox is required (policy.sandbox), but the host's program does not call sandbox.Main`},
		{sandbox.BestEffort, "error the plugin runs without a sandbox: it can do whatever the host's user can map[sandbox:none why:the host's program does not call sandbox.Main"},
		{sandbox.Off, "why:the operator turned the sandbox off (policy.sandbox: off)"},
	} {
		t.Run(string(c.mode), func(t *testing.T) {
			t.Parallel()
			cmd := exec.Command(os.Args[0])
			cmd.Env = append(os.Environ(), hostEnv+"="+buildHostile(t), nameEnv+"=hostile", modeEnv+"="+string(c.mode), shyEnv+"=1")
			complaint, err := cmd.StderrPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			watchdog := time.AfterFunc(suite.Patience, func() { _ = cmd.Process.Kill() })
			line, _ := bufio.NewReader(complaint).ReadString('\n')
			watchdog.Stop()
			_ = cmd.Process.Kill()
			_ = cmd.Wait()
			if !strings.Contains(line, c.want) {
				t.Errorf("the host says %q, want %q", line, c.want)
			}
		})
	}
}

// adopted finds processes of the plugin's group that have lost their parents.
func adopted(t *testing.T, family []int) []int {
	t.Helper()
	group, err := syscall.Getpgid(family[0])
	if err != nil {
		t.Fatal(err)
	}
	all, _ := filepath.Glob("/proc/[0-9]*")
	var out []int
	for _, dir := range all {
		pid, _ := strconv.Atoi(filepath.Base(dir))
		if g, err := syscall.Getpgid(pid); err == nil && g == group && !slices.Contains(family, pid) {
			out = append(out, pid)
		}
	}
	return out
}
