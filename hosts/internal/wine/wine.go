// Package wine is a Windows for tests: a folder of Wine's, made anew for each. It must not know what runs in it.
//
//	w := wine.New(t)
//	cmd := w.Command("dougong.exe", "version")
//
// It finds wrong paths, wrong calls and what the type check cannot; it does not show that anything runs on a real Windows.
package wine

import (
	_ "embed"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// CC is the C compiler for Windows.
const CC = "x86_64-w64-mingw32-gcc"

// random is the one function that Go's run time asks for and Wine 8, which Debian 12 has, lacks. Its name keeps the go command
// from taking it for a part of this package.
//
//go:embed bcryptprimitives.c.txt
var random []byte

// Windows is a Windows of its own.
type Windows struct{ env []string }

// New makes a Windows that goes with the test, and with it what still runs there.
func New(t testing.TB) Windows {
	t.Helper()
	dir := t.TempDir()
	w := Windows{[]string{"WINEPREFIX=" + dir, "WINEDEBUG=-all", "WINEDLLOVERRIDES=mscoree,mshtml=", "DISPLAY="}}
	t.Cleanup(func() {
		_ = w.command("wineserver", "--kill").Run() // it says so if nothing runs
		w.do(t, "wineserver", "--wait")
	})
	w.do(t, "wine", "wineboot", "--init")
	source := filepath.Join(dir, "bcryptprimitives.c")
	if err := os.WriteFile(source, random, 0o600); err != nil {
		t.Fatal(err)
	}
	w.do(t, CC, "-shared", "-O", "-o", filepath.Join(dir, "drive_c/windows/system32/bcryptprimitives.dll"), source, "-ladvapi32")
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

func (w Windows) do(t testing.TB, name string, args ...string) {
	t.Helper()
	if out, err := w.command(name, args...).CombinedOutput(); err != nil {
		t.Fatalf("%s %s: %v (.ci/setup.sh installs what is missing)\n%s", name, strings.Join(args, " "), err, out)
	}
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
