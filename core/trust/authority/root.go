package authority

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/dougong-dev/dougong/core/gm"
	"github.com/dougong-dev/dougong/core/trust"
	"github.com/dougong-dev/dougong/core/trust/key"
	"github.com/dougong-dev/dougong/core/trust/translog"
	"github.com/dougong-dev/dougong/core/trust/tuf"
)

// RootChange is what a new root is to have otherwise.
type RootChange struct {
	Metadata []string // roles whose keys are made anew: timestamp, snapshot, targets
	Log      bool     // the log's keys are made anew

	Add       []key.Key // holders of the root
	Remove    []string  // ids of holders' keys
	Threshold int       // of them; 0: as it was

	AddWitnesses    []translog.Witness
	RemoveWitnesses []string // names
	WitnessCount    int      // how many must co-sign; negative: as it was
}

// RootName is the file of a version of the root.
func RootName(version int64) string { return fmt.Sprintf("%d.root.json", version) }

// Roots follows the roots in a house's folder: root.json, which hosts pin, and the later ones beside it, by file name.
func (a *Authority) Roots(suite *gm.Suite) (set *tuf.Set, later map[string][]byte, err error) {
	pinned, err := a.RootMetadata()
	if err != nil {
		return nil, nil, err
	}
	if set, err = tuf.New(suite, pinned, a.now()); err != nil {
		return nil, nil, err
	}
	later = map[string][]byte{}
	for {
		name := RootName(set.Root().Version + 1)
		data, err := os.ReadFile(filepath.Join(a.dir, name))
		if errors.Is(err, fs.ErrNotExist) {
			return set, later, nil
		}
		if err == nil {
			err = set.UpdateRoot(data)
		}
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", name, err)
		}
		later[name] = data
	}
}

// Draft makes the next root, which nobody has signed yet. Keys that are to be new are made in the token; made once more, a
// draft has the same ones.
func (a *Authority) Draft(ctx context.Context, c RootChange) ([]byte, error) {
	set, _, err := a.Roots(a.suite)
	if err != nil {
		return nil, fmt.Errorf("root: %w", err)
	}
	next, err := clone(set.Root())
	if err != nil {
		return nil, err
	}
	next.Version++
	next.Expires = tuf.Time{Time: a.now().AddDate(RootYears, 0, 0)}
	for _, role := range c.Metadata {
		if err := a.renewRole(ctx, next, role); err != nil {
			return nil, fmt.Errorf("root: %w", err)
		}
	}
	if err := c.holders(next); err != nil {
		return nil, fmt.Errorf("root: %w", err)
	}
	if err := a.renewAnchors(ctx, next, c); err != nil {
		return nil, fmt.Errorf("root: %w", err)
	}
	next.sweep()
	data, err := tuf.Sign(ctx, a.suite, next.Root)
	if err != nil {
		return nil, err
	}
	_, err = set.ReadDraft(data)
	return data, err
}

// draft is a root that is being changed.
type draft struct{ *tuf.Root }

func clone(r *tuf.Root) (*draft, error) {
	data, err := json.Marshal(r)
	if err != nil {
		return nil, err
	}
	out := &tuf.Root{}
	return &draft{out}, json.Unmarshal(data, out)
}

// sweep drops keys that no role has any more.
func (d *draft) sweep() {
	for id := range d.Keys {
		used := false
		for _, role := range d.Roles {
			used = used || slices.Contains(role.KeyIDs, id)
		}
		if !used {
			delete(d.Keys, id)
		}
	}
}

// fresh gives the key of a label and a version, which it makes if it is not there.
func (a *Authority) fresh(ctx context.Context, base string, version int64, alg gm.Algorithm) (key.Key, error) {
	label := fmt.Sprintf("%s-%d", base, version)
	k, err := a.token.Find(ctx, label)
	if errors.Is(err, ErrNoKey) {
		k, err = a.token.Generate(ctx, label, alg)
	}
	if err != nil {
		return key.Key{}, fmt.Errorf("key %q: %w", label, err)
	}
	return k, nil
}

func (a *Authority) renewRole(ctx context.Context, d *draft, role string) error {
	was := d.Roles[role]
	if role == tuf.RootRole || len(was.KeyIDs) == 0 {
		return fmt.Errorf("keys of the role %q cannot be made anew here; those of %s, %s and %s can", role, tuf.TimestampRole, tuf.SnapshotRole, tuf.TargetsRole)
	}
	k, err := a.fresh(ctx, role, d.Version, gm.Algorithm(d.Keys[was.KeyIDs[0]].Type))
	if err != nil {
		return err
	}
	d.Keys[k.ID()] = k
	d.Roles[role] = tuf.Role{KeyIDs: []string{k.ID()}, Threshold: 1}
	return nil
}

