//go:build unix

package cli_test

import (
	"bufio"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/dougong-dev/dougong/hosts/cli"
)

// TestHangup has a running host read its configuration again, by the signal that other servers know for it.
func TestHangup(t *testing.T) {
	file := filepath.Join(t.TempDir(), "superapp.yaml")
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("name: Test\npolicy: {trace: off}\n")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	stdout, out := io.Pipe()
	stderr, errs := io.Pipe()
	ended := make(chan int, 1)
	go func() {
		code := cli.Run(ctx, []string{"run", "--listen", "127.0.0.1:0", file}, strings.NewReader(""), out, errs)
		_, _ = out.Close(), errs.Close()
		ended <- code
	}()
	said := make(chan string, 1000)
	go func() {
		defer close(said)
		for lines := bufio.NewScanner(stderr); lines.Scan(); {
			said <- lines.Text()
		}
	}()
	lines := bufio.NewScanner(stdout)
	for lines.Scan() && !strings.HasPrefix(lines.Text(), "open ") {
	}
	go func() { _, _ = io.Copy(io.Discard, stdout) }()
	hangup := func(want string) {
		t.Helper()
		if err := syscall.Kill(os.Getpid(), syscall.SIGHUP); err != nil {
			t.Fatal(err)
		}
		for line := range said {
			if strings.Contains(line, want) {
				return
			}
			if strings.HasPrefix(line, "reload") {
				t.Fatalf("got %s\nwant %s", line, want)
			}
		}
		t.Fatalf("the host ended without saying %s", want)
	}
	hangup("reloaded: no plugin has changed")
	write("name: Test\nplugin: []\n")
	hangup(`superapp.yaml:2:1: unknown key "plugin"; did you mean "plugins"?`)
	cancel()
	if code := <-ended; code != cli.ExitOK {
		t.Errorf("exit code %d", code)
	}
}
