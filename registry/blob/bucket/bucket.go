// Package bucket keeps artifacts in an S3-compatible store, by gocloud.dev/blob: what several stateless replicas share.
//
//	s, err := bucket.Open(ctx, "s3://artifacts?endpoint=https://s3.house&region=eu&use_path_style=true")
//
// Access keys come from the environment (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY) or from where the AWS SDK finds them
// otherwise. An upload waits in a local temporary file until it has been inspected.
package bucket

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	gocloud "gocloud.dev/blob"
	_ "gocloud.dev/blob/s3blob" // addresses that begin with s3://
	"gocloud.dev/gcerrors"

	"github.com/dougong-dev/dougong/registry/blob"
)

const prefix = "sha256/"

// Store is a bucket.
type Store struct{ bucket *gocloud.Bucket }

// Open opens a bucket that is there, and finds out whether it answers. Close it.
func Open(ctx context.Context, address string) (*Store, error) {
	b, err := gocloud.OpenBucket(ctx, address)
	if err != nil {
		return nil, fmt.Errorf("artifact bucket: %w", err)
	}
	if ok, err := b.IsAccessible(ctx); err != nil || !ok {
		return nil, errors.Join(fmt.Errorf("artifact bucket %s is not there, or may not be read: %w", name(address), err), b.Close())
	}
	return &Store{b}, nil
}

// name is the address without its parameters, which may hold secrets.
func name(address string) string {
	before, _, _ := strings.Cut(address, "?")
	return before
}

// Close ends the connections.
func (s *Store) Close() error { return s.bucket.Close() }

func key(digest string) (string, error) {
	if !blob.ValidDigest(digest) {
		return "", fmt.Errorf("artifact %.80q: not a SHA-256 in hex", digest)
	}
	return prefix + digest, nil
}

// Create implements blob.Store.
func (s *Store) Create(context.Context) (blob.Upload, error) {
	f, err := os.CreateTemp("", "dougong-up-")
	if err != nil {
		return nil, fmt.Errorf("begin upload: %w", err)
	}
	return &upload{f, s.bucket}, nil
}

type upload struct {
	*os.File
	bucket *gocloud.Bucket
}

// Commit implements blob.Upload. An object appears when its writer is closed, whole or not at all.
func (u *upload) Commit(ctx context.Context, digest string) error {
	k, err := key(digest)
	if err != nil {
		return err
	}
	if _, err := u.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("keep artifact: %w", err)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	w, err := u.bucket.NewWriter(ctx, k, &gocloud.WriterOptions{ContentType: "application/octet-stream"})
	if err != nil {
		return fmt.Errorf("keep artifact: %w", err)
	}
	if _, err = io.Copy(w, u.File); err != nil {
		cancel() // so that closing does not finish half an object
	}
	if err = errors.Join(err, w.Close()); err != nil {
		return fmt.Errorf("keep artifact: %w", err)
	}
	return nil
}

// Discard implements blob.Upload.
func (u *upload) Discard() error { return errors.Join(u.Close(), os.Remove(u.Name())) }

// Open implements blob.Store.
func (s *Store) Open(ctx context.Context, digest string) (blob.Object, error) {
	k, err := key(digest)
	if err != nil {
		return nil, err
	}
	r, err := s.bucket.NewReader(ctx, k, nil)
	if gcerrors.Code(err) == gcerrors.NotFound {
		return nil, fmt.Errorf("%s: %w", digest, blob.ErrNotFound)
	}
	if err != nil {
		return nil, fmt.Errorf("open artifact: %w", err)
	}
	return r, nil
}

// Delete implements blob.Store.
func (s *Store) Delete(ctx context.Context, digest string) error {
	k, err := key(digest)
	if err != nil {
		return err
	}
	if err := s.bucket.Delete(ctx, k); err != nil && gcerrors.Code(err) != gcerrors.NotFound {
		return fmt.Errorf("delete artifact: %w", err)
	}
	return nil
}

// List implements blob.Store.
func (s *Store) List(ctx context.Context, each func(string) error) error {
	all := s.bucket.List(&gocloud.ListOptions{Prefix: prefix})
	for {
		o, err := all.Next(ctx)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("list artifacts: %w", err)
		}
		if digest := strings.TrimPrefix(o.Key, prefix); blob.ValidDigest(digest) {
			if err := each(digest); err != nil {
				return err
			}
		}
	}
}

var (
	_ blob.Store  = (*Store)(nil)
	_ blob.Upload = (*upload)(nil)
	_ blob.Object = (*gocloud.Reader)(nil)
)
