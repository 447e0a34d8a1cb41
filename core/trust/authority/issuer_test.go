package authority_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/gm"
	"github.com/dougong-dev/dougong/core/trust/authority"
	"github.com/dougong-dev/dougong/core/trust/cert"
	"github.com/dougong-dev/dougong/core/trust/envelope"
	"github.com/dougong-dev/dougong/core/trust/key"
)

// rooted is a house whose root's holder has copies of what the founding ceremony left, as on an offline machine.
type rooted struct {
	*authority.Authority
	t      *testing.T
	suite  *gm.Suite
	dir    string
	token  *authority.Folder
	holder *authority.RootHolder
	acme   *cert.Request
}

func newRooted(t *testing.T, a gm.Algorithm) *rooted {
	t.Helper()
	h := &rooted{t: t, suite: newSuite(t), dir: t.TempDir()}
	h.token = authority.NewFolder(h.suite, h.dir+"/keys", []byte("p"), cheap)
	var err error
	h.Authority, err = authority.Init(t.Context(), h.suite, h.dir, h.token, authority.Ceremony{Organisation: "House", Algorithm: a}, clock)
	check(t, err)
	h.holder = &authority.RootHolder{Suite: h.suite, Certificate: h.Root, Now: clock()}
	lists, err := h.Lists()
	check(t, err)
	h.holder.List = lists[len(lists)-1]
	h.holder.By, err = authority.Signer(t.Context(), h.token, authority.RootLabel)
	check(t, err)
	k, err := key.Generate(h.suite, a)
	check(t, err)
	h.acme, err = cert.NewRequest(t.Context(), h.suite, cert.Holder{Name: "acme", Organisation: "Acme", Role: cert.Vendor, Namespaces: []string{"com.acme"}}, k)
	check(t, err)
	return h
}

// answer has the root sign a request, which goes as a file in both directions, and keep its new list.
func (h *rooted) answer(r *authority.IssuerRequest) *authority.IssuerAnswer {
	h.t.Helper()
	read, err := authority.ParseIssuerRequest(r.Bytes())
	check(h.t, err)
	a, list, err := h.holder.Answer(h.t.Context(), read)
	check(h.t, err)
	h.holder.List = list
	a, err = authority.ParseIssuerAnswer(a.Bytes())
	check(h.t, err)
	return a
}

func (h *rooted) rotate() *authority.Issuer {
	h.t.Helper()
	r, err := h.NextIssuer(h.t.Context(), "", authority.IssuerYears)
	check(h.t, err)
	i, err := h.InstallIssuer(h.t.Context(), h.answer(r))
	check(h.t, err)
	return i
}

func (h *rooted) issue() *cert.Certificate {
	h.t.Helper()
	c, err := h.Issue(h.t.Context(), h.acme, 365*24*time.Hour)
	check(h.t, err)
	return c
}

func ptr(n int64) *int64 { return &n }

