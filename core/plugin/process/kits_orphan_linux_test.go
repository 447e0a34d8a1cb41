package process_test

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/plugin/internal/suite"
	"github.com/dougong-dev/dougong/core/plugin/process"
)

// TestKitNoOrphan kills a host the hard way while its plugin is idle, busy, or spinning.
func TestKitNoOrphan(t *testing.T) {
	if testing.Short() {
		return // it needs the kits' toolchains
	}
	eachKit(t, func(t *testing.T, k *kit) {
		dir := k.built(t)
		for _, busy := range []string{"", "sleep", "spin"} {
			cmd := exec.Command(os.Args[0])
			cmd.Env = append(os.Environ(), process.KitHostEnv+"="+dir, process.KitBusyEnv+"="+busy)
			cmd.Stderr = os.Stderr
			out, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			watchdog := time.AfterFunc(suite.Patience, func() { _ = cmd.Process.Kill() })
			line, _ := bufio.NewReader(out).ReadString('\n')
			watchdog.Stop()
			var pid int
			if n, _ := fmt.Sscan(line, &pid); n != 1 {
				t.Fatalf("the host printed %q", line)
			}
			if err := syscall.Kill(pid, 0); err != nil {
				t.Fatalf("process %d is not there to begin with: %v", pid, err)
			}
			_ = cmd.Process.Kill()
			_ = cmd.Wait()
			waitGone(t, pid)
		}
	})
}

func waitGone(t *testing.T, pid int) {
	t.Helper()
	for deadline := time.Now().Add(suite.Patience); ; time.Sleep(5 * time.Millisecond) {
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err != nil && errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) || strings.Contains(string(stat), ") Z ") {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("process %d is still there: %s", pid, stat)
		}
	}
}
