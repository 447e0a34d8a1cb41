//go:build !linux

package sandbox

import (
	"errors"
	"os"
	"os/exec"
)

// ProgramFile is the descriptor under which the program finds its own executable, on Linux.
const ProgramFile = 3

// Main notes that the program has agreed; systems other than Linux have nothing to confine with.
func Main() { agreed.Store(true) }

// Command is for Linux only.
func Command(*exec.Cmd, Policy, *os.File) (report, theirs *os.File, err error) {
	return nil, nil, errors.ErrUnsupported
}

// Support is what this system can enforce.
type Support struct {
	Agreed, NoNewPrivs, Seccomp, Once, Network, User bool
	Landlock                                         int
}

// Look finds out what can be enforced: nothing.
func Look() Support { return Support{Agreed: Agreed()} }

// Essential reports whether everything is there that Required asks for.
func (s Support) Essential() bool { return false }
