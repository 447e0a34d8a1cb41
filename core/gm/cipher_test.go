package gm

import (
	"bytes"
	"errors"
	"testing"
)

var ciphers = []Algorithm{SM4GCM, SM4CBC, SM4CTR, AESGCM}

func TestSealAndOpen(t *testing.T) {
	t.Parallel()
	s := suites(t)[Emmansun]
	key := bytes.Repeat([]byte{7}, 16)
	for _, a := range ciphers {
		for n := range 50 {
			text := bytes.Repeat([]byte{byte(n)}, n)
			sealed, err := s.Seal(a, key, text, nil)
			if err != nil {
				t.Fatal(err)
			}
			got, err := s.Open(a, key, sealed, nil)
			if err != nil || !bytes.Equal(got, text) {
				t.Errorf("%s, %d bytes: %x, %v", a, n, got, err)
			}
			again, err := s.Seal(a, key, text, nil)
			if err != nil || bytes.Equal(again, sealed) {
				t.Errorf("%s: the same text is sealed to the same bytes (%v)", a, err)
			}
		}
		for _, short := range [][]byte{nil, {1}, make([]byte, 15), make([]byte, 17)} {
			if out, err := s.Open(a, key, short, nil); err == nil && a != SM4CTR {
				t.Errorf("%s opens %d bytes as %x", a, len(short), out)
			}
		}
		if _, err := s.Seal(a, key[:15], nil, nil); err == nil {
			t.Errorf("%s takes a key of 15 bytes", a)
		}
	}
}

func TestAuthenticationFindsEveryChange(t *testing.T) {
	t.Parallel()
	s := suites(t)[Tjfoc]
	key := bytes.Repeat([]byte{9}, 16)
	for _, a := range []Algorithm{SM4GCM, AESGCM} {
		sealed, err := s.Seal(a, key, []byte("text"), []byte("more"))
		if err != nil {
			t.Fatal(err)
		}
		for i := range sealed {
			changed := bytes.Clone(sealed)
			changed[i] ^= 1
			if _, err := s.Open(a, key, changed, []byte("more")); !errors.Is(err, ErrDecrypt) {
				t.Errorf("%s, byte %d: %v", a, i, err)
			}
		}
		if _, err := s.Open(a, key, sealed, []byte("mere")); !errors.Is(err, ErrDecrypt) {
			t.Errorf("%s, other data: %v", a, err)
		}
	}
	if _, err := s.Seal(SM4CBC, key, []byte("x"), []byte("more")); err == nil {
		t.Error("SM4-CBC pretends to authenticate")
	}
}

func TestSM2Encryption(t *testing.T) {
	t.Parallel()
	s := suites(t)[Emmansun]
	k := newKey(t, SM2)
	sealed, err := s.Encrypt(k.Public(), []byte("key"))
	if err != nil {
		t.Fatal(err)
	}
	if text, err := s.Decrypt(k, sealed); err != nil || string(text) != "key" {
		t.Errorf("%q, %v", text, err)
	}
	for i := range sealed {
		changed := bytes.Clone(sealed)
		changed[i] ^= 1
		if text, err := s.Decrypt(k, changed); err == nil {
			t.Errorf("byte %d changed: opens as %q", i, text)
		}
	}
	if _, err := s.Encrypt(k.Public(), nil); err == nil {
		t.Error("an empty text is encrypted; the fenced library would never return")
	}
}

func FuzzOpen(f *testing.F) {
	s := suites(f)[Emmansun]
	key := bytes.Repeat([]byte{7}, 16)
	k := newKey(f, SM2)
	f.Add([]byte("0123456789abcdef0123456789abcdef"))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, a := range []Algorithm{SM4GCM, AESGCM} {
			if _, err := s.Open(a, key, data, nil); err == nil {
				t.Errorf("%s opens %x", a, data)
			}
		}
		_, _ = s.Open(SM4CBC, key, data, nil)
		_, _ = s.Open(SM4CTR, key, data, nil)
		_, _ = s.Decrypt(k, data)
	})
}
