package gm

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// Algorithm names what computes.
type Algorithm string

// The algorithms that are known.
const (
	SM2     Algorithm = "sm2"     // signatures with SM3, GB/T 32918.2
	Ed25519 Algorithm = "ed25519" // signatures, RFC 8032
	SM2Enc  Algorithm = "sm2-enc" // public key encryption, GB/T 32918.4, ASN.1 form
	SM3     Algorithm = "sm3"
	SHA256  Algorithm = "sha256"
	HMACSM3 Algorithm = "hmac-sm3"
	SM4GCM  Algorithm = "sm4-gcm"
	SM4CBC  Algorithm = "sm4-cbc" // confidentiality only: the caller authenticates
	SM4CTR  Algorithm = "sm4-ctr" // confidentiality only: the caller authenticates
	AESGCM  Algorithm = "aes-gcm"
)

// Algorithms lists all that are known.
func Algorithms() []Algorithm {
	return []Algorithm{SM2, Ed25519, SM2Enc, SM3, SHA256, HMACSM3, SM4GCM, SM4CBC, SM4CTR, AESGCM}
}

// Names of the libraries.
const (
	Tjfoc    = "tjfoc"
	Emmansun = "emmansun"
)

// Defaults of a Policy.
const (
	DefaultProvider = Emmansun
	DefaultMinKey   = 16
)

// PolicyType is the media type of a policy in a signed envelope.
const PolicyType = "application/vnd.dougong.crypto-policy+json"

// Policy is the central document: which algorithms, providers, key sizes and key ages are allowed. All hosts of a house
// obey one, which arrives signed; core/trust checks who signed it and that its serial never falls.
type Policy struct {
	// Serial rises with each change.
	Serial int64 `json:"serial,omitempty"`
	// Provider is the library that computes, DefaultProvider if empty.
	Provider string `json:"provider,omitempty"`
	// MinKey is the shortest symmetric key in bytes, DefaultMinKey if 0.
	MinKey int `json:"minKey,omitempty"`
	// CrossCheck computes every digest and verifies every signature with both libraries, and refuses what they do not agree on.
	CrossCheck bool `json:"crossCheck,omitempty"`
	// Algorithms are those that are allowed, all that are known if empty.
	Algorithms []Algorithm `json:"algorithms,omitempty"`
	// KeyDays is the greatest age of a signing key in days, by the role of its holder; "*" stands for all others.
	KeyDays map[string]int `json:"keyDays,omitempty"`
}

// ErrPolicy is wrapped by every refusal that the policy asks for.
var ErrPolicy = errors.New("the cryptographic policy forbids it")

// ParsePolicy reads a policy strictly.
func ParsePolicy(data []byte) (Policy, error) {
	var p Policy
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&p); err != nil {
		return Policy{}, fmt.Errorf("cryptographic policy, byte %d: %w", dec.InputOffset(), err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return Policy{}, fmt.Errorf("cryptographic policy, byte %d: something stands after the document", dec.InputOffset())
	}
	return p, p.Validate()
}

// Validate checks that the policy can be obeyed.
func (p Policy) Validate() error {
	if p.Provider != "" && p.Provider != Tjfoc && p.Provider != Emmansun {
		return fmt.Errorf("gm: unknown provider %q; known are %s and %s", p.Provider, Tjfoc, Emmansun)
	}
	for _, a := range p.Algorithms {
		if !slices.Contains(Algorithms(), a) {
			return fmt.Errorf("gm: unknown algorithm %q; known are %s", a, names(Algorithms()))
		}
	}
	if p.MinKey < 0 || p.MinKey > 64 {
		return fmt.Errorf("gm: minKey is %d bytes; expected 0 to 64", p.MinKey)
	}
	for role, days := range p.KeyDays {
		if days <= 0 {
			return fmt.Errorf("gm: keyDays of %q is %d; expected at least 1", role, days)
		}
	}
	return nil
}

// Allows tells whether an algorithm may be used; the error says what to do.
func (p Policy) Allows(a Algorithm) error {
	if len(p.Algorithms) == 0 || slices.Contains(p.Algorithms, a) {
		return nil
	}
	return fmt.Errorf("gm: %s: %w; allowed are %s", a, ErrPolicy, names(p.Algorithms))
}

// AllowsAge tells whether a key of a role may still sign when it is that old.
func (p Policy) AllowsAge(role string, age time.Duration) error {
	days, ok := p.KeyDays[role]
	if !ok {
		if days, ok = p.KeyDays["*"]; !ok {
			return nil
		}
	}
	if age <= time.Duration(days)*24*time.Hour {
		return nil
	}
	return fmt.Errorf("gm: a key of role %q is %d days old, allowed are %d: %w; renew it", role, int(age.Hours()/24), days, ErrPolicy)
}

func names(list []Algorithm) string {
	out := make([]string, len(list))
	for i, a := range list {
		out[i] = string(a)
	}
	return strings.Join(out, ", ")
}
