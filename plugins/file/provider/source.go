package provider

import (
	"bytes"
	"errors"
	"io"
	"io/fs"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/plugins/file/space"
)

// maxRead is how many bytes of a file an answer carries.
const maxRead = pdk.MaxPayload - 64<<10

// source is a file that is being read: of the space, or of the mini-program's package.
type source struct {
	io.ReaderAt
	size  int64
	path  space.Path
	close func() error
}

func (s *source) Close() error { return s.close() }

// source opens a file for reading.
func (p *Provider) source(ctx *pdk.Context, op, text string) (*source, error) {
	path, err := space.Parse(op, text)
	if err != nil {
		return nil, err
	}
	if path.Part == space.Package {
		data, err := packageFile(ctx, op, path)
		if err != nil {
			return nil, err
		}
		return &source{ReaderAt: bytes.NewReader(data), size: int64(len(data)), path: path, close: func() error { return nil }}, nil
	}
	own, err := p.space(ctx)
	if err != nil {
		return nil, err
	}
	f, err := own.Open(op, path)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return &source{ReaderAt: f, size: info.Size(), path: path, close: f.Close}, nil
}

func packageFile(ctx *pdk.Context, op string, path space.Path) ([]byte, error) {
	data, err := ctx.Package(path.Rest)
	switch pdk.Code(err) {
	case pdk.CodeNotFound, pdk.CodeUnsupported:
		return nil, space.Fail(op, path, space.NotFound)
	}
	return data, err
}

// bytes reads the file from a position, at most so many bytes; -1: all.
func (s *source) bytes(position, length int64) ([]byte, error) {
	if position > s.size {
		position = s.size
	}
	if length < 0 || length > s.size-position {
		length = s.size - position
	}
	if length > maxRead {
		return nil, pdk.Errorf(pdk.CodeTooLarge, "tooLarge", "file %s: %d bytes are more than the %d that can be read at once; read it in pieces", s.path, length, maxRead)
	}
	buf := make([]byte, length)
	n, err := s.ReadAt(buf, position)
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return buf[:n], err
}

// load reads a whole file.
func (p *Provider) load(ctx *pdk.Context, op, text string) ([]byte, error) {
	s, err := p.source(ctx, op, text)
	if err != nil {
		return nil, err
	}
	defer func() { _ = s.Close() }()
	return s.bytes(0, -1)
}

// info tells what is at a path; a package has files only.
func (p *Provider) info(ctx *pdk.Context, op, text string) (stats, space.Path, error) {
	path, err := space.Parse(op, text)
	if err != nil {
		return stats{}, path, err
	}
	if path.Part == space.Package {
		data, err := packageFile(ctx, op, path)
		return stats{Mode: modeFile | 0o444, Size: int64(len(data))}, path, err
	}
	own, err := p.space(ctx)
	if err != nil {
		return stats{}, path, err
	}
	info, err := own.Stat(op, path)
	if err != nil {
		return stats{}, path, err
	}
	return statsOf(info), path, nil
}

// File types of st_mode.
const (
	modeDir  = 0o040000
	modeFile = 0o100000
)

// stats is what WeChat tells of a file.
type stats struct {
	Mode     int64 `json:"mode"`
	Size     int64 `json:"size"`
	Accessed int64 `json:"lastAccessedTime"`
	Modified int64 `json:"lastModifiedTime"`
}

func statsOf(info fs.FileInfo) stats {
	s := stats{Mode: int64(info.Mode().Perm()) | modeFile, Size: info.Size(), Modified: info.ModTime().Unix()}
	if info.IsDir() {
		s.Mode, s.Size = int64(info.Mode().Perm())|modeDir, 0
	}
	s.Accessed = s.Modified
	return s
}

func (s stats) dir() bool { return s.Mode&modeDir != 0 }
