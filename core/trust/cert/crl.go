package cert

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"time"

	"github.com/dougong-dev/dougong/core/gm"
	"github.com/dougong-dev/dougong/core/trust/key"
	"github.com/emmansun/gmsm/smx509"
)

// distrustFrom is the extension of an entry that holds the log index from which on the certificate is not trusted: an
// INTEGER, not critical. The number lies under 2.25, where nobody registers.
var distrustFrom = asn1.ObjectIdentifier{2, 25, 1183650213, 1}

// finalList is the extension of an issuing authority's entry in the root's list that holds its last revocation list: a SEQUENCE of
// its number and the SHA-256 of its DER, not critical.
var finalList = asn1.ObjectIdentifier{2, 25, 1183650213, 2}

// Revocation is one entry of a list.
type Revocation struct {
	Serial string    // of the certificate
	Time   time.Time // when it was revoked
	Reason int       // RFC 5280, section 5.3.1
	// DistrustFrom is the first entry of the log that is not believed any more; nil judges by Time alone. A thief who has had
	// a key for a week is shut out from the beginning of that week, and what was signed before it stays good.
	DistrustFrom *int64
	// Final is the last revocation list of an issuing authority that is revoked: the one list of it that holds from then on, however
	// new another is. Whoever stole its key can date a list as they like, and not make one with this digest.
	Final *Final `json:",omitempty"`
}

// Final names a revocation list.
type Final struct {
	Number int64
	SHA256 [sha256.Size]byte
}

// FinalOf names a list.
func FinalOf(l *List) *Final { return &Final{Number: l.Number, SHA256: sha256.Sum256(l.DER)} }

// Is tells whether a list is the one that is named.
func (f *Final) Is(l *List) bool { return f.Number == l.Number && f.SHA256 == sha256.Sum256(l.DER) }

// allows tells whether a list of an authority that is revoked may still be believed. Where its last one is not named, the date that it
// bears has to do.
func (r Revocation) allows(l *List) bool {
	if r.Final != nil {
		return r.Final.Is(l)
	}
	return l.ThisUpdate.Before(r.Time)
}

// runOut is when the lists that an authority had signed before it was revoked have run out.
func (r Revocation) runOut() time.Time { return r.Time.AddDate(0, 0, ListDays) }

// Forbids tells whether something logged at a moment, with a number, is not to be trusted.
func (r Revocation) Forbids(at At) bool {
	if at.Index != nil && r.DistrustFrom != nil {
		return *at.Index >= *r.DistrustFrom
	}
	return !at.Time.Before(r.Time)
}

// List is a revocation list that was read. Its signature is not verified by that.
type List struct {
	Number     int64
	ThisUpdate time.Time
	NextUpdate time.Time
	Revoked    map[string]Revocation // by serial
	DER        []byte
	x          *smx509.RevocationList
}

const maxList = 4 << 20

// ParseList reads a revocation list in DER.
func ParseList(der []byte) (l *List, err error) {
	defer edge("revocation list", &err)
	if len(der) > maxList {
		return nil, fmt.Errorf("revocation list: %d bytes, the limit is %d", len(der), maxList)
	}
	x, err := smx509.ParseRevocationList(der)
	if err != nil {
		return nil, fmt.Errorf("revocation list: %w", err)
	}
	if x.Number == nil || !x.Number.IsInt64() || x.Number.Sign() < 0 || x.NextUpdate.IsZero() {
		return nil, errors.New("revocation list: its number or its next update is missing")
	}
	l = &List{Number: x.Number.Int64(), ThisUpdate: x.ThisUpdate, NextUpdate: x.NextUpdate, Revoked: map[string]Revocation{}, DER: bytes.Clone(der), x: x}
	for _, e := range x.RevokedCertificateEntries {
		r := Revocation{Serial: e.SerialNumber.Text(16), Time: e.RevocationTime, Reason: e.ReasonCode}
		for _, extension := range e.Extensions {
			if err := r.read(extension); err != nil {
				return nil, fmt.Errorf("revocation list: certificate %s: %w", r.Serial, err)
			}
		}
		if _, twice := l.Revoked[r.Serial]; twice {
			return nil, fmt.Errorf("revocation list: certificate %s stands in it twice", r.Serial)
		}
		l.Revoked[r.Serial] = r
	}
	return l, nil
}

