// Package blob keeps artifacts under the SHA-256 of their bytes: in a folder (the embedded default), or in an S3-compatible
// store (package bucket).
//
//	up, err := blobs.Create(ctx)           // stream into it; read it back to inspect
//	err = up.Commit(ctx, digest)           // from now on it is there
//	obj, err := blobs.Open(ctx, digest)
//
// It must not know what the bytes are. Nothing under a digest ever changes.
package blob

import (
	"context"
	"errors"
	"io"
	"regexp"
)

// ErrNotFound says that nothing is kept under a digest.
var ErrNotFound = errors.New("artifact not found")

// Store keeps artifacts. It is safe for concurrent use.
type Store interface {
	// Create begins an upload. Whoever calls it calls Discard at last, also after Commit.
	Create(ctx context.Context) (Upload, error)
	// Open reads an artifact; the error is ErrNotFound for one that is not there.
	Open(ctx context.Context, digest string) (Object, error)
	Delete(ctx context.Context, digest string) error
	// List calls each with every digest that is kept.
	List(ctx context.Context, each func(digest string) error) error
}

// Upload is an artifact on its way in.
type Upload interface {
	io.Writer
	io.ReaderAt
	// Commit keeps what was written under its digest, durably. The caller has computed it.
	Commit(ctx context.Context, digest string) error
	// Discard frees what is left of the upload; after Commit it changes nothing.
	Discard() error
}

// Object is an artifact being read.
type Object interface {
	io.ReadSeekCloser
	Size() int64
}

var digestForm = regexp.MustCompile(`^[0-9a-f]{64}$`)

// ValidDigest tells whether a text is a SHA-256 in lower-case hex. Digests become paths: nothing else may.
func ValidDigest(digest string) bool { return digestForm.MatchString(digest) }
