package envelope_test

import (
	"context"
	"crypto"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/core/gm"
	"github.com/dougong-dev/dougong/core/trust/envelope"
	"github.com/dougong-dev/dougong/core/trust/key"
	"github.com/secure-systems-lab/go-securesystemslib/dsse"
)

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func newSuite(t testing.TB) *gm.Suite {
	t.Helper()
	s, err := gm.New(gm.Policy{})
	check(t, err)
	return s
}

func newKeys(t testing.TB, s *gm.Suite, algorithms ...gm.Algorithm) (signers []*key.Soft, keys []key.Key) {
	t.Helper()
	for _, a := range algorithms {
		k, err := key.Generate(s, a)
		check(t, err)
		signers, keys = append(signers, k), append(keys, k.Key())
	}
	return signers, keys
}

func TestThresholds(t *testing.T) {
	t.Parallel()
	s := newSuite(t)
	signers, keys := newKeys(t, s, gm.SM2, gm.Ed25519, gm.SM2)
	e := envelope.New("text/plain", []byte("hello"))
	for n, by := range signers {
		if _, err := e.Verify(s, keys, n+1); !errors.Is(err, envelope.ErrThreshold) {
			t.Errorf("%d signatures for a threshold of %d: %v", n, n+1, err)
		}
		check(t, e.Add(t.Context(), s, by))
		if ids, err := e.Verify(s, keys, n+1); err != nil || len(ids) != n+1 {
			t.Errorf("%d signatures: %v, %v", n+1, ids, err)
		}
		if err := e.Add(t.Context(), s, by); err == nil {
			t.Error("a key signs twice")
		}
	}
	if _, err := e.Verify(s, []key.Key{keys[0], keys[0], keys[0]}, 2); !errors.Is(err, envelope.ErrThreshold) {
		t.Errorf("one key listed three times: %v", err)
	}
	if _, err := e.Verify(s, keys, 0); err == nil {
		t.Error("a threshold of 0 is accepted")
	}
	e.PayloadType = "text/html"
	if _, err := e.Verify(s, keys, 1); !errors.Is(err, envelope.ErrThreshold) {
		t.Errorf("another payload type: %v", err)
	}
}

// theirs shows one of our keys to the DSSE library.
type theirs struct {
	suite *gm.Suite
	by    *key.Soft
}

func (v theirs) Sign(ctx context.Context, data []byte) ([]byte, error) { return v.by.Sign(ctx, data) }
func (v theirs) Verify(_ context.Context, data, sig []byte) error {
	return key.Verify(v.suite, v.by.Key(), data, sig)
}
func (v theirs) KeyID() (string, error)   { return v.by.Key().ID(), nil }
func (v theirs) Public() crypto.PublicKey { return nil }

// The library of DSSE's authors reads what we write, and we what it writes.
func TestInteroperability(t *testing.T) {
	t.Parallel()
	s := newSuite(t)
	signers, keys := newKeys(t, s, gm.SM2, gm.Ed25519)
	ours, err := envelope.Sign(t.Context(), s, &envelope.Statement{Type: envelope.StatementType, PredicateType: "x", Predicate: json.RawMessage("{}")}, signers[0], signers[1])
	check(t, err)
	var read dsse.Envelope
	check(t, json.Unmarshal(ours.Bytes(), &read))
	v, err := dsse.NewMultiEnvelopeVerifier(2, theirs{s, signers[0]}, theirs{s, signers[1]})
	check(t, err)
	if accepted, err := v.Verify(t.Context(), &read); err != nil || len(accepted) != 2 {
		t.Errorf("the library accepts %v: %v", accepted, err)
	}
	signer, err := dsse.NewEnvelopeSigner(theirs{s, signers[0]}, theirs{s, signers[1]})
	check(t, err)
	written, err := signer.SignPayload(t.Context(), envelope.InToto, []byte(`{"a":1}`))
	check(t, err)
	data, err := json.Marshal(written)
	check(t, err)
	e, err := envelope.Parse(data)
	check(t, err)
	if ids, err := e.Verify(s, keys, 2); err != nil || len(ids) != 2 {
		t.Errorf("%v, %v", ids, err)
	}
	for _, c := range []struct{ kind, payload string }{{"", ""}, {"http://example.com/HelloWorld", "hello world"}, {"x y", "\x00ÿ"}} {
		if got, want := string(envelope.PAE(c.kind, []byte(c.payload))), string(dsse.PAE(c.kind, []byte(c.payload))); got != want {
			t.Errorf("PAE is %q, the library's %q", got, want)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		`{`: "byte", `{"payloadType":"x","payload":"","signatures":[],"more":1}`: `unknown field "more"`, `{"payload":"","signatures":[]}`: "payloadType is missing",
		`{"payloadType":"x","payload":"A","signatures":[]}`: "illegal base64", `{"payloadType":"x","payload":"","payload":"","signatures":[]}`: "stands twice",
		`{"payloadType":"x","PayloadType":"y","payload":"","signatures":[]}`: "stands twice", `{"payloadType":"x","payload":"","signatures":[]} 1`: "after the document",
		`{"payloadType":"x","payload":"","signatures":[` + strings.Repeat(`{"keyid":"","sig":""},`, 64) + `{"keyid":"","sig":""}]}`: "65 signatures",
	} {
		if _, err := envelope.Parse([]byte(in)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.80s: %v, want %q", in, err, want)
		}
	}
	e, err := envelope.Parse([]byte(`{"payloadType":"x","payload":"_-8=","signatures":[]}`)) // the alphabet for addresses
	if err != nil || string(e.Payload) != "\xff\xef" {
		t.Errorf("%q, %v", e.Payload, err)
	}
}

func TestPredicatesAreOfTheirType(t *testing.T) {
	t.Parallel()
	r := envelope.Release{Kind: "plugin", Namespace: "n", ID: "n.x", Version: "1.0.0", Artifacts: []envelope.Artifact{{Platform: "any", Size: 1, SHA256: "aa", SM3: "bb"}}}
	s, err := envelope.NewRelease(r)
	check(t, err)
	e, err := s.Wrap()
	check(t, err)
	if _, err := e.Release(); err != nil {
		t.Error(err)
	}
	if _, err := e.Takedown(); err == nil || !strings.Contains(err.Error(), "predicate type is") {
		t.Errorf("a release read as a takedown: %v", err)
	}
	s.Subject[0].Digest["sha256"] = "cc" // the subject is another artifact than the predicate speaks of
	e, err = s.Wrap()
	check(t, err)
	if _, err := e.Release(); err == nil || !strings.Contains(err.Error(), "differs from the release's artifact") {
		t.Errorf("%v", err)
	}
	if d, ok := envelope.Department(envelope.SignOff("legal")); !ok || d != "legal" {
		t.Errorf("%q %v", d, ok)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(`{"payloadType":"application/vnd.in-toto+json","payload":"e30=","signatures":[{"keyid":"a","sig":"AA=="}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		e, err := envelope.Parse(data)
		if err != nil {
			return
		}
		again, err := envelope.Parse(e.Bytes())
		if err != nil || again.Digest() != e.Digest() {
			t.Errorf("%s is written as %s: %v", data, e.Bytes(), err)
		}
		_, _ = e.Release()
		_, _ = e.Takedown()
		_, _ = e.KeyEvent()
	})
}
