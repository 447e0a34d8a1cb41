package translog_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/gm"
	"github.com/dougong-dev/dougong/core/trust/key"
	"github.com/dougong-dev/dougong/core/trust/translog"
	"golang.org/x/mod/sumdb/note"
)

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func newKey(t testing.TB, s *gm.Suite, a gm.Algorithm) *key.Soft {
	t.Helper()
	k, err := key.Generate(s, a)
	check(t, err)
	return k
}

type fixture struct {
	suite   *gm.Suite
	by      []key.Signer
	log     translog.Log
	witness []*translog.Cosigner
	known   []translog.Witness
}

func newFixture(t testing.TB) *fixture {
	t.Helper()
	s, err := gm.New(gm.Policy{})
	check(t, err)
	ed, sm := newKey(t, s, gm.Ed25519), newKey(t, s, gm.SM2)
	f := &fixture{suite: s, by: []key.Signer{ed, sm}, log: translog.Log{Origin: "house.example/log", Keys: []key.Key{ed.Key(), sm.Key()}}}
	for i, a := range []gm.Algorithm{gm.Ed25519, gm.SM2} {
		w := &translog.Cosigner{Suite: s, Name: fmt.Sprintf("w%d.example", i), By: newKey(t, s, a), Memo: &translog.MemoryMemo{}, Now: func() time.Time { return time.Unix(77, 0) }}
		f.witness, f.known = append(f.witness, w), append(f.known, w.Witness())
	}
	return f
}

func leaf(n int) translog.Leaf {
	return translog.Leaf{Kind: translog.Publish, Time: int64(n), Subject: fmt.Sprint("x@", n), Digest: "d"}
}

func TestEveryLeafAndEveryExtensionIsProved(t *testing.T) {
	t.Parallel()
	m := translog.Memory{}
	var trees []translog.Tree
	for n := range 40 {
		if at, err := m.Append(leaf(n)); err != nil || at != int64(n) {
			t.Fatal(at, err)
		}
		tree, err := m.Tree()
		check(t, err)
		trees = append(trees, tree)
	}
	for _, tree := range trees {
		for n := range tree.Size {
			proof, err := translog.ProveLeaf(tree.Size, n, &m)
			check(t, err)
			check(t, tree.CheckLeaf(leaf(int(n)), n, proof))
			if err := tree.CheckLeaf(leaf(int(n)+1), n, proof); !errors.Is(err, translog.ErrProof) {
				t.Errorf("another leaf: %v", err)
			}
		}
		for _, old := range trees[:tree.Size] {
			proof, err := translog.ProveConsistency(tree.Size, old.Size, &m)
			check(t, err)
			check(t, tree.CheckExtends(old, proof))
			old.Root[3] ^= 1
			if err := tree.CheckExtends(old, proof); !errors.Is(err, translog.ErrFork) {
				t.Errorf("%d after %d of another history: %v", tree.Size, old.Size, err)
			}
		}
	}
	if err := trees[3].CheckExtends(trees[7], nil); !errors.Is(err, translog.ErrFork) {
		t.Errorf("a log that shrinks: %v", err)
	}
	for _, n := range []int64{-1, 40, 1 << 40} {
		if err := trees[39].CheckLeaf(leaf(0), n, nil); !errors.Is(err, translog.ErrProof) {
			t.Errorf("leaf %d: %v", n, err)
		}
	}
}

