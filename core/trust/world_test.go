package trust_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/gm"
	"github.com/dougong-dev/dougong/core/trust"
	"github.com/dougong-dev/dougong/core/trust/authority"
	"github.com/dougong-dev/dougong/core/trust/cert"
	"github.com/dougong-dev/dougong/core/trust/envelope"
	"github.com/dougong-dev/dougong/core/trust/key"
	"github.com/dougong-dev/dougong/core/trust/translog"
)

// world is a house with its authority, a vendor, a reviewer, two departments and an operator, all real.
type world struct {
	t         testing.TB
	suite     *gm.Suite
	authority *authority.Authority
	token     authority.Token
	listed    map[string]int64 // numbers of revocation lists that offers names, by the authority's key
	root      []byte
	clock     atomic.Int64
	witness   *translog.Cosigner
	people    map[string]*person
}

type person struct {
	by   *key.Soft
	cert *cert.Certificate
}

func (w *world) now() time.Time { return time.Unix(w.clock.Load(), 0) }

func (w *world) pass(d time.Duration) { w.clock.Add(int64(d / time.Second)) }

var required = []trust.Requirement{{Predicate: envelope.VendorRelease, Threshold: 1}, {Predicate: envelope.ReviewApproval, Threshold: 1},
	{Predicate: envelope.SignOff("legal"), Threshold: 1}, {Predicate: envelope.SignOff("risk"), Threshold: 1}}

// cheap opens key files fast: the tests are not about the price of guessing.
var cheap = authority.Sealing{Cost: 1 << 10}

