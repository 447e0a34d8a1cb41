package filelock_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/filelock"
)

// TestMain is also the other process: with HOLD set it takes that lock, says so, and holds it until it is killed.
func TestMain(m *testing.M) {
	if name := os.Getenv("HOLD"); name != "" {
		unlock, err := filelock.Lock(context.Background(), name)
		if err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		fmt.Println("held")
		_, _ = io.Copy(io.Discard, os.Stdin) // until the test ends
		unlock()
	}
	os.Exit(m.Run())
}

func TestExcludesAnotherProcess(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "sub", "lock")
	other := exec.Command(os.Args[0])
	other.Env = append(os.Environ(), "HOLD="+name)
	if _, err := other.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := other.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := other.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "held\n" {
		t.Fatalf("the other process said %q, %v", line, err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if _, err := filelock.Lock(ctx, name); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v while another process holds the lock", err)
	}
	if err := other.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = other.Wait() // it was killed
	unlock, err := filelock.Lock(t.Context(), name)
	if err != nil {
		t.Fatalf("the lock of a killed process: %v", err)
	}
	unlock()
	unlock()
}

func TestExcludesWithinAProcess(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "lock")
	unlock, err := filelock.Lock(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	second := make(chan error, 1)
	go func() {
		unlock, err := filelock.Lock(context.Background(), name)
		if err == nil {
			unlock()
		}
		second <- err
	}()
	select {
	case err := <-second:
		t.Errorf("two hold the lock: %v", err)
	default:
	}
	unlock()
	if err := <-second; err != nil {
		t.Error(err)
	}
}
