package trust_test

import (
	"bytes"
	"errors"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/core/gm"
	"github.com/dougong-dev/dougong/core/trust"
	"github.com/dougong-dev/dougong/core/trust/authority"
	"github.com/dougong-dev/dougong/core/trust/cert"
	"github.com/dougong-dev/dougong/core/trust/envelope"
	"github.com/dougong-dev/dougong/core/trust/translog"
)

func newReader(s string) io.Reader { return strings.NewReader(s) }

func TestGoodReleaseIsVerifiedWithoutNetwork(t *testing.T) {
	eachAlgorithm(t, func(t *testing.T, w *world) {
		e := w.evidence("1.2.0")
		read, err := trust.ParseEvidence(e.Bytes())
		check(t, err)
		if !bytes.Equal(read.Bytes(), e.Bytes()) {
			t.Error("evidence that is read and written again differs")
		}
		v := w.verify("1.2.0", read, w.options())
		wants(t, v)
		if len(v.Signers) != 4 || v.Release.ID != "com.acme.pay" || v.LogIndex < 0 || v.LoggedAt.Unix() != w.now().Unix() {
			t.Errorf("verdict %+v", v)
		}
	})
}

func TestTamperedFile(t *testing.T) {
	eachAlgorithm(t, func(t *testing.T, w *world) {
		wants(t, trust.Verify(t.Context(), w.artifact("linux/amd64", "evil"), w.evidence("1.2.0"), w.options()), trust.CodeArtifact)
	})
}

func TestSwappedPlatformBinary(t *testing.T) {
	eachAlgorithm(t, func(t *testing.T, w *world) {
		v := trust.Verify(t.Context(), w.artifact("linux/amd64", "windows/amd641.2.0"), w.evidence("1.2.0"), w.options())
		wants(t, v, trust.CodeArtifact)
		if !strings.Contains(v.Err().Error(), "these are the bytes for windows/amd64, this host is linux/amd64") {
			t.Error(v.Err())
		}
	})
}

func TestOtherPluginThanAsked(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "ed25519")
	a := w.artifact("linux/amd64", "linux/amd641.2.0")
	a.ID = "com.acme.other"
	wants(t, trust.Verify(t.Context(), a, w.evidence("1.2.0"), w.options()), trust.CodeArtifact)
}

func TestNoEvidence(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "ed25519")
	wants(t, w.verify("1.2.0", nil, w.options()), trust.CodeUnsigned)
}

// Every statement's payload, every signature and every proof is flipped once; none may pass.
func TestAnyFlippedBitIsRefused(t *testing.T) {
	eachAlgorithm(t, func(t *testing.T, w *world) {
		good := w.evidence("1.2.0").Bytes()
		for name, flip := range map[string]func(e *trust.Evidence){
			"payload":     func(e *trust.Evidence) { e.Statements[0].Envelope.Payload[200] ^= 1 },
			"signature":   func(e *trust.Evidence) { e.Statements[1].Envelope.Signatures[0].Sig[20] ^= 1 },
			"leaf time":   func(e *trust.Evidence) { e.Statements[2].Leaf.Time-- },
			"index":       func(e *trust.Evidence) { e.Statements[3].Index-- },
			"proof":       func(e *trust.Evidence) { e.Statements[0].Proof[0][3] ^= 1 },
			"head":        func(e *trust.Evidence) { e.Head = strings.Replace(e.Head, "\n", "\n1", 1) },
			"certificate": func(e *trust.Evidence) { flipAll(e.Certificates, 300) },
			"list":        func(e *trust.Evidence) { e.Lists[0][60] ^= 1 },
			"no lists":    func(e *trust.Evidence) { e.Lists = nil },
			"one less":    func(e *trust.Evidence) { e.Statements = e.Statements[:3] },
			"vendor less": func(e *trust.Evidence) { e.Statements = e.Statements[1:] },
			"twice":       func(e *trust.Evidence) { e.Statements = append(e.Statements, e.Statements[0]) },
		} {
			e, err := trust.ParseEvidence(good)
			check(t, err)
			flip(e)
			if v := w.verify("1.2.0", e, w.options()); v.OK() {
				t.Errorf("%s: passed:\n%s", name, v)
			}
		}
	})
}

func flipAll(list []envelope.Base64, at int) {
	for _, b := range list {
		b[at] ^= 1
	}
}

// Whoever has one vendor's key cannot publish for another, and not without the house's approvals.
func TestOneStolenVendorKey(t *testing.T) {
	eachAlgorithm(t, func(t *testing.T, w *world) {
		r := w.releaseOf("6.6.6")
		alone := w.publish(w.vendor(r, "acme"))
		wants(t, w.verify("6.6.6", alone, w.options()), trust.CodeThreshold)
		v := w.vendor(w.releaseOf("7.0.0"), "bella")
		foreign := w.publish(v, w.approve(v, envelope.ReviewApproval, "reviewer"), w.approve(v, envelope.SignOff("legal"), "legal"), w.approve(v, envelope.SignOff("risk"), "risk"))
		wants(t, w.verify("7.0.0", foreign, w.options()), trust.CodeSigner, trust.CodeThreshold)
	})
}

