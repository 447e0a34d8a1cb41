package bundle

import (
	"bytes"
	"io"
	"io/fs"
	"path"
	"time"
)

// Open implements fs.FS for files. A bundle has no folders of its own; use Names to list.
func (b *Bundle) Open(name string) (fs.File, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrInvalid}
	}
	data, err := b.ReadFile(name)
	if err != nil {
		return nil, err
	}
	return &file{Reader: bytes.NewReader(data), info: info{path.Base(name), int64(len(data))}}, nil
}

// file is an opened file, read into memory and checked.
type file struct {
	*bytes.Reader
	info info
}

// Stat implements fs.File.
func (f *file) Stat() (fs.FileInfo, error) { return f.info, nil }

// Close implements fs.File.
func (f *file) Close() error { return nil }

type info struct {
	name string
	size int64
}

func (i info) Name() string       { return i.name }
func (i info) Size() int64        { return i.size }
func (i info) Mode() fs.FileMode  { return 0o444 }
func (i info) ModTime() time.Time { return epoch }
func (i info) IsDir() bool        { return false }
func (i info) Sys() any           { return nil }

var (
	_ fs.FS         = (*Bundle)(nil)
	_ fs.ReadFileFS = (*Bundle)(nil)
	_ io.ReadSeeker = (*file)(nil)
)
