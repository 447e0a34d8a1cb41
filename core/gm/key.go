package gm

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rand"
	"fmt"

	"github.com/emmansun/gmsm/sm2"
)

// Lengths of keys in bytes.
const (
	PrivateSize   = 32 // of both: the number d, the seed
	SM2PublicSize = 65 // 04, x, y
)

// PublicKey verifies. The zero value verifies nothing. It is a value: copy and compare it freely.
type PublicKey struct {
	alg Algorithm
	raw string // the point uncompressed, or the 32 bytes of Ed25519
}

// ParsePublicKey reads a public key: the 65 bytes of an uncompressed point on the curve of SM2, or the 32 bytes of Ed25519.
func ParsePublicKey(a Algorithm, raw []byte) (PublicKey, error) {
	switch a {
	case SM2:
		if _, err := point(raw); err != nil {
			return PublicKey{}, err
		}
	case Ed25519:
		if len(raw) != ed25519.PublicKeySize {
			return PublicKey{}, fmt.Errorf("gm: an Ed25519 public key has %d bytes, found %d", ed25519.PublicKeySize, len(raw))
		}
	default:
		return PublicKey{}, fmt.Errorf("gm: %q signs nothing; signature algorithms are %s and %s", a, SM2, Ed25519)
	}
	return PublicKey{alg: a, raw: string(raw)}, nil
}

// point reads an uncompressed point. The library checks that it is on the curve; we check form and length before.
func point(raw []byte) (pub *ecdsa.PublicKey, err error) {
	defer edge("SM2 public key", &err)
	if len(raw) != SM2PublicSize || raw[0] != 4 {
		return nil, fmt.Errorf("gm: an SM2 public key has %d bytes that begin with 04 (an uncompressed point), found %d bytes", SM2PublicSize, len(raw))
	}
	pub, err = sm2.NewPublicKey(raw)
	if err != nil {
		return nil, fmt.Errorf("gm: SM2 public key: the point is not on the curve: %w", err)
	}
	return pub, nil
}

// Algorithm of the key, empty for the zero value.
func (k PublicKey) Algorithm() Algorithm { return k.alg }

// Bytes is what ParsePublicKey reads.
func (k PublicKey) Bytes() []byte { return []byte(k.raw) }

// PrivateKey signs. Make one by Suite.GenerateKey or ParsePrivateKey.
type PrivateKey struct {
	public PublicKey
	raw    []byte
}

// ParsePrivateKey reads the 32 bytes that Bytes gives.
func ParsePrivateKey(a Algorithm, raw []byte) (k *PrivateKey, err error) {
	defer edge("private key", &err)
	if len(raw) != PrivateSize {
		return nil, fmt.Errorf("gm: a private key has %d bytes, found %d", PrivateSize, len(raw))
	}
	var public []byte
	switch a {
	case SM2:
		d, err := sm2.NewPrivateKey(raw)
		if err != nil {
			return nil, fmt.Errorf("gm: SM2 private key: %w", err)
		}
		public = append([]byte{4}, append(d.X.FillBytes(make([]byte, 32)), d.Y.FillBytes(make([]byte, 32))...)...)
	case Ed25519:
		public = ed25519.NewKeyFromSeed(raw).Public().(ed25519.PublicKey)
	}
	pub, err := ParsePublicKey(a, public)
	if err != nil {
		return nil, err
	}
	return &PrivateKey{public: pub, raw: bytes.Clone(raw)}, nil
}

// Public is the other half.
func (k *PrivateKey) Public() PublicKey { return k.public }

// Bytes is the secret. Keep it encrypted.
func (k *PrivateKey) Bytes() []byte { return bytes.Clone(k.raw) }

// GenerateKey makes a key from the system's random numbers.
func (s *Suite) GenerateKey(a Algorithm) (*PrivateKey, error) {
	if err := s.policy.Allows(a); err != nil {
		return nil, err
	}
	switch a {
	case SM2:
		d, err := sm2.GenerateKey(rand.Reader)
		if err != nil {
			return nil, fmt.Errorf("gm: make an SM2 key: %w", err)
		}
		return ParsePrivateKey(SM2, d.D.FillBytes(make([]byte, PrivateSize)))
	case Ed25519:
		seed := make([]byte, PrivateSize)
		if _, err := rand.Read(seed); err != nil {
			return nil, fmt.Errorf("gm: make an Ed25519 key: %w", err)
		}
		return ParsePrivateKey(Ed25519, seed)
	default:
		return nil, fmt.Errorf("gm: %q signs nothing; signature algorithms are %s and %s", a, SM2, Ed25519)
	}
}