func TestSignatureByWrongRole(t *testing.T) {
	eachAlgorithm(t, func(t *testing.T, w *world) {
		v := w.vendor(w.releaseOf("1.0.0"), "acme")
		e := w.publish(v, w.approve(v, envelope.ReviewApproval, "acme"), w.approve(v, envelope.SignOff("legal"), "risk"), w.approve(v, envelope.SignOff("risk"), "risk"))
		verdict := w.verify("1.0.0", e, w.options())
		wants(t, verdict, trust.CodeSigner, trust.CodeThreshold)
		if text := verdict.Err().Error(); !strings.Contains(text, `"acme" has the role vendor, which may not say`) || !strings.Contains(text, `"risk" has the role department risk`) {
			t.Error(text)
		}
	})
}

func TestThresholdByTheSameKeyTwice(t *testing.T) {
	eachAlgorithm(t, func(t *testing.T, w *world) {
		o := w.options()
		o.Require = []trust.Requirement{{Predicate: envelope.ReviewApproval, Threshold: 2}}
		v := w.vendor(w.releaseOf("1.0.0"), "acme")
		rest := []*envelope.Envelope{v, w.approve(v, envelope.SignOff("legal"), "legal"), w.approve(v, envelope.SignOff("risk"), "risk")}
		review := w.approve(v, envelope.ReviewApproval, "reviewer")
		again := w.approve(v, envelope.ReviewApproval, "reviewer") // SM2 signs with fresh random numbers: other bytes
		both := *review
		both.Signatures = append(slices.Clone(review.Signatures), again.Signatures...)
		if err := review.Add(t.Context(), w.suite, w.people["reviewer"].by); err == nil {
			t.Error("a key may sign an envelope twice")
		}
		wants(t, w.verify("1.0.0", w.publish(append(rest, &both)...), o), trust.CodeThreshold)
		wants(t, w.verify("1.0.0", w.publish(append(rest, review, again)...), o), trust.CodeThreshold)

		// The same person with a second key and certificate is still one person.
		second := w.enrol("reviewer", "ed25519", cert.Holder{Organisation: "House", Role: cert.Reviewer})
		w.people["second"] = second
		wants(t, w.verify("1.0.0", w.publish(append(rest, review, w.approve(v, envelope.ReviewApproval, "second"))...), o), trust.CodeThreshold, trust.CodeSigner)

		w.enrol("colleague", "sm2", cert.Holder{Organisation: "House", Role: cert.Reviewer})
		review2 := w.approve(v, envelope.ReviewApproval, "second", "colleague")
		wants(t, w.verify("1.0.0", w.publish(append(rest, review2)...), o))
	})
}

func TestApprovalOfAnotherClaim(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "ed25519")
	harmless := w.vendor(w.releaseOf("1.0.0"), "acme")
	r := w.releaseOf("1.0.0")
	r.Permissions = []string{"everything"} // the same bytes, another claim
	greedy := w.vendor(r, "acme")
	e := w.publish(greedy, w.approve(harmless, envelope.ReviewApproval, "reviewer"), w.approve(greedy, envelope.SignOff("legal"), "legal"), w.approve(greedy, envelope.SignOff("risk"), "risk"))
	wants(t, w.verify("1.0.0", e, w.options()), trust.CodeApproval, trust.CodeThreshold)

	s, err := envelope.NewApproval(envelope.ReviewApproval, harmless, false, "sends names")
	check(t, err)
	wants(t, w.verify("1.0.0", w.publish(harmless, w.sign(s, "reviewer"), w.approve(harmless, envelope.SignOff("legal"), "legal"), w.approve(harmless, envelope.SignOff("risk"), "risk")), w.options()),
		trust.CodeApproval, trust.CodeThreshold)
}

