package gm

import (
	"crypto/ed25519"
	"errors"
	"fmt"
)

// UserID is the identity that SM2 signatures of this system hash, the usual default of GM/T 0009.
const UserID = "1234567812345678"

// ErrSignature says that a signature does not belong to the message and the key.
var ErrSignature = errors.New("the signature does not verify")

// signer is one library's SM2. Keys and signatures are checked before they come here.
type signer interface {
	name() string
	sign(d []byte, msg []byte) ([]byte, error)
	verify(point []byte, msg, sig []byte) (bool, error)
}

// Sign signs a message (not its digest). An SM2 signature is verified by the other library before it leaves, so that a fault
// of one is never published.
func (s *Suite) Sign(k *PrivateKey, msg []byte) ([]byte, error) {
	if k == nil {
		return nil, errors.New("gm: sign: there is no key")
	}
	if err := s.policy.Allows(k.public.alg); err != nil {
		return nil, err
	}
	if k.public.alg == Ed25519 {
		sig := ed25519.Sign(ed25519.NewKeyFromSeed(k.raw), msg)
		return sig, s.verify(k.public, msg, sig)
	}
	sig, err := s.first.sign(k.raw, msg)
	if err != nil {
		return nil, fmt.Errorf("gm: sign by %s: %w", s.first.name(), err)
	}
	if err := s.check(s.second, k.public, msg, sig); err != nil {
		return nil, fmt.Errorf("gm: %s does not verify what %s signed; nothing leaves: %w", s.second.name(), s.first.name(), err)
	}
	return sig, nil
}

// Verify checks a signature. The error is ErrSignature, or says what is wrong with its form.
func (s *Suite) Verify(k PublicKey, msg, sig []byte) error {
	if err := s.policy.Allows(k.alg); err != nil {
		return err
	}
	name := s.memo.name(k, msg, sig)
	if s.memo.has(name) {
		return nil
	}
	err := s.verify(k, msg, sig)
	if err == nil {
		s.memo.put(name)
	}
	return err
}

func (s *Suite) verify(k PublicKey, msg, sig []byte) error {
	switch k.alg {
	case Ed25519:
		if len(sig) != ed25519.SignatureSize || !ed25519.Verify(ed25519.PublicKey(k.raw), msg, sig) {
			return fmt.Errorf("gm: Ed25519: %w", ErrSignature)
		}
		return nil
	case SM2:
		err := s.check(s.first, k, msg, sig)
		if s.policy.CrossCheck {
			if other := s.check(s.second, k, msg, sig); (other == nil) != (err == nil) {
				return fmt.Errorf("gm: SM2: %w: %s verifies: %t, %s: %t", ErrDisagree, s.first.name(), err == nil, s.second.name(), other == nil)
			}
		}
		return err
	default:
		return fmt.Errorf("gm: there is no key to verify with")
	}
}

// VerifyOther checks a signature by the library that the policy did not choose: for what was signed elsewhere (by a
// certificate library, a device) and has to be seen by both before it leaves.
func (s *Suite) VerifyOther(k PublicKey, msg, sig []byte) error {
	if err := s.policy.Allows(k.alg); err != nil {
		return err
	}
	if k.alg != SM2 {
		return s.verify(k, msg, sig)
	}
	return s.check(s.second, k, msg, sig)
}

func (s *Suite) check(by signer, k PublicKey, msg, sig []byte) (err error) {
	defer edge("SM2", &err)
	if k.alg != SM2 {
		return errors.New("gm: there is no key to verify with")
	}
	if _, _, err := parseSignature(sig); err != nil {
		return err
	}
	ok, err := by.verify([]byte(k.raw), msg, sig)
	if err != nil {
		return fmt.Errorf("gm: SM2 by %s: %w", by.name(), err)
	}
	if !ok {
		return fmt.Errorf("gm: SM2: %w", ErrSignature)
	}
	return nil
}