func TestIssuersStandSideBySide(t *testing.T) {
	t.Parallel()
	for _, a := range []gm.Algorithm{gm.SM2, gm.Ed25519} {
		t.Run(string(a), func(t *testing.T) {
			t.Parallel()
			h := newRooted(t, a)
			old := h.issue()
			second := h.rotate()
			if second.Number != 2 || second.Certificate.Holder.Name != "House issuing 2" {
				t.Errorf("the second is %+v", second)
			}
			renewed, err := h.RenewAll(t.Context(), time.Hour)
			check(t, err)
			if len(renewed) != 1 || renewed[0].Key != old.Key {
				t.Fatalf("renewed: %v", renewed)
			}
			check(t, cert.IssuedBy(h.suite, renewed[0], second.Certificate))
			if again, err := h.RenewAll(t.Context(), time.Hour); err != nil || len(again) != 0 {
				t.Errorf("renewed once more: %v, %v", again, err)
			}
			check(t, h.Check(t.Context(), old))
			check(t, h.RetireIssuer(t.Context(), 1))
			check(t, h.Check(t.Context(), old))
			if err := h.RetireIssuer(t.Context(), 2); !errors.Is(err, authority.ErrNoIssuer) {
				t.Errorf("the last one retires: %v", err)
			}
			if i, err := h.Issuing(); err != nil || i.Number != 2 {
				t.Errorf("issuing: %+v, %v", i, err)
			}
			// A certificate of the retired one is revoked in its own list.
			list, err := h.Revoke(t.Context(), old.Serial, authority.Revocation{Reason: 1})
			check(t, err)
			if _, ok := list.Revoked[old.Serial]; !ok || list.SignedBy(h.suite, second.Certificate) == nil {
				t.Errorf("list %d: %v", list.Number, list.Revoked)
			}
			if err := h.Check(t.Context(), old); !errors.Is(err, cert.ErrRevoked) {
				t.Error(err)
			}
			check(t, h.Check(t.Context(), renewed[0]))
			check(t, h.Refresh(t.Context()))
			lists, err := h.Lists()
			if err != nil || len(lists) != 3 || lists[0].Number != 3 || lists[1].Number != 2 || lists[2].Number != 2 {
				t.Errorf("lists: %v", err)
			}
			h.opensslFollows(old, authority.ListFile, "ca-issuing.pem")
			h.opensslFollows(renewed[0], authority.ListName(2), "issuers/2.pem")
			// The third goes on from there, and the house reads the same again.
			h.rotate()
			other, err := authority.Open(h.suite, h.dir, nil, clock)
			check(t, err)
			if i, err := other.Issuing(); err != nil || i.Number != 3 {
				t.Errorf("read again: %+v, %v", i, err)
			}
		})
	}
}

// opensslFollows has a third reader follow the chain and read the list.
func (h *rooted) opensslFollows(c *cert.Certificate, list, issuer string) {
	h.t.Helper()
	leaf := filepath.Join(h.t.TempDir(), "leaf.pem")
	check(h.t, os.WriteFile(leaf, c.PEM(), 0o600))
	for child, by := range map[string]string{leaf: issuer, filepath.Join(h.dir, issuer): authority.RootCAFile} {
		args := []string{"verify", "-attime", "1798761600", "-partial_chain", "-CAfile", filepath.Join(h.dir, by)}
		if c.Key.Type == string(gm.SM2) {
			args = append(args, "-vfyopt", "distid:"+gm.UserID)
		}
		if out, err := exec.Command("openssl", append(args, child)...).CombinedOutput(); err != nil {
			h.t.Errorf("openssl, %s by %s: %v\n%s", child, by, err, out)
		}
	}
	if out, err := exec.Command("openssl", "crl", "-in", filepath.Join(h.dir, list), "-noout", "-text").CombinedOutput(); err != nil {
		h.t.Errorf("openssl, %s: %v\n%s", list, err, out)
	}
}

func TestRevokedIssuer(t *testing.T) {
	t.Parallel()
	h := newRooted(t, gm.SM2)
	old := h.issue()
	ask := func(number int, r authority.Revocation) *authority.IssuerRequest {
		q, err := h.EndIssuer(t.Context(), number, r)
		check(t, err)
		return q
	}
	h.rotate()
	// Between request and answer its list runs on: the list of the request is its last all the same.
	early := ask(1, authority.Revocation{Reason: 2, DistrustFrom: ptr(1)})
	check(t, h.Refresh(t.Context()))
	answer := h.answer(early)
	if _, err := h.InstallIssuer(t.Context(), answer); err != nil {
		t.Fatal(err)
	}
	if err := h.Check(t.Context(), old); !errors.Is(err, cert.ErrRevoked) {
		t.Errorf("a certificate of it: %v", err)
	}
	all, err := h.Issuers()
	check(t, err)
	last, err := h.ListOf(all[0])
	check(t, err)
	if all[0].Revoked == nil || *all[0].Revoked.DistrustFrom != 1 || last.Number != 1 {
		t.Errorf("issuer %+v, last list %d", all[0], last.Number)
	}
	if _, err := h.Revoke(t.Context(), old.Serial, authority.Revocation{}); err == nil || !strings.Contains(err.Error(), "dougong trust takedown") {
		t.Errorf("a certificate of it is revoked: %v", err)
	}
	renewed, err := h.Renew(t.Context(), old, nil, time.Hour)
	check(t, err)
	check(t, h.Check(t.Context(), renewed))
	// Its key is destroyed, and nothing needs it.
	check(t, os.Remove(filepath.Join(h.dir, "keys", "ca-issuing.key")))
	token := authority.NewFolder(h.suite, h.dir+"/keys", []byte("p"), cheap)
	h.Authority, err = authority.Open(h.suite, h.dir, token, clock)
	check(t, err)
	check(t, h.Refresh(t.Context()))
	h.issue()
	// Earlier is possible, later is not; and when the last one is revoked, nobody issues any more.
	if _, _, err := h.holder.Answer(t.Context(), ask(1, authority.Revocation{Reason: 2, DistrustFrom: ptr(2)})); err == nil {
		t.Error("a revocation is made weaker")
	}
	if i, err := h.InstallIssuer(t.Context(), h.answer(ask(1, authority.Revocation{Reason: 2, DistrustFrom: ptr(0)}))); err != nil || *i.Revoked.DistrustFrom != 0 {
		t.Errorf("made stronger: %v", err)
	}
	_, err = h.InstallIssuer(t.Context(), h.answer(ask(2, authority.Revocation{Reason: 2})))
	check(t, err)
	if _, err := h.Issue(t.Context(), h.acme, time.Hour); !errors.Is(err, authority.ErrNoIssuer) {
		t.Errorf("without an authority: %v", err)
	}
	h.rotate()
	h.issue()
}