// What was logged before the distrusted entry stays good, what came after is not, whenever it claims to be signed.
func TestRevokedBeforeAndAfterTheLoggedTime(t *testing.T) {
	eachAlgorithm(t, func(t *testing.T, w *world) {
		before := w.evidence("1.0.0")
		w.pass(day(1))
		stolen := w.authority.Log().Size()
		after := w.evidence("1.1.0") // the thief's
		w.pass(day(1))
		_, err := w.authority.Revoke(t.Context(), w.people["acme"].cert.Serial, authority.Revocation{Reason: 1, DistrustFrom: ptr(stolen)})
		check(t, err)
		wants(t, w.verify("1.0.0", w.republish(before), w.options()))
		wants(t, w.verify("1.1.0", w.republish(after), w.options()), trust.CodeSigner, trust.CodeThreshold)
		// Old evidence with the list of before: a host without memory believes it, one that saw the new list does not.
		o := w.options()
		wants(t, w.verify("1.1.0", after, o))
		o.Store = &trust.MemoryStore{}
		wants(t, w.verify("1.0.0", w.republish(before), o))
		wants(t, w.verify("1.1.0", after, o), trust.CodeSigner, trust.CodeThreshold)
		// Nothing more gets into the log by that key.
		v := w.vendor(w.releaseOf("1.2.0"), "acme")
		if _, err := w.authority.Publish(t.Context(), w.unlogged(v), w.witness); !errors.Is(err, cert.ErrRevoked) {
			t.Errorf("publish with a revoked key: %v", err)
		}
	})
}

func TestSignaturesOutliveTheirCertificates(t *testing.T) {
	eachAlgorithm(t, func(t *testing.T, w *world) {
		e := w.evidence("1.0.0")
		w.pass(day(400)) // every certificate of a person has run out
		check(t, w.authority.Refresh(t.Context()))
		wants(t, w.verify("1.0.0", w.republish(e), w.options()))
		v := w.vendor(w.releaseOf("2.0.0"), "acme")
		if _, err := w.authority.Publish(t.Context(), w.unlogged(v), w.witness); !errors.Is(err, cert.ErrTime) {
			t.Errorf("publish after the end of the certificate: %v", err)
		}
	})
}

func TestExpiryStopsInstallNotStart(t *testing.T) {
	eachAlgorithm(t, func(t *testing.T, w *world) {
		e := w.evidence("1.0.0")
		w.pass(day(authority.ListDays + 10))
		wants(t, w.verify("1.0.0", e, w.options()), trust.CodeSigner, trust.CodeThreshold)
		o := w.options()
		o.Purpose = trust.Start
		wants(t, w.verify("1.0.0", e, o))
		o.MaxOffline = day(5)
		wants(t, w.verify("1.0.0", e, o), trust.CodeSigner, trust.CodeThreshold)
		o.MaxOffline = day(15)
		wants(t, w.verify("1.0.0", e, o))
	})
}

// The log shows two clients two histories. The witness co-signs only one of them.
func TestForkedLogShownToTwoClients(t *testing.T) {
	eachAlgorithm(t, func(t *testing.T, w *world) {
		first := w.evidence("1.0.0")
		fork := translog.Memory{}
		tree, err := w.authority.Log().Tree()
		check(t, err)
		for n := range tree.Size + 3 { // another history, longer than the first
			_, err := fork.Append(translog.Leaf{Kind: translog.Audit, Time: w.now().Unix(), Subject: "fork", Digest: strings.Repeat("0", int(n))})
			check(t, err)
		}
		other, err := fork.Tree()
		check(t, err)
		head, err := w.authority.Head(t.Context(), other) // the log's own keys sign it: its operator is the thief
		check(t, err)
		proof, err := translog.ProveConsistency(other.Size, tree.Size, &fork)
		check(t, err)
		log := anchors(t, w).Log
		if _, err := w.witness.Cosign(t.Context(), head, log, proof); !errors.Is(err, translog.ErrFork) {
			t.Errorf("the witness says %v to a fork", err)
		}
		forked := *first
		forked.Head = head
		o := w.options()
		o.Store = &trust.MemoryStore{}
		wants(t, w.verify("1.0.0", first, o))
		v := w.verify("1.0.0", &forked, o)
		wants(t, v, trust.CodeWitness, trust.CodeFork, trust.CodeThreshold)
		// A client that has seen nothing is saved by the witness alone.
		wants(t, w.verify("1.0.0", &forked, w.options()), trust.CodeWitness, trust.CodeThreshold)
	})
}

func TestTakedownIsObeyedFromCache(t *testing.T) {
	eachAlgorithm(t, func(t *testing.T, w *world) {
		old, other := w.evidence("1.0.0"), w.evidence("1.1.0")
		o := w.options()
		o.Store = &trust.FileStore{Path: filepath.Join(t.TempDir(), "trust.json")}
		wants(t, w.verify("1.0.0", old, o))
		operator := w.people["operator"]
		_, err := w.authority.TakeDown(t.Context(), envelope.Takedown{Entries: []envelope.TakedownEntry{{ID: "com.acme.pay", Versions: []string{"1.0.0"}, Reason: "leaks names"}}}, operator.by, operator.cert)
		check(t, err)
		wants(t, w.verify("1.1.0", w.republish(other), o)) // brings the list
		o.Purpose = trust.Start
		wants(t, w.verify("1.0.0", old, o), trust.CodeTakedown) // old evidence, no network
		wants(t, w.verify("1.1.0", other, o))

		// An older list does not replace a newer one, and nobody else can sign one.
		second, err := w.authority.TakeDown(t.Context(), envelope.Takedown{Floors: map[string]string{"com.acme.pay": "1.1.0"}}, operator.by, operator.cert)
		check(t, err)
		if second.Serial != 2 {
			t.Errorf("serial %d", second.Serial)
		}
		wants(t, w.verify("1.1.0", w.republish(other), o))
		wants(t, w.verify("1.0.0", old, o), trust.CodeFloor)
		if _, err := w.authority.TakeDown(t.Context(), envelope.Takedown{}, w.people["acme"].by, w.people["acme"].cert); err == nil {
			t.Error("a vendor may take down")
		}
	})
}

