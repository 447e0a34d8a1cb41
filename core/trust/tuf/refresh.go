package tuf

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
)

// Fetcher gets metadata files by name: "timestamp.json", "3.root.json". What is not there is fs.ErrNotExist. At most MaxFile
// bytes are wanted.
type Fetcher interface {
	Fetch(ctx context.Context, name string) ([]byte, error)
}

// Files is a Fetcher over files in memory, as in an offline file.
type Files map[string][]byte

// Fetch implements Fetcher.
func (f Files) Fetch(_ context.Context, name string) ([]byte, error) {
	if data, ok := f[name]; ok {
		return data, nil
	}
	return nil, fmt.Errorf("metadata %s: %w", name, fs.ErrNotExist)
}

const (
	maxRoots       = 256 // root versions in one refresh
	maxDelegations = 64  // roles asked for one path
)

// Roots follows the chain of roots as far as it goes.
func (s *Set) Roots(ctx context.Context, from Fetcher) error {
	for range maxRoots {
		data, err := from.Fetch(ctx, fmt.Sprintf("%d.root.json", s.root.Version+1))
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := s.UpdateRoot(data); err != nil {
			return err
		}
	}
	return nil
}

// Known hands over timestamp and snapshot that were verified at an earlier time, so that older ones are refused. Either may
// be nil. What has expired since, or is signed by keys that the root has replaced, holds nothing back: that is how a
// repository recovers from a stolen key that named far too high a version.
func (s *Set) Known(timestamp, snapshot []byte) error {
	s.known.timestamp = timestamp
	if snapshot == nil {
		return nil
	}
	n, f, err := read(snapshot, SnapshotRole, snapshotCommon)
	if err != nil {
		return fmt.Errorf("snapshot: %w", err)
	}
	if s.byRoot(f, SnapshotRole) == nil {
		s.known.snapshot = n
	}
	return nil
}

// remember looks at what is known once the newest root says who signs.
func (s *Set) remember() error {
	if s.known.timestamp == nil || s.timestamp != nil {
		return nil
	}
	err := s.UpdateTimestamp(s.known.timestamp)
	if errors.Is(err, ErrSigned) || errors.Is(err, ErrExpired) && s.timestamp != nil {
		return nil
	}
	return err
}

// Refresh brings the set up to date: roots, timestamp, snapshot and the top-level targets.
func (s *Set) Refresh(ctx context.Context, from Fetcher) error {
	if err := s.Roots(ctx, from); err != nil {
		return err
	}
	if err := s.remember(); err != nil {
		return err
	}
	data, err := from.Fetch(ctx, "timestamp.json")
	if err != nil {
		return err
	}
	if err := s.UpdateTimestamp(data); err != nil && !errors.Is(err, ErrEqual) {
		return err
	}
	data, err = from.Fetch(ctx, s.fileName(SnapshotRole, s.timestamp.Meta["snapshot.json"].Version))
	if err != nil {
		return err
	}
	if err := s.UpdateSnapshot(data, false); err != nil {
		return err
	}
	return s.fetchTargets(ctx, from, TargetsRole, RootRole)
}

func (s *Set) fileName(role string, version int64) string {
	if s.root.ConsistentSnapshot {
		return fmt.Sprintf("%d.%s.json", version, role)
	}
	return role + ".json"
}

func (s *Set) fetchTargets(ctx context.Context, from Fetcher, role, delegator string) error {
	meta, ok := s.snapshot.Meta[role+".json"]
	if !ok {
		return fmt.Errorf("targets %q: the snapshot does not name it: %w", role, ErrMismatch)
	}
	data, err := from.Fetch(ctx, s.fileName(role, meta.Version))
	if err != nil {
		return err
	}
	return s.UpdateTargets(data, role, delegator)
}

// Lookup finds what lists a path: roles in the order of their delegation, depth first. ErrNotFound if none does.
func (s *Set) Lookup(ctx context.Context, target string, from Fetcher) (TargetFile, string, error) {
	type visit struct{ role, delegator string }
	stack, seen := []visit{{TargetsRole, RootRole}}, map[visit]bool{}
	for len(stack) > 0 && len(seen) < maxDelegations {
		v := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if seen[v] {
			continue
		}
		seen[v] = true
		// A role's file is good for whoever delegates to it with the keys that signed it: check again for another delegator.
		if err := s.fetchTargets(ctx, from, v.role, v.delegator); err != nil {
			return TargetFile{}, "", err
		}
		t := s.targets[v.role]
		if file, ok := t.Targets[target]; ok {
			return file, v.role, nil
		}
		roles, last := t.Delegations.Asked(target)
		if last {
			stack = stack[:0]
		}
		for i := len(roles) - 1; i >= 0; i-- {
			stack = append(stack, visit{roles[i], v.role})
		}
	}
	return TargetFile{}, "", fmt.Errorf("%q: %w", target, ErrNotFound)
}

var _ Fetcher = Files(nil)
