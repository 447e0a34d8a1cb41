package tuf_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/gm"
	"github.com/dougong-dev/dougong/core/trust/key"
	"github.com/dougong-dev/dougong/core/trust/tuf"
)

var now = time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)

// repository signs metadata as a registry does.
type repository struct {
	t     testing.TB
	suite *gm.Suite
	keys  map[string][]*key.Soft // by role
	root  *tuf.Root
	files tuf.Files
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func common(kind string, version int64) tuf.Common {
	return tuf.Common{Type: kind, SpecVersion: tuf.SpecVersion, Version: version, Expires: tuf.Time{Time: now.AddDate(0, 0, 7)}}
}

func newRepository(t testing.TB, a gm.Algorithm) *repository {
	t.Helper()
	suite, err := gm.New(gm.Policy{})
	check(t, err)
	r := &repository{t: t, suite: suite, keys: map[string][]*key.Soft{}, files: tuf.Files{},
		root: &tuf.Root{Common: common(tuf.RootRole, 1), ConsistentSnapshot: true, Keys: map[string]key.Key{}, Roles: map[string]tuf.Role{}}}
	r.grant(a, tuf.RootRole, 3, 2)
	for _, role := range []string{tuf.TimestampRole, tuf.SnapshotRole, tuf.TargetsRole} {
		r.grant(a, role, 1, 1)
	}
	for _, role := range []string{"com.acme", "bin"} {
		k, err := key.Generate(suite, a)
		check(t, err)
		r.keys[role] = []*key.Soft{k}
	}
	return r
}

// grant gives a role fresh keys.
func (r *repository) grant(a gm.Algorithm, role string, n, threshold int) {
	r.keys[role] = nil
	granted := tuf.Role{Threshold: threshold}
	for range n {
		k, err := key.Generate(r.suite, a)
		check(r.t, err)
		r.keys[role] = append(r.keys[role], k)
		r.root.Keys[k.Key().ID()] = k.Key()
		granted.KeyIDs = append(granted.KeyIDs, k.Key().ID())
	}
	r.root.Roles[role] = granted
}

func (r *repository) sign(v any, by ...*key.Soft) []byte {
	r.t.Helper()
	var signers []key.Signer
	for _, b := range by {
		signers = append(signers, b)
	}
	data, err := tuf.Sign(context.Background(), r.suite, v, signers...)
	check(r.t, err)
	return data
}

func (r *repository) delegated(role string) tuf.Role {
	return tuf.Role{KeyIDs: []string{r.keys[role][0].Key().ID()}, Threshold: 1}
}

func file(text string) tuf.TargetFile {
	m := tuf.Describe(1, []byte(text))
	return tuf.TargetFile{Length: m.Length, Hashes: m.Hashes}
}

// publish makes all files at a version: root → targets → (com.acme by pattern, bins below it by hash).
func (r *repository) publish(version int64) *set {
	s := &set{}
	acme := r.delegated("com.acme")
	bins := &tuf.SuccinctRoles{Role: r.delegated("bin"), BitLength: 2, NamePrefix: "bin"}
	keysOf := func(role string) map[string]key.Key {
		k := r.keys[role][0].Key()
		return map[string]key.Key{k.ID(): k}
	}
	s.targets = &tuf.Targets{Common: common(tuf.TargetsRole, version), Targets: map[string]tuf.TargetFile{"takedown.json": file("none")},
		Delegations: &tuf.Delegations{Keys: keysOf("com.acme"), Roles: []tuf.DelegatedRole{{Name: "com.acme", Role: acme, Terminating: true, Paths: []string{"com.acme/*/*/*"}}}}}
	s.acme = &tuf.Targets{Common: common(tuf.TargetsRole, version), Targets: map[string]tuf.TargetFile{}, Delegations: &tuf.Delegations{Keys: keysOf("bin"), SuccinctRoles: bins}}
	s.bins = map[string]*tuf.Targets{}
	for _, name := range bins.Bins() {
		s.bins[name] = &tuf.Targets{Common: common(tuf.TargetsRole, version), Targets: map[string]tuf.TargetFile{}}
	}
	for i := range 9 {
		path := fmt.Sprintf("com.acme/com.acme.pay/1.%d.0/any", i)
		s.bins[bins.Bin(path)].Targets[path] = file(path)
	}
	r.finish(s, version)
	return s
}

// set is one version of everything below the root.
type set struct {
	targets, acme *tuf.Targets
	bins          map[string]*tuf.Targets
	snapshot      *tuf.Snapshot
	timestamp     *tuf.Timestamp
	raw           map[string][]byte
}

// finish signs a set and names it in snapshot and timestamp.
func (r *repository) finish(s *set, version int64) {
	s.raw = map[string][]byte{tuf.TargetsRole: r.sign(s.targets, r.keys[tuf.TargetsRole]...), "com.acme": r.sign(s.acme, r.keys["com.acme"]...)}
	for name, b := range s.bins {
		s.raw[name] = r.sign(b, r.keys["bin"]...)
	}
	s.snapshot = &tuf.Snapshot{Common: common(tuf.SnapshotRole, version), Meta: map[string]tuf.MetaFile{}}
	for name, data := range s.raw {
		s.snapshot.Meta[name+".json"] = tuf.Describe(version, data)
		r.files[fmt.Sprintf("%d.%s.json", version, name)] = data
	}
	s.raw[tuf.SnapshotRole] = r.sign(s.snapshot, r.keys[tuf.SnapshotRole]...)
	s.timestamp = &tuf.Timestamp{Common: common(tuf.TimestampRole, version), Meta: map[string]tuf.MetaFile{"snapshot.json": tuf.Describe(version, s.raw[tuf.SnapshotRole])}}
	s.raw[tuf.TimestampRole] = r.sign(s.timestamp, r.keys[tuf.TimestampRole]...)
	r.files[fmt.Sprintf("%d.snapshot.json", version)] = s.raw[tuf.SnapshotRole]
	r.files["timestamp.json"] = s.raw[tuf.TimestampRole]
}

func (r *repository) rootFile() []byte { return r.sign(r.root, r.keys[tuf.RootRole]...) }

func (r *repository) client(root []byte, at time.Time) *tuf.Set {
	r.t.Helper()
	s, err := tuf.New(r.suite, root, at)
	check(r.t, err)
	return s
}

func each(t *testing.T, test func(t *testing.T, r *repository)) {
	t.Parallel()
	for _, a := range []gm.Algorithm{gm.SM2, gm.Ed25519} {
		t.Run(string(a), func(t *testing.T) {
			t.Parallel()
			test(t, newRepository(t, a))
		})
	}
}

func TestRefreshAndLookup(t *testing.T) {
	each(t, func(t *testing.T, r *repository) {
		r.publish(1)
		s := r.client(r.rootFile(), now)
		check(t, s.Refresh(t.Context(), r.files))
		for i := range 9 {
			path := fmt.Sprintf("com.acme/com.acme.pay/1.%d.0/any", i)
			f, role, err := s.Lookup(t.Context(), path, r.files)
			if err != nil || !strings.HasPrefix(role, "bin-") {
				t.Fatalf("%s: %v by %q", path, err, role)
			}
			check(t, f.Check(r.suite, []byte(path)))
			if err := f.Check(r.suite, []byte(path[1:]+"x")); !errors.Is(err, tuf.ErrMismatch) {
				t.Errorf("other bytes: %v", err)
			}
		}
		if _, role, err := s.Lookup(t.Context(), "takedown.json", r.files); err != nil || role != tuf.TargetsRole {
			t.Errorf("takedown.json: %v by %q", err, role)
		}
		for _, path := range []string{"com.acme/com.acme.pay/9.9.9/any", "com.bella/x/1.0.0/any", "com.acme/a/b/c/d"} {
			if _, _, err := s.Lookup(t.Context(), path, r.files); !errors.Is(err, tuf.ErrNotFound) {
				t.Errorf("%s: %v", path, err)
			}
		}
	})
}

func TestRootRotation(t *testing.T) {
	each(t, func(t *testing.T, r *repository) {
		first, old := r.rootFile(), r.keys[tuf.RootRole]
		algorithm := gm.Algorithm(old[0].Key().Type)
		r.root.Version = 2
		r.grant(algorithm, tuf.RootRole, 3, 2)
		all := append(slices.Clone(old[:2]), r.keys[tuf.RootRole][:2]...)
		good := r.sign(r.root, all...)
		for name, c := range map[string]struct {
			data []byte
			want error
		}{
			"both":               {good, nil},
			"new keys alone":     {r.sign(r.root, r.keys[tuf.RootRole]...), tuf.ErrSigned},
			"old keys alone":     {r.sign(r.root, old...), tuf.ErrSigned},
			"one old":            {r.sign(r.root, append(slices.Clone(old[:1]), r.keys[tuf.RootRole]...)...), tuf.ErrSigned},
			"one new":            {r.sign(r.root, append(slices.Clone(old), r.keys[tuf.RootRole][0])...), tuf.ErrSigned},
			"the first again":    {first, tuf.ErrRollback},
			"a version too much": {func() []byte { n := *r.root; n.Version = 3; return r.sign(&n, all...) }(), tuf.ErrRollback},
		} {
			if err := r.client(first, now).UpdateRoot(c.data); !errors.Is(err, c.want) {
				t.Errorf("%s: %v, want %v", name, err, c.want)
			}
		}
		r.files["2.root.json"] = good
		r.publish(1)
		s := r.client(first, now)
		check(t, s.Refresh(t.Context(), r.files))
		if s.Root().Version != 2 {
			t.Errorf("root version %d", s.Root().Version)
		}
	})
}

// Attacks on a client that knows version 2.
func TestReplayFreezeAndMix(t *testing.T) {
	each(t, func(t *testing.T, r *repository) {
		root := r.rootFile()
		one := r.publish(1)
		onlyOne := maps.Clone(r.files)
		two := r.publish(2)
		knows := func(at time.Time) *tuf.Set {
			s := r.client(root, at)
			check(t, s.Known(two.raw[tuf.TimestampRole], two.raw[tuf.SnapshotRole]))
			return s
		}
		with := func(changes map[string][]byte) tuf.Files {
			out := maps.Clone(r.files)
			maps.Copy(out, changes)
			return out
		}
		older := *two.snapshot // version 3 of the snapshot goes back to version 1 of a file
		older.Version, older.Meta = 3, maps.Clone(two.snapshot.Meta)
		older.Meta["com.acme.json"] = one.snapshot.Meta["com.acme.json"]
		olderRaw := r.sign(&older, r.keys[tuf.SnapshotRole]...)
		third := &tuf.Timestamp{Common: common(tuf.TimestampRole, 3), Meta: map[string]tuf.MetaFile{"snapshot.json": tuf.Describe(3, olderRaw)}}
		for name, c := range map[string]struct {
			files tuf.Files
			at    time.Time
			want  error
		}{
			"nothing new":             {r.files, now, nil},
			"old metadata replayed":   {onlyOne, now, tuf.ErrRollback},
			"frozen timestamp":        {r.files, now.AddDate(0, 0, 8), tuf.ErrExpired},
			"other snapshot":          {with(map[string][]byte{"2.snapshot.json": one.raw[tuf.SnapshotRole]}), now, tuf.ErrMismatch},
			"other targets":           {with(map[string][]byte{"2.targets.json": one.raw[tuf.TargetsRole]}), now, tuf.ErrMismatch},
			"snapshot goes back":      {with(map[string][]byte{"timestamp.json": r.sign(third, r.keys[tuf.TimestampRole]...), "3.snapshot.json": olderRaw}), now, tuf.ErrRollback},
			"timestamp by snapshot's": {with(map[string][]byte{"timestamp.json": r.sign(third, r.keys[tuf.SnapshotRole]...)}), now, tuf.ErrSigned},
		} {
			if err := knows(c.at).Refresh(t.Context(), c.files); !errors.Is(err, c.want) {
				t.Errorf("%s: %v, want %v", name, err, c.want)
			}
		}
		// A stolen timestamp key named a version far too high; the root replaces the key, and the house goes on.
		far := &tuf.Timestamp{Common: common(tuf.TimestampRole, 1_000_000), Meta: two.timestamp.Meta}
		farRaw := r.sign(far, r.keys[tuf.TimestampRole]...)
		r.root.Version = 2
		r.grant(gm.Algorithm(r.keys[tuf.RootRole][0].Key().Type), tuf.TimestampRole, 1, 1)
		r.files["2.root.json"] = r.rootFile()
		r.publish(3)
		s := r.client(root, now)
		check(t, s.Known(farRaw, two.raw[tuf.SnapshotRole]))
		check(t, s.Refresh(t.Context(), r.files))
	})
}

func TestThresholdCountsAKeyOnce(t *testing.T) {
	each(t, func(t *testing.T, r *repository) {
		k := r.keys[tuf.RootRole][0]
		data := r.sign(r.root, k, k)
		if _, err := tuf.New(r.suite, data, now); err == nil || !strings.Contains(err.Error(), "signs twice") {
			t.Errorf("the same key twice: %v", err)
		}
		// The same key under an id that is not its own.
		alias := strings.Repeat("ab", 32)
		r.root.Keys[alias] = k.Key()
		role := r.root.Roles[tuf.RootRole]
		role.KeyIDs = append([]string{alias}, role.KeyIDs...)
		r.root.Roles[tuf.RootRole] = role
		var outer map[string]any
		check(t, json.Unmarshal(r.sign(r.root, k), &outer))
		sigs := outer["signatures"].([]any)
		outer["signatures"] = append(sigs, map[string]any{"keyid": alias, "sig": sigs[0].(map[string]any)["sig"]})
		data, err := json.Marshal(outer)
		check(t, err)
		if _, err := tuf.New(r.suite, data, now); !errors.Is(err, tuf.ErrSigned) {
			t.Errorf("the same key under two ids: %v", err)
		}
	})
}

func TestRefusesWhatReadersDisagreeAbout(t *testing.T) {
	t.Parallel()
	r := newRepository(t, gm.Ed25519)
	good := string(r.rootFile())
	for name, data := range map[string]string{
		"key twice":     strings.Replace(good, `"version":1`, `"version":2,"version":1`, 1),
		"other case":    strings.Replace(good, `"version":1`, `"Version":2,"version":1`, 1),
		"trailing":      good + "{}",
		"fraction":      strings.Replace(good, `"version":1`, `"version":1.0`, 1),
		"not UTF-8":     strings.Replace(good, `"root"`, "\"ro\xffot\"", 1),
		"deep":          strings.Repeat("[", 100) + strings.Repeat("]", 100),
		"large":         good + strings.Repeat(" ", tuf.MaxFile),
		"empty":         "",
		"no signatures": `{"signed":{}}`,
	} {
		if _, err := tuf.New(r.suite, []byte(data), now); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func FuzzNew(f *testing.F) {
	r := newRepository(f, gm.Ed25519)
	r.publish(1)
	root := r.rootFile()
	f.Add(root)
	for _, data := range r.files {
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if s, err := tuf.New(r.suite, data, now); err == nil && s.Root().Version < 1 {
			t.Error("a root without a version")
		}
		s, err := tuf.New(r.suite, root, now)
		check(t, err)
		for _, update := range []func() error{func() error { return s.UpdateRoot(data) }, func() error { return s.UpdateTimestamp(data) },
			func() error { return s.UpdateSnapshot(data, false) }, func() error { return s.UpdateTargets(data, tuf.TargetsRole, tuf.RootRole) }} {
			_ = update() // must not panic
		}
	})
}
