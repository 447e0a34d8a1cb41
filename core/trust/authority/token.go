package authority

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"sync"

	"github.com/dougong-dev/dougong/core/gm"
	"github.com/dougong-dev/dougong/core/trust/key"
)

// Token is a place that keys do not leave, in the shape of PKCS#11: generate a pair under a label, find its public half,
// sign with its private half. Who opened the token has logged in. Safe for concurrent use.
type Token interface {
	Generate(ctx context.Context, label string, a gm.Algorithm) (key.Key, error)
	Find(ctx context.Context, label string) (key.Key, error) // ErrNoKey if there is none
	Sign(ctx context.Context, label string, msg []byte) ([]byte, error)
}

// ErrNoKey says that a token has no key of that label.
var ErrNoKey = errors.New("there is no key of that label")

// Signer signs with a token's key.
func Signer(ctx context.Context, t Token, label string) (key.Signer, error) {
	k, err := t.Find(ctx, label)
	if err != nil {
		return nil, fmt.Errorf("key %q: %w", label, err)
	}
	return &tokenSigner{token: t, label: label, key: k}, nil
}

type tokenSigner struct {
	token Token
	label string
	key   key.Key
}

// Key implements key.Signer.
func (s *tokenSigner) Key() key.Key { return s.key }

// Sign implements key.Signer.
func (s *tokenSigner) Sign(ctx context.Context, msg []byte) ([]byte, error) {
	return s.token.Sign(ctx, s.label, msg)
}

// Folder is a Token of encrypted key files, all opened by one passphrase.
type Folder struct {
	suite      *gm.Suite
	dir        string
	passphrase []byte
	sealing    Sealing

	mu   sync.Mutex
	open map[string]*key.Soft
}

// NewFolder makes a Token of a folder.
func NewFolder(suite *gm.Suite, dir string, passphrase []byte, how Sealing) *Folder {
	return &Folder{suite: suite, dir: dir, passphrase: passphrase, sealing: how, open: map[string]*key.Soft{}}
}

var goodLabel = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,63}$`)

func (f *Folder) path(label string) (string, error) {
	if !goodLabel.MatchString(label) {
		return "", fmt.Errorf("the label %q; expected lower-case letters, digits, dots and dashes", label)
	}
	return filepath.Join(f.dir, label+".key"), nil
}

// Generate implements Token. A key that is there is not replaced.
func (f *Folder) Generate(_ context.Context, label string, a gm.Algorithm) (key.Key, error) {
	name, err := f.path(label)
	if err != nil {
		return key.Key{}, err
	}
	soft, err := key.Generate(f.suite, a)
	if err != nil {
		return key.Key{}, err
	}
	data, err := SealKey(f.suite, label, soft.Private(), f.passphrase, f.sealing)
	if err != nil {
		return key.Key{}, err
	}
	if err := create(name, data); err != nil {
		return key.Key{}, fmt.Errorf("key %q: %w", label, err)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.open[label] = soft
	return soft.Key(), nil
}

// create writes a new private file.
func create(name string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return err
	}
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(data)
	if err == nil {
		err = file.Sync()
	}
	return errors.Join(err, file.Close())
}

func (f *Folder) load(label string) (*key.Soft, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if soft := f.open[label]; soft != nil {
		return soft, nil
	}
	name, err := f.path(label)
	if err != nil {
		return nil, err
	}
	data, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s: %w", name, ErrNoKey)
	}
	if err != nil {
		return nil, err
	}
	soft, err := OpenKey(f.suite, data, f.passphrase)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	f.open[label] = soft
	return soft, nil
}

// Find implements Token.
func (f *Folder) Find(_ context.Context, label string) (key.Key, error) {
	soft, err := f.load(label)
	if err != nil {
		return key.Key{}, err
	}
	return soft.Key(), nil
}

// Sign implements Token.
func (f *Folder) Sign(ctx context.Context, label string, msg []byte) ([]byte, error) {
	soft, err := f.load(label)
	if err != nil {
		return nil, err
	}
	return soft.Sign(ctx, msg)
}

var (
	_ Token      = (*Folder)(nil)
	_ key.Signer = (*tokenSigner)(nil)
)
