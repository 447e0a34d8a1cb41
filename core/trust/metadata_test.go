package trust_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/core/gm"
	"github.com/dougong-dev/dougong/core/trust"
	"github.com/dougong-dev/dougong/core/trust/authority"
	"github.com/dougong-dev/dougong/core/trust/envelope"
	"github.com/dougong-dev/dougong/core/trust/key"
	"github.com/dougong-dev/dougong/core/trust/tuf"
)

func anchors(t testing.TB, w *world) *trust.Anchors {
	t.Helper()
	s, err := tuf.New(w.suite, w.root, w.now())
	check(t, err)
	a, err := trust.ReadAnchors(s.Root())
	check(t, err)
	return a
}

func (w *world) rootSet() (*tuf.Set, error) { return tuf.New(w.suite, w.root, w.now()) }

// offers makes the metadata of a repository that offers a version.
func (w *world) offers(version int64, serial int64, releases ...envelope.Release) map[string]envelope.Base64 {
	w.t.Helper()
	out := map[string]envelope.Base64{}
	common := func(kind string) tuf.Common {
		return tuf.Common{Type: kind, SpecVersion: tuf.SpecVersion, Version: version, Expires: tuf.Time{Time: w.now().Add(day(3))}}
	}
	targets := &tuf.Targets{Common: common(tuf.TargetsRole), Targets: map[string]tuf.TargetFile{
		trust.TakedownPath: {Length: 1, Hashes: map[string]string{"sha256": "00"}, Custom: fmt.Appendf(nil, `{"serial":%d}`, serial)}}}
	for id, number := range w.listed {
		targets.Targets[trust.ListPath(id)] = tuf.TargetFile{Length: 1, Hashes: map[string]string{"sha256": "00"}, Custom: fmt.Appendf(nil, `{"number":%d}`, number)}
	}
	for _, r := range releases {
		for _, a := range r.Artifacts {
			targets.Targets[trust.TargetPath(&r, a.Platform)] = tuf.TargetFile{Length: a.Size, Hashes: map[string]string{"sha256": a.SHA256, "sm3": a.SM3}}
		}
	}
	set, err := tuf.New(w.suite, w.root, w.now())
	check(w.t, err)
	sign := func(role string, v any) []byte {
		by, err := w.authority.MetadataSigner(context.Background(), set.Root(), role)
		check(w.t, err)
		data, err := tuf.Sign(context.Background(), w.suite, v, by)
		check(w.t, err)
		return data
	}
	t := sign(tuf.TargetsRole, targets)
	s := sign(tuf.SnapshotRole, &tuf.Snapshot{Common: common(tuf.SnapshotRole), Meta: map[string]tuf.MetaFile{"targets.json": tuf.Describe(version, t)}})
	out["timestamp.json"] = sign(tuf.TimestampRole, &tuf.Timestamp{Common: common(tuf.TimestampRole), Meta: map[string]tuf.MetaFile{"snapshot.json": tuf.Describe(version, s)}})
	out[fmt.Sprintf("%d.targets.json", version)], out[fmt.Sprintf("%d.snapshot.json", version)] = t, s
	return out
}

// A repository's metadata beside the evidence: what is offered now, and nothing older than what was known.
func TestRepositoryMetadata(t *testing.T) {
	eachAlgorithm(t, func(t *testing.T, w *world) {
		e := w.evidence("1.0.0")
		o := w.options()
		o.Metadata, o.Store = true, &trust.MemoryStore{}
		wants(t, w.verify("1.0.0", e, o), trust.CodeMetadata) // none came
		one, two := w.offers(1, 0, w.releaseOf("1.0.0")), w.offers(2, 0, w.releaseOf("1.0.0"))
		with := func(m map[string]envelope.Base64) *trust.Evidence { c := *e; c.Metadata = m; return &c }
		wants(t, w.verify("1.0.0", with(two), o))
		wants(t, w.verify("1.0.0", with(one), o), trust.CodeMetadata) // replayed
		mixed := maps.Clone(two)
		mixed["2.targets.json"] = one["1.targets.json"]
		wants(t, w.verify("1.0.0", with(mixed), o), trust.CodeMetadata)
		wants(t, w.verify("1.0.0", with(w.offers(3, 0, w.releaseOf("2.0.0"))), o), trust.CodeMetadata) // yanked
		wants(t, w.verify("1.0.0", with(w.offers(3, 7, w.releaseOf("1.0.0"))), o), trust.CodeMetadata) // a takedown list is held back
		w.pass(day(4))
		wants(t, w.verify("1.0.0", with(two), o), trust.CodeMetadata) // frozen
		o.Purpose = trust.Start
		wants(t, w.verify("1.0.0", with(two), o))
	})
}

