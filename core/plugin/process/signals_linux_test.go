package process

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/plugin/internal/suite"
	"github.com/dougong-dev/dougong/pdk/go"
)

// TestKilledInTheMiddle kills the plugin while calls are under way: each of them is told.
func TestKilledInTheMiddle(t *testing.T) {
	t.Parallel()
	p := newSuite().Start(t, nil)
	pid := pidOf(t, p)
	p.Host.Block, p.Host.Entered = make(chan struct{}), make(chan string)
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			err := p.Do(suite.Info("confirm"), nil, nil)
			if pdk.Code(err) != pdk.CodeUnavailable || !strings.Contains(err.Error(), "ended during confirm (signal: killed)") {
				t.Errorf("got %v", err)
			}
		})
	}
	for range 3 {
		<-p.Host.Entered
	}
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	wg.Wait()
	ended(t, p)
}

// stop stops a process and waits until it has stopped.
func stop(t *testing.T, pid int) {
	t.Helper()
	if err := syscall.Kill(pid, syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(suite.Patience); ; time.Sleep(time.Millisecond) {
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err != nil || time.Now().After(deadline) {
			t.Fatalf("process %d does not stop: %s, %v", pid, stat, err)
		}
		if strings.Contains(string(stat), ") T ") {
			return
		}
	}
}

// TestHung stops the process: it does not even answer the question what it is busy with, and is killed.
func TestHung(t *testing.T) {
	t.Parallel()
	p := newSuite().Start(t, nil)
	stop(t, pidOf(t, p))
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	if err := p.DoContext(ctx, suite.Info("echo"), nil, nil); pdk.Code(err) != pdk.CodeTimeout {
		t.Errorf("got %v, want code %d", err, pdk.CodeTimeout)
	}
	ended(t, p)
	if err := p.Err(); err == nil || !strings.Contains(err.Error(), "hangs since echo and was killed") {
		t.Errorf("Err() = %v", err)
	}
}

// TestCloseOfHung closes a plugin that does not answer any more.
func TestCloseOfHung(t *testing.T) {
	t.Parallel()
	s := suite.Suite{Kind: suite.Process, Runtime: New(Options{StopTimeout: 100 * time.Millisecond})}
	p := s.Start(t, nil)
	pid := pidOf(t, p)
	stop(t, pid)
	if err := p.Close(context.Background()); err != nil {
		t.Error(err)
	}
	if err := syscall.Kill(pid, 0); err != syscall.ESRCH {
		t.Errorf("process %d is still there: %v", pid, err)
	}
}
