package install

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/dougong-dev/dougong/core/bundle"
)

// source of bytes that are here: the version before, and behind it the beginning of the new one.
type present struct {
	files  []*os.File
	starts []int64
	size   int64
	recipe *bundle.Recipe // of all of it

	partial *os.File // what an earlier attempt has brought; nil if nothing
	brought int64    // its size
}

// openPieces opens the old version, and what an earlier attempt has brought of the new one. Whether that is what the recipe
// says shows when it is copied.
func openPieces(old, partial string, r *bundle.Recipe) (*present, error) {
	p := &present{recipe: &bundle.Recipe{}}
	err := p.add(old)
	if err == nil {
		err = p.addPartial(partial, r)
	}
	if err != nil {
		p.close()
		return nil, err
	}
	return p, nil
}

func (p *present) addPartial(name string, r *bundle.Recipe) error {
	f, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	p.files, p.starts = append(p.files, f), append(p.starts, p.size)
	info, err := f.Stat()
	if err != nil {
		return err
	}
	p.partial, p.brought = f, info.Size()
	for _, s := range r.Segments {
		if s.Offset+s.Size > info.Size() {
			break
		}
		s.Offset += p.size
		p.recipe.Segments = append(p.recipe.Segments, s)
	}
	p.size += info.Size()
	return nil
}

func (p *present) add(name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	p.files, p.starts = append(p.files, f), append(p.starts, p.size)
	info, err := f.Stat()
	if err != nil {
		return err
	}
	r, err := bundle.NewRecipe(f, info.Size(), bundleLimits)
	if err != nil {
		return err
	}
	for _, s := range r.Segments {
		s.Offset += p.size
		p.recipe.Segments = append(p.recipe.Segments, s)
	}
	p.size += info.Size()
	return nil
}

// ReadAt implements io.ReaderAt. A piece never reaches from one file into the next.
func (p *present) ReadAt(b []byte, off int64) (int, error) {
	for i := len(p.files) - 1; i >= 0; i-- {
		if off >= p.starts[i] {
			return p.files[i].ReadAt(b, off-p.starts[i])
		}
	}
	return 0, fmt.Errorf("read at %d: %w", off, os.ErrInvalid)
}

func (p *present) close() {
	for _, f := range p.files {
		_ = f.Close() // only read
	}
}

// pieces fetches pieces in order; neighbours come by one request.
type pieces struct {
	ctx  context.Context //nolint:containedctx // bundle.Fetch has none; it lives for one download
	d    *download
	have *present
	runs []bundle.Segment // not asked for yet

	open io.ReadCloser
	at   int64 // where open stands
	end  int64
}

// fetch gives a piece. Of one that an earlier attempt has begun, the rest alone is asked for.
func (p *pieces) fetch(offset, size int64) (io.ReadCloser, error) {
	here := min(max(p.have.brought-offset, 0), size)
	if here == 0 {
		return p.remote(offset, size)
	}
	beginning := io.NewSectionReader(p.have.partial, offset, here)
	if here == size {
		return io.NopCloser(beginning), nil
	}
	rest, err := p.remote(offset+here, size-here)
	if err != nil {
		return nil, err
	}
	return &window{Reader: io.MultiReader(beginning, rest), closers: []io.Closer{rest}}, nil
}

func (p *pieces) remote(offset, size int64) (io.ReadCloser, error) {
	if p.open == nil || p.at != offset || p.at+size > p.end {
		if err := p.next(offset, size); err != nil {
			return nil, err
		}
	}
	p.at += size
	return io.NopCloser(&counter{io.LimitReader(p.open, size), &p.d.tally.Fetched}), nil
}

// next asks for the run that a piece begins.
func (p *pieces) next(offset, size int64) error {
	if err := p.close(); err != nil {
		return err
	}
	for len(p.runs) > 0 && p.runs[0].Offset+p.runs[0].Size <= offset {
		p.runs = p.runs[1:]
	}
	n := size
	if len(p.runs) > 0 && p.runs[0].Offset <= offset {
		n = max(n, p.runs[0].Offset+p.runs[0].Size-offset)
	}
	r, err := p.d.source.Open(p.ctx, p.d.offer, offset, n)
	p.open, p.at, p.end = r, offset, offset+n
	return err
}

func (p *pieces) close() error {
	if p.open == nil {
		return nil
	}
	err := p.open.Close()
	p.open = nil
	return err
}

// counter counts what is read.
type counter struct {
	io.Reader
	n *int64
}

// Read implements io.Reader.
func (c *counter) Read(b []byte) (int, error) {
	n, err := c.Reader.Read(b)
	*c.n += int64(n)
	if err != nil && !errors.Is(err, io.EOF) {
		err = fmt.Errorf("a piece: %w", err)
	}
	return n, err
}
