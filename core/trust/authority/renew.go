package authority

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/dougong-dev/dougong/core/trust/cert"
)

// Renew gives a new certificate to the holder of an old one that is not revoked, by the authority that issues now. The request may
// bring a new key, and without one the key stays; who the holder is and may say must not change.
func (a *Authority) Renew(ctx context.Context, old *cert.Certificate, r *cert.Request, runs time.Duration) (c *cert.Certificate, err error) {
	err = a.Exclusive(ctx, func() error {
		c, err = a.renew(ctx, old, r, runs)
		return err
	})
	return c, err
}

func (a *Authority) renew(ctx context.Context, old *cert.Certificate, r *cert.Request, runs time.Duration) (*cert.Certificate, error) {
	l, err := a.ledger()
	if err != nil {
		return nil, err
	}
	was, ok := l.find(old.Serial)
	if !ok {
		return nil, fmt.Errorf("renew: this authority did not issue certificate %s", old.Serial)
	}
	// Whoever stole an issuing authority's key can make a certificate with any serial: what was issued stands in the ledger.
	if was.Key != old.Key.ID() || !sameHolder(was.Holder, old.Holder) {
		return nil, fmt.Errorf("renew: certificate %s was issued to %s with key %s, and this one is of %s with key %s: somebody forged it",
			old.Serial, fmt.Sprint(was.Holder), was.Key, fmt.Sprint(old.Holder), old.Key.ID())
	}
	if slices.ContainsFunc(l.Revoked, func(x cert.Revocation) bool { return x.Serial == old.Serial }) {
		return nil, fmt.Errorf("renew: certificate %s: %w; let the holder ask for a new one", old.Serial, cert.ErrRevoked)
	}
	if r == nil { // whose request had shown that the holder has this key
		r = &cert.Request{Holder: old.Holder, Key: old.Key}
	}
	if !sameHolder(old.Holder, r.Holder) {
		return nil, fmt.Errorf("renew: the request is of %q, the certificate of %q", r.Holder, old.Holder)
	}
	return a.issue(ctx, r, runs, old.Serial)
}

// sameHolder compares what holders are part by part: {Ann, Legal Dept} is not {Ann Legal, Dept}.
func sameHolder(a, b cert.Holder) bool {
	return a.Name == b.Name && a.Organisation == b.Organisation && a.Role == b.Role && a.Department == b.Department && slices.Equal(a.Namespaces, b.Namespaces)
}

// RenewAll renews what other authorities issued than the one that issues now, that still runs, is not revoked and was not renewed
// before: before an authority is retired or after one was compromised. What it gives was renewed, also if there is an error.
func (a *Authority) RenewAll(ctx context.Context, runs time.Duration) (out []*cert.Certificate, err error) {
	err = a.Exclusive(ctx, func() error {
		issuing, err := a.Issuing()
		if err != nil {
			return fmt.Errorf("renew: %w", err)
		}
		l, err := a.ledger()
		if err != nil {
			return err
		}
		var wrong []error
		for _, i := range l.running(a.now()) {
			if i.by() == issuing.Number || slices.ContainsFunc(l.Issued, func(x issued) bool { return x.Renews == i.Serial }) {
				continue
			}
			old, err := a.readCertificate(issuedDir + "/" + i.Serial + ".pem")
			if err == nil {
				old, err = a.renew(ctx, old, nil, runs)
			}
			if err != nil {
				wrong = append(wrong, err)
				continue
			}
			out = append(out, old)
		}
		return errors.Join(wrong...)
	})
	return out, err
}

// running are certificates that have not run out and are not revoked.
func (l *ledger) running(now time.Time) (out []issued) {
	revoked := map[string]bool{}
	for _, r := range l.Revoked {
		revoked[r.Serial] = true
	}
	for _, i := range l.Issued {
		if i.NotAfter.After(now) && !revoked[i.Serial] {
			out = append(out, i)
		}
	}
	return out
}

// Running counts the certificates of each issuing authority that run and are not revoked, by its number; unrenewed are those of them
// that no newer certificate takes the place of.
func (a *Authority) Running() (running, unrenewed map[int]int, err error) {
	l, err := a.ledger()
	if err != nil {
		return nil, nil, err
	}
	renewed := map[string]bool{}
	for _, i := range l.Issued {
		renewed[i.Renews] = true
	}
	running, unrenewed = map[int]int{}, map[int]int{}
	for _, i := range l.running(a.now()) {
		running[i.by()]++
		if !renewed[i.Serial] {
			unrenewed[i.by()]++
		}
	}
	return running, unrenewed, nil
}
