//go:build (linux || darwin) && (amd64 || arm64)

package pkcs11

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"sync"

	"github.com/dougong-dev/dougong/core/gm"
	"github.com/dougong-dev/dougong/core/trust/authority"
	"github.com/dougong-dev/dougong/core/trust/key"
)

// Token is an authority.Token over a module. Safe for concurrent use.
type Token struct {
	label string
	can   map[uintptr]bool

	mu      sync.Mutex
	module  *module
	session uintptr
}

// Open loads a module and logs in at the token with a label.
func Open(o Options) (*Token, error) {
	m, err := load(o.Module)
	if err != nil {
		return nil, fmt.Errorf("pkcs11: load %s: %w", o.Module, err)
	}
	if err := m.call("C_Initialize", fnInitialize, 0); err != nil {
		return nil, fmt.Errorf("pkcs11: %s: %w", o.Module, err)
	}
	t := &Token{label: o.Label, module: m}
	slot, err := m.slot(o.Label)
	if err == nil {
		t.can, err = m.mechanisms(slot)
	}
	if err == nil {
		t.session, err = m.open(slot)
	}
	if err == nil {
		err = m.login(t.session, o.PIN)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("pkcs11: %s, token %q: %w", o.Module, o.Label, err), m.close())
	}
	return t, nil
}

// supports refuses what the module has no mechanism for.
func (t *Token) supports(a gm.Algorithm) error {
	if a != gm.Ed25519 {
		return fmt.Errorf("pkcs11: token %q: %s: %w: PKCS#11 has no mechanism for it but vendors' own\nnext: keep keys for %s elsewhere (--token-keys names those that are in the token)", t.label, a, authority.ErrAlgorithm, a)
	}
	if !t.can[ckmEdwardsKeyPairGen] || !t.can[ckmEdDSA] {
		return fmt.Errorf("pkcs11: token %q: %s: %w: the module lacks CKM_EC_EDWARDS_KEY_PAIR_GEN or CKM_EDDSA (PKCS#11 3.0)", t.label, a, authority.ErrAlgorithm)
	}
	return nil
}

// Generate implements authority.Token. A key that is there is not replaced.
func (t *Token) Generate(ctx context.Context, label string, a gm.Algorithm) (key.Key, error) {
	if err := errors.Join(ctx.Err(), t.supports(a)); err != nil {
		return key.Key{}, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, class := range []uintptr{ckoPublic, ckoPrivate} {
		if have, err := t.module.find(t.session, class, label); err != nil || len(have) > 0 {
			if err == nil {
				err = fs.ErrExist
			}
			return key.Key{}, fmt.Errorf("pkcs11: key %q: %w", label, err)
		}
	}
	object, err := t.module.generate(t.session, label)
	if err != nil {
		return key.Key{}, fmt.Errorf("pkcs11: key %q: %w", label, err)
	}
	return t.public(label, object)
}

// one finds the object of a class and a label; there has to be exactly one.
func (t *Token) one(class uintptr, label string) (uintptr, error) {
	found, err := t.module.find(t.session, class, label)
	if err != nil {
		return 0, fmt.Errorf("pkcs11: key %q: %w", label, err)
	}
	switch len(found) {
	case 0:
		return 0, fmt.Errorf("pkcs11: key %q in token %q: %w", label, t.label, authority.ErrNoKey)
	case 1:
		return found[0], nil
	}
	return 0, fmt.Errorf("pkcs11: token %q has several keys of the label %q; expected one", t.label, label)
}

func (t *Token) public(label string, object uintptr) (key.Key, error) {
	raw, err := t.module.point(t.session, object)
	if err != nil {
		return key.Key{}, fmt.Errorf("pkcs11: key %q: %w", label, err)
	}
	p, err := gm.ParsePublicKey(gm.Ed25519, raw)
	if err != nil {
		return key.Key{}, fmt.Errorf("pkcs11: key %q: %w", label, err)
	}
	return key.New(p), nil
}

// Find implements authority.Token.
func (t *Token) Find(ctx context.Context, label string) (key.Key, error) {
	if err := ctx.Err(); err != nil {
		return key.Key{}, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	object, err := t.one(ckoPublic, label)
	if err != nil {
		return key.Key{}, err
	}
	return t.public(label, object)
}

// Sign implements authority.Token.
func (t *Token) Sign(ctx context.Context, label string, msg []byte) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	object, err := t.one(ckoPrivate, label)
	if err != nil {
		return nil, err
	}
	sig, err := t.module.sign(t.session, object, msg)
	if err != nil {
		return nil, fmt.Errorf("pkcs11: key %q: %w", label, err)
	}
	return sig, nil
}

// Close logs out and unloads the module.
func (t *Token) Close() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.module.close() // closes all sessions
}

var _ authority.Token = (*Token)(nil)
