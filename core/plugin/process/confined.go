package process

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"syscall"

	"github.com/dougong-dev/dougong/core/plugin/process/sandbox"
	"github.com/dougong-dev/dougong/pdk/go"
)

// whyNot says why plugins are not confined in this mode; "": they are.
func whyNot(mode sandbox.Mode) string {
	if mode == sandbox.Off {
		return "the operator turned the sandbox off (policy.sandbox: off)"
	}
	return unconfined()
}

// maxReport bounds what is read of a sandbox's report.
const maxReport = 64 << 10

// heed waits until the plugin's executable runs, or cannot, and tells the log what could not be enforced.
func (r *processRunner) heed(report *os.File) error {
	data, err := io.ReadAll(io.LimitReader(report, maxReport))
	_ = report.Close()
	if err == nil {
		err = r.confined(data)
	}
	if err != nil {
		r.kill()
		<-r.exited
	}
	return err
}

func (r *processRunner) confined(data []byte) error {
	found, err := sandbox.ParseReport(data)
	switch {
	case err != nil:
		return err
	case strings.HasPrefix(found.Error, "exec ") && found.Errno != 0:
		return &os.PathError{Op: "exec", Path: r.path, Err: syscall.Errno(found.Errno)}
	case found.Error != "":
		return errors.New(found.Error)
	}
	r.warn(found.Lacks)
	return nil
}

// told is what a runtime has said about this system. What the system cannot do is the same for every plugin, and each start of
// one would say it again.
type told struct {
	mu   sync.Mutex
	said map[string]bool
}

// fresh returns the lacks that have not been said yet.
func (t *told) fresh(lacks []sandbox.Lack) (out []sandbox.Lack) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.said == nil {
		t.said = map[string]bool{}
	}
	for _, l := range lacks {
		if !t.said[l.String()] {
			t.said[l.String()] = true
			out = append(out, l)
		}
	}
	return out
}

// warn tells the log, in one line, how the plugin is confined less than its manifest says, and what plugins before were not.
func (r *processRunner) warn(lacks []sandbox.Lack) {
	if r.why != "" {
		r.spec.Services.Log(r.spec.Manifest.ID, pdk.LevelError, "the plugin runs without a sandbox: it can do whatever the host's user can",
			map[string]string{"sandbox": "none", "why": r.why})
		return
	}
	lacks = r.opts.told.fresh(lacks)
	if len(lacks) == 0 {
		return
	}
	fields := map[string]string{"sandbox": "incomplete"}
	for i, l := range lacks {
		fields[fmt.Sprintf("lack.%d", i+1)] = l.String()
	}
	r.spec.Services.Log(r.spec.Manifest.ID, pdk.LevelWarn, "this system cannot enforce everything that the sandbox of the plugin asks for, here and for plugins started later; see dougong doctor", fields)
}
