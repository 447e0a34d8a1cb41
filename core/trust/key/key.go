// Package key names public keys and signs and verifies with them. A key is written as TUF writes it, and its id is the hash
// of algorithm and public key: one key has one id, whoever lists it.
//
//	k := key.New(private.Public())
//	err := key.Verify(suite, k, message, signature)
//
// It must not know what is signed and who may sign it.
package key

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"github.com/dougong-dev/dougong/core/gm"
)

// Key is a public key.
type Key struct {
	Type   string `json:"keytype"` // "ed25519" or "sm2"
	Scheme string `json:"scheme"`  // "ed25519" or "sm2-sm3"
	Value  Value  `json:"keyval"`
}

// Value holds the public half.
type Value struct {
	Public string `json:"public"` // lower-case hex: 32 bytes, or the uncompressed point of 65
}

// schemes has the one scheme of each type.
var schemes = map[gm.Algorithm]string{gm.Ed25519: "ed25519", gm.SM2: "sm2-sm3"}

// New describes a public key.
func New(p gm.PublicKey) Key {
	a := p.Algorithm()
	return Key{Type: string(a), Scheme: schemes[a], Value: Value{Public: hex.EncodeToString(p.Bytes())}}
}

// ID is the SHA-256 of the key's canonical form, lower-case hex. The fields are in order and need no escapes once Public
// accepts the key; of others the id is a hash of something that nothing verifies with.
func (k Key) ID() string {
	sum := sha256.Sum256(fmt.Appendf(nil, `{"keytype":"%s","keyval":{"public":"%s"},"scheme":"%s"}`, k.Type, k.Value.Public, k.Scheme))
	return hex.EncodeToString(sum[:])
}

// Public reads the key. There is one way to write a key: another scheme, upper-case digits or a compressed point are refused.
func (k Key) Public() (gm.PublicKey, error) {
	a := gm.Algorithm(k.Type)
	if scheme, ok := schemes[a]; !ok || scheme != k.Scheme {
		return gm.PublicKey{}, fmt.Errorf("key: unknown type %q with scheme %q; known are ed25519 with ed25519 and sm2 with sm2-sm3", k.Type, k.Scheme)
	}
	raw, err := hex.DecodeString(k.Value.Public)
	if err != nil {
		return gm.PublicKey{}, fmt.Errorf("key: %s: %w", k.Type, err)
	}
	p, err := gm.ParsePublicKey(a, raw)
	if err != nil {
		return gm.PublicKey{}, fmt.Errorf("key: %w", err)
	}
	if New(p) != k {
		return gm.PublicKey{}, fmt.Errorf("key: %s: hexadecimal digits are lower case", k.Type)
	}
	return p, nil
}

// Verify checks a signature over a message.
func Verify(s *gm.Suite, k Key, msg, sig []byte) error {
	p, err := k.Public()
	if err != nil {
		return err
	}
	return s.Verify(p, msg, sig)
}

// Signer signs with a key that it need not show: a file, a smart card, a service. Safe for concurrent use.
type Signer interface {
	// Key is the public half.
	Key() Key
	// Sign signs a message, not its digest.
	Sign(ctx context.Context, msg []byte) ([]byte, error)
}

// Soft is a Signer whose key is in memory.
type Soft struct {
	suite   *gm.Suite
	private *gm.PrivateKey
	key     Key
}

// NewSoft makes a signer.
func NewSoft(s *gm.Suite, private *gm.PrivateKey) *Soft {
	return &Soft{suite: s, private: private, key: New(private.Public())}
}

// Generate makes a signer with a fresh key.
func Generate(s *gm.Suite, a gm.Algorithm) (*Soft, error) {
	private, err := s.GenerateKey(a)
	if err != nil {
		return nil, err
	}
	return NewSoft(s, private), nil
}

// Key implements Signer.
func (s *Soft) Key() Key { return s.key }

// Private is the secret half, to be kept encrypted.
func (s *Soft) Private() *gm.PrivateKey { return s.private }

// Sign implements Signer.
func (s *Soft) Sign(ctx context.Context, msg []byte) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return s.suite.Sign(s.private, msg)
}

// Sign signs by any signer and looks at the signature before it leaves, with the library that the policy did not choose.
func Sign(ctx context.Context, suite *gm.Suite, by Signer, msg []byte) ([]byte, error) {
	sig, err := by.Sign(ctx, msg)
	if err != nil {
		return nil, fmt.Errorf("sign with key %s: %w", by.Key().ID(), err)
	}
	p, err := by.Key().Public()
	if err != nil {
		return nil, err
	}
	if err := suite.VerifyOther(p, msg, sig); err != nil {
		return nil, fmt.Errorf("sign with key %s: the signature is not good and does not leave: %w", by.Key().ID(), err)
	}
	return sig, nil
}

var _ Signer = (*Soft)(nil)
