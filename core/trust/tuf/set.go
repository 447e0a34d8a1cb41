package tuf

import (
	"fmt"
	"time"

	"github.com/dougong-dev/dougong/core/gm"
	"github.com/dougong-dev/dougong/core/trust/key"
)

// Set is metadata that was verified. Feed it in the order root, timestamp, snapshot, targets. Not safe for concurrent use.
type Set struct {
	suite     *gm.Suite
	now       time.Time
	root      *Root
	timestamp *Timestamp
	snapshot  *Snapshot
	targets   map[string]*Targets
	raw       map[string][]byte
	known     known
}

// known is metadata that was verified at an earlier time.
type known struct {
	timestamp []byte
	snapshot  *Snapshot
}

func rootCommon(r *Root) *Common           { return &r.Common }
func timestampCommon(t *Timestamp) *Common { return &t.Common }
func snapshotCommon(s *Snapshot) *Common   { return &s.Common }
func targetsCommon(t *Targets) *Common     { return &t.Common }

// New begins with a root that is trusted already. Now is the moment that expiry is judged at, for the whole set.
func New(suite *gm.Suite, root []byte, now time.Time) (*Set, error) {
	s := &Set{suite: suite, now: now, targets: map[string]*Targets{}, raw: map[string][]byte{}}
	r, f, err := read(root, RootRole, rootCommon)
	if err != nil {
		return nil, fmt.Errorf("root: %w", err)
	}
	if err := f.verify(suite, r.Keys, r.Roles[RootRole]); err != nil {
		return nil, fmt.Errorf("root version %d: %w", r.Version, err)
	}
	s.root, s.raw[RootRole] = r, root
	return s, r.check()
}

// check looks at what no signature can make good.
func (r *Root) check() error {
	for _, name := range []string{RootRole, TimestampRole, SnapshotRole, TargetsRole} {
		role, ok := r.Roles[name]
		if !ok || role.Threshold < 1 || len(role.KeyIDs) < role.Threshold {
			return fmt.Errorf("root version %d: role %q has %d keys and a threshold of %d", r.Version, name, len(role.KeyIDs), role.Threshold)
		}
	}
	return nil
}

// Root is the newest root.
func (s *Set) Root() *Root { return s.root }

// Snapshot is nil before UpdateSnapshot.
func (s *Set) Snapshot() *Snapshot { return s.snapshot }

// Timestamp is nil before UpdateTimestamp.
func (s *Set) Timestamp() *Timestamp { return s.timestamp }

// Targets is nil for a role that was not updated.
func (s *Set) Targets(role string) *Targets { return s.targets[role] }

// Raw is the file that a role was last read from, to be kept for the next start.
func (s *Set) Raw(role string) []byte { return s.raw[role] }

// UpdateRoot goes on to the next root: signed by enough keys of the one before and by enough of its own, version one higher.
func (s *Set) UpdateRoot(data []byte) error {
	if s.timestamp != nil {
		return fmt.Errorf("root: %w", ErrOrder)
	}
	r, f, err := read(data, RootRole, rootCommon)
	if err != nil {
		return fmt.Errorf("root: %w", err)
	}
	if err := f.verify(s.suite, s.root.Keys, s.root.Roles[RootRole]); err != nil {
		return fmt.Errorf("root version %d, by the keys of version %d: %w", r.Version, s.root.Version, err)
	}
	if r.Version != s.root.Version+1 {
		return fmt.Errorf("root: version %d follows %d: %w", r.Version, s.root.Version, ErrRollback)
	}
	if err := f.verify(s.suite, r.Keys, r.Roles[RootRole]); err != nil {
		return fmt.Errorf("root version %d, by its own keys: %w", r.Version, err)
	}
	if err := r.check(); err != nil {
		return err
	}
	s.root, s.raw[RootRole] = r, data
	return nil
}

// byRoot verifies by the keys that the root gives a role.
func (s *Set) byRoot(f *file, role string) error {
	return f.verify(s.suite, s.root.Keys, s.root.Roles[role])
}

// UpdateTimestamp takes the newest timestamp. One that has expired is kept, so that the next can be held against it, and
// ErrExpired is given. ErrEqual says that nothing is new.
func (s *Set) UpdateTimestamp(data []byte) error {
	if s.snapshot != nil {
		return fmt.Errorf("timestamp: %w", ErrOrder)
	}
	if err := s.root.expired(s.now); err != nil {
		return err
	}
	t, f, err := read(data, TimestampRole, timestampCommon)
	if err != nil {
		return fmt.Errorf("timestamp: %w", err)
	}
	if err := s.byRoot(f, TimestampRole); err != nil {
		return fmt.Errorf("timestamp: %w", err)
	}
	meta, ok := t.Meta["snapshot.json"]
	if !ok || len(t.Meta) != 1 || meta.Version < 1 {
		return fmt.Errorf("timestamp: it names %d files; expected snapshot.json alone, with its version", len(t.Meta))
	}
	if old := s.timestamp; old != nil {
		switch was := old.Meta["snapshot.json"]; {
		case t.Version < old.Version:
			return fmt.Errorf("timestamp: version %d after %d: %w", t.Version, old.Version, ErrRollback)
		case t.Version == old.Version:
			return fmt.Errorf("timestamp: %w", ErrEqual)
		case meta.Version < was.Version:
			return fmt.Errorf("timestamp: snapshot version %d after %d: %w", meta.Version, was.Version, ErrRollback)
		}
	}
	s.timestamp, s.raw[TimestampRole] = t, data
	return t.expired(s.now)
}