func (c RootChange) holders(d *draft) error {
	role := d.Roles[tuf.RootRole]
	for _, id := range c.Remove {
		at := slices.Index(role.KeyIDs, id)
		if at < 0 {
			return fmt.Errorf("key %s is no root key", id)
		}
		role.KeyIDs = slices.Delete(role.KeyIDs, at, at+1)
	}
	for _, k := range c.Add {
		if slices.Contains(role.KeyIDs, k.ID()) {
			return fmt.Errorf("key %s is a root key already", k.ID())
		}
		d.Keys[k.ID()] = k
		role.KeyIDs = append(role.KeyIDs, k.ID())
	}
	if c.Threshold > 0 {
		role.Threshold = c.Threshold
	}
	if role.Threshold > len(role.KeyIDs) {
		return fmt.Errorf("%d of %d root keys must sign; expected at most their number", role.Threshold, len(role.KeyIDs))
	}
	d.Roles[tuf.RootRole] = role
	return nil
}

// renewAnchors changes the log's keys and the witnesses.
func (a *Authority) renewAnchors(ctx context.Context, d *draft, c RootChange) error {
	anchors, err := trust.ReadAnchors(d.Root)
	if err != nil {
		return err
	}
	if c.Log {
		anchors.Log.Keys = nil
		for _, l := range logLabels {
			k, err := a.fresh(ctx, l.label, d.Version, l.algorithm)
			if err != nil {
				return err
			}
			anchors.Log.Keys = append(anchors.Log.Keys, k)
		}
	}
	for _, name := range c.RemoveWitnesses {
		before := len(anchors.Witnesses)
		anchors.Witnesses = slices.DeleteFunc(anchors.Witnesses, func(w translog.Witness) bool { return w.Name == name })
		if len(anchors.Witnesses) == before {
			return fmt.Errorf("the root names no witness %q", name)
		}
	}
	for _, w := range c.AddWitnesses {
		if slices.ContainsFunc(anchors.Witnesses, func(have translog.Witness) bool { return have.Name == w.Name }) {
			return fmt.Errorf("the root names a witness %q already", w.Name)
		}
		anchors.Witnesses = append(anchors.Witnesses, w)
	}
	if c.WitnessCount >= 0 {
		anchors.WitnessThreshold = c.WitnessCount
	}
	if d.Anchors, err = anchors.Raw(); err != nil {
		return err
	}
	_, err = trust.ReadAnchors(d.Root)
	return err
}

// InstallRoot puts the next root, signed by enough, beside the ones before. Evidence shows it to hosts from then on.
func (a *Authority) InstallRoot(ctx context.Context, data []byte) (root *tuf.Root, err error) {
	err = a.Exclusive(ctx, func() error {
		set, _, err := a.Roots(a.suite)
		if err != nil {
			return err
		}
		if err := set.UpdateRoot(data); err != nil {
			return err
		}
		if _, err := trust.ReadAnchors(set.Root()); err != nil {
			return err
		}
		root = set.Root()
		return a.write(RootName(root.Version), data)
	})
	return root, err
}

// signerOf finds the signer of a key among the labels that its role has had: the one of the ceremony, and one for each root
// that made it anew.
func (a *Authority) signerOf(ctx context.Context, base string, version int64, wanted func(key.Key) bool) (key.Signer, error) {
	for v := version; v > 0; v-- {
		label := base
		if v > 1 {
			label = fmt.Sprintf("%s-%d", base, v)
		}
		s, err := Signer(ctx, a.token, label)
		if errors.Is(err, ErrNoKey) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if wanted(s.Key()) {
			return s, nil
		}
	}
	return nil, fmt.Errorf("the key %q that root version %d names is not among the house's keys: %w", base, version, ErrNoKey)
}

// MetadataSigner signs a repository's timestamp, snapshot or targets, by the key that a root names.
func (a *Authority) MetadataSigner(ctx context.Context, root *tuf.Root, role string) (key.Signer, error) {
	return a.signerOf(ctx, role, root.Version, func(k key.Key) bool { return slices.Contains(root.Roles[role].KeyIDs, k.ID()) })
}

// LogSigners are the keys of the house's log that a root names. All of them sign each head.
func (a *Authority) LogSigners(ctx context.Context, root *tuf.Root) ([]key.Signer, error) {
	anchors, err := trust.ReadAnchors(root)
	if err != nil {
		return nil, err
	}
	var out []key.Signer
	for _, l := range logLabels {
		s, err := a.signerOf(ctx, l.label, root.Version, func(k key.Key) bool { return slices.Contains(anchors.Log.Keys, k) })
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}
