//go:build linux

package screen

import (
	"fmt"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"time"
)

// failing takes what would fail a test.
type failing struct {
	testing.TB
	said string
}

func (f *failing) Fatalf(format string, args ...any) {
	f.said = fmt.Sprintf(format, args...)
	runtime.Goexit()
}

// A wait in vain ends at its limit, or at once when a program of the screen is gone, and tells what to look at.
func TestWaitInVain(t *testing.T) {
	if testing.Short() {
		t.Skip("needs a screen")
	}
	t.Setenv("DOUGONG_TEST_ARTIFACTS", t.TempDir())
	for name, in := range map[string]struct {
		limit time.Duration
		run   *exec.Cmd
		want  string
	}{
		"limit":   {time.Nanosecond, nil, "waited 1ns for a miracle; the screen is in "},
		"program": {Timeout, exec.Command("sh", "-c", "exit 3"), "sh ended (exit status 3) while it was waited for a miracle; the screen is in "},
		"killed":  {Timeout, exec.Command("sh", "-c", "kill -9 $$"), "sh ended (signal: killed) while"},
	} {
		t.Run(name, func(t *testing.T) {
			s := Start(t)
			f := &failing{TB: t}
			s.t, s.Limit = f, in.limit
			if in.run != nil {
				s.Run(in.run)
			}
			done := make(chan struct{})
			go func() {
				defer close(done)
				s.Wait("a miracle", func() bool { return false })
			}()
			<-done
			if !strings.Contains(f.said, in.want) || !strings.Contains(f.said, "Xvfb -displayfd") {
				t.Errorf("the failure says %q, want %q and the screen's processes", f.said, in.want)
			}
		})
	}
}
