package trust

import (
	"errors"
	"fmt"
	"time"

	"github.com/dougong-dev/dougong/core/trust/cert"
	"github.com/dougong-dev/dougong/core/trust/envelope"
	"github.com/dougong-dev/dougong/core/trust/key"
	"github.com/dougong-dev/dougong/core/trust/translog"
)

// release finds the vendor's statement, checks the artifact against it, and then every approval.
func (v *verification) release(headGood bool) *envelope.Release {
	vendor, err := v.vendor()
	if err != nil {
		v.bad(CodeRelease, err)
		return nil
	}
	release, err := vendor.Envelope.Release()
	if err != nil {
		v.bad(CodeRelease, err)
		return nil
	}
	v.Release = release
	v.good(CodeRelease, "%s@%s of namespace %s", release.ID, release.Version, release.Namespace)
	if a, err := v.Artifact.find(release); err != nil {
		v.bad(CodeArtifact, err)
	} else {
		v.Artifact.ID, v.Artifact.Version = release.ID, release.Version
		v.good(CodeArtifact, "%d bytes, SHA-256 %s, for %s", a.Size, a.SHA256, a.Platform)
	}
	if !headGood {
		return release // nothing that hangs on the log can be shown
	}
	v.said = map[string]map[string]bool{}
	v.statement(vendor, release, translog.Publish, envelope.VendorRelease)
	for i := range v.evidence.Statements {
		l := &v.evidence.Statements[i]
		if l == vendor {
			continue
		}
		s, err := l.Envelope.Statement()
		if err != nil {
			v.bad(CodeApproval, err)
			continue
		}
		if _, signOff := envelope.Department(s.PredicateType); !signOff && s.PredicateType != envelope.ReviewApproval {
			v.good(CodeApproval, "passed over: %q is nothing that we judge", s.PredicateType)
			continue
		}
		v.approval(l, vendor, release, s.PredicateType)
	}
	return release
}

// vendor is the one statement about the release.
func (v *verification) vendor() (*Logged, error) {
	var found *Logged
	for i := range v.evidence.Statements {
		l := &v.evidence.Statements[i]
		s, err := l.Envelope.Statement()
		if err != nil {
			return nil, err
		}
		if s.PredicateType != envelope.VendorRelease {
			continue
		}
		if found != nil {
			return nil, errors.New("two vendor's statements; expected one")
		}
		found = l
	}
	if found == nil {
		return nil, errors.New("no vendor's statement is there")
	}
	return found, nil
}

func (v *verification) approval(l, vendor *Logged, release *envelope.Release, predicate string) {
	a, err := l.Envelope.Approval(predicate, release)
	switch {
	case err != nil:
		v.bad(CodeApproval, err)
		return
	case a.Release != vendor.Envelope.PayloadDigest():
		v.bad(CodeApproval, fmt.Errorf("%s is about another statement of the vendor", predicate))
		return
	case !a.Passed:
		v.bad(CodeApproval, fmt.Errorf("%s did not pass it: %s", predicate, a.Note))
		return
	}
	v.statement(l, release, translog.Approve, predicate)
}

// statement notes who said it, judged at the time when it was logged.
func (v *verification) statement(l *Logged, release *envelope.Release, kind, predicate string) {
	at, err := v.inLog(l, kind)
	if err != nil {
		v.bad(CodeLogged, err)
		return
	}
	v.good(CodeLogged, "%s is entry %d, logged %s", predicate, l.Index, at.Time.UTC().Format(time.RFC3339))
	if predicate == envelope.VendorRelease {
		v.LoggedAt, v.LogIndex = at.Time.UTC(), l.Index
	}
	var why []error
	for _, s := range v.signers(l.Envelope, predicate, release.ID, at, &why) {
		v.Signers = append(v.Signers, s)
		if v.said[predicate] == nil {
			v.said[predicate] = map[string]bool{}
		}
		v.said[predicate][s.Holder.Organisation+"\x00"+s.Holder.Name] = true
		v.good(CodeSigner, "%s: %s (%s), %s key %.12s…, certified by %s", predicate, s.Holder.Name, s.Holder.Organisation, s.Algorithm, s.KeyID, s.Issuer)
	}
	if len(v.said[predicate]) == 0 {
		v.bad(CodeSigner, errors.Join(append([]error{fmt.Errorf("nobody who may say %s has signed it", predicate)}, why...)...))
	} else if len(why) > 0 {
		v.good(CodeSigner, "%s: passed over: %v", predicate, errors.Join(why...))
	}
}

