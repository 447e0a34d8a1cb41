package release

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"mime/multipart"

	"github.com/dougong-dev/dougong/core/bundle"
	"github.com/dougong-dev/dougong/core/trust/cert"
	"github.com/dougong-dev/dougong/core/trust/envelope"
	"github.com/dougong-dev/dougong/registry/blob"
	"github.com/dougong-dev/dougong/registry/fault"
	"github.com/dougong-dev/dougong/registry/house"
	"github.com/dougong-dev/dougong/registry/name"
	"github.com/dougong-dev/dougong/registry/store"
)

// Names of the upload's parts.
const (
	PartEnvelope     = "envelope"     // first
	PartVisibility   = "visibility"   // of a package whose first version this is: public or internal; may be left out
	PartCertificates = "certificates" // the certificates of who signed, as PEM; may be left out if they came before
	PartArtifact     = "artifact"     // one for each artifact of the envelope, in its order
)

// Parts is a multipart upload: *multipart.Reader.
type Parts interface {
	NextPart() (*multipart.Part, error)
}

// part gives the next part, which has to have a name.
func part(parts Parts, want string) (*multipart.Part, error) {
	p, err := parts.NextPart()
	if errors.Is(err, io.EOF) {
		return nil, fault.New(fault.Invalid, "the upload ends where the part %q is expected", want).Next("send %q first and then one %q for each artifact of the envelope, in its order", PartEnvelope, PartArtifact)
	}
	if err != nil {
		return nil, fault.New(fault.Invalid, "read the upload: %w", err)
	}
	if p.FormName() != want {
		return nil, fault.New(fault.Invalid, "the upload has the part %.40q where %q is expected", p.FormName(), want).Next("send %q first and then one %q for each artifact of the envelope, in its order", PartEnvelope, PartArtifact)
	}
	return p, nil
}

// claimed is what a vendor says, and by which certificates.
type claimed struct {
	*envelope.Envelope
	release *envelope.Release
	certs   []*cert.Certificate
	wish    store.Visibility // empty: the publisher does not say
}

// maxCertificates bounds the certificates of an upload.
const maxCertificates = 256 << 10

// readEnvelope reads the first part: what the vendor says, before a byte of the artifacts is taken.
func readEnvelope(parts Parts) (*claimed, error) {
	p, err := part(parts, PartEnvelope)
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(p, envelope.Limit+1))
	if err != nil {
		return nil, fault.New(fault.Invalid, "read the envelope: %w", err)
	}
	e, err := envelope.Parse(data)
	if err != nil {
		return nil, fault.New(fault.Signature, "%w", err)
	}
	r, err := e.Release()
	if err != nil {
		return nil, fault.New(fault.Signature, "%w", err)
	}
	return &claimed{Envelope: e, release: r}, nil
}

// readWish reads the visibility, if it comes next, and gives the parts that are left.
func (c *claimed) readWish(parts Parts) (Parts, error) {
	p, err := parts.NextPart()
	if err != nil || p.FormName() != PartVisibility {
		return &again{p, err, parts}, nil
	}
	text, err := io.ReadAll(io.LimitReader(p, 32))
	if err != nil {
		return nil, fault.New(fault.Invalid, "read the visibility: %w", err)
	}
	if c.wish = store.Visibility(text); c.wish != "" && !c.wish.Known() {
		return nil, fault.New(fault.Invalid, "unknown visibility %q; known are %s and %s", c.wish, store.Public, store.Internal)
	}
	return parts, nil
}

// readCertificates reads the next part, if it is one of certificates, and gives the parts that are left.
func (c *claimed) readCertificates(parts Parts) (Parts, error) {
	p, err := parts.NextPart()
	if err != nil || p.FormName() != PartCertificates {
		return &again{p, err, parts}, nil
	}
	data, err := io.ReadAll(io.LimitReader(p, maxCertificates+1))
	if err != nil || len(data) > maxCertificates {
		return nil, fault.New(fault.Invalid, "read the certificates, at most %d bytes: %w", maxCertificates, err)
	}
	c.certs, err = house.ParseCertificates(data)
	return parts, err
}

// again gives a part that was looked at once more.
type again struct {
	p    *multipart.Part
	err  error
	rest Parts
}

