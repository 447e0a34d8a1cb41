package key_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/core/gm"
	"github.com/dougong-dev/dougong/core/trust/internal/strict"
	"github.com/dougong-dev/dougong/core/trust/key"
)

func newSuite(t testing.TB) *gm.Suite {
	t.Helper()
	s, err := gm.New(gm.Policy{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestIDIsTheHashOfTheCanonicalForm(t *testing.T) {
	t.Parallel()
	s := newSuite(t)
	for _, a := range []gm.Algorithm{gm.SM2, gm.Ed25519} {
		k, err := key.Generate(s, a)
		if err != nil {
			t.Fatal(err)
		}
		canonical, err := strict.Marshal(k.Key())
		if err != nil {
			t.Fatal(err)
		}
		sum, err := s.NewHash(gm.SHA256)
		if err != nil {
			t.Fatal(err)
		}
		sum.Write(canonical)
		if got, want := k.Key().ID(), sum.Sum(nil); got != hex(want) {
			t.Errorf("%s: id %s, want %x", a, got, want)
		}
		if p, err := k.Key().Public(); err != nil || p != k.Private().Public() {
			t.Errorf("%s: %v", a, err)
		}
	}
}

func hex(b []byte) string {
	const digits = "0123456789abcdef"
	out := make([]byte, 0, 2*len(b))
	for _, c := range b {
		out = append(out, digits[c>>4], digits[c&15])
	}
	return string(out)
}

// A key that could be written in two ways would have two ids, and count twice.
func TestKeysHaveOneForm(t *testing.T) {
	t.Parallel()
	soft, err := key.Generate(newSuite(t), gm.SM2)
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*key.Key){
		"other scheme":  func(k *key.Key) { k.Scheme = "sm2" },
		"other type":    func(k *key.Key) { k.Type = "ecdsa" },
		"crossed":       func(k *key.Key) { k.Type, k.Scheme = "ed25519", "ed25519" },
		"upper case":    func(k *key.Key) { k.Value.Public = strings.ToUpper(k.Value.Public) },
		"compressed":    func(k *key.Key) { k.Value.Public = "02" + k.Value.Public[2:66] },
		"off the curve": func(k *key.Key) { k.Value.Public = k.Value.Public[:128] + "00" },
		"trailing":      func(k *key.Key) { k.Value.Public += "00" },
		"no hex":        func(k *key.Key) { k.Value.Public = "zz" },
		"empty":         func(k *key.Key) { *k = key.Key{} },
	} {
		k := soft.Key()
		change(&k)
		if k == soft.Key() {
			continue // letters only: nothing to write in upper case
		}
		if _, err := k.Public(); err == nil {
			t.Errorf("%s: accepted", name)
		}
		if k.ID() == soft.Key().ID() {
			t.Errorf("%s: the same id", name)
		}
	}
}

// wrong signs, but not what it is asked to.
type wrong struct{ *key.Soft }

func (w wrong) Sign(ctx context.Context, msg []byte) ([]byte, error) {
	return w.Soft.Sign(ctx, append(msg, '!'))
}

func TestSignLooksBeforeItLeaves(t *testing.T) {
	t.Parallel()
	s := newSuite(t)
	for _, a := range []gm.Algorithm{gm.SM2, gm.Ed25519} {
		soft, err := key.Generate(s, a)
		if err != nil {
			t.Fatal(err)
		}
		sig, err := key.Sign(t.Context(), s, soft, []byte("m"))
		if err != nil || key.Verify(s, soft.Key(), []byte("m"), sig) != nil {
			t.Fatal(err)
		}
		if _, err := key.Sign(t.Context(), s, wrong{soft}, []byte("m")); !errors.Is(err, gm.ErrSignature) {
			t.Errorf("%s: %v", a, err)
		}
		ctx, stop := context.WithCancel(t.Context())
		stop()
		if _, err := key.Sign(ctx, s, soft, []byte("m")); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", a, err)
		}
	}
}
