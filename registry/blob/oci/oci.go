// Package oci keeps artifacts in a repository of an OCI registry, by oras-go: a house that has one for its containers needs no
// other store.
//
//	s, err := oci.Open(ctx, "oci://registry.house/dougong/artifacts")
//
// An artifact is a blob under its own digest. A manifest refers to it, so that the registry's garbage collection leaves it there,
// with the tag sha256-DIGEST, by which artifacts are listed. Credentials are those of docker login. An upload waits in a local
// temporary file until it has been inspected.
package oci

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"

	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
	"oras.land/oras-go/v2"
	"oras.land/oras-go/v2/errdef"
	"oras.land/oras-go/v2/registry/remote"
	"oras.land/oras-go/v2/registry/remote/auth"
	"oras.land/oras-go/v2/registry/remote/credentials"
	"oras.land/oras-go/v2/registry/remote/errcode"
	"oras.land/oras-go/v2/registry/remote/retry"

	"github.com/dougong-dev/dougong/registry/blob"
)

// Scheme begins the addresses that Open takes.
const Scheme = "oci://"

// ArtifactType and MediaType are what manifests and their blobs are called.
const (
	ArtifactType = "application/vnd.dougong.artifact.v1"
	MediaType    = "application/vnd.dougong.bundle.v1+zip"
)

const tagPrefix = "sha256-"

// Store is a repository.
type Store struct{ repo *remote.Repository }

// Open opens a repository, and finds out whether its registry answers. The repository itself comes to be with its first
// artifact. With ?plain_http=true it is spoken to without TLS.
func Open(ctx context.Context, address string) (*Store, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "oci" || u.Host == "" || u.User != nil {
		return nil, fmt.Errorf("artifact repository %.200q: expected oci://HOST/REPOSITORY", address)
	}
	repo, err := remote.NewRepository(u.Host + u.Path)
	if err != nil {
		return nil, fmt.Errorf("artifact repository %s: %w", address, err)
	}
	if repo.Reference.Reference != "" {
		return nil, fmt.Errorf("artifact repository %s: it has a tag or digest, expected the repository alone", address)
	}
	repo.PlainHTTP = u.Query().Get("plain_http") == "true"
	known, err := credentials.NewStoreFromDocker(credentials.StoreOptions{})
	if err != nil {
		return nil, fmt.Errorf("artifact repository: credentials: %w", err)
	}
	repo.Client = &auth.Client{Client: retry.DefaultClient, Cache: auth.NewCache(), Credential: credentials.Credential(known)}
	at := &remote.Registry{RepositoryOptions: remote.RepositoryOptions{Client: repo.Client, PlainHTTP: repo.PlainHTTP, Reference: repo.Reference}}
	if err := at.Ping(ctx); err != nil {
		return nil, fmt.Errorf("artifact repository %s: the registry does not answer: %w", address, err)
	}
	return &Store{repo}, nil
}

// Create implements blob.Store.
func (s *Store) Create(context.Context) (blob.Upload, error) {
	f, err := os.CreateTemp("", "dougong-up-")
	if err != nil {
		return nil, fmt.Errorf("begin upload: %w", err)
	}
	return &upload{f, s.repo}, nil
}

type upload struct {
	*os.File
	repo *remote.Repository
}

// epoch makes equal artifacts have equal manifests.
const epoch = "1970-01-01T00:00:00Z"

