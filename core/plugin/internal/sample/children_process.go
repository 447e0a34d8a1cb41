//go:build !wasip1

package main

import (
	"os/exec"

	"github.com/dougong-dev/dougong/pdk/go"
)

// children starts a process and leaves it running.
func children(_ *pdk.Context, _ struct{}) (int, error) {
	cmd := exec.Command("/bin/sleep", "600")
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	return cmd.Process.Pid, nil
}
