package cert

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/dougong-dev/dougong/core/gm"
	"github.com/dougong-dev/dougong/core/trust/key"
	"github.com/emmansun/gmsm/smx509"
)

// Errors that a caller branches on.
var (
	ErrRevoked = errors.New("the certificate is revoked")
	ErrUnknown = errors.New("no chain leads to a trusted root")
	ErrNoList  = errors.New("there is no revocation list of the issuer")
	ErrStale   = errors.New("the revocation list is out of date")
	ErrTime    = errors.New("the certificate was not valid then")
)

// At is the moment that something is judged at: when it was logged, and where.
type At struct {
	Time  time.Time
	Index *int64 // nil if it is in no log
}

// Pool is trusted roots, other certificates, and revocation lists. Safe for concurrent use.
type Pool struct {
	suite *gm.Suite
	roots []*Certificate
	all   []*Certificate
	lists []*List
	held  []*List // see Hold

	mu     sync.Mutex
	newest map[*Certificate]standing // what List and Ended found
}

// standing is what holds about an authority.
type standing struct {
	list  *List
	ended *Revocation
}

// ListDays is how long an issuing authority's revocation list runs.
const ListDays = 30

// last tells whether the list is the last one of an authority that is revoked.
func (s standing) last() bool {
	return s.ended != nil && s.ended.Final != nil && s.ended.Final.Is(s.list)
}

// until is when the list is to be renewed by: of an authority that is revoked, and whose last one is not there, no later than the house's
// lists of before that ran. What is written in one may be a thief's.
func (s standing) until() time.Time {
	if s.ended != nil && s.list.NextUpdate.After(s.ended.runOut()) {
		return s.ended.runOut()
	}
	return s.list.NextUpdate
}

