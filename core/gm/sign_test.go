package gm

import (
	"bytes"
	"encoding/hex"
	"errors"
	"math/big"
	"strings"
	"testing"

	tjfoc "github.com/tjfoc/gmsm/sm2"
)

func newKey(t testing.TB, a Algorithm) *PrivateKey {
	t.Helper()
	k, err := suites(t)[Emmansun].GenerateKey(a)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// Each library verifies what the other signs, and neither verifies anything else.
func TestSignaturesAcrossLibraries(t *testing.T) {
	t.Parallel()
	for range 20 {
		k := newKey(t, SM2)
		for signer, s := range suites(t) {
			sig, err := s.Sign(k, []byte("message"))
			if err != nil {
				t.Fatalf("%s signs: %v", signer, err)
			}
			for verifier, v := range suites(t) {
				if err := v.Verify(k.Public(), []byte("message"), sig); err != nil {
					t.Errorf("%s does not verify what %s signed: %v", verifier, signer, err)
				}
				if err := v.Verify(k.Public(), []byte("massage"), sig); !errors.Is(err, ErrSignature) {
					t.Errorf("%s, other message: %v", verifier, err)
				}
				if err := v.Verify(newKey(t, SM2).Public(), []byte("message"), sig); !errors.Is(err, ErrSignature) {
					t.Errorf("%s, other key: %v", verifier, err)
				}
			}
		}
	}
}

func TestEd25519(t *testing.T) {
	t.Parallel()
	k := newKey(t, Ed25519)
	s := suites(t)[Emmansun]
	sig, err := s.Sign(k, []byte("m"))
	if err != nil || s.Verify(k.Public(), []byte("m"), sig) != nil {
		t.Fatal(err)
	}
	sig[3] ^= 1
	if err := s.Verify(k.Public(), []byte("m"), sig); !errors.Is(err, ErrSignature) {
		t.Error(err)
	}
	if err := s.Verify(k.Public(), []byte("m"), sig[:10]); !errors.Is(err, ErrSignature) {
		t.Error(err)
	}
}

// The forms that a lax reader accepts: each would let anybody make a second signature from a good one, or reach a library
// with numbers that it does not expect.
func TestSignaturesHaveOneForm(t *testing.T) {
	t.Parallel()
	k := newKey(t, SM2)
	s := suites(t)
	good, err := s[Emmansun].Sign(k, []byte("m"))
	if err != nil {
		t.Fatal(err)
	}
	r, ss, err := parseSignature(good)
	if err != nil {
		t.Fatal(err)
	}
	form := func(r, s *big.Int) []byte {
		der, err := formSignature(r, s)
		if err != nil {
			t.Fatal(err)
		}
		return der
	}
	long := append([]byte{0x30, 0x81, good[1]}, good[2:]...)
	inner := append([]byte{0x30, good[1] + 2}, append(bytes.Clone(good[2:]), 0x05, 0x00)...)
	for name, sig := range map[string][]byte{
		"trailing byte": append(bytes.Clone(good), 0), "trailing inside": inner, "long form": long, "nothing": nil, "cut": good[:len(good)-1],
		"r = 0": form(new(big.Int), ss), "s = 0": form(r, new(big.Int)), "r = n": form(order, ss), "s + n": form(r, new(big.Int).Add(ss, order)),
		"negative": form(new(big.Int).Neg(r), ss), "n - s": form(r, new(big.Int).Sub(order, ss)), "huge": bytes.Repeat([]byte{0x30}, 5000),
		"raw 64 bytes": append(r.FillBytes(make([]byte, 32)), ss.FillBytes(make([]byte, 32))...),
	} {
		for provider, suite := range s {
			if err := suite.Verify(k.Public(), []byte("m"), sig); !errors.Is(err, ErrSignature) {
				t.Errorf("%s, %s: %v", provider, name, err)
			}
		}
	}
}

func TestPublicKeysLieOnTheCurve(t *testing.T) {
	t.Parallel()
	good := newKey(t, SM2).Public().Bytes()
	off := bytes.Clone(good)
	off[64] ^= 1
	zero := make([]byte, SM2PublicSize)
	zero[0] = 4
	for name, raw := range map[string][]byte{
		"off the curve": off, "origin": zero, "infinity": {0}, "compressed": append([]byte{2}, good[1:33]...), "nothing": nil,
		"trailing": append(bytes.Clone(good), 0), "coordinates of p": append([]byte{4}, bytes.Repeat([]byte{0xff}, 64)...),
	} {
		if _, err := ParsePublicKey(SM2, raw); err == nil {
			t.Errorf("%s: accepted", name)
		}
		if ok, err := (tjfocSM2{}).verify(raw, []byte("m"), nil); ok || err == nil {
			t.Errorf("%s reaches the fenced library", name)
		}
	}
	// Why the fence is there: the library itself takes the point.
	pub := &tjfoc.PublicKey{Curve: tjfoc.P256Sm2(), X: new(big.Int).SetBytes(off[1:33]), Y: new(big.Int).SetBytes(off[33:])}
	if pub.Curve.IsOnCurve(pub.X, pub.Y) { //nolint:staticcheck // SA1019: crypto/ecdh, which it names instead, knows no SM2
		t.Error("the changed point is on the curve: the test shows nothing")
	}
	for name, raw := range map[string][]byte{"zero": make([]byte, 32), "order": order.Bytes(), "short": {1}} {
		if _, err := ParsePrivateKey(SM2, raw); err == nil {
			t.Errorf("private key %s: accepted", name)
		}
	}
}

func TestZeroValuesDoNotPanic(t *testing.T) {
	t.Parallel()
	for provider, s := range suites(t) {
		if err := s.Verify(PublicKey{}, []byte("m"), []byte("s")); err == nil {
			t.Errorf("%s: the zero key verifies", provider)
		}
		if err := s.VerifyOther(PublicKey{}, nil, nil); err == nil {
			t.Errorf("%s: the zero key verifies", provider)
		}
		if _, err := s.Sign(nil, []byte("m")); err == nil {
			t.Errorf("%s: no key signs", provider)
		}
		if _, err := s.Decrypt(nil, []byte("m")); err == nil {
			t.Errorf("%s: no key decrypts", provider)
		}
		if _, err := s.Encrypt(PublicKey{}, []byte("m")); err == nil {
			t.Errorf("%s: the zero key encrypts", provider)
		}
	}
}

// GB/T 32918.5-2017, appendix A: a key, a message, the identity of all examples, and its signature.
func TestStandardSignature(t *testing.T) {
	t.Parallel()
	unhex := func(s string) []byte {
		out, err := hex.DecodeString(s)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	k, err := ParsePrivateKey(SM2, unhex("3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8"))
	if err != nil {
		t.Fatal(err)
	}
	if want := unhex("0409F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13"); !bytes.Equal(k.Public().Bytes(), want) {
		t.Errorf("public key %x, want %x", k.Public().Bytes(), want)
	}
	r := new(big.Int).SetBytes(unhex("F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3"))
	ss := new(big.Int).SetBytes(unhex("B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA"))
	sig, err := formSignature(r, ss)
	if err != nil {
		t.Fatal(err)
	}
	for provider, s := range suites(t) {
		if err := s.Verify(k.Public(), []byte("message digest"), sig); err != nil {
			t.Errorf("%s: %v", provider, err)
		}
	}
}

func TestPolicyIsObeyed(t *testing.T) {
	t.Parallel()
	s, err := New(Policy{Algorithms: []Algorithm{SM2, SM3, SM4GCM}})
	if err != nil {
		t.Fatal(err)
	}
	k := newKey(t, Ed25519)
	for what, err := range map[string]error{
		"generate": func() error { _, err := s.GenerateKey(Ed25519); return err }(),
		"sign":     func() error { _, err := s.Sign(k, nil); return err }(),
		"verify":   s.Verify(k.Public(), nil, nil),
		"seal":     func() error { _, err := s.Seal(AESGCM, make([]byte, 32), nil, nil); return err }(),
		"hash":     func() error { _, err := s.NewHash(SHA256); return err }(),
		"hmac":     func() error { _, err := s.HMAC(make([]byte, 32)); return err }(),
		"encrypt":  func() error { _, err := s.Encrypt(newKey(t, SM2).Public(), []byte("x")); return err }(),
	} {
		if !errors.Is(err, ErrPolicy) {
			t.Errorf("%s: %v, want ErrPolicy", what, err)
		}
	}
	if _, err := s.GenerateKey(SM2); err != nil {
		t.Error(err)
	}
}

func TestParsePolicy(t *testing.T) {
	t.Parallel()
	p, err := ParsePolicy([]byte(`{"serial":3,"algorithms":["sm2","sm3"],"keyDays":{"vendor":400,"*":4000}}`))
	if err != nil {
		t.Fatal(err)
	}
	const day = 24 * 60 * 60 * 1e9
	if p.AllowsAge("vendor", 399*day) != nil || p.AllowsAge("vendor", 401*day) == nil || p.AllowsAge("root", 401*day) != nil || p.AllowsAge("root", 4001*day) == nil {
		t.Error("ages of keys are not obeyed")
	}
	for in, want := range map[string]string{
		`{"algorithm":["sm2"]}`: `unknown field "algorithm"`, `{"algorithms":["rsa"]}`: `unknown algorithm "rsa"; known are sm2`, `{} {}`: "after the document",
		`{"provider":"openssl"}`: "unknown provider", `{"keyDays":{"vendor":0}}`: "at least 1", `{"minKey":-1}`: "expected 0 to 64", ``: "EOF",
	} {
		if _, err := ParsePolicy([]byte(in)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", in, err, want)
		}
	}
}

func FuzzVerifySM2(f *testing.F) {
	k := newKey(f, SM2)
	s := suites(f)
	sig, err := s[Emmansun].Sign(k, []byte("m"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(k.Public().Bytes(), []byte("m"), sig)
	f.Add([]byte{4}, []byte{}, []byte{0x30, 0x00})
	f.Fuzz(func(t *testing.T, raw, msg, sig []byte) {
		pub, err := ParsePublicKey(SM2, raw)
		if err != nil {
			return
		}
		a, b := s[Emmansun].Verify(pub, msg, sig), s[Tjfoc].Verify(pub, msg, sig)
		if (a == nil) != (b == nil) {
			t.Errorf("key %x, message %x, signature %x: emmansun says %v, tjfoc %v", raw, msg, sig, a, b)
		}
	})
}

func FuzzParsePolicy(f *testing.F) {
	f.Add([]byte(`{"algorithms":["sm2"],"keyDays":{"*":1}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		if p, err := ParsePolicy(data); err == nil {
			if _, err := New(p); err != nil {
				t.Errorf("%s is parsed and cannot be obeyed: %v", data, err)
			}
		}
	})
}

func BenchmarkVerifySM2(b *testing.B) {
	k := newKey(b, SM2)
	for name, s := range suites(b) {
		sig, err := s.Sign(k, []byte("m"))
		if err != nil {
			b.Fatal(err)
		}
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if err := s.Verify(k.Public(), []byte("m"), sig); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