// read takes in one extension of an entry.
func (r *Revocation) read(e pkix.Extension) error {
	switch {
	case e.Id.Equal(distrustFrom):
		var index int64
		if rest, err := asn1.Unmarshal(e.Value, &index); err != nil || len(rest) > 0 || index < 0 {
			return errors.New("the log index is not a number")
		}
		r.DistrustFrom = &index
	case e.Id.Equal(finalList):
		var f derFinal
		if rest, err := asn1.Unmarshal(e.Value, &f); err != nil || len(rest) > 0 || f.Number < 0 || len(f.SHA256) != sha256.Size {
			return errors.New("its last revocation list is not named by a number and a SHA-256")
		}
		r.Final = &Final{Number: f.Number, SHA256: [sha256.Size]byte(f.SHA256)}
	case e.Critical:
		return fmt.Errorf("unknown critical extension %v", e.Id)
	}
	return nil
}

// derFinal is Final as it stands in a list.
type derFinal struct {
	Number int64
	SHA256 []byte
}

// extensions are those that read takes in.
func (r *Revocation) extensions() (out []pkix.Extension, err error) {
	add := func(id asn1.ObjectIdentifier, v any) error {
		value, err := asn1.Marshal(v)
		out = append(out, pkix.Extension{Id: id, Value: value})
		return err
	}
	if r.DistrustFrom != nil {
		err = add(distrustFrom, *r.DistrustFrom)
	}
	if r.Final != nil {
		err = errors.Join(err, add(finalList, derFinal{r.Final.Number, r.Final.SHA256[:]}))
	}
	return out, err
}

// PEM is the list as tools exchange it.
func (l *List) PEM() []byte { return pem.EncodeToMemory(&pem.Block{Type: "X509 CRL", Bytes: l.DER}) }

// ParseListPEM reads a list in PEM.
func ParseListPEM(data []byte) (*List, error) {
	block, _ := pem.Decode(data)
	if block == nil || block.Type != "X509 CRL" {
		return nil, errors.New("revocation list: no PEM block X509 CRL is found")
	}
	return ParseList(block.Bytes)
}

// SignedBy checks that an authority signed the list.
func (l *List) SignedBy(suite *gm.Suite, issuer *Certificate) (err error) {
	defer edge("revocation list", &err)
	return l.signedBy(suite, issuer)
}

// signedBy tells whether an authority signed the list.
func (l *List) signedBy(suite *gm.Suite, issuer *Certificate) error {
	if !bytes.Equal(l.x.RawIssuer, issuer.x.RawSubject) || issuer.x.KeyUsage&smx509.KeyUsageCRLSign == 0 {
		return fmt.Errorf("revocation list %d: it is not of %q", l.Number, issuer.Holder.Name)
	}
	if err := key.Verify(suite, issuer.Key, l.x.RawTBSRevocationList, l.x.Signature); err != nil {
		return fmt.Errorf("revocation list %d of %q: %w", l.Number, issuer.Holder.Name, err)
	}
	return nil
}

// Revoke makes an authority's revocation list.
func Revoke(ctx context.Context, suite *gm.Suite, issuer *Certificate, by key.Signer, number int64, now, next time.Time, revoked []Revocation) (*List, error) {
	signer, err := newMessageSigner(ctx, suite, by)
	if err != nil {
		return nil, err
	}
	t := &smx509.RevocationList{Number: big.NewInt(number), ThisUpdate: now, NextUpdate: next}
	for _, r := range revoked {
		serial, ok := new(big.Int).SetString(r.Serial, 16)
		if !ok {
			return nil, fmt.Errorf("revocation list: %q is no serial number", r.Serial)
		}
		e := smx509.RevocationListEntry{SerialNumber: serial, RevocationTime: r.Time, ReasonCode: r.Reason}
		if e.ExtraExtensions, err = r.extensions(); err != nil {
			return nil, err
		}
		t.RevokedCertificateEntries = append(t.RevokedCertificateEntries, e)
	}
	der, err := smx509.CreateRevocationList(rand.Reader, t, issuer.x, signer)
	if err != nil {
		return nil, fmt.Errorf("revocation list of %q: %w", issuer.Holder.Name, err)
	}
	return ParseList(der)
}

// namesLast tells whether a list names the last list of another authority, as a root's does.
func (l *List) namesLast() bool {
	for _, r := range l.Revoked {
		if r.Final != nil {
			return true
		}
	}
	return false
}