// signers gives the good signatures of holders who may say this. Each key counts once.
func (v *verification) signers(e *envelope.Envelope, predicate, id string, at cert.At, why *[]error) []Signed {
	var out []Signed
	seen := map[string]bool{}
	for _, s := range e.Signatures {
		if seen[s.KeyID] {
			continue
		}
		seen[s.KeyID] = true
		signed, err := v.signer(e, s.KeyID, predicate, id, at)
		if err != nil {
			*why = append(*why, err)
			continue
		}
		out = append(out, *signed)
	}
	return out
}

// signer checks one signature: the key's holder may say this, the certificate was good then, and the signature is.
func (v *verification) signer(e *envelope.Envelope, keyID, predicate, id string, at cert.At) (*Signed, error) {
	holders := v.certs.Holders(keyID)
	if len(holders) == 0 {
		return nil, fmt.Errorf("key %.12s…: no certificate of it is there", keyID)
	}
	var why []error
	for _, c := range holders {
		if err := MaySay(c.Holder, predicate, id); err != nil {
			why = append(why, err)
			continue
		}
		chain, err := v.valid(c, at)
		if err != nil {
			why = append(why, err)
			continue
		}
		if _, err := e.Verify(v.options.Suite, []key.Key{c.Key}, 1); err != nil {
			return nil, err
		}
		return &Signed{Predicate: predicate, KeyID: keyID, Algorithm: c.Key.Type, Serial: c.Serial, Holder: c.Holder, Issuer: chain[1].Holder.Name}, nil
	}
	return nil, errors.Join(why...)
}

// valid judges a certificate at the logged time. How old the revocation lists may be depends on the purpose.
func (v *verification) valid(c *cert.Certificate, at cert.At) ([]*cert.Certificate, error) {
	stale := time.Duration(0)
	if v.options.Purpose == Start {
		if stale = v.options.MaxOffline; stale == 0 {
			stale = 100 * 365 * 24 * time.Hour
		}
	}
	return v.certs.Verify(c, at, v.now, stale)
}

// MaySay tells whether a holder's role is that of a statement.
func MaySay(h cert.Holder, predicate, id string) error {
	department, signOff := envelope.Department(predicate)
	switch {
	case predicate == envelope.VendorRelease && h.Role == cert.Vendor:
		if !h.Covers(id) {
			return fmt.Errorf("%q is a vendor of %v, not of %s", h.Name, h.Namespaces, id)
		}
		return nil
	case predicate == envelope.ReviewApproval && h.Role == cert.Reviewer,
		predicate == envelope.TakedownList && h.Role == cert.Operator,
		signOff && h.Role == cert.Department && h.Department == department:
		return nil
	}
	who := h.Role
	if h.Department != "" {
		who += " " + h.Department
	}
	return fmt.Errorf("%q has the role %s, which may not say %s", h.Name, who, predicate)
}

// thresholds checks that enough different holders said what is required. The vendor's own word always is.
func (v *verification) thresholds() {
	need := map[string]int{envelope.VendorRelease: 1}
	order := []string{envelope.VendorRelease}
	for _, list := range [][]Requirement{v.anchors.Require, v.options.Require} {
		for _, q := range list {
			if _, ok := need[q.Predicate]; !ok {
				order = append(order, q.Predicate)
			}
			need[q.Predicate] = max(need[q.Predicate], q.Threshold)
		}
	}
	for _, predicate := range order {
		if got := len(v.said[predicate]); got < need[predicate] {
			v.bad(CodeThreshold, fmt.Errorf("%d of the %d holders that are needed said %s", got, need[predicate], predicate))
		} else {
			v.good(CodeThreshold, "%d of %d said %s", got, need[predicate], predicate)
		}
	}
}
