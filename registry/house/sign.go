package house

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/dougong-dev/dougong/core/trust/key"
	"github.com/dougong-dev/dougong/core/trust/translog"
	"github.com/dougong-dev/dougong/core/trust/tuf"
	"github.com/dougong-dev/dougong/registry/store"
)

// newRoot signs everything anew if the house's root is another than at the last time: whoever holds keys that the root has
// replaced can say nothing any more. Where only timestamp's or snapshot's key is new, the others stand.
func (u *update) newRoot() error {
	version := u.set.Root().Version
	v, err := u.tx.TrustVersions(u.ctx, []string{rootedFile})
	if err != nil || v[rootedFile] >= version {
		return err
	}
	u.rooted = true
	if err := u.tx.PutTrustFile(u.ctx, &store.TrustFile{Name: rootedFile, Version: version, Body: []byte{}}); err != nil {
		return err
	}
	if err := u.dropHeads(); err != nil {
		return err
	}
	f, err := u.tx.TrustFile(u.ctx, tuf.TargetsRole+".json")
	if errors.Is(err, store.ErrNotFound) {
		return nil // nothing is signed yet
	}
	if err != nil {
		return err
	}
	if ok, err := tuf.SignedBy(u.suite, f.Body, u.signers[tuf.TargetsRole].Key()); err != nil || ok {
		return err
	}
	for file := range u.snapshot.Meta {
		name := strings.TrimSuffix(file, ".json")
		t, err := u.role(name)
		if err != nil {
			return err
		}
		u.hand(t)
		u.changed[name] = true
	}
	return nil
}

// hand gives what a role delegates to the present key.
func (u *update) hand(t *tuf.Targets) {
	if t.Delegations == nil {
		return
	}
	k := u.signers[tuf.TargetsRole].Key()
	t.Delegations.Keys = map[string]key.Key{k.ID(): k}
	for i := range t.Delegations.Roles {
		t.Delegations.Roles[i].Role = tuf.Role{KeyIDs: []string{k.ID()}, Threshold: 1}
	}
}

// dropHeads forgets heads that hosts with the new root would not believe: signed by a log key or co-signed by witnesses that it
// does not name. The next is co-signed anew.
func (u *update) dropHeads() error {
	for _, name := range []string{pendingFile, cosignedFile} {
		f, err := u.tx.TrustFile(u.ctx, name)
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			return err
		}
		head, err := translog.Open(u.suite, string(f.Body), u.anchors.Log, u.anchors.Witnesses)
		if err == nil && (name == pendingFile || len(head.Witnesses) >= u.anchors.WitnessThreshold) {
			continue
		}
		if err := u.tx.DropTrustFile(u.ctx, name); err != nil {
			return err
		}
	}
	return nil
}

// finish signs what changed, the snapshot and the timestamp.
func (u *update) finish() error {
	rootRuns := u.set.Root().Expires.Time
	for _, name := range slices.Sorted(maps.Keys(u.changed)) {
		t := u.roles[name]
		t.Common = next(t.Common, tuf.TargetsRole, rootRuns)
		if err := u.write(name, tuf.TargetsRole, t.Version, t); err != nil {
			return err
		}
		u.snapshot.Meta[name+".json"] = tuf.MetaFile{Version: t.Version}
	}
	stamp, err := read[tuf.Timestamp](u, tuf.TimestampRole)
	if err != nil {
		return err
	}
	if stamp == nil {
		stamp = &tuf.Timestamp{}
	}
	if len(u.changed) > 0 || u.rooted || u.snapshot.Expires.Sub(u.now()) < snapshotRuns/2 {
		u.snapshot.Common = next(u.snapshot.Common, tuf.SnapshotRole, u.now().Add(snapshotRuns))
		if err := u.write(tuf.SnapshotRole, tuf.SnapshotRole, u.snapshot.Version, u.snapshot); err != nil {
			return err
		}
		f, err := u.tx.TrustFile(u.ctx, tuf.SnapshotRole+".json")
		if err != nil {
			return err
		}
		stamp.Meta = map[string]tuf.MetaFile{"snapshot.json": tuf.Describe(f.Version, f.Body)}
	}
	stamp.Common = next(stamp.Common, tuf.TimestampRole, u.now().Add(timestampRuns))
	return u.write(tuf.TimestampRole, tuf.TimestampRole, stamp.Version, stamp)
}

// next is what all metadata say, one version on.
func next(c tuf.Common, kind string, until time.Time) tuf.Common {
	return tuf.Common{Type: kind, SpecVersion: tuf.SpecVersion, Version: c.Version + 1, Expires: tuf.Time{Time: until}}
}

// write signs a file and puts it in place; the one before it stays for a while under its version.
func (u *update) write(name, signer string, version int64, content any) error {
	data, err := tuf.Sign(u.ctx, u.suite, content, u.signers[signer])
	if err != nil {
		return err
	}
	if len(data) > tuf.MaxFile {
		return fmt.Errorf("%s.json has %d bytes, the limit is %d", name, len(data), tuf.MaxFile)
	}
	if old, err := u.tx.TrustFile(u.ctx, name+".json"); err == nil && name != tuf.TimestampRole {
		if err := u.tx.PutTrustFile(u.ctx, &store.TrustFile{Name: numbered(old.Version, name), Version: old.Version, Body: old.Body}); err != nil {
			return err
		}
		if err := u.tx.DropTrustFile(u.ctx, numbered(old.Version-keptVersions, name)); err != nil {
			return err
		}
	} else if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	return u.tx.PutTrustFile(u.ctx, &store.TrustFile{Name: name + ".json", Version: version, Body: data})
}

func numbered(version int64, name string) string { return fmt.Sprintf("%d.%s.json", version, name) }
