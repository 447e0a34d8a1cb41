//go:build !linux

package process

import (
	"errors"
	"os"
)

func newShared() (*os.File, error) { return nil, errors.ErrUnsupported }