// UpdateSnapshot takes the snapshot that the timestamp names. One that the host verified before (known) need not be the one
// that the timestamp names now; ErrMismatch then says so, and the next is held against it.
func (s *Set) UpdateSnapshot(data []byte, known bool) error {
	if s.timestamp == nil || len(s.targets) > 0 {
		return fmt.Errorf("snapshot: %w", ErrOrder)
	}
	if err := s.timestamp.expired(s.now); err != nil {
		return err
	}
	meta := s.timestamp.Meta["snapshot.json"]
	if !known {
		if err := meta.Check(s.suite, data); err != nil {
			return fmt.Errorf("snapshot: %w", err)
		}
	}
	n, f, err := read(data, SnapshotRole, snapshotCommon)
	if err != nil {
		return fmt.Errorf("snapshot: %w", err)
	}
	if err := s.byRoot(f, SnapshotRole); err != nil {
		return fmt.Errorf("snapshot: %w", err)
	}
	before := s.snapshot
	if before == nil {
		before = s.known.snapshot
	}
	if before != nil {
		for name, was := range before.Meta {
			is, ok := n.Meta[name]
			if !ok || is.Version < was.Version {
				return fmt.Errorf("snapshot: %s has version %d after %d: %w", name, is.Version, was.Version, ErrRollback)
			}
		}
	}
	s.snapshot, s.raw[SnapshotRole] = n, data
	return s.finalSnapshot()
}

func (s *Set) finalSnapshot() error {
	if err := s.snapshot.expired(s.now); err != nil {
		return err
	}
	if want := s.timestamp.Meta["snapshot.json"].Version; s.snapshot.Version != want {
		return fmt.Errorf("snapshot: version %d, the timestamp names %d: %w", s.snapshot.Version, want, ErrMismatch)
	}
	return nil
}

// UpdateTargets takes the targets file of a role that another delegates to; the top-level one is delegated by "root".
func (s *Set) UpdateTargets(data []byte, role, delegator string) error {
	if s.snapshot == nil {
		return fmt.Errorf("targets %q: %w", role, ErrOrder)
	}
	if err := s.finalSnapshot(); err != nil {
		return err
	}
	meta, ok := s.snapshot.Meta[role+".json"]
	if !ok {
		return fmt.Errorf("targets %q: the snapshot does not name it: %w", role, ErrMismatch)
	}
	if err := meta.Check(s.suite, data); err != nil {
		return fmt.Errorf("targets %q: %w", role, err)
	}
	t, f, err := read(data, TargetsRole, targetsCommon)
	if err != nil {
		return fmt.Errorf("targets %q: %w", role, err)
	}
	keys, by, err := s.delegation(role, delegator)
	if err != nil {
		return err
	}
	if err := f.verify(s.suite, keys, by); err != nil {
		return fmt.Errorf("targets %q, delegated by %q: %w", role, delegator, err)
	}
	if t.Version != meta.Version {
		return fmt.Errorf("targets %q: version %d, the snapshot names %d: %w", role, t.Version, meta.Version, ErrMismatch)
	}
	if err := t.expired(s.now); err != nil {
		return fmt.Errorf("targets %q: %w", role, err)
	}
	if err := t.check(); err != nil {
		return fmt.Errorf("targets %q: %w", role, err)
	}
	s.targets[role], s.raw[role] = t, data
	return nil
}

// delegation gives the keys that a role's file must be signed by.
func (s *Set) delegation(role, delegator string) (map[string]key.Key, Role, error) {
	if delegator == RootRole && role == TargetsRole {
		return s.root.Keys, s.root.Roles[TargetsRole], nil
	}
	t := s.targets[delegator]
	if t == nil || t.Delegations == nil {
		return nil, Role{}, fmt.Errorf("targets %q: %q delegates nothing or was not read: %w", role, delegator, ErrOrder)
	}
	for _, d := range t.Delegations.Roles {
		if d.Name == role {
			return t.Delegations.Keys, d.Role, nil
		}
	}
	if b := t.Delegations.SuccinctRoles; b != nil && b.owns(role) {
		return t.Delegations.Keys, b.Role, nil
	}
	return nil, Role{}, fmt.Errorf("targets %q: %q does not delegate to it: %w", role, delegator, ErrSigned)
}
