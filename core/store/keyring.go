package store

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

const (
	masterSize  = 32
	wrapVersion = 1
)

// ErrWrapped says that a wrapped key was changed, belongs to another label, or was wrapped by another master key.
var ErrWrapped = errors.New("the wrapped key does not fit this keyring and label")

// Keyring wraps data keys by AES-256-GCM with a master key. The label is authenticated, so that a wrapped key moved to
// another owner does not open. Safe for concurrent use.
type Keyring struct{ aead cipher.AEAD }

// OpenKeyring reads the master key in the file at path, making both if there is none. On Unix the file must be readable
// by its owner only.
func OpenKeyring(path string) (*Keyring, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("open keyring: %w", err)
	}
	if err := makeMaster(path); err != nil {
		return nil, fmt.Errorf("make master key: %w", err)
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("open keyring: %w", err)
	}
	if mode := info.Mode().Perm(); runtime.GOOS != "windows" && mode&0o077 != 0 {
		return nil, fmt.Errorf("open keyring: %s has mode %#o and others can read it; run: chmod 600 %s", path, mode, path)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("open keyring: %w", err)
	}
	master, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(master) != masterSize {
		return nil, fmt.Errorf("open keyring: %s is not a master key of %d hexadecimal digits; restore it from a backup, what it encrypted is lost without it", path, 2*masterSize)
	}
	return NewKeyring(master)
}

// makeMaster writes a new master key unless there is one. The file appears whole or not at all.
func makeMaster(path string) error {
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	master := make([]byte, masterSize)
	if _, err := rand.Read(master); err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), ".master-*") // 0600
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(tmp.Name()) }() // renamed already unless something failed
	_, err = tmp.WriteString(hex.EncodeToString(master) + "\n")
	err = errors.Join(err, tmp.Sync(), tmp.Close())
	if err != nil {
		return err
	}
	if err := os.Link(tmp.Name(), path); err != nil && !errors.Is(err, os.ErrExist) {
		return os.Rename(tmp.Name(), path) // a file system without links
	}
	return nil
}

// NewKeyring makes a keyring of a master key of 32 bytes.
func NewKeyring(master []byte) (*Keyring, error) {
	block, err := aes.NewCipher(master)
	if err != nil || len(master) != masterSize {
		return nil, fmt.Errorf("a master key has %d bytes, found %d", masterSize, len(master))
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	return &Keyring{aead}, nil
}

// Wrap encrypts a key for label.
func (k *Keyring) Wrap(label string, key []byte) ([]byte, error) {
	out := make([]byte, 1+k.aead.NonceSize(), 1+k.aead.NonceSize()+len(key)+k.aead.Overhead())
	out[0] = wrapVersion
	if _, err := rand.Read(out[1:]); err != nil {
		return nil, fmt.Errorf("wrap key: %w", err)
	}
	return k.aead.Seal(out, out[1:], key, []byte(label)), nil
}

// Unwrap decrypts what Wrap made for the same label. The error is ErrWrapped.
func (k *Keyring) Unwrap(label string, wrapped []byte) ([]byte, error) {
	n := 1 + k.aead.NonceSize()
	if len(wrapped) < n || wrapped[0] != wrapVersion {
		return nil, ErrWrapped
	}
	key, err := k.aead.Open(nil, wrapped[1:n], wrapped[n:], []byte(label))
	if err != nil {
		return nil, ErrWrapped
	}
	return key, nil
}
