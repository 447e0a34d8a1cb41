//go:build unix

package runtimes

import (
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/plugin"
	"github.com/dougong-dev/dougong/core/plugin/internal/suite"
)

// TestHealth stops a process that nobody calls: the health check finds it and starts another.
func TestHealth(t *testing.T) {
	t.Parallel()
	r := newRuntimes(t, plugin.SupervisorOptions{HealthEvery: time.Second})
	p := suite.Suite{Kind: suite.Process, Runtime: r}.Start(t, nil)
	var w struct{ PID int }
	if err := p.Do(suite.Info("world"), nil, &w); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(w.PID, syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	waitRestarts(t, p, 1)
	p.Alive()
	if s := state(p); !strings.Contains(s.LastError, "did not answer a health check") {
		t.Errorf("state: %+v", s)
	}
}
