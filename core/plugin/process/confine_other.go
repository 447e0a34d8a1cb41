//go:build !unix && !windows

package process

import (
	"os"

	"github.com/dougong-dev/dougong/pdk/go/manifest"
)

// unconfined says why this program cannot confine a plugin.
func unconfined() string { return "this system has no sandbox for processes" }

func (r *processRunner) confine() (report, theirs *os.File, err error) { return nil, nil, nil }

func limitResources(int, manifest.Limits) {}

func awaitExit(*os.Process) error { return nil }

// group is a process with all that it has started.
type group struct{}

func (*group) gather(*os.Process, uint64) error { return nil }

// kill kills the process; the lifeline ends what it has started if that watches it.
func (*group) kill(p *os.Process) { _ = p.Kill() }

func (*group) release() {}
