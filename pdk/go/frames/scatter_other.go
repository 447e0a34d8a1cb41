//go:build !linux

package frames

import "io"

// scatterer is for Linux only.
type scatterer struct{}

func newScatterer(io.Reader) *scatterer { return nil }

func (*scatterer) read(_, _ []byte) (int, error) { return 0, io.ErrNoProgress }
