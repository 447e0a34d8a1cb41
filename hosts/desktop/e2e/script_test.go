//go:build linux

package e2e

import (
	"bufio"
	"bytes"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// script is what `make run-desktop` runs.
func (w *world) script(env []string) *exec.Cmd {
	cmd := exec.Command(".ci/desktop.sh", filepath.Dir(w.program), w.file)
	cmd.Dir, cmd.Env = root, env
	return cmd
}

// tools are where a build finds its module cache and its toolchain, whatever the home folder is.
func (w *world) tools() []string {
	w.t.Helper()
	out, err := exec.Command("go", "env", "GOCACHE", "GOMODCACHE", "GOPATH").Output()
	if err != nil {
		w.t.Fatal(err)
	}
	values := strings.Fields(string(out))
	return []string{"GOCACHE=" + values[0], "GOMODCACHE=" + values[1], "GOPATH=" + values[2]}
}

// Where there is no screen, the script of `make run-desktop` makes one, waits for the launcher, and ends with all that it has
// started.
func TestScriptWithoutScreen(t *testing.T) {
	w := newWorld(t)
	env := slices.DeleteFunc(w.Env(), func(v string) bool { return strings.HasPrefix(v, "DISPLAY=") })
	out, err := w.script(append(env, w.tools()...)).CombinedOutput()
	if err != nil || !bytes.Contains(out, []byte("the launcher's window is there")) {
		t.Fatalf(".ci/desktop.sh: %v\n%s", err, out)
	}
	if left := w.orphans(); len(left) > 0 {
		t.Errorf("processes are left: %v", left)
	}
}

// Where there is a screen (`xvfb-run make run-desktop` makes one, too), the super-app stays until it is told to end.
func TestScriptOnScreen(t *testing.T) {
	w := newWorld(t)
	cmd := w.script(append(w.Env(), w.tools()...))
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	w.Window("桌面之家")
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	for lines := bufio.NewScanner(out); lines.Scan(); { // until the host has closed it, too
		t.Log(lines.Text())
	}
	if err := cmd.Wait(); err == nil || cmd.ProcessState.ExitCode() != 130 {
		t.Errorf("the script ends with %v\n%s", err, said.String())
	}
	if left := w.Windows("桌面之家"); len(left) > 0 {
		t.Errorf("windows are left: %v", left)
	}
}
