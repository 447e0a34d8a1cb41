package provider

import (
	"errors"
	"io"

	"github.com/dougong-dev/dougong/pdk/go"
)

// Where the host has a provider of files, downloads become files of its space, so that the mini-program's file system, its
// pictures and its uploads know them all under one scheme. Where it has none, this plugin keeps them itself.

// piece is how many bytes of a file travel at a time.
const piece = 4 << 20

// noFiles tells whether the host has no provider of files.
func noFiles(err error) bool {
	code := pdk.Code(err)
	return code == pdk.CodeUnsupported || code == pdk.CodeDenied
}

// handOver moves what was downloaded to the mini-program's files, at a path or as a temporary file, and returns its path.
func handOver(ctx *pdk.Context, r io.Reader, name, extension string) (string, error) {
	in := pdk.FileWrite{Path: name, Extension: extension}
	buf := make([]byte, piece)
	for {
		n, err := io.ReadFull(r, buf)
		last := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
		if err != nil && !last {
			return "", err
		}
		if n > 0 || !in.Append {
			in.Data = buf[:n]
			out, err := ctx.Files().Write(in)
			if err != nil {
				return "", localError(err)
			}
			in.Path, in.Append = out.Path, true
		}
		if last {
			return in.Path, nil
		}
	}
}

// Numbers of the file capability's errors.
const (
	fileNotFound = 1300002
	fileFull     = 1300202
)

// localError gives an error of the file capability a code of the network's.
func localError(err error) error {
	e := pdk.AsError(err)
	switch {
	case noFiles(err):
		return err
	case e.Code == fileNotFound:
		return pdk.Errorf(pdk.CodeNotFound, "notFound", "%s", e.Message)
	case e.Code == fileFull:
		return pdk.Errorf(pdk.CodeQuota, "quota", "exceed max file size: %s", e.Message)
	case e.Code >= 10000:
		return pdk.Errorf(pdk.CodeInvalidParams, "invalidParams", "%s", e.Message)
	}
	return err
}

// localFile is a file of the mini-program that is read piece by piece.
type localFile struct {
	ctx  *pdk.Context
	name string
	at   int64
	size int64
	buf  []byte
}

// openLocal opens a file of the mini-program.
func openLocal(ctx *pdk.Context, name string) (*localFile, error) {
	f := &localFile{ctx: ctx, name: name}
	return f, f.fetch()
}

func (f *localFile) fetch() error {
	c, err := f.ctx.Files().Read(pdk.FileRead{Path: f.name, Position: f.at, Length: piece})
	if err != nil {
		return localError(err)
	}
	f.buf, f.size = c.Data, c.Size
	f.at += int64(len(c.Data))
	return nil
}

// Read implements io.Reader.
func (f *localFile) Read(p []byte) (int, error) {
	if len(f.buf) == 0 {
		if f.at >= f.size {
			return 0, io.EOF
		}
		if err := f.fetch(); err != nil {
			return 0, err
		}
		if len(f.buf) == 0 {
			return 0, io.ErrUnexpectedEOF // it was cut meanwhile
		}
	}
	n := copy(p, f.buf)
	f.buf = f.buf[n:]
	return n, nil
}

// Close implements io.Closer.
func (f *localFile) Close() error { return nil }
