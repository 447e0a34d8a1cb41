package authority

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/dougong-dev/dougong/core/gm"
	"github.com/dougong-dev/dougong/core/trust/envelope"
	"github.com/dougong-dev/dougong/core/trust/internal/strict"
	"github.com/dougong-dev/dougong/core/trust/key"
	"golang.org/x/crypto/argon2"
	"golang.org/x/crypto/scrypt"
)

// keyFormat is the first word of a key file.
const keyFormat = "dougong-key/1"

// Ways to make a key of a passphrase.
const (
	Argon2id = "argon2id"
	Scrypt   = "scrypt"
)

// Sealing says how key files are encrypted.
type Sealing struct {
	KDF    string       // Argon2id if empty
	Cipher gm.Algorithm // SM4GCM if empty, or AESGCM
	// Cost is the memory in KiB, DefaultCost if 0.
	Cost uint32
}

// DefaultCost is 64 MiB: what RFC 9106 recommends for machines with little memory.
const DefaultCost = 64 << 10

const (
	minCost  = 1 << 10 // 1 MiB
	maxCost  = 1 << 20 // 1 GiB: what a file may ask of who opens it
	argonRun = 3
	saltSize = 16
)

// keyFile is a private key encrypted by a passphrase. All but Sealed is authenticated with it.
type keyFile struct {
	Format string          `json:"format"`
	Label  string          `json:"label"`
	Public key.Key         `json:"public"`
	KDF    string          `json:"kdf"`
	Cost   uint32          `json:"cost"` // KiB
	Salt   envelope.Base64 `json:"salt"`
	Cipher gm.Algorithm    `json:"cipher"`
	Sealed envelope.Base64 `json:"sealed,omitempty"`
}

// ErrPassphrase says that a key file does not open.
var ErrPassphrase = errors.New("the passphrase is wrong, or the key file was changed")

// header is what is authenticated beside the key.
func (f keyFile) header() ([]byte, error) {
	f.Sealed = nil
	return json.Marshal(f)
}

func (f keyFile) derive(passphrase []byte) ([]byte, error) {
	if f.Cost < minCost || f.Cost > maxCost {
		return nil, fmt.Errorf("cost is %d KiB; expected %d to %d", f.Cost, minCost, maxCost)
	}
	size := 16
	if f.Cipher == gm.AESGCM {
		size = 32
	}
	switch f.KDF {
	case Argon2id:
		return argon2.IDKey(passphrase, f.Salt, argonRun, f.Cost, 1, uint32(size)), nil
	case Scrypt:
		n := 1
		for uint32(n) < f.Cost { // 128·r·N bytes with r = 8: N is the cost in KiB, up to a power of two
			n <<= 1
		}
		return scrypt.Key(passphrase, f.Salt, n, 8, 1, size)
	default:
		return nil, fmt.Errorf("unknown kdf %q; known are %s and %s", f.KDF, Argon2id, Scrypt)
	}
}

// SealKey encrypts a private key by a passphrase.
func SealKey(suite *gm.Suite, label string, k *gm.PrivateKey, passphrase []byte, how Sealing) ([]byte, error) {
	if len(passphrase) == 0 {
		return nil, errors.New("key file: the passphrase is empty")
	}
	f := keyFile{Format: keyFormat, Label: label, Public: key.New(k.Public()), KDF: how.KDF, Cost: how.Cost, Cipher: how.Cipher, Salt: make([]byte, saltSize)}
	if f.KDF == "" {
		f.KDF = Argon2id
	}
	if f.Cipher == "" {
		f.Cipher = gm.SM4GCM
	}
	if f.Cost == 0 {
		f.Cost = DefaultCost
	}
	if _, err := rand.Read(f.Salt); err != nil {
		return nil, err
	}
	secret, err := f.derive(passphrase)
	if err != nil {
		return nil, fmt.Errorf("key file: %w", err)
	}
	header, err := f.header()
	if err != nil {
		return nil, err
	}
	if f.Sealed, err = suite.Seal(f.Cipher, secret, k.Bytes(), header); err != nil {
		return nil, fmt.Errorf("key file: %w", err)
	}
	return json.MarshalIndent(f, "", "  ")
}

func parseKeyFile(data []byte) (*keyFile, error) {
	f := &keyFile{}
	if err := strict.Decode(data, 64<<10, f); err != nil {
		return nil, fmt.Errorf("key file: %w", err)
	}
	if f.Format != keyFormat {
		return nil, fmt.Errorf("key file: format is %q, expected %q", f.Format, keyFormat)
	}
	if f.Cipher != gm.SM4GCM && f.Cipher != gm.AESGCM {
		return nil, fmt.Errorf("key file: cipher %q; expected %s or %s", f.Cipher, gm.SM4GCM, gm.AESGCM)
	}
	return f, nil
}

// OpenKey decrypts a key file.
func OpenKey(suite *gm.Suite, data, passphrase []byte) (*key.Soft, error) {
	f, err := parseKeyFile(data)
	if err != nil {
		return nil, err
	}
	secret, err := f.derive(passphrase)
	if err != nil {
		return nil, fmt.Errorf("key file: %w", err)
	}
	header, err := f.header()
	if err != nil {
		return nil, err
	}
	raw, err := suite.Open(f.Cipher, secret, f.Sealed, header)
	if err != nil {
		return nil, fmt.Errorf("key file of %q: %w", f.Label, ErrPassphrase)
	}
	k, err := gm.ParsePrivateKey(gm.Algorithm(f.Public.Type), raw)
	if err != nil {
		return nil, fmt.Errorf("key file of %q: %w", f.Label, err)
	}
	if key.New(k.Public()) != f.Public {
		return nil, fmt.Errorf("key file of %q: its public half is of another key", f.Label)
	}
	return key.NewSoft(suite, k), nil
}
