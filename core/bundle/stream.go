package bundle

import (
	"archive/zip"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sort"
)

// Stream reads a file piece by piece. Whoever reads to the end without an error has had exactly the bytes that the table of
// contents claims; nothing beyond that size is ever given out.
func (b *Bundle) Stream(name string) (io.ReadCloser, error) {
	r, size, err := b.open(name)
	if err != nil {
		return nil, err
	}
	return &stream{name: name, inner: r, left: size}, nil
}

// stream holds a file to the size that it claims; archive/zip holds it to its checksum.
type stream struct {
	name  string
	inner io.ReadCloser
	left  int64
}

// Read implements io.Reader.
func (s *stream) Read(p []byte) (int, error) {
	n, err := s.inner.Read(p)
	s.left -= int64(n)
	switch {
	case s.left < 0:
		return 0, invalid("%q has more bytes than it claims", s.name)
	case err == io.EOF && s.left > 0:
		return n, invalid("%q has %d bytes fewer than it claims", s.name, s.left)
	case err != nil && err != io.EOF:
		return n, invalid("%q: %v", s.name, err)
	}
	return n, err
}

// Close implements io.Closer.
func (s *stream) Close() error { return s.inner.Close() }

// Unpack writes all files below a folder that exists. Nothing is written outside of it, and nothing over what is there: a
// folder that somebody else can write to is no place to unpack to.
func (b *Bundle) Unpack(dir string) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return fmt.Errorf("unpack: %w", err)
	}
	defer func() { _ = root.Close() }() // only a handle
	for _, name := range b.names {
		if err := b.unpackOne(root, name); err != nil {
			return fmt.Errorf("unpack %s: %w", name, err)
		}
	}
	return nil
}

func (b *Bundle) unpackOne(root *os.Root, name string) error {
	local := filepath.FromSlash(name)
	if err := root.MkdirAll(filepath.Dir(local), 0o700); err != nil {
		return err
	}
	r, err := b.Stream(name)
	if err != nil {
		return err
	}
	defer func() { _ = r.Close() }() // only read
	w, err := root.OpenFile(local, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(w, r)
	if closing := w.Close(); err == nil {
		err = closing
	}
	return err
}

// apart checks that no two files share bytes of the archive: that is how a small archive unpacks to a huge one without any
// single file being suspicious.
func apart(files []*zip.File, size int64) error {
	type span struct {
		name     string
		from, to int64
	}
	spans := make([]span, 0, len(files))
	for _, f := range files {
		from, err := f.DataOffset()
		if err != nil {
			return invalid("%q: %v", f.Name, err)
		}
		to := from + int64(f.CompressedSize64)
		if to < from || to > size {
			return invalid("%q reaches beyond the end of the archive", f.Name)
		}
		spans = append(spans, span{f.Name, from, to})
	}
	sort.Slice(spans, func(i, j int) bool {
		return spans[i].from < spans[j].from || spans[i].from == spans[j].from && spans[i].to < spans[j].to
	})
	for i := 1; i < len(spans); i++ {
		if header := int64(30 + len(spans[i].name)); spans[i].from-header < spans[i-1].to {
			return invalid("%q and %q share bytes of the archive", spans[i-1].name, spans[i].name)
		}
	}
	return nil
}
