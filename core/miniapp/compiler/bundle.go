package compiler

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/dougong-dev/dougong/core/bundle"
	"github.com/dougong-dev/dougong/core/miniapp/parcel"
	"github.com/dougong-dev/dougong/core/miniapp/program"
)

// WriteTo writes the mini-program as a .dgm archive, each subpackage as a file of its own in it. The same project gives the
// same bytes.
func (r *Result) WriteTo(w io.Writer) (int64, error) {
	files, err := parcel.Split(r.Files)
	if err != nil {
		return 0, err
	}
	cw := &countingWriter{w: w}
	err = bundle.Write(cw, files)
	return cw.n, err
}

// WriteFile writes the mini-program to a .dgm file, which appears only when it is complete.
func (r *Result) WriteFile(name string) error {
	f, err := os.CreateTemp(filepath.Dir(name), ".dgm-*")
	if err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	defer func() { _ = os.Remove(f.Name()) }() // renamed already unless something failed
	if _, err := r.WriteTo(f); err != nil {
		_ = f.Close() // the write already failed
		return fmt.Errorf("write %s: %w", name, err)
	}
	if err := f.Close(); err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	if err := os.Chmod(f.Name(), 0o644); err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	if err := os.Rename(f.Name(), name); err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	return nil
}

type countingWriter struct {
	w io.Writer
	n int64
}

// Write implements io.Writer.
func (c *countingWriter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += int64(n)
	return n, err
}

// Program loads the result, as a development server does. It can show places in the sources.
func (r *Result) Program() (*program.Program, error) {
	p, err := program.Load(r.Files)
	if err == nil {
		p.Frame = r.Frame
	}
	return p, err
}

var _ io.WriterTo = (*Result)(nil)
