package trust_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/core/trust"
	"github.com/dougong-dev/dougong/core/trust/authority"
	"github.com/dougong-dev/dougong/core/trust/envelope"
	"github.com/dougong-dev/dougong/core/trust/translog"
)

// unwitnessed is evidence of a version that no witness has co-signed, and the options of a host that asks for none.
func (w *world) unwitnessed(version string) *trust.Evidence {
	w.t.Helper()
	v := w.vendor(w.releaseOf(version), "acme")
	e, err := w.authority.Publish(w.t.Context(), w.unlogged(v, w.approve(v, envelope.ReviewApproval, "reviewer"), w.approve(v, envelope.SignOff("legal"), "legal"), w.approve(v, envelope.SignOff("risk"), "risk")))
	check(w.t, err)
	return e
}

// fork is what a log's operator shows to one host alone: another history of so many entries more than the statements need, with
// good proofs and signed by the log's own keys. cosign has a witness sign it that has seen nothing else.
func (w *world) fork(e *trust.Evidence, more int64, cosign bool) *trust.Evidence {
	w.t.Helper()
	log, out := translog.Memory{}, *e
	out.Consistency = nil
	add := func(l translog.Leaf) int64 {
		n, err := log.Append(l)
		check(w.t, err)
		return n
	}
	for n := range more {
		add(translog.Leaf{Kind: translog.Audit, Time: w.now().Unix(), Subject: "fork", Digest: strings.Repeat("0", int(n))})
	}
	out.Statements = slices.Clone(e.Statements)
	for i := range out.Statements {
		out.Statements[i].Index = add(out.Statements[i].Leaf)
	}
	tree, err := log.Tree()
	check(w.t, err)
	for i := range out.Statements {
		out.Statements[i].Proof, err = translog.ProveLeaf(tree.Size, out.Statements[i].Index, &log)
		check(w.t, err)
	}
	var witnesses []authority.Witness
	if cosign {
		witnesses = append(witnesses, &translog.Cosigner{Suite: w.suite, Name: w.witness.Name, By: w.witness.By, Memo: &translog.MemoryMemo{}, Now: w.now})
	}
	out.Head, err = w.authority.Head(w.t.Context(), tree, witnesses...)
	check(w.t, err)
	return &out
}

// lonely is a house whose root asks for no witness.
func lonely(t *testing.T) *world {
	t.Helper()
	w := newWorld(t, "ed25519")
	set, err := w.rootSet()
	check(t, err)
	next := *set.Root()
	next.Version = 2
	a := anchors(t, w)
	a.WitnessThreshold = 0
	next.Anchors, err = a.Raw()
	check(t, err)
	w.root, err = w.authority.SignRoot(t.Context(), &next, authority.DefaultRootKeys)
	check(t, err)
	return w
}

// Two hosts are shown forks of different lengths. Whichever a host has seen, it takes no other: not a longer one, and not a
// shorter one either.
func TestForksOfDifferentLengths(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		more int64
	}{{"shorter", 1}, {"as long", 10}, {"longer", 40}} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := lonely(t)
			first, second := w.unwitnessed("1.0.0"), w.unwitnessed("1.1.0")
			forked := w.fork(first, c.more, false)
			// Without a memory it cannot be told.
			wants(t, w.verify("1.0.0", forked, w.options()))
			o := w.options()
			o.Store = &trust.MemoryStore{}
			wants(t, w.verify("1.1.0", second, o))
			wants(t, w.verify("1.0.0", forked, o), trust.CodeFork, trust.CodeThreshold)
			// The other host has seen the fork, and takes nothing of the log.
			o.Store = &trust.MemoryStore{}
			wants(t, w.verify("1.0.0", forked, o))
			v := w.verify("1.1.0", second, o)
			wants(t, v, trust.CodeFork, trust.CodeThreshold)
			// What was installed under the fork still starts.
			o.Purpose = trust.Start
			wants(t, w.verify("1.0.0", forked, o))
		})
	}
}

