package gm

import (
	"bytes"
	"encoding/hex"
	"math/rand/v2"
	"testing"
)

func suites(t testing.TB) map[string]*Suite {
	t.Helper()
	out := map[string]*Suite{}
	for _, p := range []string{Tjfoc, Emmansun} {
		s, err := New(Policy{Provider: p})
		if err != nil {
			t.Fatal(err)
		}
		out[p] = s
	}
	return out
}

// The examples of GB/T 32905-2016, appendix A.
func TestStandardExamples(t *testing.T) {
	t.Parallel()
	for name, s := range suites(t) {
		for in, want := range map[string]string{
			"abc": "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0",
			"abcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcd": "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732",
		} {
			if got, err := s.Sum([]byte(in)); err != nil || hex.EncodeToString(got[:]) != want {
				t.Errorf("%s: SM3(%q) = %x, %v; want %s", name, in, got, err, want)
			}
		}
	}
}

func TestLibrariesAgree(t *testing.T) {
	t.Parallel()
	s := suites(t)
	r := rand.NewChaCha8([32]byte{1})
	for n := range 300 {
		data, key := make([]byte, n*7), make([]byte, 16+n)
		r.Read(data)
		r.Read(key)
		a, err1 := s[Tjfoc].Sum(data[:n], data[n:])
		b, err2 := s[Emmansun].Sum(data)
		if a != b || err1 != nil || err2 != nil {
			t.Fatalf("%d bytes: %x %v and %x %v", len(data), a, err1, b, err2)
		}
		a, err1 = s[Tjfoc].HMAC(key, data)
		b, err2 = s[Emmansun].HMAC(key, data)
		if a != b || err1 != nil || err2 != nil {
			t.Fatalf("HMAC, %d bytes: %x %v and %x %v", len(data), a, err1, b, err2)
		}
	}
}

func TestHashIsAsTheStandardLibraryMeansIt(t *testing.T) {
	t.Parallel()
	for name, s := range suites(t) {
		h := s.NewSM3()
		h.Write([]byte("ab"))
		first := h.Sum([]byte("prefix"))
		if again := h.Sum([]byte("prefix")); !bytes.Equal(first, again) || !bytes.HasPrefix(first, []byte("prefix")) {
			t.Errorf("%s: Sum changes the state or drops its prefix", name)
		}
		h.Write([]byte("c"))
		want, _ := s.Sum([]byte("abc"))
		if got := h.Sum(nil); !bytes.Equal(got, want[:]) {
			t.Errorf("%s: writing on after Sum: %x, want %x", name, got, want)
		}
		h.Reset()
		h.Write([]byte("abc"))
		if got := h.Sum(nil); !bytes.Equal(got, want[:]) {
			t.Errorf("%s: after Reset: %x", name, got)
		}
	}
}

func TestPolicy(t *testing.T) {
	t.Parallel()
	if _, err := New(Policy{Provider: "openssl"}); err == nil {
		t.Error("an unknown provider is accepted")
	}
	s, err := New(Policy{CrossCheck: true, MinKey: 32})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.HMAC(make([]byte, 31)); err == nil {
		t.Error("a short key is accepted")
	}
	if _, err := s.Sum([]byte("x")); err != nil {
		t.Error(err)
	}
}

func FuzzLibrariesAgree(f *testing.F) {
	f.Add([]byte("abc"), 1)
	s := suites(f)
	f.Fuzz(func(t *testing.T, data []byte, cut int) {
		cut = max(0, min(cut, len(data)))
		a, _ := s[Tjfoc].Sum(data[:cut], data[cut:])
		b, _ := s[Emmansun].Sum(data)
		if a != b {
			t.Errorf("SM3(%x): %x and %x", data, a, b)
		}
	})
}

func BenchmarkSM3(b *testing.B) {
	data := make([]byte, 512)
	for name, s := range suites(b) {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			for b.Loop() {
				if _, err := s.Sum(data); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
