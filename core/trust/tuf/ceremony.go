package tuf

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/dougong-dev/dougong/core/gm"
	"github.com/dougong-dev/dougong/core/trust/key"
)

// AddSignatures signs a metadata file once more: each of several holders does it on a machine of its own, and the file goes from
// one to the next. A key that has signed already signs anew.
func AddSignatures(ctx context.Context, suite *gm.Suite, data []byte, by ...key.Signer) ([]byte, error) {
	f, err := parse(data)
	if err != nil {
		return nil, fmt.Errorf("metadata: %w", err)
	}
	sigs := []signature{}
	for _, s := range f.signatures {
		again := false
		for _, b := range by {
			again = again || b.Key().ID() == s.KeyID
		}
		if !again {
			sigs = append(sigs, s)
		}
	}
	for _, b := range by {
		sig, err := key.Sign(ctx, suite, b, f.canonical)
		if err != nil {
			return nil, fmt.Errorf("metadata: %w", err)
		}
		sigs = append(sigs, signature{KeyID: b.Key().ID(), Sig: hex.EncodeToString(sig)})
	}
	return json.Marshal(map[string]any{"signatures": sigs, "signed": json.RawMessage(f.canonical)})
}

// Count is how many keys of a role have signed, and how many must.
type Count struct{ Have, Need int }

// Enough tells whether they are enough.
func (c Count) Enough() bool { return c.Have >= c.Need }

// Draft is a root on its way from holder to holder.
type Draft struct {
	Root *Root
	// Before are the signatures by keys of the root that it follows, Own those by its own keys. Both have to be enough.
	Before, Own Count
}

// ReadDraft reads a root that is to follow this set's, however many have signed it. A signature that is not good is an error.
func (s *Set) ReadDraft(data []byte) (*Draft, error) {
	r, f, err := read(data, RootRole, rootCommon)
	if err != nil {
		return nil, fmt.Errorf("root: %w", err)
	}
	if r.Version != s.root.Version+1 {
		return nil, fmt.Errorf("root: version %d is to follow %d: %w", r.Version, s.root.Version, ErrRollback)
	}
	if err := r.check(); err != nil {
		return nil, err
	}
	d := &Draft{Root: r, Before: Count{Need: s.root.Roles[RootRole].Threshold}, Own: Count{Need: r.Roles[RootRole].Threshold}}
	for _, sig := range f.signatures {
		old, own := s.root.holds(sig.KeyID), r.holds(sig.KeyID)
		if !old && !own {
			return nil, fmt.Errorf("root version %d: key %s has signed, which is no root key of it or of the one before", r.Version, sig.KeyID)
		}
		keys := s.root.Keys
		if own {
			keys, d.Own.Have = r.Keys, d.Own.Have+1
		}
		if old {
			d.Before.Have++
		}
		if err := f.verify(s.suite, keys, Role{KeyIDs: []string{sig.KeyID}, Threshold: 1}); err != nil {
			return nil, fmt.Errorf("root version %d: %w", r.Version, err)
		}
	}
	return d, nil
}

// holds tells whether a key is one of the root role's.
func (r *Root) holds(id string) bool {
	for _, have := range r.Roles[RootRole].KeyIDs {
		if have == id {
			return true
		}
	}
	return false
}

// ErrNotAKey says that somebody is to sign whose signature counts nowhere.
var ErrNotAKey = errors.New("its key is no root key of the new root or of the one before")

// MaySign tells whether a key's signature counts for a draft.
func (s *Set) MaySign(d *Draft, k key.Key) error {
	if s.root.holds(k.ID()) || d.Root.holds(k.ID()) {
		return nil
	}
	return fmt.Errorf("key %s: %w", k.ID(), ErrNotAKey)
}

// SignedBy tells whether a metadata file is signed by a key.
func SignedBy(suite *gm.Suite, data []byte, k key.Key) (bool, error) {
	f, err := parse(data)
	if err != nil {
		return false, fmt.Errorf("metadata: %w", err)
	}
	id := k.ID()
	return f.verify(suite, map[string]key.Key{id: k}, Role{KeyIDs: []string{id}, Threshold: 1}) == nil, nil
}
