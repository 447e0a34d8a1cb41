package vault

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"sort"
)

// Store is where sealed boxes are kept: the host's kv service, in the space of one app and user.
type Store interface {
	Get(key string) ([]byte, bool, error)
	Set(key string, value []byte) error
	Delete(key string) error
	List(prefix string) ([]string, error)
	// Anchor raises a counter of the host, apart from the store, to at least at, and returns what it was before.
	Anchor(at uint64) (uint64, error)
}

const (
	indexKey     = "index"
	recordPrefix = "record/"
)

// ErrNotFound says that there is no item of that name.
var ErrNotFound = errors.New("data not found")

// Vault is the items of one app and user. Calls on the same store must not overlap.
type Vault struct {
	store     Store
	sealer    sealer
	app, user string
}

// index says which record holds which item.
type index struct {
	Seq   uint64            `json:"seq"`   // counts the index's versions
	Items map[string]string `json:"items"` // name → record id
}

// New makes a vault over a store. root is the host's secret key for the app and user; epoch is the key's number, which is
// raised to change the key of what is written from now on.
func New(store Store, root []byte, epoch uint32, app, user string) (*Vault, error) {
	if len(root) != RootSize {
		return nil, fmt.Errorf("the root key has %d bytes, expected %d", len(root), RootSize)
	}
	return &Vault{store, sealer{root, epoch}, app, user}, nil
}

// Get returns an item, ErrNotFound, or an error that wraps ErrCorrupt.
func (v *Vault) Get(name string) ([]byte, error) {
	ix, err := v.load()
	if err != nil {
		return nil, err
	}
	id, ok := ix.Items[name]
	if !ok {
		return nil, ErrNotFound
	}
	box, found, err := v.store.Get(recordPrefix + id)
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, corrupt("the record of %q was removed", name)
	}
	text, err := v.sealer.open(box, "record", v.app, v.user, name, id)
	if err != nil {
		return nil, fmt.Errorf("item %q: %w", name, err)
	}
	return text, nil
}

// Set stores an item.
func (v *Vault) Set(name string, text []byte) error {
	ix, err := v.load()
	if err != nil {
		return err
	}
	id, err := newID()
	if err != nil {
		return err
	}
	box, err := v.sealer.seal(text, "record", v.app, v.user, name, id)
	if err != nil {
		return err
	}
	if err := v.store.Set(recordPrefix+id, box); err != nil {
		return err
	}
	old := ix.Items[name]
	ix.Items[name] = id
	if err := v.save(ix); err != nil {
		return err // the index may have got through: the record stays, and is swept if nobody names it
	}
	if old != "" {
		return v.store.Delete(recordPrefix + old)
	}
	return nil
}

// Remove removes an item, if there is one.
func (v *Vault) Remove(name string) error {
	ix, err := v.load()
	if err != nil {
		return err
	}
	id, ok := ix.Items[name]
	if !ok {
		return nil
	}
	delete(ix.Items, name)
	if err := v.save(ix); err != nil {
		return err
	}
	return v.store.Delete(recordPrefix + id)
}

// Clear removes everything, what is damaged included.
func (v *Vault) Clear() error {
	seq, err := v.store.Anchor(0)
	if err != nil {
		return err
	}
	if ix, err := v.load(); err == nil {
		seq = ix.Seq
	} else if !errors.Is(err, ErrCorrupt) {
		return err
	}
	if err := v.save(index{Seq: seq, Items: map[string]string{}}); err != nil {
		return err
	}
	return v.Sweep()
}

// Names lists the items, in order.
func (v *Vault) Names() ([]string, error) {
	ix, err := v.load()
	if err != nil {
		return nil, err
	}
	names := make([]string, 0, len(ix.Items))
	for name := range ix.Items {
		names = append(names, name)
	}
	sort.Strings(names)
	return names, nil
}

// Sweep removes records that no item names: what a crash between two steps of a write has left.
func (v *Vault) Sweep() error {
	ix, err := v.load()
	if err != nil {
		return err
	}
	used := map[string]bool{}
	for _, id := range ix.Items {
		used[recordPrefix+id] = true
	}
	keys, err := v.store.List(recordPrefix)
	if err != nil {
		return err
	}
	for _, key := range keys {
		if !used[key] {
			if err := v.store.Delete(key); err != nil {
				return err
			}
		}
	}
	return nil
}

// load reads the index, which must be no older than the host's counter.
func (v *Vault) load() (index, error) {
	seen, err := v.store.Anchor(0)
	if err != nil {
		return index{}, err
	}
	box, found, err := v.store.Get(indexKey)
	if err != nil {
		return index{}, err
	}
	if !found && seen > 0 {
		return index{}, corrupt("the index was removed")
	}
	if !found {
		return index{Items: map[string]string{}}, nil
	}
	text, err := v.sealer.open(box, "index", v.app, v.user)
	if err != nil {
		return index{}, fmt.Errorf("the index: %w", err)
	}
	var ix index
	if err := json.Unmarshal(text, &ix); err != nil || ix.Items == nil {
		return index{}, corrupt("the index is not readable")
	}
	if ix.Seq < seen {
		return index{}, corrupt("an older state was put back: version %d, the last one was %d", ix.Seq, seen)
	}
	return ix, nil
}

func (v *Vault) save(ix index) error {
	ix.Seq++
	text, err := json.Marshal(ix)
	if err != nil {
		return err
	}
	box, err := v.sealer.seal(text, "index", v.app, v.user)
	if err != nil {
		return err
	}
	if err := v.store.Set(indexKey, box); err != nil {
		return err
	}
	_, err = v.store.Anchor(ix.Seq)
	return err
}

func newID() (string, error) {
	var b [16]byte
	if _, err := rand.Read(b[:]); err != nil {
		return "", fmt.Errorf("no random numbers: %w", err)
	}
	return hex.EncodeToString(b[:]), nil
}
