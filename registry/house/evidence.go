package house

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/dougong-dev/dougong/core/trust"
	"github.com/dougong-dev/dougong/core/trust/cert"
	"github.com/dougong-dev/dougong/core/trust/envelope"
	"github.com/dougong-dev/dougong/registry/fault"
	"github.com/dougong-dev/dougong/registry/logbook"
	"github.com/dougong-dev/dougong/registry/store"
)

// MaxKnown bounds how many older heads a client may name in one request.
const MaxKnown = 16

// State names everything that evidence depends on beside the release: it changes whenever the evidence may.
func (h *House) State(ctx context.Context) (string, error) {
	if err := h.Refresh(ctx); err != nil {
		return "", err
	}
	if err := h.PublishMetadata(ctx); err != nil {
		return "", err
	}
	n, err := h.store.LogSize(ctx)
	if err != nil {
		return "", err
	}
	known, versions, err := h.issuing(ctx, h.store, timestampFile, cosignedFile)
	if err != nil {
		return "", err
	}
	out := strconv.FormatInt(n, 36)
	for _, name := range append([]string{timestampFile, cosignedFile}, known.Lists...) {
		out += "-" + strconv.FormatInt(versions[name], 36)
	}
	return out, nil
}

// Evidence gives all that is said about a release's file for a platform. Known are sizes of the log that the client has seen heads of: the evidence
// then shows that its own head extends them.
func (h *House) Evidence(ctx context.Context, r *store.Release, platform string, known []int64) (*trust.Evidence, error) {
	b, err := h.begin(ctx)
	if err != nil {
		return nil, err
	}
	b.platform = platform
	if err := b.statements(r); err != nil {
		return nil, err
	}
	if err := b.metadata(); err != nil {
		return nil, err
	}
	return b.finish(known)
}

// begin takes the head that everything is shown under.
func (h *House) begin(ctx context.Context) (*builder, error) {
	if err := h.Refresh(ctx); err != nil {
		return nil, err
	}
	head, size, err := h.Head(ctx)
	if err != nil {
		return nil, err
	}
	b := &builder{House: h, ctx: ctx, size: size, out: &trust.Evidence{Head: head, Metadata: map[string]envelope.Base64{}}}
	for name, data := range h.chain {
		b.out.Metadata[name] = data
	}
	return b, nil
}

// finish adds what does not depend on the release.
func (b *builder) finish(known []int64) (*trust.Evidence, error) {
	for _, step := range []func() error{b.takedown, func() error { return b.consistency(known) }, b.certificates, b.lists} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return b.out, nil
}

// takedown is the newest list, if the head covers it.
func (b *builder) takedown() error {
	t, err := readTakedown(b.ctx, b.store)
	if t == nil || err != nil || t.Leaf >= b.size {
		return err
	}
	b.out.Takedown, err = b.logged(t.Envelope.Bytes(), t.Leaf)
	return err
}

// builder is one call of Evidence.
type builder struct {
	*House
	ctx      context.Context //nolint:containedctx // lives for one call of Evidence
	size     int64           // of the head: what was logged after it is not shown
	out      *trust.Evidence
	keys     []string // of those who signed
	platform string
}

// logged is a statement with its place in the log.
func (b *builder) logged(data []byte, index int64) (*trust.Logged, error) {
	e, err := envelope.Parse(data)
	if err != nil {
		return nil, fmt.Errorf("kept statement of leaf %d: %w", index, err)
	}
	leaf, err := logbook.Leaf(b.ctx, b.store, index)
	if err != nil {
		return nil, err
	}
	path, err := b.book.Path(b.ctx, b.size, index)
	if err != nil {
		return nil, err
	}
	for _, s := range e.Signatures {
		b.keys = append(b.keys, s.KeyID)
	}
	return &trust.Logged{Envelope: e, Leaf: leaf, Index: index, Proof: path}, nil
}

// statements are the vendor's and every approval that the head covers.
func (b *builder) statements(r *store.Release) error {
	if r.Leaf >= b.size {
		return fault.New(fault.Unavailable, "version %s is entry %d of the log, and the newest head that is co-signed covers %d", r.Version, r.Leaf, b.size).Next("try again once the witnesses have seen it")
	}
	vendor, err := b.logged(r.Envelope, r.Leaf)
	if err != nil {
		return err
	}
	b.out.Statements = append(b.out.Statements, *vendor)
	more, err := b.store.Statements(b.ctx, r.Package, r.Version)
	if err != nil {
		return err
	}
	for _, s := range b.newest(more) {
		l, err := b.logged(s.Envelope, s.Leaf)
		if err != nil {
			return err
		}
		b.out.Statements = append(b.out.Statements, *l)
	}
	return nil
}

// newest leaves out what the head does not cover, and what its signers took back by saying something else later: who first
// rejected a release and then passed it has passed it.
func (b *builder) newest(list []store.Statement) (out []store.Statement) {
	at := map[string]int{}
	for _, s := range list {
		if s.Leaf >= b.size {
			continue
		}
		who := s.Predicate
		if e, err := envelope.Parse(s.Envelope); err == nil {
			var keys []string
			for _, sig := range e.Signatures {
				keys = append(keys, sig.KeyID)
			}
			slices.Sort(keys)
			who += " " + strings.Join(keys, " ")
		}
		if i, ok := at[who]; ok {
			out[i] = s
			continue
		}
		at[who] = len(out)
		out = append(out, s)
	}
	return out
}

func (b *builder) consistency(known []int64) error {
	if len(known) > MaxKnown {
		return fault.New(fault.Invalid, "%d heads are named as known, the limit is %d", len(known), MaxKnown)
	}
	for _, from := range known {
		if from <= 0 || from == b.size || b.size == 0 {
			continue // nothing to be shown
		}
		// A head that is newer than this one, of which the witnesses are late, say, begins with it.
		c, err := b.book.Extends(b.ctx, max(from, b.size), min(from, b.size))
		if errors.Is(err, store.ErrNotFound) {
			continue // a larger log than this one: the client will say so
		}
		if err != nil {
			return err
		}
		b.out.Consistency = append(b.out.Consistency, c)
	}
	return nil
}

// certificates are those of all who signed, with the authorities that issued them.
func (b *builder) certificates() error {
	slices.Sort(b.keys)
	ders, err := b.store.Certificates(b.ctx, append(slices.Compact(b.keys), issuers))
	if err != nil {
		return err
	}
	b.show(ders...)
	return nil
}

func (b *builder) show(ders ...[]byte) {
	for _, der := range ders {
		if !slices.ContainsFunc(b.out.Certificates, func(have envelope.Base64) bool { return bytes.Equal(have, der) }) {
			b.out.Certificates = append(b.out.Certificates, der)
		}
	}
}

// lists are those of all authorities, each with its certificate.
func (b *builder) lists() error {
	known, lists, err := b.listsOf(b.ctx, b.store)
	if err != nil {
		return err
	}
	for _, c := range known.certs {
		b.show(c.DER)
	}
	b.out.Lists = lists
	return nil
}

// ParseCertificates reads the certificates that a client sends along, as PEM.
func ParseCertificates(data []byte) ([]*cert.Certificate, error) {
	if len(data) == 0 {
		return nil, nil
	}
	list, err := cert.ParsePEM(data)
	if err != nil {
		return nil, fault.New(fault.Signature, "%w", err)
	}
	return list, nil
}