func newWorld(t testing.TB, algorithm gm.Algorithm) *world {
	t.Helper()
	suite, err := gm.New(gm.Policy{})
	check(t, err)
	w := &world{t: t, suite: suite, people: map[string]*person{}}
	w.clock.Store(1_800_000_000)
	by, err := key.Generate(suite, gm.Ed25519)
	check(t, err)
	w.witness = &translog.Cosigner{Suite: suite, Name: "witness.example", By: by, Memo: &translog.MemoryMemo{}, Now: w.now}
	dir := t.TempDir()
	w.token = authority.NewFolder(suite, dir+"/keys", []byte("passphrase"), cheap)
	w.authority, err = authority.Init(t.Context(), suite, dir, w.token, authority.Ceremony{Organisation: "House", Algorithm: algorithm,
		Require: required, Witnesses: []translog.Witness{w.witness.Witness()}, WitnessCount: 1}, w.now)
	check(t, err)
	w.root, err = w.authority.RootMetadata()
	check(t, err)
	w.enrol("acme", algorithm, cert.Holder{Organisation: "Acme", Role: cert.Vendor, Namespaces: []string{"com.acme"}})
	w.enrol("bella", algorithm, cert.Holder{Organisation: "Bella", Role: cert.Vendor, Namespaces: []string{"com.bella"}})
	w.enrol("reviewer", algorithm, cert.Holder{Organisation: "House", Role: cert.Reviewer})
	w.enrol("legal", algorithm, cert.Holder{Organisation: "House", Role: cert.Department, Department: "legal"})
	w.enrol("risk", algorithm, cert.Holder{Organisation: "House", Role: cert.Department, Department: "risk"})
	w.enrol("operator", algorithm, cert.Holder{Organisation: "House", Role: cert.Operator})
	return w
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (w *world) enrol(name string, a gm.Algorithm, h cert.Holder) *person {
	w.t.Helper()
	h.Name = name
	by, err := key.Generate(w.suite, a)
	check(w.t, err)
	r, err := cert.NewRequest(w.t.Context(), w.suite, h, by)
	check(w.t, err)
	c, err := w.authority.Issue(w.t.Context(), r, 365*24*time.Hour)
	check(w.t, err)
	w.people[name] = &person{by: by, cert: c}
	return w.people[name]
}

// artifact is the bytes of a platform as a host sees them.
func (w *world) artifact(platform, content string) trust.Artifact {
	a, err := trust.Measure(w.suite, newReader(content))
	check(w.t, err)
	a.Platform = platform
	return a
}

func (w *world) releaseOf(version string) envelope.Release {
	r := envelope.Release{Kind: "plugin", Namespace: "com.acme", ID: "com.acme.pay", Version: version, Permissions: []string{"net"}}
	for _, platform := range []string{"linux/amd64", "windows/amd64"} {
		a := w.artifact(platform, platform+version)
		r.Artifacts = append(r.Artifacts, envelope.Artifact{Platform: platform, Size: a.Size, SHA256: a.SHA256, SM3: a.SM3})
	}
	return r
}

func (w *world) sign(s *envelope.Statement, names ...string) *envelope.Envelope {
	w.t.Helper()
	var by []key.Signer
	for _, n := range names {
		by = append(by, w.people[n].by)
	}
	e, err := envelope.Sign(w.t.Context(), w.suite, s, by...)
	check(w.t, err)
	return e
}

func (w *world) vendor(r envelope.Release, names ...string) *envelope.Envelope {
	w.t.Helper()
	s, err := envelope.NewRelease(r)
	check(w.t, err)
	return w.sign(s, names...)
}

func (w *world) approve(vendor *envelope.Envelope, predicate string, names ...string) *envelope.Envelope {
	w.t.Helper()
	s, err := envelope.NewApproval(predicate, vendor, true, "")
	check(w.t, err)
	return w.sign(s, names...)
}

// evidence is that of a version that everybody passed.
func (w *world) evidence(version string) *trust.Evidence {
	w.t.Helper()
	v := w.vendor(w.releaseOf(version), "acme")
	return w.publish(v, w.approve(v, envelope.ReviewApproval, "reviewer"), w.approve(v, envelope.SignOff("legal"), "legal"), w.approve(v, envelope.SignOff("risk"), "risk"))
}

func (w *world) publish(statements ...*envelope.Envelope) *trust.Evidence {
	w.t.Helper()
	e, err := w.authority.Publish(w.t.Context(), w.unlogged(statements...), w.witness)
	check(w.t, err)
	return e
}

func (w *world) unlogged(statements ...*envelope.Envelope) *trust.Evidence {
	in := &trust.Evidence{}
	for _, s := range statements {
		in.Statements = append(in.Statements, trust.Logged{Envelope: s})
	}
	for _, p := range w.people {
		in.Certificates = append(in.Certificates, p.cert.DER)
	}
	return in
}

// republish brings evidence up to date: same statements, newest head and lists.
func (w *world) republish(e *trust.Evidence) *trust.Evidence {
	w.t.Helper()
	out, err := w.authority.Publish(w.t.Context(), e, w.witness)
	check(w.t, err)
	return out
}

func (w *world) options() trust.Options {
	return trust.Options{Suite: w.suite, Root: w.root, Now: w.now}
}

func (w *world) verify(version string, e *trust.Evidence, o trust.Options) *trust.Verdict {
	return trust.Verify(context.Background(), w.artifact("linux/amd64", "linux/amd64"+version), e, o)
}

// wants fails unless the verdict is refused for exactly these codes, or good if there are none.
func wants(t *testing.T, v *trust.Verdict, codes ...trust.Code) {
	t.Helper()
	if v.OK() != (len(codes) == 0) {
		t.Errorf("verdict, wanted %v:\n%s", codes, v)
		return
	}
	for _, r := range v.Reasons {
		wanted := false
		for _, c := range codes {
			wanted = wanted || c == r.Code
		}
		if !r.OK && !wanted {
			t.Errorf("refused for %s too: %s", r.Code, r.Text)
		}
	}
	for _, c := range codes {
		if !v.Refuses(c) {
			t.Errorf("not refused for %s:\n%s", c, v)
		}
	}
	if err := v.Err(); (err == nil) != v.OK() {
		t.Errorf("Err() = %v of a verdict that is %s", err, v.Trust)
	}
}

// eachAlgorithm runs a test in a house of SM2 keys and in one of Ed25519 keys.
func eachAlgorithm(t *testing.T, test func(t *testing.T, w *world)) {
	t.Parallel()
	for _, a := range []gm.Algorithm{gm.SM2, gm.Ed25519} {
		t.Run(string(a), func(t *testing.T) {
			t.Parallel()
			test(t, newWorld(t, a))
		})
	}
}

func day(n int) time.Duration { return time.Duration(n) * 24 * time.Hour }

func ptr(n int64) *int64 { return &n }
