// Package wine is a Windows for tests: a folder of Wine's, made anew for each. It must not know what runs in it.
//
//	w := wine.New(t)
//	cmd := w.Command("dougong.exe", "version")
//
// It finds wrong paths, wrong calls and what the type check cannot; it does not show that anything runs on a real Windows.
package wine

import (
	"context"
	_ "embed"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// getUp is how long Wine may take to make a Windows, and to end it. Where it has no end it does not run at all.
const getUp = 4 * time.Minute

// CC is the C compiler for Windows.
const CC = "x86_64-w64-mingw32-gcc"

// random is the one function that Go's run time asks for and Wine 8, which Debian 12 has, lacks. Its name keeps the go command
// from taking it for a part of this package.
//
//go:embed bcryptprimitives.c.txt
var random []byte

// Windows is a Windows of its own.
type Windows struct{ env []string }

// New makes a Windows that goes with the test, and with it what still runs there. A container may keep Wine from its memory layout
// or its processes: the test is skipped where Wine is installed and yet makes no Windows.
func New(t testing.TB) Windows {
	t.Helper()
	if _, err := exec.LookPath("wine"); err != nil {
		t.Fatalf("%v (.ci/setup.sh installs it)", err)
	}
	dir := t.TempDir()
	w := Windows{[]string{"WINEPREFIX=" + dir, "WINEDEBUG=-all", "WINEDLLOVERRIDES=mscoree,mshtml=", "DISPLAY="}}
	t.Cleanup(func() {
		_, _ = w.run(context.Background(), "wineserver", "--kill") // it says so if nothing runs
		_, _ = w.run(context.Background(), "wineserver", "--wait")
	})
	if out, err := w.run(t.Context(), "wine", "wineboot", "--init"); err != nil {
		t.Skipf("Wine makes no Windows on this system: %v\n%s", err, out)
	}
	source := filepath.Join(dir, "bcryptprimitives.c")
	if err := os.WriteFile(source, random, 0o600); err != nil {
		t.Fatal(err)
	}
	library := filepath.Join(dir, "drive_c/windows/system32/bcryptprimitives.dll")
	if out, err := w.run(t.Context(), CC, "-shared", "-O", "-o", library, source, "-ladvapi32"); err != nil {
		t.Fatalf("%s: %v (.ci/setup.sh installs it)\n%s", CC, err, out)
	}
	return w
}

// Command is a program for Windows, to be started there.
func (w Windows) Command(program string, args ...string) *exec.Cmd {
	return w.command("wine", append([]string{program}, args...)...)
}

func (w Windows) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.Env = append(os.Environ(), w.env...)
	return cmd
}

// run runs a program of this system to its end.
func (w Windows) run(ctx context.Context, name string, args ...string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, getUp)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Env = append(os.Environ(), w.env...)
	cmd.WaitDelay = 10 * time.Second
	out, err := cmd.CombinedOutput()
	if errors.Is(err, exec.ErrWaitDelay) {
		err = nil // it is done; Wine's server, which outlives it, has kept the pipe
	}
	return out, err
}

// Path is a path of this system as programs for Windows know it.
func Path(t testing.TB, path string) string {
	t.Helper()
	path, err := filepath.Abs(path)
	if err != nil {
		t.Fatal(err)
	}
	return "Z:" + strings.ReplaceAll(path, "/", `\`)
}
