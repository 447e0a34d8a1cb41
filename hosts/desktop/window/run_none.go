//go:build !desktop

package window

import (
	"errors"
	"io"
	"os"
)

// Supported reports whether this program can open a window.
const Supported = false

func run(io.Reader, *os.File) error { return errors.ErrUnsupported }
