package cert

import (
	"context"
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"math/big"
	"time"

	"github.com/dougong-dev/dougong/core/gm"
	"github.com/dougong-dev/dougong/core/trust/key"
	"github.com/emmansun/gmsm/sm2"
	"github.com/emmansun/gmsm/smx509"
)

// Template is what a certificate shall say.
type Template struct {
	Holder    Holder
	Key       key.Key
	NotBefore time.Time
	NotAfter  time.Time
}

// standard gives a public key as certificate libraries want it.
func standard(k key.Key) (crypto.PublicKey, error) {
	p, err := k.Public()
	if err != nil {
		return nil, err
	}
	if p.Algorithm() == gm.Ed25519 {
		return ed25519.PublicKey(p.Bytes()), nil
	}
	return sm2.NewPublicKey(p.Bytes())
}

// messageSigner is a key.Signer as certificate libraries want it. Each signature is verified by the other library first.
type messageSigner struct {
	ctx    context.Context // crypto.Signer has no context; a messageSigner lives for one call
	suite  *gm.Suite
	by     key.Signer
	public crypto.PublicKey
}

func newMessageSigner(ctx context.Context, suite *gm.Suite, by key.Signer) (*messageSigner, error) {
	public, err := standard(by.Key())
	return &messageSigner{ctx: ctx, suite: suite, by: by, public: public}, err
}

// Public implements crypto.Signer.
func (m *messageSigner) Public() crypto.PublicKey { return m.public }

// Sign implements crypto.Signer. Digests are not signed: SM2 hashes the holder's identity too.
func (m *messageSigner) Sign(_ io.Reader, _ []byte, _ crypto.SignerOpts) ([]byte, error) {
	return nil, errors.New("only messages are signed")
}

// SignMessage implements crypto.MessageSigner.
func (m *messageSigner) SignMessage(_ io.Reader, msg []byte, _ crypto.SignerOpts) ([]byte, error) {
	return key.Sign(m.ctx, m.suite, m.by, msg)
}

var _ crypto.MessageSigner = (*messageSigner)(nil)

func newSerial() (*big.Int, error) {
	raw := make([]byte, 16)
	if _, err := rand.Read(raw); err != nil {
		return nil, err
	}
	raw[0] = raw[0]&0x7f | 0x40 // positive and always of the same length
	return new(big.Int).SetBytes(raw), nil
}

// Issue makes a certificate. Without an issuer it signs itself: a root.
func Issue(ctx context.Context, suite *gm.Suite, issuer *Certificate, by key.Signer, t Template) (*Certificate, error) {
	if err := t.Holder.check(); err != nil {
		return nil, fmt.Errorf("issue a certificate: %w", err)
	}
	if err := mayIssue(issuer, by, t); err != nil {
		return nil, fmt.Errorf("issue a certificate for %q: %w", t.Holder.Name, err)
	}
	serial, err := newSerial()
	if err != nil {
		return nil, err
	}
	if t.Holder.Role == Issuer { // by its key: should it be certified twice, to revoke one is to revoke both
		sum := sha256.Sum256([]byte("dougong issuing authority " + t.Key.ID()))
		sum[0] = sum[0]&0x7f | 0x40
		serial = new(big.Int).SetBytes(sum[:16])
	}
	x := &smx509.Certificate{SerialNumber: serial, Subject: pkix.Name{CommonName: t.Holder.Name, Organization: []string{t.Holder.Organisation}},
		NotBefore: t.NotBefore, NotAfter: t.NotAfter, URIs: t.Holder.addresses(), BasicConstraintsValid: true, KeyUsage: smx509.KeyUsageDigitalSignature}
	if t.Holder.Role == Root || t.Holder.Role == Issuer {
		x.IsCA, x.KeyUsage = true, smx509.KeyUsageCertSign|smx509.KeyUsageCRLSign
		if t.Holder.Role == Issuer {
			x.MaxPathLenZero = true
		}
	}
	if x.SubjectKeyId, err = hex.DecodeString(t.Key.ID()[:40]); err != nil {
		return nil, err
	}
	parent := x
	if issuer != nil {
		parent = issuer.x
	}
	public, err := standard(t.Key)
	if err != nil {
		return nil, err
	}
	signer, err := newMessageSigner(ctx, suite, by)
	if err != nil {
		return nil, err
	}
	der, err := smx509.CreateCertificate(rand.Reader, x, parent, public, signer)
	if err != nil {
		return nil, fmt.Errorf("issue a certificate for %q: %w", t.Holder.Name, err)
	}
	return Parse(der)
}

