package authority_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/gm"
	"github.com/dougong-dev/dougong/core/trust/authority"
	"github.com/dougong-dev/dougong/core/trust/cert"
	"github.com/dougong-dev/dougong/core/trust/key"
	"github.com/dougong-dev/dougong/core/trust/translog"
)

var cheap = authority.Sealing{Cost: 1 << 10}

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

func clock() time.Time { return time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC) }

func TestKeyFiles(t *testing.T) {
	t.Parallel()
	s := newSuite(t)
	for _, a := range []gm.Algorithm{gm.SM2, gm.Ed25519} {
		for _, how := range []authority.Sealing{{Cost: 1 << 10}, {KDF: authority.Scrypt, Cipher: gm.AESGCM, Cost: 1 << 10}} {
			k, err := s.GenerateKey(a)
			check(t, err)
			data, err := authority.SealKey(s, "a", k, []byte("pass"), how)
			check(t, err)
			if bytes.Contains(data, k.Bytes()) {
				t.Error("the key stands in its file")
			}
			soft, err := authority.OpenKey(s, data, []byte("pass"))
			if err != nil || soft.Key() != key.New(k.Public()) {
				t.Fatal(err)
			}
			if _, err := authority.OpenKey(s, data, []byte("pas")); !errors.Is(err, authority.ErrPassphrase) {
				t.Errorf("a wrong passphrase: %v", err)
			}
			relabelled := bytes.Replace(data, []byte(`"label": "a"`), []byte(`"label": "b"`), 1)
			if _, err := authority.OpenKey(s, relabelled, []byte("pass")); !errors.Is(err, authority.ErrPassphrase) {
				t.Errorf("another label: %v", err)
			}
			greedy := bytes.Replace(data, []byte(`"cost": 1024`), []byte(`"cost": 4000000000`), 1)
			if _, err := authority.OpenKey(s, greedy, []byte("pass")); err == nil || !strings.Contains(err.Error(), "expected 1024 to 1048576") {
				t.Errorf("a file that asks for terabytes: %v", err)
			}
		}
	}
	if _, err := authority.SealKey(s, "a", nil, nil, cheap); err == nil {
		t.Error("an empty passphrase is accepted")
	}
}

