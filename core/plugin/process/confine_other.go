//go:build !unix

package process

import (
	"os"

	"github.com/dougong-dev/dougong/pdk/go/manifest"
)

// unconfined says why this program cannot confine a plugin.
func unconfined() string { return "this system has no sandbox for processes" }

func (r *processRunner) confine() (report, theirs *os.File, err error) { return nil, nil, nil }

func limitResources(int, manifest.Limits) {}

func awaitExit(int) {}

// killGroup kills the process; the lifeline ends what it has started if that watches it.
func killGroup(p *os.Process) { _ = p.Kill() }