// mayIssue checks the order of authorities: root, issuer, everybody else.
func mayIssue(issuer *Certificate, by key.Signer, t Template) error {
	if issuer == nil {
		if t.Holder.Role != Root || t.Key != by.Key() {
			return errors.New("only a root signs itself")
		}
		return nil
	}
	want := Issuer
	if t.Holder.Role == Issuer {
		want = Root
	}
	switch {
	case t.Holder.Role == Root:
		return errors.New("a root has no issuer")
	case issuer.Holder.Role != want:
		return fmt.Errorf("role %q is issued by a holder of role %q, not %q", t.Holder.Role, want, issuer.Holder.Role)
	case issuer.Key != by.Key():
		return errors.New("the key is not that of the issuer's certificate")
	case t.NotAfter.After(issuer.NotAfter):
		return fmt.Errorf("it would run until %s, longer than its issuer's (%s)", t.NotAfter.Format(time.DateOnly), issuer.NotAfter.Format(time.DateOnly))
	case !t.NotAfter.After(t.NotBefore):
		return errors.New("it ends before it begins")
	}
	return nil
}

// Request is a certificate signing request that was read, its signature verified: who asks has the key.
type Request struct {
	Holder Holder
	Key    key.Key
	DER    []byte
}

// NewRequest asks for a certificate.
func NewRequest(ctx context.Context, suite *gm.Suite, h Holder, by key.Signer) (*Request, error) {
	if err := h.check(); err != nil {
		return nil, fmt.Errorf("certificate request: %w", err)
	}
	signer, err := newMessageSigner(ctx, suite, by)
	if err != nil {
		return nil, err
	}
	x := &smx509.CertificateRequest{Subject: pkix.Name{CommonName: h.Name, Organization: []string{h.Organisation}}, URIs: h.addresses()}
	der, err := smx509.CreateCertificateRequest(rand.Reader, x, signer)
	if err != nil {
		return nil, fmt.Errorf("certificate request of %q: %w", h.Name, err)
	}
	return ParseRequest(suite, der)
}

// ParseRequest reads a request in DER.
func ParseRequest(suite *gm.Suite, der []byte) (r *Request, err error) {
	defer edge("certificate request", &err)
	if len(der) > maxDER {
		return nil, fmt.Errorf("certificate request: %d bytes, the limit is %d", len(der), maxDER)
	}
	x, err := smx509.ParseCertificateRequest(der)
	if err != nil {
		return nil, fmt.Errorf("certificate request: %w", err)
	}
	p, err := publicOf(x.PublicKey)
	if err != nil {
		return nil, fmt.Errorf("certificate request: %w", err)
	}
	if err := suite.Verify(p, x.RawTBSCertificateRequest, x.Signature); err != nil {
		return nil, fmt.Errorf("certificate request of %q: %w", x.Subject.CommonName, err)
	}
	h, err := holderOf(x.Subject.CommonName, x.Subject.Organization, x.URIs)
	if err != nil {
		return nil, fmt.Errorf("certificate request: %w", err)
	}
	return &Request{Holder: h, Key: key.New(p), DER: der}, nil
}

// PEM is the request as tools exchange it.
func (r *Request) PEM() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: r.DER})
}

// ParseRequestPEM reads a request in PEM.
func ParseRequestPEM(suite *gm.Suite, data []byte) (*Request, error) {
	block, _ := pem.Decode(data)
	if block == nil || block.Type != "CERTIFICATE REQUEST" {
		return nil, errors.New("certificate request: no PEM block CERTIFICATE REQUEST is found")
	}
	return ParseRequest(suite, block.Bytes)
}