func TestHeadNeedsAllKeysOfTheLog(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	tree := translog.Tree{Size: 5}
	both, err := translog.Sign(t.Context(), f.suite, f.log.Origin, tree, f.by...)
	check(t, err)
	h, err := translog.Open(f.suite, both, f.log, f.known)
	if err != nil || h.Tree != tree || len(h.Witnesses) != 0 {
		t.Fatalf("%+v, %v", h, err)
	}
	for i := range f.by {
		one, err := translog.Sign(t.Context(), f.suite, f.log.Origin, tree, f.by[i])
		check(t, err)
		if _, err := translog.Open(f.suite, one, f.log, nil); err == nil {
			t.Errorf("signed by key %d alone: accepted", i)
		}
	}
	other, err := translog.Sign(t.Context(), f.suite, "other.example/log", tree, f.by...)
	check(t, err)
	for name, text := range map[string]string{"other log": other, "larger": strings.Replace(both, "\n5\n", "\n6\n", 1), "nothing": "", "no signatures": "house.example/log\n5\nAAAA\n", "leading zero": strings.Replace(both, "\n5\n", "\n05\n", 1), "huge": strings.Repeat("x", 1<<17)} {
		if _, err := translog.Open(f.suite, text, f.log, nil); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	if _, err := translog.Open(f.suite, both, translog.Log{Origin: f.log.Origin}, nil); err == nil {
		t.Error("a log without keys is believed")
	}
}

// Any tool that reads signed notes verifies our Ed25519 signature.
func TestHeadIsASignedNote(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	text, err := translog.Sign(t.Context(), f.suite, f.log.Origin, translog.Tree{Size: 1}, f.by...)
	check(t, err)
	public, err := f.log.Keys[0].Public()
	check(t, err)
	vkey, err := note.NewEd25519VerifierKey(f.log.Origin, public.Bytes())
	check(t, err)
	v, err := note.NewVerifier(vkey)
	check(t, err)
	n, err := note.Open([]byte(text), note.VerifierList(v))
	if err != nil || len(n.Sigs) != 1 || len(n.UnverifiedSigs) != 1 {
		t.Errorf("%+v, %v", n, err)
	}
}

func TestWitnessesCosignOneHistory(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	m, fork := translog.Memory{}, translog.Memory{}
	grow := func(m *translog.Memory, from, to int) translog.Tree {
		for n := from; n < to; n++ {
			_, err := m.Append(leaf(n))
			check(t, err)
		}
		tree, err := m.Tree()
		check(t, err)
		return tree
	}
	cosign := func(w *translog.Cosigner, m *translog.Memory, tree translog.Tree, text string) (string, error) {
		seen, err := w.Seen(f.log.Origin)
		check(t, err)
		proof := []translog.Hash{}
		if seen.Size <= tree.Size {
			proof, err = translog.ProveConsistency(tree.Size, seen.Size, m)
			check(t, err)
		}
		return w.Cosign(t.Context(), text, f.log, proof)
	}
	sign := func(tree translog.Tree) string {
		text, err := translog.Sign(t.Context(), f.suite, f.log.Origin, tree, f.by...)
		check(t, err)
		return text
	}
	first := grow(&m, 0, 5)
	text := sign(first)
	for _, w := range f.witness {
		var err error
		text, err = cosign(w, &m, first, text)
		check(t, err)
	}
	h, err := translog.Open(f.suite, text, f.log, f.known)
	if err != nil || len(h.Witnesses) != 2 || h.Witnesses[1] != (translog.Cosignature{Witness: "w1.example", Time: 77}) {
		t.Fatalf("%+v, %v", h, err)
	}
	if h, err := translog.Open(f.suite, text, f.log, append(f.known, translog.Witness{Name: "alias.example", Key: f.known[0].Key})); err != nil || len(h.Witnesses) != 2 {
		t.Errorf("one key under two names counts twice: %+v, %v", h, err)
	}
	second := grow(&m, 5, 9)
	if _, err := cosign(f.witness[0], &m, second, sign(second)); err != nil {
		t.Errorf("a longer log: %v", err)
	}
	other := grow(&fork, 1, 12)
	if _, err := cosign(f.witness[0], &fork, other, sign(other)); !errors.Is(err, translog.ErrFork) {
		t.Errorf("a fork: %v", err)
	}
	if _, err := cosign(f.witness[0], &m, first, sign(first)); !errors.Is(err, translog.ErrFork) {
		t.Errorf("an older head: %v", err)
	}
	if _, err := f.witness[0].Cosign(t.Context(), strings.Replace(sign(second), "\n9\n", "\n10\n", 1), f.log, nil); err == nil {
		t.Error("a head that the log has not signed is co-signed")
	}
}

func TestLeafHasOneForm(t *testing.T) {
	t.Parallel()
	good := leaf(1).Bytes()
	if l, err := translog.ParseLeaf(good); err != nil || l != leaf(1) {
		t.Fatal(l, err)
	}
	for _, in := range []string{" " + string(good), strings.Replace(string(good), `"kind"`, `"Kind"`, 1), string(good) + "\n", `{}`, `{"kind":"x","kind":"x"}`} {
		if l, err := translog.ParseLeaf([]byte(in)); err == nil {
			t.Errorf("%s is read as %+v", in, l)
		}
	}
}

func FuzzParseLeaf(f *testing.F) {
	f.Add(leaf(1).Bytes())
	f.Fuzz(func(t *testing.T, data []byte) {
		if l, err := translog.ParseLeaf(data); err == nil && string(l.Bytes()) != string(data) {
			t.Errorf("%s is read as %s", data, l.Bytes())
		}
	})
}
