//go:build !desktop

package window

import (
	"errors"
	"io"
)

// Supported reports whether this program can open a window.
const Supported = false

func run(io.Reader, io.Writer) error { return errors.ErrUnsupported }
