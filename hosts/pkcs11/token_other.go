//go:build !((linux || darwin) && (amd64 || arm64))

package pkcs11

import (
	"errors"

	"github.com/dougong-dev/dougong/core/trust/authority"
)

// Token is an authority.Token over a module.
type Token struct{ authority.Token }

// Open fails: how a module is called on this system is not known.
func Open(Options) (*Token, error) {
	return nil, errors.New("pkcs11: modules are driven on Linux and macOS, amd64 and arm64\nnext: keep the keys on such a machine, or write a program that speaks dougong-token/1 (docs/trust.md)")
}

// Close does nothing.
func (t *Token) Close() error { return nil }