// A house that has once shown what it offers has to go on doing so, whether the host's options ask for it or not: replayed,
// frozen, mixed evidence would otherwise only have to leave the metadata out.
func TestMetadataThatIsLeftOut(t *testing.T) {
	eachAlgorithm(t, func(t *testing.T, w *world) {
		old, e := w.evidence("1.0.0"), w.evidence("1.1.0")
		o := w.options()
		o.Store = &trust.MemoryStore{}
		wants(t, w.verify("1.0.0", old, o)) // a house without a repository
		e.Metadata = w.offers(1, 0, w.releaseOf("1.1.0"))
		wants(t, w.verify("1.1.0", e, o))
		v := w.verify("1.0.0", old, o)
		wants(t, v, trust.CodeMetadata)
		if !strings.Contains(v.String(), "this house has shown some before (timestamp 1)") {
			t.Errorf("verdict:\n%s", v)
		}
		o.Purpose = trust.Start
		wants(t, w.verify("1.0.0", old, o))
	})
}

// A takedown list alone is to be of now as well.
func TestTakedownListIsFresh(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "ed25519")
	o := w.options()
	o.Store, o.Metadata = &trust.MemoryStore{}, true
	e := w.evidence("1.0.0")
	e.Metadata = w.offers(1, 0, w.releaseOf("1.0.0"))
	house := func(version, serial int64) *trust.Evidence {
		out := *e
		out.Statements, out.Metadata = nil, w.offers(version, serial)
		return &out
	}
	if v := trust.VerifyTakedown(t.Context(), house(2, 0), o); !v.OK() {
		t.Errorf("verdict:\n%s", v)
	}
	if v := trust.VerifyTakedown(t.Context(), house(1, 0), o); !v.Refuses(trust.CodeMetadata) {
		t.Errorf("an older timestamp:\n%s", v)
	}
	v := trust.VerifyTakedown(t.Context(), house(3, 1), o)
	if !v.Refuses(trust.CodeMetadata) || !errors.Is(v.Err(), trust.ErrHeldBack) {
		t.Errorf("a list that is held back:\n%s", v)
	}
	none := house(4, 0)
	none.Metadata = nil
	if v := trust.VerifyTakedown(t.Context(), none, o); !v.Refuses(trust.CodeMetadata) {
		t.Errorf("no timestamp:\n%s", v)
	}
	w.pass(day(4))
	if v := trust.VerifyTakedown(t.Context(), house(1, 0), o); !v.Refuses(trust.CodeMetadata) {
		t.Errorf("frozen:\n%s", v)
	}
}

// A new root exchanges the log's keys: evidence that brings it is followed, an older one no more.
func TestRootRotationInEvidence(t *testing.T) {
	eachAlgorithm(t, func(t *testing.T, w *world) {
		before := w.evidence("1.0.0")
		set, err := tuf.New(w.suite, w.root, w.now())
		check(t, err)
		next := *set.Root()
		next.Version = 2
		a := anchors(t, w)
		a.WitnessThreshold = 0
		next.Anchors, err = a.Raw()
		check(t, err)
		root, err := w.authority.SignRoot(t.Context(), &next, authority.DefaultRootKeys)
		check(t, err)
		alone, err := w.authority.Publish(t.Context(), before) // no witness
		check(t, err)
		wants(t, w.verify("1.0.0", alone, w.options()), trust.CodeWitness, trust.CodeThreshold)
		alone.Metadata = map[string]envelope.Base64{"2.root.json": root}
		o := w.options()
		o.Store = &trust.MemoryStore{}
		wants(t, w.verify("1.0.0", alone, o))
		alone.Metadata = nil
		wants(t, w.verify("1.0.0", alone, o)) // remembered

		thief, err := key.Generate(w.suite, gm.Ed25519)
		check(t, err)
		forged, err := tuf.Sign(t.Context(), w.suite, &next, thief)
		check(t, err)
		alone.Metadata = map[string]envelope.Base64{"2.root.json": forged}
		wants(t, w.verify("1.0.0", alone, w.options()), trust.CodeRoot)
	})
}
