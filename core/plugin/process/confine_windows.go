package process

import (
	"errors"
	"os"
	"syscall"

	"github.com/dougong-dev/dougong/pdk/go/manifest"
	"golang.org/x/sys/windows"
)

// unconfined says why this program cannot confine a plugin.
func unconfined() string { return "this system has no sandbox for processes" }

// confine has the process wait before its first instruction until it is in its group, so that nothing that it starts can
// be outside. It gets no console of its own, which would be a window.
func (r *processRunner) confine() (report, theirs *os.File, err error) {
	r.cmd.Env = append(r.cmd.Env, "TMP="+r.runDir, "TEMP="+r.runDir)
	r.cmd.SysProcAttr = &syscall.SysProcAttr{HideWindow: true, CreationFlags: windows.CREATE_SUSPENDED | windows.CREATE_NO_WINDOW}
	return nil, nil, nil
}

// limitResources does nothing: the group has the limits.
func limitResources(int, manifest.Limits) {}

// awaitExit waits until the process has ended. An error is why the process cannot be watched.
func awaitExit(p *os.Process) (err error) {
	gone := p.WithHandle(func(handle uintptr) { _, err = windows.WaitForSingleObject(windows.Handle(handle), windows.INFINITE) })
	return errors.Join(gone, err)
}
