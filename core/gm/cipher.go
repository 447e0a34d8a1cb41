package gm

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"fmt"

	"github.com/emmansun/gmsm/sm2"
	"github.com/emmansun/gmsm/sm4"
)

// ErrDecrypt says that a text was changed, or sealed by another key. It says no more, so that nobody learns from it.
var ErrDecrypt = errors.New("the text does not open with this key")

const (
	nonceSize = 12
	blockSize = 16
)

// block makes a block cipher whose key the policy accepts.
func (s *Suite) block(a Algorithm, key []byte) (cipher.Block, error) {
	if err := s.policy.Allows(a); err != nil {
		return nil, err
	}
	if len(key) < s.policy.MinKey {
		return nil, fmt.Errorf("gm: %s: the key has %d bytes, policy wants at least %d", a, len(key), s.policy.MinKey)
	}
	switch a {
	case SM4GCM, SM4CBC, SM4CTR:
		return sm4.NewCipher(key)
	case AESGCM:
		return aes.NewCipher(key)
	default:
		return nil, fmt.Errorf("gm: %q is no cipher; ciphers are %s", a, names([]Algorithm{SM4GCM, SM4CBC, SM4CTR, AESGCM}))
	}
}

// Seal encrypts. The result begins with a fresh nonce. Only SM4GCM and AESGCM authenticate, and only they take more, which
// is authenticated and not encrypted.
func (s *Suite) Seal(a Algorithm, key, text, more []byte) (out []byte, err error) {
	defer edge(string(a), &err)
	b, err := s.block(a, key)
	if err != nil {
		return nil, err
	}
	if a == SM4GCM || a == AESGCM {
		aead, err := cipher.NewGCM(b)
		if err != nil {
			return nil, err
		}
		nonce := make([]byte, nonceSize, nonceSize+len(text)+aead.Overhead())
		if _, err := rand.Read(nonce); err != nil {
			return nil, err
		}
		return aead.Seal(nonce, nonce, text, more), nil
	}
	if len(more) > 0 {
		return nil, fmt.Errorf("gm: %s does not authenticate; use %s", a, SM4GCM)
	}
	iv := make([]byte, blockSize)
	if _, err := rand.Read(iv); err != nil {
		return nil, err
	}
	if a == SM4CTR {
		out = append(iv, text...)
		cipher.NewCTR(b, iv).XORKeyStream(out[blockSize:], text)
		return out, nil
	}
	pad := blockSize - len(text)%blockSize
	out = append(iv, text...)
	for range pad {
		out = append(out, byte(pad))
	}
	cipher.NewCBCEncrypter(b, iv).CryptBlocks(out[blockSize:], out[blockSize:])
	return out, nil
}

// Open decrypts what Seal made.
func (s *Suite) Open(a Algorithm, key, sealed, more []byte) (out []byte, err error) {
	defer edge(string(a), &err)
	b, err := s.block(a, key)
	if err != nil {
		return nil, err
	}
	switch a {
	case SM4GCM, AESGCM:
		aead, err := cipher.NewGCM(b)
		if err != nil {
			return nil, err
		}
		if len(sealed) < nonceSize+aead.Overhead() {
			return nil, fmt.Errorf("gm: %s: %w", a, ErrDecrypt)
		}
		text, err := aead.Open(nil, sealed[:nonceSize], sealed[nonceSize:], more)
		if err != nil {
			return nil, fmt.Errorf("gm: %s: %w", a, ErrDecrypt)
		}
		return text, nil
	case SM4CTR:
		if len(sealed) < blockSize {
			return nil, fmt.Errorf("gm: %s: %w", a, ErrDecrypt)
		}
		out = make([]byte, len(sealed)-blockSize)
		cipher.NewCTR(b, sealed[:blockSize]).XORKeyStream(out, sealed[blockSize:])
		return out, nil
	default:
		return openCBC(b, sealed)
	}
}

func openCBC(b cipher.Block, sealed []byte) ([]byte, error) {
	if len(sealed) < 2*blockSize || len(sealed)%blockSize != 0 {
		return nil, fmt.Errorf("gm: %s: %w", SM4CBC, ErrDecrypt)
	}
	out := make([]byte, len(sealed)-blockSize)
	cipher.NewCBCDecrypter(b, sealed[:blockSize]).CryptBlocks(out, sealed[blockSize:])
	pad := int(out[len(out)-1])
	good := subtle.ConstantTimeLessOrEq(1, pad) & subtle.ConstantTimeLessOrEq(pad, blockSize)
	for i := range blockSize {
		inside := subtle.ConstantTimeLessOrEq(i+1, pad)
		same := subtle.ConstantTimeByteEq(out[len(out)-1-i], byte(pad))
		good &= same | (1 - inside)
	}
	if good != 1 {
		return nil, fmt.Errorf("gm: %s: %w", SM4CBC, ErrDecrypt)
	}
	return out[:len(out)-pad], nil
}

// Encrypt encrypts a short text, a key usually, for the holder of an SM2 key. The form is ASN.1 (C1, C3, C2).
func (s *Suite) Encrypt(to PublicKey, text []byte) (out []byte, err error) {
	defer edge("SM2 encryption", &err)
	if err := s.policy.Allows(SM2Enc); err != nil {
		return nil, err
	}
	if to.alg != SM2 {
		return nil, fmt.Errorf("gm: encryption needs an SM2 key, this one is of %q", to.alg)
	}
	if len(text) == 0 {
		return nil, errors.New("gm: SM2 encryption: there is no text; an empty one cannot be encrypted")
	}
	pub, err := point(to.Bytes())
	if err != nil {
		return nil, err
	}
	return sm2.EncryptASN1(rand.Reader, pub, text)
}

// Decrypt decrypts what Encrypt made.
func (s *Suite) Decrypt(k *PrivateKey, sealed []byte) (out []byte, err error) {
	defer edge("SM2 encryption", &err)
	if err := s.policy.Allows(SM2Enc); err != nil {
		return nil, err
	}
	if k == nil || k.public.alg != SM2 {
		return nil, errors.New("gm: decryption needs an SM2 key")
	}
	d, err := sm2.NewPrivateKey(k.raw)
	if err != nil {
		return nil, err
	}
	text, err := sm2.Decrypt(d, sealed)
	if err != nil {
		return nil, fmt.Errorf("gm: SM2 encryption: %w", ErrDecrypt)
	}
	return text, nil
}