// A takedown list under a shorter fork is not learnt, and that is said.
func TestTakedownListUnderAFork(t *testing.T) {
	t.Parallel()
	w := lonely(t)
	first, second := w.unwitnessed("1.0.0"), w.unwitnessed("1.1.0")
	o := w.options()
	o.Store = &trust.MemoryStore{}
	wants(t, w.verify("1.1.0", second, o))
	v := trust.VerifyTakedown(t.Context(), w.fork(first, 1, false), o)
	if !v.Refuses(trust.CodeFork) || !strings.Contains(v.String(), "nothing shows that the 5 of this head are the first") {
		t.Errorf("verdict:\n%s", v)
	}
}

// Older evidence that is honest needs no network: what showed the newer head also showed that the older one begins it.
func TestOlderEvidenceOfTheSameLog(t *testing.T) {
	t.Parallel()
	w := lonely(t)
	var all []*trust.Evidence
	for _, version := range []string{"1.0.0", "1.1.0", "1.2.0"} {
		all = append(all, w.unwitnessed(version))
	}
	o := w.options()
	o.Store = &trust.MemoryStore{}
	wants(t, w.verify("1.2.0", all[2], o))
	wants(t, w.verify("1.0.0", all[0], o))
	wants(t, w.verify("1.1.0", all[1], o))
	s, err := o.Store.Load()
	check(t, err)
	if n := len(s.Past["House/log"]); n != 2 {
		t.Errorf("%d older trees are remembered, want 2", n)
	}

	// A host that was shown none of that wants a proof with the older evidence itself.
	o.Store = &trust.MemoryStore{}
	newest := *all[2]
	newest.Consistency = nil
	wants(t, w.verify("1.2.0", &newest, o))
	wants(t, w.verify("1.0.0", all[0], o), trust.CodeFork, trust.CodeThreshold)
	proven := *all[0]
	head, known := s.Past["House/log"][0], s.Heads["House/log"]
	proof, err := w.authority.Log().Extends(known.Size, head.Size)
	check(t, err)
	proven.Consistency = []trust.Consistency{{From: head.Size, To: known.Size, Proof: proof}}
	wants(t, w.verify("1.0.0", &proven, o))
	wants(t, w.verify("1.0.0", all[0], o)) // remembered
	if again, err := trust.ParseEvidence(proven.Bytes()); err != nil || again.Consistency[0].To != known.Size {
		t.Errorf("%+v, %v", again, err)
	}
	proven.Consistency[0].Proof = proof[1:]
	o.Store = &trust.MemoryStore{}
	wants(t, w.verify("1.2.0", &newest, o))
	wants(t, w.verify("1.0.0", &proven, o), trust.CodeFork, trust.CodeThreshold)
}

// Where every head needs witnesses, they vouch for an older one as for a newer one.
func TestWitnessesVouchForAnOlderHead(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "ed25519")
	first, second := w.evidence("1.0.0"), w.evidence("1.1.0")
	for _, e := range []*trust.Evidence{first, second} {
		e.Consistency = nil
	}
	o := w.options()
	o.Store = &trust.MemoryStore{}
	wants(t, w.verify("1.1.0", second, o))
	wants(t, w.verify("1.0.0", first, o))
	// One co-signature that nobody asked for is none: the witness may never have seen the head that is known.
	w = lonely(t)
	first, second = w.unwitnessed("1.0.0"), w.unwitnessed("1.1.0")
	o = w.options()
	o.Store = &trust.MemoryStore{}
	wants(t, w.verify("1.1.0", second, o))
	wants(t, w.verify("1.0.0", w.fork(first, 1, true), o), trust.CodeFork, trust.CodeThreshold)
	wants(t, w.verify("1.0.0", w.fork(first, 40, true), o), trust.CodeFork, trust.CodeThreshold)
}
