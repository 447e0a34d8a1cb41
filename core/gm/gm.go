package gm

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"sync"

	emmansun "github.com/emmansun/gmsm/sm3"
	tjfoc "github.com/tjfoc/gmsm/sm3"
)

// Size is the length of an SM3 digest in bytes.
const Size = 32

// ErrDisagree says that the two libraries computed different results.
var ErrDisagree = errors.New("the two libraries disagree")

// Suite computes as a policy says. Safe for concurrent use.
type Suite struct {
	policy Policy
	new    func() hash.Hash
	first  signer // the policy's provider
	second signer // the other one
	memo   memo

	mu      sync.Mutex
	derived map[string]*Suite // of With, by policy
}

// New makes a suite.
func New(p Policy) (*Suite, error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	if p.Provider == "" {
		p.Provider = DefaultProvider
	}
	if p.MinKey == 0 {
		p.MinKey = DefaultMinKey
	}
	s := &Suite{policy: p, new: emmansun.New, first: emmansunSM2{}, second: tjfocSM2{}}
	if p.Provider == Tjfoc {
		s.new, s.first, s.second = newFenced, tjfocSM2{}, emmansunSM2{}
	}
	return s, nil
}

// With gives a suite that obeys another policy, the same one each time: what it remembers serves whoever asks next.
func (s *Suite) With(p Policy) (*Suite, error) {
	name, err := json.Marshal(p)
	if err != nil {
		return nil, fmt.Errorf("gm: policy: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if known := s.derived[string(name)]; known != nil {
		return known, nil
	}
	out, err := New(p)
	if err != nil {
		return nil, err
	}
	if s.derived == nil || len(s.derived) >= maxDerived {
		s.derived = map[string]*Suite{}
	}
	s.derived[string(name)] = out
	return out, nil
}

// maxDerived bounds the suites that With keeps: a host obeys one policy, and another after it has changed.
const maxDerived = 8

// Policy is what the suite obeys.
func (s *Suite) Policy() Policy { return s.policy }

func newFenced() hash.Hash { return &fenced{inner: tjfoc.New()} }

// NewSM3 returns a running SM3.
func (s *Suite) NewSM3() hash.Hash { return s.new() }

// NewHash returns a running hash.
func (s *Suite) NewHash(a Algorithm) (hash.Hash, error) {
	if err := s.policy.Allows(a); err != nil {
		return nil, err
	}
	switch a {
	case SM3:
		return s.new(), nil
	case SHA256:
		return sha256.New(), nil
	default:
		return nil, fmt.Errorf("gm: %q is no hash; hashes are %s and %s", a, SM3, SHA256)
	}
}

// Sum is the SM3 of the parts, one after the other.
func (s *Suite) Sum(parts ...[]byte) (out [Size]byte, err error) {
	defer edge("SM3", &err)
	if err := s.policy.Allows(SM3); err != nil {
		return out, err
	}
	h := s.new()
	for _, p := range parts {
		h.Write(p)
	}
	h.Sum(out[:0])
	if s.policy.CrossCheck {
		other := emmansun.New()
		if s.policy.Provider == Emmansun {
			other = newFenced()
		}
		for _, p := range parts {
			other.Write(p)
		}
		if [Size]byte(other.Sum(nil)) != out {
			return out, fmt.Errorf("gm: SM3: %w", ErrDisagree)
		}
	}
	return out, nil
}

// HMAC is HMAC-SM3 of the parts, one after the other.
func (s *Suite) HMAC(key []byte, parts ...[]byte) (out [Size]byte, err error) {
	defer edge("HMAC-SM3", &err)
	if err := s.policy.Allows(HMACSM3); err != nil {
		return out, err
	}
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
func edge(what string, err *error) {
	if x := recover(); x != nil {
		*err = fmt.Errorf("gm: %s: %v", what, x)
	}
}
