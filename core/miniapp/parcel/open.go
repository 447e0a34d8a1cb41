package parcel

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/dougong-dev/dougong/core/bundle"
	"github.com/dougong-dev/dougong/core/miniapp/program"
)

// Source opens the archive of a bundle: once for the main package, and again for each subpackage. Only what is read is
// needed of it, so that it may be a file far away of which parts are fetched.
type Source func(ctx context.Context) (Archive, error)

// Archive is an opened archive.
type Archive struct {
	io.ReaderAt
	io.Closer
	Size int64
}

// OpenFile opens the mini-program in a bundle on disk.
func OpenFile(name string, limits bundle.Limits) (*program.Program, error) {
	p, err := Open(context.Background(), FileSource(name), limits)
	if err != nil {
		return nil, fmt.Errorf("open bundle %s: %w", name, err)
	}
	return p, nil
}

// FileSource is a bundle on disk.
func FileSource(name string) Source {
	return func(context.Context) (Archive, error) {
		f, err := os.Open(name)
		if err != nil {
			return Archive{}, err
		}
		info, err := f.Stat()
		if err != nil {
			return Archive{}, errors.Join(err, f.Close())
		}
		return Archive{f, f, info.Size()}, nil
	}
}

// Open opens the mini-program in a bundle: its main package is read, its subpackages are when they are fetched.
func Open(ctx context.Context, source Source, limits bundle.Limits) (*program.Program, error) {
	r, err := source(ctx)
	if err != nil {
		return nil, err
	}
	main, err := readMain(r, limits)
	if err := errors.Join(err, r.Close()); err != nil {
		return nil, err
	}
	return program.Load(&parcel{MapFiles: main, source: source, limits: limits})
}

func readMain(r Archive, limits bundle.Limits) (program.MapFiles, error) {
	b, err := bundle.Open(r, r.Size, limits)
	if err != nil {
		return nil, err
	}
	main := program.MapFiles{}
	for _, name := range b.Names() {
		if strings.HasPrefix(name, Dir+"/") {
			continue
		}
		if main[name], err = b.ReadFile(name); err != nil {
			return nil, err
		}
	}
	return main, nil
}

// parcel is an opened bundle.
type parcel struct {
	program.MapFiles
	source Source
	limits bundle.Limits
}

// Part implements program.Parts. The bundle may have been replaced since: only the very file that the main package names
// will do.
func (p *parcel) Part(ctx context.Context, sub program.SubPackage, progress func(done, total int64)) (program.Files, error) {
	r, err := p.source(ctx)
	if err != nil {
		return nil, err
	}
	data, err := p.read(ctx, r, sub, progress)
	if err := errors.Join(err, r.Close()); err != nil {
		return nil, err
	}
	sum := sha256.Sum256(data)
	if got := hex.EncodeToString(sum[:]); got != sub.SHA256 || int64(len(data)) != sub.Size {
		return nil, fmt.Errorf("%w: %s has %d bytes with SHA-256 %s, expected %d with %s: the bundle has been replaced since it was opened; open it again",
			bundle.ErrInvalid, sub.File, len(data), got, sub.Size, sub.SHA256)
	}
	return unpack(data, sub, p.limits)
}

func (p *parcel) read(ctx context.Context, r Archive, sub program.SubPackage, progress func(done, total int64)) ([]byte, error) {
	b, err := bundle.Open(r, r.Size, p.limits)
	if err != nil {
		return nil, err
	}
	f, err := b.Stream(sub.File)
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(&meter{ctx: ctx, r: io.LimitReader(f, sub.Size+1), total: sub.Size, tell: progress})
	return data, errors.Join(err, f.Close())
}

// unpack opens a subpackage's file. It holds files of that package and no others.
func unpack(data []byte, sub program.SubPackage, limits bundle.Limits) (program.Files, error) {
	b, err := bundle.Open(bytes.NewReader(data), int64(len(data)), limits)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", sub.File, err)
	}
	for _, name := range b.Names() {
		if !strings.HasPrefix(program.SourcePath(name), sub.Root+"/") {
			return nil, fmt.Errorf("%w: %s holds %q, which is not in %q", bundle.ErrInvalid, sub.File, name, sub.Root)
		}
	}
	files, err := b.All()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", sub.File, err)
	}
	return program.MapFiles(files), nil
}

// meter tells how far reading is, and ends it with its context.
type meter struct {
	ctx         context.Context //nolint:containedctx // lives as long as the reading
	r           io.Reader
	done, total int64
	tell        func(done, total int64)
}

// Read implements io.Reader.
func (m *meter) Read(p []byte) (int, error) {
	if err := m.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := m.r.Read(p)
	m.done += int64(n)
	if m.tell != nil && n > 0 {
		m.tell(m.done, m.total)
	}
	return n, err
}

var _ program.Parts = (*parcel)(nil)