// NewPool makes a pool. The roots are trusted; nothing else is.
func NewPool(suite *gm.Suite, roots, others []*Certificate, lists []*List) (*Pool, error) {
	p := &Pool{suite: suite, roots: roots, all: others, lists: lists, newest: map[*Certificate]standing{}}
	for _, r := range roots {
		if r.Holder.Role != Root {
			return nil, fmt.Errorf("certificate of %q: role %q is no root", r.Holder.Name, r.Holder.Role)
		}
		if err := p.signed(r, r); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// Hold adds lists that were believed before. Of an authority that is revoked they stand in for its last list, if that is not there:
// they forbid what they forbade, run out as they would have and no later than its lists of before it was revoked, and what the root's
// list forbids is forbidden besides. It is called before anything is asked.
func (p *Pool) Hold(lists []*List) { p.held = append(p.held, lists...) }

// Holders are the certificates for a key: renewed ones share it.
func (p *Pool) Holders(keyID string) []*Certificate {
	var out []*Certificate
	for _, c := range p.all {
		if c.Key.ID() == keyID && c.Holder.Role != Issuer && c.Holder.Role != Root {
			out = append(out, c)
		}
	}
	return out
}

// Certificates are those that the pool was made with, less the roots.
func (p *Pool) Certificates() []*Certificate { return p.all }

// IssuedBy checks that an authority signed a certificate. It may have run out, or be revoked.
func IssuedBy(suite *gm.Suite, c, issuer *Certificate) (err error) {
	defer edge("certificate", &err)
	if !bytes.Equal(issuer.x.RawSubject, c.x.RawIssuer) {
		return fmt.Errorf("certificate of %q: %q did not issue it: %w", c.Holder.Name, issuer.Holder.Name, ErrUnknown)
	}
	return (&Pool{suite: suite}).signed(c, issuer)
}

// signed checks one certificate's signature, in strict form, by our own seam.
func (p *Pool) signed(c, issuer *Certificate) error {
	if err := key.Verify(p.suite, issuer.Key, c.x.RawTBSCertificate, c.x.Signature); err != nil {
		return fmt.Errorf("certificate of %q, issued by %q: %w", c.Holder.Name, issuer.Holder.Name, err)
	}
	return nil
}

// Verify gives the chain from a certificate to a root, each of them valid and not revoked at a moment. The revocation lists
// may not be older than stale at the time now.
func (p *Pool) Verify(c *Certificate, at At, now time.Time, stale time.Duration) ([]*Certificate, error) {
	chain, err := p.chain(c, at.Time)
	if err != nil {
		return nil, err
	}
	for i := len(chain) - 2; i >= 0; i-- { // from the root on: that an issuer is revoked says more than that it has no list
		if err := p.revoked(chain[i], chain[i+1], at, now, stale); err != nil {
			return nil, err
		}
	}
	for _, link := range chain {
		if err := p.suite.Policy().AllowsAge(link.Holder.Role, at.Time.Sub(link.NotBefore)); err != nil {
			return nil, fmt.Errorf("certificate of %q: %w", link.Holder.Name, err)
		}
	}
	return chain, nil
}

// chain builds holder → issuer → root. Our hierarchy has exactly these steps, so the path rules are few, and each is checked
// here; a certificate with anything beyond them (name constraints, unknown critical extensions) is refused.
func (p *Pool) chain(c *Certificate, at time.Time) (chain []*Certificate, err error) {
	defer edge("certificate", &err)
	chain = []*Certificate{c}
	for chain[len(chain)-1].Holder.Role != Root {
		issuer, err := p.issuerOf(chain[len(chain)-1])
		if err != nil {
			return nil, err
		}
		chain = append(chain, issuer)
	}
	last := chain[len(chain)-1]
	if !slices.ContainsFunc(p.roots, func(r *Certificate) bool { return bytes.Equal(r.DER, last.DER) }) {
		return nil, fmt.Errorf("certificate of %q: its root %q is not a trusted one: %w", c.Holder.Name, last.Holder.Name, ErrUnknown)
	}
	for _, link := range chain {
		if err := link.usable(at); err != nil {
			return nil, err
		}
	}
	return chain, nil
}

// issuerOf finds the authority that signed a certificate: of the role that its own asks for, with the right name and key.
func (p *Pool) issuerOf(c *Certificate) (*Certificate, error) {
	candidates, role := p.all, Issuer
	if c.Holder.Role == Issuer {
		candidates, role = p.roots, Root
	}
	why := error(nil)
	for _, i := range candidates {
		if i.Holder.Role != role || !bytes.Equal(i.x.RawSubject, c.x.RawIssuer) {
			continue
		}
		if why = p.signed(c, i); why == nil {
			return i, nil
		}
	}
	if why != nil {
		return nil, why
	}
	return nil, fmt.Errorf("certificate of %q: nobody with the role %s that issued it is there: %w", c.Holder.Name, role, ErrUnknown)
}

// usable checks what stands in one certificate itself.
func (c *Certificate) usable(at time.Time) error {
	if at.Before(c.NotBefore) || at.After(c.NotAfter) {
		return fmt.Errorf("certificate of %q runs from %s to %s, judged at %s: %w", c.Holder.Name,
			c.NotBefore.UTC().Format(time.RFC3339), c.NotAfter.UTC().Format(time.RFC3339), at.UTC().Format(time.RFC3339), ErrTime)
	}
	authority := c.Holder.Role == Root || c.Holder.Role == Issuer
	want := smx509.KeyUsageDigitalSignature
	if authority {
		want = smx509.KeyUsageCertSign
	}
	x := c.x
	constrained := len(x.PermittedURIDomains)+len(x.ExcludedURIDomains)+len(x.PermittedDNSDomains)+len(x.ExcludedDNSDomains)+
		len(x.PermittedEmailAddresses)+len(x.ExcludedEmailAddresses)+len(x.PermittedIPRanges)+len(x.ExcludedIPRanges) > 0
	switch {
	case len(x.UnhandledCriticalExtensions) > 0:
		return fmt.Errorf("certificate of %q: unknown critical extension %v: %w", c.Holder.Name, x.UnhandledCriticalExtensions[0], ErrUnknown)
	case x.KeyUsage&want == 0:
		return fmt.Errorf("certificate of %q: its key is not for this use: %w", c.Holder.Name, ErrUnknown)
	case constrained:
		return fmt.Errorf("certificate of %q: name constraints are not used here: %w", c.Holder.Name, ErrUnknown)
	}
	return nil
}

// revoked looks a certificate up in its issuer's newest list. The last list of an authority that is revoked does not run out: the
// root's list, which does, vouches for it.
func (p *Pool) revoked(c, issuer *Certificate, at At, now time.Time, stale time.Duration) error {
	s := p.standing(issuer)
	list, ended := s.list, s.ended
	if list == nil {
		what := ""
		if ended != nil && ended.Final != nil {
			what = fmt.Sprintf("; it is revoked, and its last list, number %d, is the one that counts", ended.Final.Number)
		}
		return fmt.Errorf("certificate of %q, issued by %q: %w%s", c.Holder.Name, issuer.Holder.Name, ErrNoList, what)
	}
	if !s.last() && now.After(s.until().Add(stale)) {
		return fmt.Errorf("revocation list %d of %q was to be renewed by %s: %w", list.Number, issuer.Holder.Name, s.until().UTC().Format(time.RFC3339), ErrStale)
	}
	r, ok := list.Revoked[c.Serial]
	if !ok || !r.Forbids(at) {
		return nil
	}
	since := "since " + r.Time.UTC().Format(time.RFC3339)
	if r.DistrustFrom != nil {
		since += fmt.Sprintf(", not trusted from log entry %d on", *r.DistrustFrom)
	}
	return fmt.Errorf("certificate of %q, serial %s, %s: %w", c.Holder.Name, c.Serial, since, ErrRevoked)
}

// List is an authority's newest good revocation list, nil if there is none. Of an authority that is revoked it is the last one before
// that: who stole its key may sign others, with whatever number and date. See Hold for when that is not there.
func (p *Pool) List(issuer *Certificate) *List { return p.standing(issuer).list }

// Ended tells since when an issuing authority is revoked by its root's newest list; nil if it is not.
func (p *Pool) Ended(issuer *Certificate) *Revocation { return p.standing(issuer).ended }

func (p *Pool) standing(issuer *Certificate) standing {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.look(issuer)
}

// look is standing, found once. Roots are not revoked: the root metadata names others instead.
func (p *Pool) look(issuer *Certificate) (s standing) {
	if known, ok := p.newest[issuer]; ok {
		return known
	}
	defer func() { p.newest[issuer] = s }()
	if issuer.Holder.Role == Issuer {
		root, err := p.issuerOf(issuer)
		if err != nil {
			return s // nobody stands behind it
		}
		if list := p.look(root).list; list != nil {
			if r, ok := list.Revoked[issuer.Serial]; ok {
				s.ended = &r
			}
		}
	}
	s.list = p.newestOf(issuer, p.lists, func(l *List) bool { return s.ended == nil || s.ended.allows(l) })
	if s.list == nil && s.ended != nil && s.ended.Final != nil {
		// Another list with the number of the last one is forged. One with a higher number need not be: the house may have signed
		// it while the root was asked, or before the answer was there. So it may be dated after the revocation, and the root's clock may
		// be behind besides; but what is dated after all of that has run out is a thief's.
		s.list = p.newestOf(issuer, p.held, func(l *List) bool {
			return l.Number != s.ended.Final.Number && !l.ThisUpdate.After(s.ended.runOut())
		})
	}
	return s
}

// newestOf is the newest of the lists that an authority signed and that are allowed.
func (p *Pool) newestOf(issuer *Certificate, lists []*List, allowed func(*List) bool) (newest *List) {
	for _, l := range lists {
		if newest != nil && l.Number <= newest.Number || !allowed(l) {
			continue
		}
		if issuer.Holder.Role == Issuer && l.namesLast() {
			continue // only a root ends an authority
		}
		if l.signedBy(p.suite, issuer) == nil {
			newest = l
		}
	}
	return newest
}

// Authorities are the roots and the issuers below them that a root stood behind when they began. What runs no more, or is revoked, is
// among them: what was logged while it was good hangs on it.
func (p *Pool) Authorities() []*Certificate {
	out := append([]*Certificate{}, p.roots...)
	for _, c := range p.all {
		if c.Holder.Role != Issuer {
			continue
		}
		if _, err := p.chain(c, c.NotBefore); err == nil {
			out = append(out, c)
		}
	}
	return out
}
