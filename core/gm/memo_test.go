package gm

import (
	"errors"
	"testing"
)

// What is remembered is a signature over a message by a key: anything else is looked at again.
func TestMemoRemembersNothingButGoodSignatures(t *testing.T) {
	t.Parallel()
	s := suites(t)[Emmansun]
	for _, a := range []Algorithm{SM2, Ed25519} {
		k, other := newKey(t, a), newKey(t, a)
		sig, err := s.Sign(k, []byte("ab"))
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := s.Verify(k.Public(), []byte("ab"), sig); err != nil {
				t.Fatal(err)
			}
			for name, err := range map[string]error{
				"message": s.Verify(k.Public(), []byte("a"), sig), "key": s.Verify(other.Public(), []byte("ab"), sig),
				"moved": s.Verify(k.Public(), []byte("b"), append([]byte("a"), sig...)), "longer": s.Verify(k.Public(), []byte("ab"), append(sig[:len(sig):len(sig)], 0)),
			} {
				if !errors.Is(err, ErrSignature) {
					t.Errorf("%s, another %s: %v", a, name, err)
				}
			}
		}
		if len(s.memo.good) == 0 {
			t.Error("nothing is remembered")
		}
	}
	for i := range maxMemo + 1 {
		s.memo.put([32]byte{byte(i), byte(i >> 8), byte(i >> 16)})
	}
	if n := len(s.memo.good); n > maxMemo {
		t.Errorf("%d signatures are remembered, the limit is %d", n, maxMemo)
	}
}

func TestWithKeepsOneSuiteAPolicy(t *testing.T) {
	t.Parallel()
	s := suites(t)[Emmansun]
	p := Policy{Algorithms: []Algorithm{SM2}}
	first, err := s.With(p)
	if err != nil {
		t.Fatal(err)
	}
	if second, err := s.With(p); err != nil || second != first {
		t.Errorf("another suite for the same policy: %v", err)
	}
	if _, err := first.GenerateKey(Ed25519); !errors.Is(err, ErrPolicy) {
		t.Errorf("the policy is not obeyed: %v", err)
	}
	if _, err := s.GenerateKey(Ed25519); err != nil {
		t.Errorf("the parent obeys it too: %v", err)
	}
	if _, err := s.With(Policy{Provider: "x"}); err == nil {
		t.Error("a bad policy is accepted")
	}
}
