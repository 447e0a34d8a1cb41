package authority

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/dougong-dev/dougong/core/gm"
	"github.com/dougong-dev/dougong/core/trust/cert"
	"github.com/dougong-dev/dougong/core/trust/key"
)

// RootHolder has the root's key, on a machine that no network reaches. It needs nothing of the house but the file that asks.
type RootHolder struct {
	Suite       *gm.Suite
	Certificate *cert.Certificate // of the root, the holder's own copy
	List        *cert.List        // the root's newest list, the holder's own copy
	By          key.Signer
	Now         time.Time
	// Expect is the id of the key that alone is certified, as the house told it by another way than the request; "": any.
	Expect string
}

// Answer does what a house asks for, and gives the root's next revocation list, which the holder keeps: who asks may know an older one,
// and nothing that stands in the holder's own is forgotten for it.
func (h *RootHolder) Answer(ctx context.Context, r *IssuerRequest) (*IssuerAnswer, *cert.List, error) {
	if h.Certificate.Holder.Role != cert.Root || h.By.Key() != h.Certificate.Key {
		return nil, nil, errors.New("the key is not that of the root's certificate")
	}
	base, err := h.newest(r)
	if err != nil {
		return nil, nil, err
	}
	answer := &IssuerAnswer{Format: answerFormat, Number: r.Number}
	entries, until := base.Revoked, later(base.NextUpdate, h.atMost(IssuerYears))
	if r.Revoke != nil {
		entry, err := h.revoke(r.Revoke, base)
		if err != nil {
			return nil, nil, fmt.Errorf("issuing authority %d: %w", r.Number, err)
		}
		entries[entry.Serial] = *entry
		answer.Last, answer.Note = r.Revoke.Last, r.Revoke.Note
	} else {
		c, err := h.certify(ctx, r)
		if err != nil {
			return nil, nil, fmt.Errorf("issuing authority %d: %w", r.Number, err)
		}
		answer.Certificate, until = c.DER, later(until, c.NotAfter)
	}
	var all []cert.Revocation
	for _, e := range entries {
		all = append(all, e)
	}
	list, err := cert.Revoke(ctx, h.Suite, h.Certificate, h.By, base.Number+1, h.Now.Truncate(time.Second), until, all)
	if err != nil {
		return nil, nil, err
	}
	answer.List = list.DER
	return answer, list, nil
}

// newest is the newer of the holder's list and the house's, both signed by the root.
func (h *RootHolder) newest(r *IssuerRequest) (*cert.List, error) {
	if err := h.List.SignedBy(h.Suite, h.Certificate); err != nil {
		return nil, err
	}
	theirs, err := cert.ParseList(r.List)
	if err == nil {
		err = theirs.SignedBy(h.Suite, h.Certificate)
	}
	if err != nil {
		return nil, fmt.Errorf("the request's list of the root: %w", err)
	}
	if theirs.Number > h.List.Number {
		return theirs, nil // the root signed it elsewhere
	}
	return cert.ParseList(h.List.DER)
}

// made checks that a certificate is of an issuing authority and that the root signed it.
func (h *RootHolder) made(c *cert.Certificate) error {
	if c.Holder.Role != cert.Issuer {
		return fmt.Errorf("certificate of %q: role %q is no issuing authority", c.Holder.Name, c.Holder.Role)
	}
	return cert.IssuedBy(h.Suite, c, h.Certificate)
}

func (h *RootHolder) revoke(r *IssuerRevocation, base *cert.List) (*cert.Revocation, error) {
	c, last, err := r.checked(h)
	if err != nil {
		return nil, err
	}
	if was, ok := base.Revoked[c.Serial]; ok && was.DistrustFrom != nil && *was.DistrustFrom < r.DistrustFrom {
		return nil, fmt.Errorf("it is not trusted from log entry %d on already; that cannot be made later", *was.DistrustFrom)
	}
	return &cert.Revocation{Serial: c.Serial, Time: h.Now.Truncate(time.Second), Reason: r.Reason, DistrustFrom: &r.DistrustFrom, Final: cert.FinalOf(last)}, nil
}

func (h *RootHolder) certify(ctx context.Context, r *IssuerRequest) (*cert.Certificate, error) {
	q, err := cert.ParseRequest(h.Suite, r.Issue)
	if err != nil {
		return nil, err
	}
	if h.Expect != "" && q.Key.ID() != h.Expect {
		return nil, fmt.Errorf("the request is of key %s, and %s is expected: somebody may have put theirs in its place", q.Key.ID(), h.Expect)
	}
	if q.Holder.Role != cert.Issuer || q.Holder.Organisation != h.Certificate.Holder.Organisation {
		return nil, fmt.Errorf("the request is of %q (%s) with the role %q; expected the role %q of %s", q.Holder.Name, q.Holder.Organisation, q.Holder.Role, cert.Issuer, h.Certificate.Holder.Organisation)
	}
	begin := h.Now.Add(-time.Minute).Truncate(time.Second) // clocks of offline machines go wrong
	return cert.Issue(ctx, h.Suite, h.Certificate, h.By, cert.Template{Holder: q.Holder, Key: q.Key, NotBefore: begin, NotAfter: h.atMost(r.Years)})
}

// atMost is some years from now, or the root's end.
func (h *RootHolder) atMost(years int) time.Time {
	end := h.Now.Truncate(time.Second).AddDate(years, 0, 0)
	if end.After(h.Certificate.NotAfter) {
		return h.Certificate.NotAfter
	}
	return end
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
