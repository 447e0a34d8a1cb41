package gm

import (
	"crypto/hmac"
	"errors"
	"fmt"
	"hash"

	emmansun "github.com/emmansun/gmsm/sm3"
	tjfoc "github.com/tjfoc/gmsm/sm3"
)

// Size is the length of an SM3 digest in bytes.
const Size = 32

// Names of the libraries.
const (
	Tjfoc    = "tjfoc"
	Emmansun = "emmansun"
)

// Defaults of a Policy.
const (
	DefaultProvider = Tjfoc
	DefaultMinKey   = 16
)

// Policy says which implementations and keys are allowed.
type Policy struct {
	// Provider is the library that computes, DefaultProvider if empty.
	Provider string `json:"provider"`
	// MinKey is the shortest HMAC key in bytes, DefaultMinKey if 0.
	MinKey int `json:"minKey"`
	// CrossCheck computes every digest with both libraries and refuses one they do not agree on.
	CrossCheck bool `json:"crossCheck"`
}

// ErrDisagree says that the two libraries computed different digests.
var ErrDisagree = errors.New("the two SM3 libraries disagree")

// Suite computes as a policy says. Safe for concurrent use.
type Suite struct {
	policy Policy
	new    func() hash.Hash
}

// New makes a suite.
func New(p Policy) (*Suite, error) {
	if p.Provider == "" {
		p.Provider = DefaultProvider
	}
	if p.MinKey == 0 {
		p.MinKey = DefaultMinKey
	}
	s := &Suite{policy: p}
	switch p.Provider {
	case Tjfoc:
		s.new = func() hash.Hash { return &fenced{inner: tjfoc.New()} }
	case Emmansun:
		s.new = emmansun.New
	default:
		return nil, fmt.Errorf("gm: unknown provider %q; known are %s and %s", p.Provider, Tjfoc, Emmansun)
	}
	return s, nil
}

// NewSM3 returns a running SM3.
func (s *Suite) NewSM3() hash.Hash { return s.new() }

// Sum is the SM3 of the parts, one after the other.
func (s *Suite) Sum(parts ...[]byte) (out [Size]byte, err error) {
	defer edge(&err)
	h := s.new()
	for _, p := range parts {
		h.Write(p)
	}
	h.Sum(out[:0])
	if s.policy.CrossCheck {
		other := emmansun.New()
		if s.policy.Provider == Emmansun {
			other = &fenced{inner: tjfoc.New()}
		}
		for _, p := range parts {
			other.Write(p)
		}
		if [Size]byte(other.Sum(nil)) != out {
			return out, ErrDisagree
		}
	}
	return out, nil
}

// HMAC is HMAC-SM3 of the parts, one after the other.
func (s *Suite) HMAC(key []byte, parts ...[]byte) (out [Size]byte, err error) {
	defer edge(&err)
	if len(key) < s.policy.MinKey {
		return out, fmt.Errorf("gm: the HMAC key has %d bytes, policy wants at least %d", len(key), s.policy.MinKey)
	}
	h := hmac.New(s.new, key)
	for _, p := range parts {
		h.Write(p)
	}
	h.Sum(out[:0])
	return out, nil
}

// edge turns a panic of a library into an error.
func edge(err *error) {
	if x := recover(); x != nil {
		*err = fmt.Errorf("gm: SM3: %v", x)
	}
}
