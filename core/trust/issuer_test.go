package trust_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/gm"
	"github.com/dougong-dev/dougong/core/trust"
	"github.com/dougong-dev/dougong/core/trust/authority"
	"github.com/dougong-dev/dougong/core/trust/cert"
	"github.com/dougong-dev/dougong/core/trust/envelope"
	"github.com/dougong-dev/dougong/core/trust/key"
)

// rootSigns has the root answer a request, and the house install the answer.
func (w *world) rootSigns(r *authority.IssuerRequest) *authority.Issuer {
	w.t.Helper()
	lists, err := w.authority.Lists()
	check(w.t, err)
	by, err := authority.Signer(w.t.Context(), w.token, authority.RootLabel)
	check(w.t, err)
	h := &authority.RootHolder{Suite: w.suite, Certificate: w.authority.Root, List: lists[len(lists)-1], By: by, Now: w.now()}
	a, _, err := h.Answer(w.t.Context(), r)
	check(w.t, err)
	i, err := w.authority.InstallIssuer(w.t.Context(), a)
	check(w.t, err)
	return i
}

func (w *world) rotate() *authority.Issuer {
	w.t.Helper()
	r, err := w.authority.NextIssuer(w.t.Context(), "", authority.IssuerYears)
	check(w.t, err)
	return w.rootSigns(r)
}

func (w *world) endIssuer(number int, from *int64) {
	w.t.Helper()
	r, err := w.authority.EndIssuer(w.t.Context(), number, authority.Revocation{Reason: 2, DistrustFrom: from})
	check(w.t, err)
	w.rootSigns(r)
}

// renew gives everybody a certificate of the authority that issues now.
func (w *world) renew() {
	w.t.Helper()
	for name, p := range w.people {
		c, err := w.authority.Renew(w.t.Context(), p.cert, nil, 365*24*time.Hour)
		check(w.t, err)
		w.people[name] = &person{by: p.by, cert: c}
	}
}

// stolen is the first issuing authority in the hands of a thief.
type stolen struct {
	w    *world
	cert *cert.Certificate
	by   key.Signer
}

func (w *world) steal() *stolen {
	w.t.Helper()
	all, err := w.authority.Issuers()
	check(w.t, err)
	by, err := authority.Signer(w.t.Context(), w.token, "ca-issuing")
	check(w.t, err)
	return &stolen{w, all[0].Certificate, by}
}

// list is a revocation list that the thief signs, with any number and date.
func (s *stolen) list(number int64, dated time.Time, revoked ...cert.Revocation) envelope.Base64 {
	s.w.t.Helper()
	l, err := cert.Revoke(s.w.t.Context(), s.w.suite, s.cert, s.by, number, dated, dated.AddDate(9, 0, 0), revoked)
	check(s.w.t, err)
	return l.DER
}

// certify gives a key of the thief's a certificate, dated back.
func (s *stolen) certify(h cert.Holder, dated time.Time) *person {
	s.w.t.Helper()
	by, err := key.Generate(s.w.suite, gm.Ed25519)
	check(s.w.t, err)
	c, err := cert.Issue(s.w.t.Context(), s.w.suite, s.cert, s.by, cert.Template{Holder: h, Key: by.Key(), NotBefore: dated, NotAfter: dated.AddDate(1, 0, 0)})
	check(s.w.t, err)
	return &person{by: by, cert: c}
}

// The authority is exchanged: what each certified is good, and the old one's certificates are good until it is revoked.
func TestIssuerIsExchanged(t *testing.T) {
	eachAlgorithm(t, func(t *testing.T, w *world) {
		host := w.options()
		host.Store = &trust.MemoryStore{}
		first := w.evidence("1.0.0")
		wants(t, w.verify("1.0.0", first, host))
		w.pass(day(1))
		w.rotate()
		w.pass(day(1))
		overlap := w.evidence("1.1.0") // by certificates of the old one
		w.renew()
		check(t, w.authority.RetireIssuer(t.Context(), 1))
		w.pass(day(1))
		second := w.evidence("1.2.0")
		for version, e := range map[string]*trust.Evidence{"1.0.0": w.republish(first), "1.1.0": w.republish(overlap), "1.2.0": second} {
			for name, o := range map[string]trust.Options{"a host that knows the old one": host, "a new host": w.options()} {
				v := w.verify(version, e, o)
				wants(t, v)
				want := "House issuing"
				if version == "1.2.0" {
					want = "House issuing 2"
				}
				if len(v.Signers) == 0 || v.Signers[0].Issuer != want {
					t.Errorf("%s at %s: certified by %+v, want %s", version, name, v.Signers, want)
				}
			}
		}
		// The old one ends: its key is gone, its list runs on no more, and what it certified is good for ever.
		w.endIssuer(1, nil)
		w.pass(2 * 365 * day(1))
		check(t, w.authority.Refresh(t.Context()))
		wants(t, w.verify("1.0.0", w.republish(first), host))
		wants(t, w.verify("1.0.0", w.republish(first), w.options()))
	})
}