// What the root signs, it checks; what it has revoked stays so, whoever asks with an older list.
func TestWhatTheRootDoesNotSign(t *testing.T) {
	t.Parallel()
	h, thief := newRooted(t, gm.Ed25519), newRooted(t, gm.Ed25519)
	issue, err := h.NextIssuer(t.Context(), "", 5)
	check(t, err)
	again, err := h.NextIssuer(t.Context(), "", 5)
	check(t, err)
	one, err := cert.ParseRequest(h.suite, issue.Issue)
	check(t, err)
	two, err := cert.ParseRequest(h.suite, again.Issue)
	check(t, err)
	if one.Key != two.Key {
		t.Error("asked once more, the key is another")
	}
	end, err := h.EndIssuer(t.Context(), 1, authority.Revocation{})
	check(t, err)
	request := func(holder cert.Holder) envelope.Base64 {
		k, err := key.Generate(h.suite, gm.Ed25519)
		check(t, err)
		q, err := cert.NewRequest(t.Context(), h.suite, holder, k)
		check(t, err)
		return q.DER
	}
	thiefs, err := thief.EndIssuer(t.Context(), 1, authority.Revocation{})
	check(t, err)
	for name, c := range map[string]struct {
		of     *authority.IssuerRequest
		change func(*authority.IssuerRequest)
		want   string
	}{
		"a vendor": {issue, func(r *authority.IssuerRequest) { r.Issue = request(h.acme.Holder) }, `expected the role "issuer" of House`},
		"another house": {issue, func(r *authority.IssuerRequest) {
			r.Issue = request(cert.Holder{Name: "x", Organisation: "Thief", Role: cert.Issuer})
		}, `expected the role "issuer" of House`},
		"a root": {issue, func(r *authority.IssuerRequest) {
			r.Issue = request(cert.Holder{Name: "x", Organisation: "House", Role: cert.Root})
		}, `expected the role "issuer" of House`},
		"a spoiled request":   {issue, func(r *authority.IssuerRequest) { r.Issue[len(r.Issue)-3] ^= 1 }, "certificate request"},
		"another root's list": {issue, func(r *authority.IssuerRequest) { r.List = thiefs.List }, "the request's list of the root"},
		"a spoiled list":      {issue, func(r *authority.IssuerRequest) { r.List[40] ^= 1 }, "the request's list of the root"},
		"another's authority": {end, func(r *authority.IssuerRequest) {
			r.Revoke.Certificate, r.Revoke.Last = thiefs.Revoke.Certificate, thiefs.Revoke.Last
		}, "issued by"},
		"another's last list": {end, func(r *authority.IssuerRequest) { r.Revoke.Last = thiefs.Revoke.Last }, "revocation list 1"},
		"the root itself":     {end, func(r *authority.IssuerRequest) { r.Revoke.Certificate = h.Root.DER }, "is no issuing authority"},
	} {
		r, err := authority.ParseIssuerRequest(c.of.Bytes())
		check(t, err)
		c.change(r)
		if _, _, err := h.holder.Answer(t.Context(), r); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
	h.holder.By = thief.holder.By
	if _, _, err := h.holder.Answer(t.Context(), issue); err == nil || !strings.Contains(err.Error(), "not that of the root's certificate") {
		t.Errorf("another key: %v", err)
	}
	h.holder.By, err = authority.Signer(t.Context(), h.token, authority.RootLabel)
	check(t, err)
	h.answer(end) // the answer is lost on the way; the request of before knows nothing of it
	_, list, err := h.holder.Answer(t.Context(), issue)
	if err != nil || list.Number != 3 || len(list.Revoked) != 1 {
		t.Errorf("a request with an older list: list %+v, %v", list, err)
	}
}

// What comes as an answer is the root's, newer than what is known, and of what was asked.
func TestWhatIsNotInstalled(t *testing.T) {
	t.Parallel()
	h, thief := newRooted(t, gm.Ed25519), newRooted(t, gm.Ed25519)
	first := h.answer(must(h.NextIssuer(t.Context(), "", 5)))
	of := func(r *rooted) *authority.IssuerAnswer { return r.answer(must(r.NextIssuer(t.Context(), "", 5))) }
	foreign := of(thief)
	end := h.answer(must(h.EndIssuer(t.Context(), 1, authority.Revocation{DistrustFrom: ptr(5)})))
	for name, c := range map[string]struct {
		of     *authority.IssuerAnswer
		change func(*authority.IssuerAnswer)
		want   string
	}{
		"another root's list":        {first, func(a *authority.IssuerAnswer) { a.List = foreign.List }, "the answer's list of the root"},
		"another root's certificate": {first, func(a *authority.IssuerAnswer) { a.Certificate = foreign.Certificate }, "issued by"},
		"a number left out":          {first, func(a *authority.IssuerAnswer) { a.Number = 3 }, "no key of that label"},
		"not an authority":           {first, func(a *authority.IssuerAnswer) { a.Certificate = h.issue().DER }, "did not issue it"},
		"the root's own":             {first, func(a *authority.IssuerAnswer) { a.Certificate = h.Root.DER }, `has the role "root"`},
		"no such authority":          {end, func(a *authority.IssuerAnswer) { a.Number = 2 }, "there is no issuing authority 2"},
		"another's last list":        {end, func(a *authority.IssuerAnswer) { a.Last = first.List }, "revocation list"},
		"a list that says nothing":   {end, func(a *authority.IssuerAnswer) { a.List = first.List }, "does not revoke it"},
	} {
		a, err := authority.ParseIssuerAnswer(c.of.Bytes())
		check(t, err)
		c.change(a)
		if _, err := h.InstallIssuer(t.Context(), a); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
	late := h.issue()
	_, err := h.Revoke(t.Context(), late.Serial, authority.Revocation{})
	check(t, err)
	if _, err := h.InstallIssuer(t.Context(), end); err == nil || !strings.Contains(err.Error(), "make the request again") {
		t.Errorf("a certificate that was revoked meanwhile would be good again: %v", err)
	}
	if _, err := h.InstallIssuer(t.Context(), first); err != nil {
		t.Fatal(err)
	}
	if _, err := h.InstallIssuer(t.Context(), first); err == nil || !strings.Contains(err.Error(), "was installed before") {
		t.Errorf("once more: %v", err)
	}
	_, err = h.InstallIssuer(t.Context(), h.answer(must(h.EndIssuer(t.Context(), 1, authority.Revocation{DistrustFrom: ptr(5)}))))
	check(t, err)
	// A root that has lost its own list would take back what it has revoked.
	forgetful := *h.holder
	empty, err := cert.Revoke(t.Context(), h.suite, h.Root, h.holder.By, 99, clock(), clock().AddDate(5, 0, 0), nil)
	check(t, err)
	forgetful.List = empty
	a, _, err := forgetful.Answer(t.Context(), must(h.NextIssuer(t.Context(), "", 5)))
	check(t, err)
	if _, err := h.InstallIssuer(t.Context(), a); err == nil || !strings.Contains(err.Error(), "takes back") {
		t.Errorf("a list in which nothing is revoked any more: %v", err)
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// A crash between two writes of an installation leaves a house that works, and the same answer goes on.
func TestInstallationAfterACrash(t *testing.T) {
	t.Parallel()
	h := newRooted(t, gm.Ed25519)
	answer := h.answer(must(h.NextIssuer(t.Context(), "", 5)))
	before, err := os.ReadFile(filepath.Join(h.dir, authority.RootListFile))
	check(t, err)
	_, err = h.InstallIssuer(t.Context(), answer)
	check(t, err)
	for _, lost := range [][]string{{"issuers/2.pem"}, {"issuers/2.pem", "issuers/2.crl"}, nil} {
		check(t, os.WriteFile(filepath.Join(h.dir, authority.RootListFile), before, 0o600))
		for _, name := range lost {
			check(t, os.Remove(filepath.Join(h.dir, name)))
		}
		again, err := authority.Open(h.suite, h.dir, h.token, clock)
		check(t, err)
		c, err := again.Issue(t.Context(), h.acme, time.Hour)
		check(t, err)
		check(t, again.Check(t.Context(), c))
		if i, err := again.InstallIssuer(t.Context(), answer); err != nil || i.Number != 2 {
			t.Errorf("without %v: %v", lost, err)
		}
	}
	list, err := h.List()
	if err != nil || list.Number < 3 {
		t.Errorf("its list has the number %d, which another had: %v", list.Number, err)
	}
}

// TestIssuerThatBeginsLater: the one before issues, and says what happened, until the next one's certificate is valid.
func TestIssuerThatBeginsLater(t *testing.T) {
	t.Parallel()
	h := newRooted(t, gm.Ed25519)
	h.holder.Now = clock().Add(2 * time.Hour) // the offline machine's clock is ahead
	h.rotate()
	if i, err := h.Issuing(); err != nil || i.Number != 1 {
		t.Errorf("before it begins: %+v, %v", i, err)
	}
	check(t, h.Check(t.Context(), h.issue()))
	begins := h.holder.Now.Add(-time.Minute).UTC().Format(time.RFC3339)
	if err := h.RetireIssuer(t.Context(), 1); !errors.Is(err, authority.ErrNoIssuer) || !strings.Contains(err.Error(), "issuing authority 2 issues from "+begins+" on") {
		t.Errorf("the only one that issues retires: %v", err)
	}
	later, err := authority.Open(h.suite, h.dir, h.token, func() time.Time { return h.holder.Now })
	check(t, err)
	if i, err := later.Issuing(); err != nil || i.Number != 2 {
		t.Errorf("once it has begun: %+v, %v", i, err)
	}
	check(t, later.RetireIssuer(t.Context(), 1))
}

// TestAnswersInAnotherOrder installs what the root signed second first: its list revokes the old authority already.
func TestAnswersInAnotherOrder(t *testing.T) {
	t.Parallel()
	for _, renewedMeanwhile := range []bool{false, true} {
		h := newRooted(t, gm.Ed25519)
		old := h.issue()
		h.rotate()
		ends, err := h.EndIssuer(t.Context(), 1, authority.Revocation{Reason: 2, DistrustFrom: ptr(1)})
		check(t, err)
		first := h.answer(ends)
		next, err := h.NextIssuer(t.Context(), "", authority.IssuerYears)
		check(t, err)
		second := h.answer(next)
		if renewedMeanwhile { // the house has another newest list by then
			check(t, h.Refresh(t.Context()))
			if _, err := h.InstallIssuer(t.Context(), second); err == nil || !strings.Contains(err.Error(), "revokes issuing authority 1, too") {
				t.Fatalf("installed without the last list that it names: %v", err)
			}
			_, err = h.InstallIssuer(t.Context(), first)
			check(t, err)
		}
		_, err = h.InstallIssuer(t.Context(), second)
		check(t, err)
		if _, err := h.Lists(); err != nil {
			t.Errorf("its lists cannot be read any more: %v", err)
		}
		if err := h.Check(t.Context(), old); err == nil {
			t.Error("what the revoked authority certified is good")
		}
		check(t, h.Check(t.Context(), h.issue()))
		if n := said(t, h.Authority, 1); n != 1 {
			t.Errorf("renewed meanwhile %t: the log says %d times that authority 1 is revoked", renewedMeanwhile, n)
		}
	}
}

// TestKeyThatIsCertifiedTwice: to revoke one of its certificates is to revoke the other.
func TestKeyThatIsCertifiedTwice(t *testing.T) {
	t.Parallel()
	h := newRooted(t, gm.Ed25519)
	r, err := h.NextIssuer(t.Context(), "", authority.IssuerYears)
	check(t, err)
	one := must(cert.Parse(h.answer(r).Certificate))
	two := must(cert.Parse(h.answer(r).Certificate))
	if one.Serial != two.Serial {
		t.Errorf("serials %s and %s", one.Serial, two.Serial)
	}
}

// A house of before there were several: no folder, no number in its ledger.
func TestHouseOfOneIssuerGoesOn(t *testing.T) {
	t.Parallel()
	h := newRooted(t, gm.Ed25519)
	old := h.issue()
	name := filepath.Join(h.dir, "ledger.json")
	data, err := os.ReadFile(name)
	check(t, err)
	was := bytes.ReplaceAll(data, []byte(",\n   \"issuer\": 1"), nil)
	if bytes.Equal(was, data) {
		t.Fatalf("the ledger is not as expected:\n%s", data)
	}
	check(t, os.WriteFile(name, was, 0o600))
	if _, err := os.Stat(filepath.Join(h.dir, authority.IssuersDir)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a house of one authority has a folder for others: %v", err)
	}
	h.rotate()
	renewed, err := h.RenewAll(t.Context(), time.Hour)
	if err != nil || len(renewed) != 1 {
		t.Fatalf("%d renewed, %v", len(renewed), err)
	}
	list, err := h.Revoke(t.Context(), old.Serial, authority.Revocation{})
	check(t, err)
	if _, ok := list.Revoked[old.Serial]; !ok {
		t.Error("it is revoked by another than its own authority")
	}
}

// Whoever has the issuing key can make a certificate with a serial that was issued, for a key of their own. It is not renewed.
func TestForgedCertificateIsNotRenewed(t *testing.T) {
	t.Parallel()
	h := newRooted(t, gm.Ed25519)
	c := h.issue()
	k, err := key.Generate(h.suite, gm.Ed25519)
	check(t, err)
	forged := *c
	forged.Key = k.Key()
	for name, r := range map[string]*cert.Request{"without a request": nil, "with one": h.acme} {
		if _, err := h.Renew(t.Context(), &forged, r, time.Hour); err == nil || !strings.Contains(err.Error(), "somebody forged it") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzIssuerFiles(f *testing.F) {
	suite := newSuite(f)
	dir := f.TempDir()
	token := authority.NewFolder(suite, dir+"/keys", []byte("p"), cheap)
	a, err := authority.Init(f.Context(), suite, dir, token, authority.Ceremony{Organisation: "H", Algorithm: gm.Ed25519}, clock)
	check(f, err)
	lists, err := a.Lists()
	check(f, err)
	by, err := authority.Signer(f.Context(), token, authority.RootLabel)
	check(f, err)
	h := &authority.RootHolder{Suite: suite, Certificate: a.Root, List: lists[1], By: by, Now: clock()}
	issue, end := must(a.NextIssuer(f.Context(), "", 5)), must(a.EndIssuer(f.Context(), 1, authority.Revocation{}))
	for _, r := range []*authority.IssuerRequest{issue, end} {
		answer, _, err := h.Answer(f.Context(), r)
		check(f, err)
		f.Add(r.Bytes())
		f.Add(answer.Bytes())
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if r, err := authority.ParseIssuerRequest(data); err == nil {
			again, err := authority.ParseIssuerRequest(r.Bytes())
			if err != nil || !bytes.Equal(again.Bytes(), r.Bytes()) {
				t.Errorf("a request that is written and read again: %v", err)
			}
			if answer, list, err := h.Answer(context.Background(), r); err == nil && (list.Number <= h.List.Number || len(answer.List) == 0) {
				t.Errorf("the root's list %d after %d", list.Number, h.List.Number)
			}
		}
		if r, err := authority.ParseIssuerAnswer(data); err == nil {
			if again, err := authority.ParseIssuerAnswer(r.Bytes()); err != nil || !bytes.Equal(again.Bytes(), r.Bytes()) {
				t.Errorf("an answer that is written and read again: %v", err)
			}
		}
	})
}
