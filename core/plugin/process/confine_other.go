//go:build !unix

package process

import (
	"os"
	"os/exec"

	"github.com/dougong-dev/dougong/pdk/go/manifest"
)

func confine(*exec.Cmd, *os.File, bool) {}

func limitResources(int, manifest.Limits) {}

func awaitExit(int) {}

// killGroup kills the process; the lifeline ends what it has started if that watches it.
func killGroup(p *os.Process) { _ = p.Kill() }
