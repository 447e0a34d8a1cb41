package vault

import (
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/emmansun/gmsm/sm4"
)

// Format of a sealed box: version, algorithm, u32 epoch of the key, nonce, ciphertext with its tag. All of it is
// authenticated.
const (
	version    = 1
	algSM4     = 1 // SM4-GCM, key by HKDF-SHA256
	headerSize = 6
	nonceSize  = 12
)

// RootSize is the size of the key that the host gives, in bytes.
const RootSize = 32

// ErrCorrupt says that what is stored is not what was stored.
var ErrCorrupt = errors.New("stored data was changed")

func corrupt(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrCorrupt, fmt.Sprintf(format, args...))
}

// sealer seals and opens boxes under one root key.
type sealer struct {
	root  []byte
	epoch uint32 // of boxes that are sealed from now on
}

// gcm makes the cipher of an epoch. A new epoch is a new key, without the host's having to make one.
func (s sealer) gcm(epoch uint32) (cipher.AEAD, error) {
	key, err := hkdf.Key(sha256.New, s.root, nil, fmt.Sprintf("dougong.securestorage sm4-gcm epoch %d", epoch), 16)
	if err != nil {
		return nil, err
	}
	block, err := sm4.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// seal encrypts text and binds it to fields.
func (s sealer) seal(text []byte, fields ...string) ([]byte, error) {
	aead, err := s.gcm(s.epoch)
	if err != nil {
		return nil, err
	}
	box := make([]byte, headerSize+nonceSize, headerSize+nonceSize+len(text)+aead.Overhead())
	box[0], box[1] = version, algSM4
	binary.BigEndian.PutUint32(box[2:], s.epoch)
	nonce := box[headerSize:]
	if _, err := rand.Read(nonce); err != nil {
		return nil, fmt.Errorf("no random numbers: %w", err)
	}
	return aead.Seal(box, nonce, text, bound(box[:headerSize], fields)), nil
}

// open decrypts a box that was sealed with the same fields.
func (s sealer) open(box []byte, fields ...string) ([]byte, error) {
	if len(box) < headerSize+nonceSize || box[0] != version || box[1] != algSM4 {
		return nil, corrupt("its format is not known")
	}
	aead, err := s.gcm(binary.BigEndian.Uint32(box[2:]))
	if err != nil {
		return nil, err
	}
	text, err := aead.Open(nil, box[headerSize:headerSize+nonceSize], box[headerSize+nonceSize:], bound(box[:headerSize], fields))
	if err != nil {
		return nil, corrupt("it does not decrypt in its place")
	}
	return text, nil
}

// bound is the additional data: the header, then each field with its length in front, so that no two lists read the same.
func bound(header []byte, fields []string) []byte {
	data := append([]byte(nil), header...)
	for _, f := range fields {
		data = binary.BigEndian.AppendUint32(data, uint32(len(f)))
		data = append(data, f...)
	}
	return data
}
