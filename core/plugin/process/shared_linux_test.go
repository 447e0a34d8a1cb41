package process

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/dougong-dev/dougong/core/plugin/internal/suite"
	"github.com/dougong-dev/dougong/core/plugin/process/sandbox"
	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/frames"
	"golang.org/x/sys/unix"
)

// TestSharedSealed tries what a plugin could do to memory whose file it has kept.
func TestSharedSealed(t *testing.T) {
	t.Parallel()
	f, err := newShared()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	for name, attack := range map[string]func() error{
		"shrink": func() error { return f.Truncate(0) },
		"grow":   func() error { return f.Truncate(frames.AreaSize + 1) },
		"append": func() error { _, err := f.WriteAt([]byte{1}, frames.AreaSize); return err },
		"seal":   func() error { _, err := unix.FcntlInt(f.Fd(), unix.F_ADD_SEALS, unix.F_SEAL_WRITE); return err },
	} {
		if err := attack(); !errors.Is(err, syscall.EPERM) {
			t.Errorf("%s: %v, want %v", name, err, syscall.EPERM)
		}
	}
}

// sharedMappings counts the memory that this process shares with plugins.
func sharedMappings(t *testing.T) int {
	t.Helper()
	b, err := os.ReadFile("/proc/self/maps")
	if err != nil {
		t.Fatal(err)
	}
	return strings.Count(string(b), sharedName)
}

// echoLarge has a plugin send back a body that goes through shared memory.
func echoLarge(p *suite.Plugin, info pdk.Info) error {
	in := pdk.Blob(bytes.Repeat([]byte("large"), 12<<10))
	var out pdk.Blob
	if err := p.Do(info, in, &out); err != nil {
		return err
	}
	if !bytes.Equal(in, out) {
		return fmt.Errorf("%w: %d bytes sent, %d others received", errChanged, len(in), len(out))
	}
	return nil
}

var errChanged = errors.New("the body was changed")

// TestSharedHoarder has a confined plugin that never gives a slot back: it is called by the socket.
func TestSharedHoarder(t *testing.T) {
	t.Parallel()
	p, err := hostile(t, "hostile", Options{Sandbox: sandbox.Required}, nil, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, when := range []string{"before", "after"} {
		for range 20 {
			if err := echoLarge(p, hostileInfo("echo")); err != nil {
				t.Fatalf("%s the attack: %v", when, err)
			}
		}
		if a := attack(t, p, "hold slots", "", 0); a.Refusal != "" {
			t.Fatal(a.Refusal)
		}
	}
}

// TestSharedScribbler has a confined plugin that changes at any time what it has sent, and frees what is in use. It hurts nobody but
// itself: each call ends, with a body or with an error about this plugin, and another plugin is called as before.
func TestSharedScribbler(t *testing.T) {
	t.Parallel()
	p, err := hostile(t, "hostile", Options{Sandbox: sandbox.Required}, nil, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	other := newSuite().Start(t, nil)
	if a := attack(t, p, "scribble", "", 0); a.Refusal != "" {
		t.Fatal(a.Refusal)
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 50 {
				var e *pdk.Error
				if err := echoLarge(p, hostileInfo("echo")); err != nil && !errors.Is(err, errChanged) && !errors.As(err, &e) {
					t.Error(err)
				}
				if err := echoLarge(other, suite.Info("echo")); err != nil {
					t.Errorf("the other plugin: %v", err)
				}
			}
		})
	}
	wg.Wait()
}

// TestSharedMemory calls a confined plugin with a large body, then kills it: the memory was used, and nothing is left of it. No
// other test runs at the same time.
func TestSharedMemory(t *testing.T) { //nolint:paralleltest // it counts what all plugins together have
	before := sharedMappings(t)
	p := newSuite().Start(t, nil)
	if n := sharedMappings(t) - before; n != 1 {
		t.Fatalf("%d mappings for one plugin", n)
	}
	if err := echoLarge(p, suite.Info("echo")); err != nil {
		t.Error(err)
	}
	if err := syscall.Kill(pidOf(t, p), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	ended(t, p)
	if err := p.Close(context.Background()); err != nil {
		t.Log(err)
	}
	if n := sharedMappings(t) - before; n != 0 {
		t.Errorf("%d mappings after the plugin was killed", n)
	}
}
