package cert

import (
	"bytes"
	"context"
	"crypto/rand"
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

// Revocation is one entry of a list.
type Revocation struct {
	Serial string    // of the certificate
	Time   time.Time // when it was revoked
	Reason int       // RFC 5280, section 5.3.1
	// DistrustFrom is the first entry of the log that is not believed any more; nil judges by Time alone. A thief who has had
	// a key for a week is shut out from the beginning of that week, and what was signed before it stays good.
	DistrustFrom *int64
}

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
			switch {
			case extension.Id.Equal(distrustFrom):
				var index int64
				if rest, err := asn1.Unmarshal(extension.Value, &index); err != nil || len(rest) > 0 || index < 0 {
					return nil, fmt.Errorf("revocation list: certificate %s: the log index is not a number", r.Serial)
				}
				r.DistrustFrom = &index
			case extension.Critical:
				return nil, fmt.Errorf("revocation list: certificate %s: unknown critical extension %v", r.Serial, extension.Id)
			}
		}
		l.Revoked[r.Serial] = r
	}
	return l, nil
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
		if r.DistrustFrom != nil {
			value, err := asn1.Marshal(*r.DistrustFrom)
			if err != nil {
				return nil, err
			}
			e.ExtraExtensions = []pkix.Extension{{Id: distrustFrom, Value: value}}
		}
		t.RevokedCertificateEntries = append(t.RevokedCertificateEntries, e)
	}
	der, err := smx509.CreateRevocationList(rand.Reader, t, issuer.x, signer)
	if err != nil {
		return nil, fmt.Errorf("revocation list of %q: %w", issuer.Holder.Name, err)
	}
	return ParseList(der)
}
