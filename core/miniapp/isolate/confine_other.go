//go:build !linux

package isolate

import (
	"errors"
	"os"
	"syscall"
)

func executable() (string, error) { return os.Executable() }

func attributes() *syscall.SysProcAttr { return nil }

func kill(p *os.Process) { _ = p.Kill() }

// limit sets nothing: this system cannot limit a running process. A process of its own is still ended by itself.
func limit(int, int64) error { return nil }

func confine() error { return nil }

// supported refuses: a process without limits would promise more than there is.
func supported() error {
	return errors.New("the memory of a mini-program's process can only be limited on Linux")
}