// NextPart implements Parts.
func (a *again) NextPart() (*multipart.Part, error) {
	if a.p == nil && a.err == nil {
		return a.rest.NextPart()
	}
	p, err := a.p, a.err
	a.p, a.err = nil, nil
	return p, err
}

// checkClaim looks at what the vendor says, as far as that can be done without the artifacts.
func (s *Shelf) checkClaim(r *envelope.Release) error {
	if k := store.Kind(r.Kind); k != store.Plugin && k != store.MiniProgram {
		return fault.New(fault.Invalid, "the envelope is about a %.40q; known are %s and %s", r.Kind, store.Plugin, store.MiniProgram)
	}
	if err := errors.Join(name.CheckID(r.ID), name.CheckVersion(r.Version)); err != nil {
		return fault.New(fault.Invalid, "%w", err)
	}
	if len(r.Artifacts) > s.Limits.Files {
		return fault.New(fault.TooLarge, "%d artifacts, the limit is %d", len(r.Artifacts), s.Limits.Files)
	}
	seen := map[string]bool{}
	for _, a := range r.Artifacts {
		switch {
		case !platformForm.MatchString(a.Platform):
			return fault.New(fault.Invalid, "platform %.40q is neither %q nor OS/ARCH", a.Platform, envelope.Any)
		case seen[a.Platform]:
			return fault.New(fault.Invalid, "two artifacts for the platform %q", a.Platform)
		case !blob.ValidDigest(a.SHA256):
			return fault.New(fault.Invalid, "the SHA-256 of the artifact for %s is not 64 small hexadecimal digits", a.Platform)
		case a.Size <= 0 || a.Size > s.Limits.Artifact:
			return fault.New(fault.TooLarge, "the artifact for %s has %d bytes, the limit is %d", a.Platform, a.Size, s.Limits.Artifact)
		}
		seen[a.Platform] = true
	}
	return nil
}

// staged is an artifact that has arrived and is what was signed.
type staged struct {
	upload blob.Upload
	claim  envelope.Artifact
	found  *found
}

// stage takes the next artifact in: streamed, hashed on the way, never more than was signed for.
func (s *Shelf) stage(ctx context.Context, parts Parts, r *envelope.Release, claim envelope.Artifact) (st *staged, err error) {
	p, err := part(parts, PartArtifact)
	if err != nil {
		return nil, err
	}
	up, err := s.Blobs.Create(ctx)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, up.Discard())
		}
	}()
	sha, sm3 := sha256.New(), s.Suite.NewSM3()
	kept := &writeError{to: up}
	n, err := io.Copy(io.MultiWriter(kept, sha, sm3), io.LimitReader(p, claim.Size+1))
	switch {
	case kept.err != nil: // a full disk is not the client's fault
		return nil, fault.New(fault.Unavailable, "the registry cannot keep the upload: %w", kept.err).Next("nothing was published; try again later")
	case err != nil:
		return nil, fault.New(fault.Invalid, "the upload broke off after %d bytes: %w", n, err).Next("nothing was published; send it again")
	case n != claim.Size:
		return nil, fault.New(fault.Tampered, "the artifact for %s does not have the %d bytes that were signed", claim.Platform, claim.Size)
	case hex.EncodeToString(sha.Sum(nil)) != claim.SHA256:
		return nil, fault.New(fault.Tampered, "the artifact for %s has the SHA-256 %x, signed was %s", claim.Platform, sha.Sum(nil), claim.SHA256)
	case hex.EncodeToString(sm3.Sum(nil)) != claim.SM3:
		return nil, fault.New(fault.Tampered, "the artifact for %s has the SM3 %x, signed was %.80s", claim.Platform, sm3.Sum(nil), claim.SM3)
	}
	b, err := bundle.Open(up, claim.Size, s.Limits.Bundle)
	if err != nil {
		return nil, fault.New(fault.Invalid, "the artifact for %s: %w", claim.Platform, err)
	}
	f, err := inspect(b, r, claim)
	if err != nil {
		return nil, err
	}
	return &staged{up, claim, f}, nil
}

// writeError remembers whether it was the writing that failed.
type writeError struct {
	to  io.Writer
	err error
}

// Write implements io.Writer.
func (w *writeError) Write(p []byte) (int, error) {
	n, err := w.to.Write(p)
	w.err = err
	return n, err
}