func TestFolderIsAToken(t *testing.T) {
	t.Parallel()
	s, dir := newSuite(t), t.TempDir()
	token := authority.NewFolder(s, dir, []byte("p"), cheap)
	k, err := token.Generate(t.Context(), "one", gm.SM2)
	check(t, err)
	if _, err := token.Generate(t.Context(), "one", gm.SM2); !errors.Is(err, os.ErrExist) {
		t.Errorf("a key is replaced: %v", err)
	}
	for _, label := range []string{"../one", "", "A", "a/b", strings.Repeat("a", 65)} {
		if _, err := token.Generate(t.Context(), label, gm.SM2); err == nil {
			t.Errorf("the label %q is accepted", label)
		}
	}
	if _, err := token.Find(t.Context(), "two"); !errors.Is(err, authority.ErrNoKey) {
		t.Error(err)
	}
	info, err := os.Stat(filepath.Join(dir, "one.key"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	again := authority.NewFolder(s, dir, []byte("p"), cheap)
	by, err := authority.Signer(t.Context(), again, "one")
	check(t, err)
	sig, err := key.Sign(t.Context(), s, by, []byte("m"))
	check(t, err)
	check(t, key.Verify(s, k, []byte("m"), sig))
}

// faulty is a card that signs wrongly.
type faulty struct{ authority.Token }

func (f faulty) Sign(ctx context.Context, label string, msg []byte) ([]byte, error) {
	return f.Token.Sign(ctx, label, append(msg, 0))
}

func TestNothingWrongLeaves(t *testing.T) {
	t.Parallel()
	s := newSuite(t)
	token := faulty{authority.NewFolder(s, t.TempDir(), []byte("p"), cheap)}
	if _, err := authority.Init(t.Context(), s, t.TempDir(), token, authority.Ceremony{Organisation: "H"}, clock); !errors.Is(err, gm.ErrSignature) {
		t.Errorf("a token that signs something else: %v", err)
	}
}

func newAuthority(t *testing.T) (*gm.Suite, *authority.Authority, string) {
	t.Helper()
	s, dir := newSuite(t), t.TempDir()
	a, err := authority.Init(t.Context(), s, dir, authority.NewFolder(s, dir+"/keys", []byte("p"), cheap), authority.Ceremony{Organisation: "Big House + Co", Algorithm: gm.SM2}, clock)
	check(t, err)
	return s, a, dir
}

// TestRenewalKeepsEachPart: who a certificate is renewed for is who it was issued to, part by part, also where the parts look alike
// in a row.
func TestRenewalKeepsEachPart(t *testing.T) {
	t.Parallel()
	s, a, _ := newAuthority(t)
	k, err := key.Generate(s, gm.SM2)
	check(t, err)
	ann := cert.Holder{Name: "Ann", Organisation: "Legal Dept", Role: cert.Department, Department: "legal"}
	bob := cert.Holder{Name: "Bob", Organisation: "Acme vendor", Role: cert.Vendor, Namespaces: []string{"com.acme"}}
	for name, c := range map[string]struct{ was, is cert.Holder }{
		"a word moves from the organisation to the name": {ann, cert.Holder{Name: "Ann Legal", Organisation: "Dept", Role: cert.Department, Department: "legal"}},
		"and from the name to the organisation":          {cert.Holder{Name: "Bob Acme", Organisation: "vendor", Role: cert.Vendor, Namespaces: bob.Namespaces}, bob},
		"another department":                             {ann, cert.Holder{Name: ann.Name, Organisation: ann.Organisation, Role: cert.Department, Department: "risk"}},
		"another role":                                   {ann, cert.Holder{Name: ann.Name, Organisation: ann.Organisation, Role: cert.Reviewer}},
		"another namespace":                              {bob, cert.Holder{Name: bob.Name, Organisation: bob.Organisation, Role: cert.Vendor, Namespaces: []string{"com.bella"}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			request := func(h cert.Holder) *cert.Request {
				r, err := cert.NewRequest(t.Context(), s, h, k)
				check(t, err)
				return r
			}
			issued, err := a.Issue(t.Context(), request(c.was), time.Hour)
			check(t, err)
			if _, err := a.Renew(t.Context(), issued, request(c.is), time.Hour); err == nil || !strings.Contains(err.Error(), "the request is of") {
				t.Errorf("%q is renewed for %q: %v", c.was, c.is, err)
			}
			forged := *issued
			forged.Holder = c.is
			if _, err := a.Renew(t.Context(), &forged, nil, time.Hour); err == nil || !strings.Contains(err.Error(), "somebody forged it") {
				t.Errorf("%q is renewed by a certificate that says %q: %v", c.was, c.is, err)
			}
			if renewed, err := a.Renew(t.Context(), issued, request(c.was), time.Hour); err != nil || renewed.Holder.Name != c.was.Name {
				t.Errorf("%q is not renewed for itself: %v", c.was, err)
			}
		})
	}
}

func TestIssueRenewRevoke(t *testing.T) {
	t.Parallel()
	s, a, dir := newAuthority(t)
	k, err := key.Generate(s, gm.SM2)
	check(t, err)
	h := cert.Holder{Name: "acme", Organisation: "Acme", Role: cert.Vendor, Namespaces: []string{"com.acme"}}
	r, err := cert.NewRequest(t.Context(), s, h, k)
	check(t, err)
	first, err := a.Issue(t.Context(), r, 20*365*24*time.Hour)
	check(t, err)
	issuing, err := a.Issuing()
	check(t, err)
	if !first.NotAfter.Equal(issuing.Certificate.NotAfter) {
		t.Errorf("it runs until %s, its issuer until %s", first.NotAfter, issuing.Certificate.NotAfter)
	}
	check(t, a.Check(t.Context(), first))
	h.Namespaces = []string{"com.acme", "com.bella"}
	greedy, err := cert.NewRequest(t.Context(), s, h, k)
	check(t, err)
	if _, err := a.Renew(t.Context(), first, greedy, time.Hour); err == nil || !strings.Contains(err.Error(), "com.bella") {
		t.Errorf("renewal with one more namespace: %v", err)
	}
	second, err := a.Renew(t.Context(), first, r, time.Hour)
	check(t, err)
	list, err := a.Revoke(t.Context(), first.Serial, authority.Revocation{Reason: 1})
	check(t, err)
	if list.Number != 2 || len(list.Revoked) != 1 {
		t.Errorf("list %d with %d entries", list.Number, len(list.Revoked))
	}
	if err := a.Check(t.Context(), first); !errors.Is(err, cert.ErrRevoked) {
		t.Errorf("%v", err)
	}
	check(t, a.Check(t.Context(), second))
	if _, err := a.Renew(t.Context(), first, r, time.Hour); !errors.Is(err, cert.ErrRevoked) {
		t.Errorf("a revoked certificate is renewed: %v", err)
	}
	later := int64(100)
	if _, err := a.Revoke(t.Context(), first.Serial, authority.Revocation{DistrustFrom: &later}); err == nil {
		t.Error("a revocation is made weaker")
	}
	if _, err := a.Revoke(t.Context(), "abc", authority.Revocation{}); err == nil {
		t.Error("an unknown certificate is revoked")
	}
	kinds := ""
	for n := range a.Log().Size() {
		_, err := a.Log().Prove(a.Log().Size(), n)
		check(t, err)
		kinds += "k"
	}
	if kinds != "kkk" { // issue, renew, revoke
		t.Errorf("%d log entries", a.Log().Size())
	}
	again, err := authority.Open(s, dir, nil, clock)
	check(t, err)
	one, err := a.Log().Tree()
	check(t, err)
	two, err := again.Log().Tree()
	if err != nil || one != two {
		t.Errorf("the log reads again as %v, was %v (%v)", two, one, err)
	}
	if err := again.Check(t.Context(), first); !errors.Is(err, cert.ErrRevoked) {
		t.Errorf("%v", err)
	}
	root, err := cert.NewRequest(t.Context(), s, cert.Holder{Name: "x", Role: cert.Issuer}, k)
	check(t, err)
	if _, err := a.Issue(t.Context(), root, time.Hour); err == nil {
		t.Error("who asks to be an authority becomes one")
	}
}

// A crash in the middle of a write leaves half a line; it was never answered for, and the log goes on without it.
func TestLogAfterACrash(t *testing.T) {
	t.Parallel()
	s, a, dir := newAuthority(t)
	_, _, err := a.Log().Append(translog.Leaf{Kind: translog.Audit, Subject: "one"})
	check(t, err)
	before, err := a.Log().Tree()
	check(t, err)
	name := filepath.Join(dir, "log", "leaves.jsonl")
	f, err := os.OpenFile(name, os.O_APPEND|os.O_WRONLY, 0)
	check(t, err)
	_, err = f.WriteString(`{"kind":"audit","ti`)
	check(t, errors.Join(err, f.Close()))
	again, err := authority.Open(s, dir, nil, clock)
	check(t, err)
	if after, err := again.Log().Tree(); err != nil || after != before {
		t.Errorf("%v, %v; was %v", after, err, before)
	}
	check(t, again.Exclusive(t.Context(), func() error {
		_, _, err = again.Log().Append(translog.Leaf{Kind: translog.Audit, Subject: "two"})
		return err
	}))
	if third, err := authority.Open(s, dir, nil, clock); err != nil || third.Log().Size() != 2 {
		t.Errorf("the log does not go on: %v", err)
	}
	check(t, os.WriteFile(name, []byte("{}\n"), 0o600))
	if _, err := authority.Open(s, dir, nil, clock); err == nil || !strings.Contains(err.Error(), "line 1") {
		t.Errorf("a spoiled log: %v", err)
	}
}

func FuzzOpenKey(f *testing.F) {
	s := newSuite(f)
	k, err := s.GenerateKey(gm.Ed25519)
	check(f, err)
	data, err := authority.SealKey(s, "a", k, []byte("p"), cheap)
	check(f, err)
	f.Add(data)
	f.Fuzz(func(t *testing.T, data []byte) {
		if bytes.Contains(data, []byte(`"cost"`)) && !bytes.Contains(data, []byte(`"cost": 1024`)) {
			return // costs time, not memory: the limit has a test of its own
		}
		_, _ = authority.OpenKey(s, data, []byte("q"))
	})
}
