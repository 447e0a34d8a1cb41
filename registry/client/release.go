package client

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"

	"github.com/dougong-dev/dougong/registry/api"
	"github.com/dougong-dev/dougong/registry/logbook"
	"github.com/dougong-dev/dougong/registry/release"
	"github.com/dougong-dev/dougong/registry/store"
)

// Signed is what a vendor says of a release, in an envelope, and the certificates of who signed it, as PEM. A registry that has
// seen the certificates before needs none.
type Signed struct {
	Envelope     []byte
	Certificates []byte
	// Visibility is that of a package whose first version this is; empty: its organisation's default.
	Visibility store.Visibility
}

// Publish uploads a release: its envelope, and its artifacts in the envelope's order. They are streamed.
func (c *Client) Publish(ctx context.Context, signed Signed, artifacts ...io.Reader) (*release.Published, error) {
	pr, pw := io.Pipe()
	form := multipart.NewWriter(pw)
	written := make(chan struct{})
	go func() {
		defer close(written)
		pw.CloseWithError(writeForm(form, signed, artifacts))
	}()
	defer func() { <-written }()
	defer func() { _ = pr.Close() }() // so that the writer ends
	req, err := c.request(ctx, http.MethodPost, "/v1/publish", pr)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", form.FormDataContentType())
	res, err := c.do(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = res.Body.Close() }() // only read
	p := &release.Published{}
	if err := json.NewDecoder(io.LimitReader(res.Body, maxAnswer)).Decode(p); err != nil {
		return nil, fmt.Errorf("registry %s: %w", c.base.Host, err)
	}
	return p, nil
}

func writeForm(form *multipart.Writer, signed Signed, artifacts []io.Reader) error {
	fields := map[string][]byte{release.PartEnvelope: signed.Envelope, release.PartVisibility: []byte(signed.Visibility), release.PartCertificates: signed.Certificates}
	for _, name := range []string{release.PartEnvelope, release.PartVisibility, release.PartCertificates} {
		if name != release.PartEnvelope && len(fields[name]) == 0 {
			continue
		}
		w, err := form.CreateFormField(name)
		if err != nil {
			return err
		}
		if _, err := w.Write(fields[name]); err != nil {
			return err
		}
	}
	for _, a := range artifacts {
		w, err := form.CreateFormFile(release.PartArtifact, "artifact")
		if err != nil {
			return err
		}
		if _, err := io.Copy(w, a); err != nil {
			return err
		}
	}
	return form.Close()
}

func pkg(kind store.Kind, id string, rest ...string) string {
	return "/v1" + Path(append([]string{api.Plural(kind), id}, rest...)...)
}

// SetVisibility makes a package public or internal to its organisation.
func (c *Client) SetVisibility(ctx context.Context, kind store.Kind, id string, v store.Visibility) error {
	return c.Post(ctx, pkg(kind, id, "visibility"), map[string]any{"visibility": v}, nil)
}

// Versions lists a package's versions, newest first.
func (c *Client) Versions(ctx context.Context, kind store.Kind, id string) (*api.Versions, error) {
	v := &api.Versions{}
	return v, c.Get(ctx, pkg(kind, id, "versions"), v)
}

// Release reads a release's metadata.
func (c *Client) Release(ctx context.Context, kind store.Kind, id, version string) (*release.Doc, error) {
	d := &release.Doc{}
	return d, c.Get(ctx, pkg(kind, id, version, "metadata"), d)
}

// Envelope reads a release's signed envelope.
func (c *Client) Envelope(ctx context.Context, kind store.Kind, id, version string) ([]byte, error) {
	return c.Raw(ctx, pkg(kind, id, version, "envelope"))
}

// Proof reads the proof that a release is in the log.
func (c *Client) Proof(ctx context.Context, kind store.Kind, id, version string) (*logbook.Proof, error) {
	p := &logbook.Proof{}
	return p, c.Get(ctx, pkg(kind, id, version, "proof"), p)
}

// Find tells where the file for a platform is.
func (c *Client) Find(ctx context.Context, kind store.Kind, id, version, os, arch string) (*api.Download, error) {
	d := &api.Download{}
	return d, c.Get(ctx, pkg(kind, id, version, "download", os, arch), d)
}

// ErrDigest says that a file is not the one that its digest names.
var ErrDigest = errors.New("the file differs from its digest")

// Download writes the file for a platform, and compares it with its digest. After an error what was written is worthless.
func (c *Client) Download(ctx context.Context, kind store.Kind, id, version, os, arch string, to io.Writer) (*api.Download, error) {
	d, err := c.Find(ctx, kind, id, version, os, arch)
	if err != nil {
		return nil, err
	}
	return d, c.fetch(ctx, d.URL, d.Size, d.SHA256, to)
}

func (c *Client) fetch(ctx context.Context, path string, size int64, digest string, to io.Writer) error {
	req, err := c.request(ctx, http.MethodGet, path, nil)
	if err != nil {
		return err
	}
	res, err := c.do(req)
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }() // only read
	sum := sha256.New()
	n, err := io.Copy(io.MultiWriter(to, sum), io.LimitReader(res.Body, size+1))
	if err != nil {
		return fmt.Errorf("registry %s: download: %w", c.base.Host, err)
	}
	if n != size || hex.EncodeToString(sum.Sum(nil)) != digest {
		return fmt.Errorf("registry %s: %d bytes with SHA-256 %x, expected %d with %s: %w", c.base.Host, n, sum.Sum(nil), size, digest, ErrDigest)
	}
	return nil
}

// Search finds packages. Filters are those of the API: kind, capability, category, org, page.
func (c *Client) Search(ctx context.Context, query string, filters url.Values) (*api.Results, error) {
	values := url.Values{"q": {query}}
	for k, v := range filters {
		values[k] = v
	}
	r := &api.Results{}
	return r, c.Get(ctx, "/v1/search?"+values.Encode(), r)
}

// Yank says that a version should not be installed any more; an empty reason takes it back.
func (c *Client) Yank(ctx context.Context, kind store.Kind, id, version, reason string) error {
	return c.Post(ctx, pkg(kind, id, version, "yank"), map[string]string{"reason": reason}, nil)
}

// Deprecate says that a package should be replaced; an empty reason takes it back.
func (c *Client) Deprecate(ctx context.Context, kind store.Kind, id, reason string) error {
	return c.Post(ctx, pkg(kind, id, "deprecate"), map[string]string{"reason": reason}, nil)
}