// What a thief of the old authority's key can do at which moment, and what hosts make of it.
func TestStolenIssuer(t *testing.T) {
	eachAlgorithm(t, func(t *testing.T, w *world) {
		before := w.evidence("1.0.0")
		w.pass(day(1))
		theft := w.authority.Log().Size()
		between := w.evidence("1.1.0") // somebody's: nobody can tell
		thief := w.steal()
		w.pass(day(1))
		w.rotate()
		w.renew()
		after := w.evidence("1.2.0")
		unaware := w.options()
		unaware.Store = &trust.MemoryStore{}
		wants(t, w.verify("1.1.0", w.republish(between), unaware))
		early := w.republish(before) // of before anybody knew
		check(t, w.authority.Refresh(t.Context()))
		w.endIssuer(1, &theft)
		with := func(e *trust.Evidence, lists ...envelope.Base64) *trust.Evidence {
			c := *e
			c.Lists = append(append([]envelope.Base64{}, lists...), e.Lists...)
			return &c
		}
		good, bad, second := w.republish(before), w.republish(between), w.republish(after)
		acme := w.people["acme"].cert.Holder
		backdated := thief.certify(acme, w.now().Add(-day(2)))
		w.people["thief"] = backdated
		forged := w.vendor(w.releaseOf("6.0.0"), "thief")
		// The registry does not admit it; were it in the log all the same, its place is after the theft.
		if _, err := w.authority.Publish(t.Context(), w.unlogged(forged), w.witness); err == nil {
			t.Error("what a certificate of the revoked authority signed is logged")
		}
		swapped := with(good) // the logged entry of an honest release, under a certificate that the thief made for its key
		swapped.Certificates = append([]envelope.Base64{backdated.cert.DER}, good.Certificates...)
		everything := []cert.Revocation{}
		for _, der := range good.Certificates {
			if c, err := cert.Parse(der); err == nil {
				everything = append(everything, cert.Revocation{Serial: c.Serial, Time: w.now().Add(-day(9)), DistrustFrom: ptr(0)})
			}
		}
		for _, c := range []struct {
			name    string
			version string
			e       *trust.Evidence
			codes   []trust.Code
		}{
			{"logged before the theft", "1.0.0", good, nil},
			{"logged at the theft", "1.1.0", bad, []trust.Code{trust.CodeSigner, trust.CodeThreshold}},
			{"logged after it, by the new authority", "1.2.0", second, nil},
			{"a list of the thief's with a high number, dated now", "1.0.0", with(good, thief.list(1<<40, w.now(), everything...)), nil},
			{"one dated back before the revocation", "1.0.0", with(good, thief.list(1<<40, w.now().Add(-day(5)), everything...)), nil},
			{"one with the number of the last", "1.0.0", with(good, thief.list(2, w.now().Add(-day(5)), everything...)), nil},
			{"an empty one, to make bad good", "1.1.0", with(bad, thief.list(1<<41, w.now())), []trust.Code{trust.CodeSigner, trust.CodeThreshold}},
			{"a certificate dated back beside it", "1.0.0", swapped, nil},
			{"the last list left out", "1.0.0", without(t, good, 0), []trust.Code{trust.CodeSigner, trust.CodeThreshold}},
			{"the root's list left out", "1.0.0", without(t, good, 2), []trust.Code{trust.CodeSigner, trust.CodeThreshold}},
			{"the new authority's list left out", "1.2.0", without(t, second, 1), []trust.Code{trust.CodeSigner, trust.CodeThreshold}},
			{"the new authority's certificate left out", "1.2.0", uncertified(t, second), []trust.Code{trust.CodeSigner, trust.CodeThreshold}},
		} {
			t.Run(c.name, func(t *testing.T) { wants(t, w.verify(c.version, c.e, w.options()), c.codes...) })
		}
		// A host that has seen the root's new list is not talked out of it by evidence of before, with or without a network; one that has
		// taken in a list of the thief's before anybody knew is not stuck with it.
		misled := w.options()
		misled.Store = &trust.MemoryStore{}
		poisoned := with(early, thief.list(1<<40, w.now(), everything...))
		wants(t, w.verify("1.0.0", poisoned, misled), trust.CodeSigner, trust.CodeThreshold)
		wants(t, w.verify("1.0.0", good, misled))
		wants(t, w.verify("1.0.0", early, misled)) // the host remembers the list that counts
		unaware.Purpose = trust.Start
		wants(t, w.verify("1.2.0", second, unaware)) // brings the root's list
		wants(t, w.verify("1.1.0", between, unaware), trust.CodeSigner, trust.CodeThreshold)
		wants(t, w.verify("1.0.0", before, unaware))
	})
}