// Commit implements blob.Upload: first the blob, then its manifest, then the tag, without which nobody lists it.
func (u *upload) Commit(ctx context.Context, sum string) error {
	if !blob.ValidDigest(sum) {
		return fmt.Errorf("artifact %.80q: not a SHA-256 in hex", sum)
	}
	size, err := u.Seek(0, io.SeekEnd)
	if err == nil {
		_, err = u.Seek(0, io.SeekStart)
	}
	if err != nil {
		return fmt.Errorf("keep artifact: %w", err)
	}
	layer := ocispec.Descriptor{MediaType: MediaType, Digest: digest.NewDigestFromEncoded(digest.SHA256, sum), Size: size}
	there, err := u.repo.Exists(ctx, layer)
	if err == nil && !there {
		err = u.repo.Push(ctx, layer, io.NopCloser(u.File))
	}
	if err != nil && !errors.Is(err, errdef.ErrAlreadyExists) {
		return fmt.Errorf("keep artifact: %w", err)
	}
	manifest, err := oras.PackManifest(ctx, u.repo, oras.PackManifestVersion1_1, ArtifactType, oras.PackManifestOptions{
		Layers: []ocispec.Descriptor{layer}, ManifestAnnotations: map[string]string{ocispec.AnnotationCreated: epoch}})
	if err == nil {
		err = u.repo.Tag(ctx, manifest, tagPrefix+sum)
	}
	if err != nil {
		return fmt.Errorf("keep artifact: %w", err)
	}
	return nil
}

// Discard implements blob.Upload.
func (u *upload) Discard() error { return errors.Join(u.Close(), os.Remove(u.Name())) }

// object is a blob being read.
type object struct {
	io.ReadSeekCloser
	size int64
}

// Size implements blob.Object.
func (o *object) Size() int64 { return o.size }

// Open implements blob.Store.
func (s *Store) Open(ctx context.Context, sum string) (blob.Object, error) {
	if !blob.ValidDigest(sum) {
		return nil, fmt.Errorf("artifact %.80q: not a SHA-256 in hex", sum)
	}
	at, err := s.repo.Blobs().Resolve(ctx, "sha256:"+sum)
	if errors.Is(err, errdef.ErrNotFound) {
		return nil, fmt.Errorf("%s: %w", sum, blob.ErrNotFound)
	}
	if err != nil {
		return nil, fmt.Errorf("open artifact: %w", err)
	}
	r, err := s.repo.Blobs().Fetch(ctx, at)
	if err != nil {
		return nil, fmt.Errorf("open artifact: %w", err)
	}
	seeker, ok := r.(io.ReadSeekCloser)
	if !ok {
		return nil, errors.Join(fmt.Errorf("open artifact: the registry %s gives no ranges of blobs", s.repo.Reference.Registry), r.Close())
	}
	return &object{seeker, at.Size}, nil
}

// Delete implements blob.Store: what nobody lists any more first, then the bytes. The registry has to allow deletion.
func (s *Store) Delete(ctx context.Context, sum string) error {
	if !blob.ValidDigest(sum) {
		return fmt.Errorf("artifact %.80q: not a SHA-256 in hex", sum)
	}
	manifest, err := s.repo.Resolve(ctx, tagPrefix+sum)
	if err == nil {
		err = s.repo.Delete(ctx, manifest)
	}
	if err != nil && !errors.Is(err, errdef.ErrNotFound) {
		return fmt.Errorf("delete artifact: %w", err)
	}
	at, err := s.repo.Blobs().Resolve(ctx, "sha256:"+sum)
	if err == nil {
		err = s.repo.Blobs().Delete(ctx, at)
	}
	if err != nil && !errors.Is(err, errdef.ErrNotFound) {
		return fmt.Errorf("delete artifact: %w", err)
	}
	return nil
}

// List implements blob.Store.
func (s *Store) List(ctx context.Context, each func(string) error) error {
	err := s.repo.Tags(ctx, "", func(tags []string) error {
		for _, tag := range tags {
			if sum, ok := strings.CutPrefix(tag, tagPrefix); ok && blob.ValidDigest(sum) {
				if err := each(sum); err != nil {
					return err
				}
			}
		}
		return nil
	})
	var answer *errcode.ErrorResponse
	if errors.As(err, &answer) && answer.StatusCode == http.StatusNotFound { // nothing was kept yet
		return nil
	}
	if err != nil {
		return fmt.Errorf("list artifacts: %w", err)
	}
	return nil
}

var (
	_ blob.Store  = (*Store)(nil)
	_ blob.Upload = (*upload)(nil)
	_ blob.Object = (*object)(nil)
)
