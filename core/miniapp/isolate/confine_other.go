//go:build !linux

package isolate

import (
	"os"
	"syscall"
)

func executable() (string, error) { return os.Executable() }

func attributes() *syscall.SysProcAttr { return nil }

func kill(p *os.Process) { _ = p.Kill() }

// limit sets nothing: this system cannot limit a running process. A process of its own is still ended by itself.
func limit(int, int64) error { return nil }

func confine() error { return nil }
