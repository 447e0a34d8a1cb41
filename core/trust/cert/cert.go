package cert

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"encoding/pem"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/dougong-dev/dougong/core/gm"
	"github.com/dougong-dev/dougong/core/trust/key"
	"github.com/emmansun/gmsm/smx509"
)

// Roles of holders.
const (
	Root       = "root"
	Issuer     = "issuer"
	Vendor     = "vendor"
	Reviewer   = "reviewer"
	Department = "department"
	Operator   = "operator" // signs takedowns and the cryptographic policy
	Host       = "host"
)

// Roles lists those that an issuing authority gives.
func Roles() []string { return []string{Vendor, Reviewer, Department, Operator, Host} }

// Holder is whom a certificate is for.
type Holder struct {
	Name         string   `json:"name"`         // common name
	Organisation string   `json:"organisation"` //
	Role         string   `json:"role"`
	Department   string   `json:"department,omitempty"` // of role Department
	Namespaces   []string `json:"namespaces,omitempty"` // of role Vendor: "com.acme" covers com.acme and com.acme.…
}

// Covers tells whether a plugin's or mini-program's id lies in one of the holder's namespaces.
func (h Holder) Covers(id string) bool {
	for _, n := range h.Namespaces {
		if id == n || strings.HasPrefix(id, n+".") {
			return true
		}
	}
	return false
}

// Certificate is one that was read. Its signature is not verified by that.
type Certificate struct {
	Holder    Holder
	Serial    string // lower-case hex
	NotBefore time.Time
	NotAfter  time.Time
	Key       key.Key
	DER       []byte
	x         *smx509.Certificate
}

const maxDER = 16 << 10

// Parse reads a certificate in DER.
func Parse(der []byte) (c *Certificate, err error) {
	defer edge("certificate", &err)
	if len(der) > maxDER {
		return nil, fmt.Errorf("certificate: %d bytes, the limit is %d", len(der), maxDER)
	}
	x, err := smx509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("certificate: %w", err)
	}
	p, err := publicOf(x.PublicKey)
	if err != nil {
		return nil, fmt.Errorf("certificate of %q: %w", x.Subject.CommonName, err)
	}
	h, err := holderOf(x.Subject.CommonName, x.Subject.Organization, x.URIs)
	if err != nil {
		return nil, fmt.Errorf("certificate of %q: %w", x.Subject.CommonName, err)
	}
	if (h.Role == Root || h.Role == Issuer) != (x.BasicConstraintsValid && x.IsCA) {
		return nil, fmt.Errorf("certificate of %q: role %q and the basic constraint of an authority contradict each other", h.Name, h.Role)
	}
	return &Certificate{Holder: h, Serial: x.SerialNumber.Text(16), NotBefore: x.NotBefore, NotAfter: x.NotAfter,
		Key: key.New(p), DER: bytes.Clone(der), x: x}, nil
}

// PEM is the certificate as tools exchange it.
func (c *Certificate) PEM() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.DER})
}

// ParsePEM reads all certificates of a PEM file.
func ParsePEM(data []byte) ([]*Certificate, error) {
	var out []*Certificate
	for block, rest := pem.Decode(data); block != nil; block, rest = pem.Decode(rest) {
		if block.Type != "CERTIFICATE" {
			return nil, fmt.Errorf("certificate: a PEM block of type %q; expected CERTIFICATE", block.Type)
		}
		c, err := Parse(block.Bytes)
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	if len(out) == 0 {
		return nil, errors.New("certificate: no PEM block is found")
	}
	return out, nil
}

// publicOf reads the key of a parsed certificate. A point that is not on the curve is refused.
func publicOf(k any) (gm.PublicKey, error) {
	switch k := k.(type) {
	case *ecdsa.PublicKey:
		if k == nil {
			return gm.PublicKey{}, errors.New("the key has no point")
		}
		x, y := k.X, k.Y //nolint:staticcheck // SA1019: Bytes, which it names instead, knows the NIST curves alone
		if x == nil || y == nil || x.BitLen() > 256 || y.BitLen() > 256 {
			return gm.PublicKey{}, errors.New("the key has no point")
		}
		raw := append([]byte{4}, append(x.FillBytes(make([]byte, 32)), y.FillBytes(make([]byte, 32))...)...)
		return gm.ParsePublicKey(gm.SM2, raw)
	case ed25519.PublicKey:
		return gm.ParsePublicKey(gm.Ed25519, k)
	default:
		return gm.PublicKey{}, fmt.Errorf("keys of type %T are not used; expected SM2 or Ed25519", k)
	}
}

// What a holder may do stands in the certificate as addresses: dougong://role/vendor, dougong://namespace/com.acme,
// dougong://department/legal. Every tool shows them.
const scheme = "dougong"

func (h Holder) addresses() []*url.URL {
	out := []*url.URL{{Scheme: scheme, Host: "role", Path: "/" + h.Role}}
	if h.Department != "" {
		out = append(out, &url.URL{Scheme: scheme, Host: "department", Path: "/" + h.Department})
	}
	for _, n := range h.Namespaces {
		out = append(out, &url.URL{Scheme: scheme, Host: "namespace", Path: "/" + n})
	}
	return out
}

func holderOf(name string, organisation []string, addresses []*url.URL) (Holder, error) {
	h := Holder{Name: name, Organisation: strings.Join(organisation, ", ")}
	for _, u := range addresses {
		if u.Scheme != scheme {
			continue
		}
		value := strings.TrimPrefix(u.Path, "/")
		switch {
		case value == "" || strings.Contains(value, "/") || u.RawQuery != "" || u.Fragment != "":
			return Holder{}, fmt.Errorf("the address %q is not dougong://<what>/<value>", u)
		case u.Host == "role" && h.Role == "":
			h.Role = value
		case u.Host == "department" && h.Department == "":
			h.Department = value
		case u.Host == "namespace":
			h.Namespaces = append(h.Namespaces, value)
		default:
			return Holder{}, fmt.Errorf("the address %q is unknown or stands twice", u)
		}
	}
	return h, h.check()
}

func (h Holder) check() error {
	switch {
	case h.Name == "":
		return errors.New("the holder has no name")
	case !slices.Contains(append(Roles(), Root, Issuer), h.Role):
		return fmt.Errorf("unknown role %q; known are %s, %s, %s", h.Role, Root, Issuer, strings.Join(Roles(), ", "))
	case (h.Role == Department) != (h.Department != ""):
		return fmt.Errorf("role %q with department %q; a department's name goes with the role %q", h.Role, h.Department, Department)
	case h.Role == Vendor && len(h.Namespaces) == 0:
		return errors.New("a vendor has no namespace")
	case h.Role != Vendor && len(h.Namespaces) > 0:
		return fmt.Errorf("a holder of role %q has namespaces; only vendors do", h.Role)
	}
	for _, n := range append(slices.Clone(h.Namespaces), h.Department) {
		if strings.ContainsAny(n, "/ \t\r\n?#%*") {
			return fmt.Errorf("the name %q holds a character that is not allowed", n)
		}
	}
	return nil
}

func edge(what string, err *error) {
	if x := recover(); x != nil {
		*err = fmt.Errorf("%s: %v", what, x)
	}
}