// without is evidence less one of its lists: of the first authority, the second, the root.
func without(t *testing.T, e *trust.Evidence, n int) *trust.Evidence {
	t.Helper()
	if len(e.Lists) != 3 {
		t.Fatalf("%d lists", len(e.Lists))
	}
	c := *e
	c.Lists = append(append([]envelope.Base64{}, e.Lists[:n]...), e.Lists[n+1:]...)
	return &c
}

// uncertified is evidence less the second authority's certificate.
func uncertified(t *testing.T, e *trust.Evidence) *trust.Evidence {
	t.Helper()
	c := *e
	c.Certificates = nil
	for _, der := range e.Certificates {
		x, err := cert.Parse(der)
		check(t, err)
		if x.Holder.Name != "House issuing 2" {
			c.Certificates = append(c.Certificates, der)
		}
	}
	if len(c.Certificates) != len(e.Certificates)-1 {
		t.Fatal("the second authority is not there")
	}
	return &c
}

// A repository's metadata names the newest lists: a host that has seen nothing is not shown the lists of before a revocation.
func TestRevocationListIsHeldBack(t *testing.T) {
	eachAlgorithm(t, func(t *testing.T, w *world) {
		old := w.evidence("1.0.0")
		w.rotate()
		rotated := w.republish(old)
		w.endIssuer(1, ptr(0))
		now := w.republish(old)
		named := func(n int64) map[string]envelope.Base64 {
			lists, err := w.authority.Lists()
			check(t, err)
			all, err := w.authority.Issuers()
			check(t, err)
			w.listed = map[string]int64{w.authority.Root.Key.ID(): lists[len(lists)-1].Number}
			for i, x := range all {
				w.listed[x.Certificate.Key.ID()] = lists[i].Number + n
			}
			return w.offers(1, 0, w.releaseOf("1.0.0"))
		}
		with := func(e *trust.Evidence, m map[string]envelope.Base64) *trust.Evidence {
			c := *e
			c.Metadata = m
			return &c
		}
		o := w.options()
		o.Metadata = true
		wants(t, w.verify("1.0.0", with(old, named(0)), o), trust.CodeMetadata)
		wants(t, w.verify("1.0.0", with(rotated, named(0)), o), trust.CodeMetadata)
		wants(t, w.verify("1.0.0", with(now, named(0)), o), trust.CodeSigner, trust.CodeThreshold)
		// Of the revoked authority the root's list says which is the last, whatever was named; of another a newer one is missed.
		v := w.verify("1.0.0", with(now, named(1)), o)
		wants(t, v, trust.CodeSigner, trust.CodeThreshold, trust.CodeMetadata)
		if text := fmt.Sprint(v.Err()); !strings.Contains(text, `revocation list 2 of "House issuing 2" is out, and list 1 came`) || strings.Contains(text, `of "House issuing" is out`) {
			t.Error(text)
		}
	})
}
