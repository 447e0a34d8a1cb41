package house

import (
	"context"
	"errors"

	"github.com/dougong-dev/dougong/core/trust"
	"github.com/dougong-dev/dougong/core/trust/cert"
	"github.com/dougong-dev/dougong/core/trust/envelope"
	"github.com/dougong-dev/dougong/core/trust/key"
	"github.com/dougong-dev/dougong/registry/fault"
	"github.com/dougong-dev/dougong/registry/store"
)

// Admit checks that everybody who signed a statement may say it about an id, by a certificate of the house that is good at
// the log's next entry, and gives the certificates that show it. Carried are certificates that came with it; those that came
// with something before are known.
func (h *House) Admit(ctx context.Context, r store.Reader, e *envelope.Envelope, carried []*cert.Certificate, id string) ([]*cert.Certificate, error) {
	s, err := e.Statement()
	if err != nil {
		return nil, fault.New(fault.Signature, "%w", err)
	}
	if len(e.Signatures) == 0 {
		return nil, fault.New(fault.Signature, "nobody has signed the statement %s", s.PredicateType)
	}
	pool, at, err := h.judge(ctx, r, e, carried)
	if err != nil {
		return nil, err
	}
	var out []*cert.Certificate
	people := map[string]bool{}
	for _, sig := range e.Signatures {
		chain, err := h.signer(pool, e, sig.KeyID, s.PredicateType, id, at)
		if err != nil {
			return nil, err
		}
		people[chain[0].Holder.Organisation+"\x00"+chain[0].Holder.Name] = true
		out = append(out, chain[:len(chain)-1]...)
	}
	if need := h.threshold(s.PredicateType); len(people) < need && s.PredicateType == envelope.VendorRelease {
		return nil, fault.New(fault.Signature, "%d of the %d holders that this house asks for signed the release: no host would take it", len(people), need).
			Next("let the other holder of a vendor's certificate sign the same statement")
	}
	return out, nil
}

// judge makes the pool of certificates, and the moment that they are judged at: the log's next entry.
func (h *House) judge(ctx context.Context, r store.Reader, e *envelope.Envelope, carried []*cert.Certificate) (*cert.Pool, cert.At, error) {
	known, err := h.known(ctx, r, e)
	if err != nil {
		return nil, cert.At{}, err
	}
	pool, err := h.pool(ctx, r, append(carried, known...))
	if err != nil {
		return nil, cert.At{}, err
	}
	next, err := r.LogSize(ctx)
	return pool, cert.At{Time: h.now(), Index: &next}, err
}

// known are the certificates of an envelope's signers that the registry has seen.
func (h *House) known(ctx context.Context, r store.Reader, e *envelope.Envelope) (out []*cert.Certificate, err error) {
	keys := []string{issuers}
	for _, s := range e.Signatures {
		keys = append(keys, s.KeyID)
	}
	ders, err := r.Certificates(ctx, keys)
	if err != nil {
		return nil, err
	}
	for _, der := range ders {
		c, err := cert.Parse(der)
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
}

// signer checks one signature and gives its chain.
func (h *House) signer(pool *cert.Pool, e *envelope.Envelope, keyID, predicate, id string, at cert.At) ([]*cert.Certificate, error) {
	var why []error
	for _, c := range pool.Holders(keyID) {
		chain, err := pool.Verify(c, at, h.now(), 0)
		if err == nil {
			err = trust.MaySay(c.Holder, predicate, id)
		}
		if err == nil {
			_, err = e.Verify(h.suite, []key.Key{c.Key}, 1)
		}
		if err == nil {
			return chain, nil
		}
		why = append(why, err)
	}
	if len(why) == 0 {
		return nil, fault.New(fault.Signature, "key %.64s signed %s, and no certificate of this house came with it", keyID, predicate).
			Next("get one: dougong trust csr KEY …, then dougong trust issue; and send it along: --cert FILE.pem")
	}
	refusal := fault.New(fault.Signature, "key %.64s may not say %s: %w", keyID, predicate, errors.Join(why...))
	if err := errors.Join(why...); errors.Is(err, cert.ErrRevoked) || errors.Is(err, cert.ErrTime) {
		return nil, refusal.Next("get a certificate that is good now from the house (dougong trust renew CERTIFICATE --dir HOUSE), and send it along: --cert FILE.pem")
	}
	return nil, refusal
}

// threshold is how many holders the root wants for a statement.
func (h *House) threshold(predicate string) int {
	for _, q := range h.anchors.Require {
		if q.Predicate == predicate {
			return q.Threshold
		}
	}
	return 0
}

// issuers is what the certificates of issuing authorities are kept under: there are few, and evidence shows them all.
const issuers = "issuers"

// Keep writes certificates down, so that evidence can show them.
func Keep(ctx context.Context, tx store.Tx, certs []*cert.Certificate) error {
	for _, c := range certs {
		of := c.Key.ID()
		if c.Holder.Role == cert.Issuer {
			of = issuers
		}
		if err := tx.AddCertificate(ctx, envelope.Digest(c.DER), of, c.DER); err != nil {
			return err
		}
	}
	return nil
}