func TestRollbackBelowTheLowestVersion(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "sm2")
	old := w.evidence("1.0.0")
	r := w.releaseOf("1.1.0")
	r.MinVersion = "1.1.0" // 1.0.0 has a hole
	v := w.vendor(r, "acme")
	fixed := w.publish(v, w.approve(v, envelope.ReviewApproval, "reviewer"), w.approve(v, envelope.SignOff("legal"), "legal"), w.approve(v, envelope.SignOff("risk"), "risk"))
	o := w.options()
	o.Store = &trust.MemoryStore{}
	wants(t, w.verify("1.0.0", old, o))
	wants(t, w.verify("1.1.0", fixed, o))
	wants(t, w.verify("1.0.0", old, o), trust.CodeFloor)
}

func TestRootOfAnotherHouse(t *testing.T) {
	t.Parallel()
	w, thief := newWorld(t, "sm2"), newWorld(t, "sm2")
	v := thief.verify("1.0.0", thief.evidence("1.0.0"), w.options())
	if v.OK() || !v.Refuses(trust.CodeHead) {
		t.Errorf("evidence of another house:\n%s", v)
	}
}

func TestStateThatCannotBeReadIsNotForgotten(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "ed25519")
	name := filepath.Join(t.TempDir(), "trust.json")
	check(t, trust.Replace(name, []byte(`{"floors":{}, "floors":{}}`)))
	o := w.options()
	o.Store = &trust.FileStore{Path: name}
	wants(t, w.verify("1.0.0", w.evidence("1.0.0"), o), trust.CodeState)
}

// Statements of kinds that we do not know, such as a build's provenance, neither help nor harm.
func TestOtherStatementsArePassedOver(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "ed25519")
	e := w.evidence("1.0.0")
	other := w.sign(&envelope.Statement{Type: envelope.StatementType, Subject: []envelope.Subject{{Name: "x"}}, PredicateType: "https://slsa.dev/provenance/v1", Predicate: []byte("{}")}, "acme")
	e.Statements = append(e.Statements, trust.Logged{Envelope: other})
	wants(t, w.verify("1.0.0", e, w.options()))
	o := w.options()
	o.Suite = nil
	wants(t, w.verify("1.0.0", e, o))
}

// The policy that the root carries is obeyed: a house that has given up an algorithm believes nothing signed by it.
func TestCryptographicPolicyOfTheRoot(t *testing.T) {
	t.Parallel()
	suite, err := gm.New(gm.Policy{})
	check(t, err)
	dir := t.TempDir()
	w := &world{t: t, suite: suite, people: map[string]*person{}}
	w.clock.Store(1_800_000_000)
	w.authority, err = authority.Init(t.Context(), suite, dir, authority.NewFolder(suite, dir+"/keys", []byte("p"), cheap), authority.Ceremony{Organisation: "House", Algorithm: gm.SM2,
		Crypto: &gm.Policy{Algorithms: []gm.Algorithm{gm.SM2, gm.Ed25519, gm.SM3}, CrossCheck: true, KeyDays: map[string]int{cert.Vendor: 30}}}, w.now)
	check(t, err)
	w.root, err = w.authority.RootMetadata()
	check(t, err)
	w.enrol("acme", gm.SM2, cert.Holder{Organisation: "Acme", Role: cert.Vendor, Namespaces: []string{"com.acme"}})
	publish := func(version string) *trust.Evidence {
		e, err := w.authority.Publish(t.Context(), w.unlogged(w.vendor(w.releaseOf(version), "acme")))
		check(t, err)
		return e
	}
	wants(t, w.verify("1.0.0", publish("1.0.0"), w.options()))
	w.pass(day(31))
	check(t, w.authority.Refresh(t.Context()))
	v := w.verify("1.1.0", publish("1.1.0"), w.options())
	wants(t, v, trust.CodeSigner, trust.CodeThreshold)
	if !errors.Is(v.Err(), gm.ErrPolicy) {
		t.Error(v.Err())
	}
}
