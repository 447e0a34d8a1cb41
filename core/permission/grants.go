package permission

import (
	"encoding/json"
	"fmt"
	"maps"
	"sync"
	"sync/atomic"
	"time"
)

// bucket is where grants are stored.
const bucket = "grants"

// Store keeps grants; core.Store satisfies it.
type Store interface {
	Put(bucket, key string, value []byte) error
	Delete(bucket, key string) error
	Each(bucket, prefix string, f func(key string, value []byte) error) error
}

// Grant is one decision of a user.
type Grant struct {
	App     string    `json:"app"`
	User    string    `json:"user"`
	Scope   string    `json:"scope"`
	Allowed bool      `json:"allowed"`
	When    time.Time `json:"when"`
}

type subject struct{ app, user, scope string }

// Grants are the decisions of all users, in memory and in the store. Safe for concurrent use.
type Grants struct {
	store Store
	mu    sync.Mutex // while something changes
	// all is replaced as a whole and never changed: calls read it without a lock.
	all     atomic.Pointer[map[subject]Grant]
	version atomic.Uint64
}

// Version is another number whenever a decision has changed, and never 0. Read before Lookup it tells what a later
// comparison would be with.
func (g *Grants) Version() uint64 { return g.version.Load() + 1 }

// LoadGrants reads the decisions made so far.
func LoadGrants(s Store) (*Grants, error) {
	g, all := &Grants{store: s}, map[subject]Grant{}
	err := s.Each(bucket, "", func(key string, value []byte) error {
		var x Grant
		if err := json.Unmarshal(value, &x); err != nil {
			return fmt.Errorf("grant %q is damaged: %w; delete it to have the user asked again", key, err)
		}
		all[subject{x.App, x.User, x.Scope}] = x
		return nil
	})
	g.all.Store(&all)
	if err != nil {
		return nil, fmt.Errorf("load grants: %w", err)
	}
	return g, nil
}

// key spells a subject so that no two are alike, whatever their names hold.
func (s subject) key() string {
	return fmt.Sprintf("%d:%s/%d:%s/%s", len(s.app), s.app, len(s.user), s.user, s.scope)
}

// Lookup tells what was decided; known is false if the user was never asked.
func (g *Grants) Lookup(app, user, scope string) (allowed, known bool) {
	x, known := (*g.all.Load())[subject{app, user, scope}]
	return x.Allowed, known
}

// Set remembers a decision. It holds from the moment that it is on disk.
func (g *Grants) Set(app, user, scope string, allowed bool, when time.Time) error {
	s, x := subject{app, user, scope}, Grant{app, user, scope, allowed, when.UTC()}
	value, err := json.Marshal(x)
	if err != nil {
		return fmt.Errorf("store grant: %w", err)
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if err := g.store.Put(bucket, s.key(), value); err != nil {
		return fmt.Errorf("store grant: %w", err)
	}
	all := maps.Clone(*g.all.Load())
	all[s] = x
	g.all.Store(&all)
	g.version.Add(1)
	return nil
}

// Revoke forgets a decision: the user is asked again. It holds at once, even if the store fails.
func (g *Grants) Revoke(app, user, scope string) error {
	s := subject{app, user, scope}
	g.mu.Lock()
	defer g.mu.Unlock()
	all := maps.Clone(*g.all.Load())
	delete(all, s)
	g.all.Store(&all)
	g.version.Add(1)
	if err := g.store.Delete(bucket, s.key()); err != nil {
		return fmt.Errorf("revoke grant: %w", err)
	}
	return nil
}

// Of lists what a user decided about a mini-program, by scope.
func (g *Grants) Of(app, user string) map[string]bool {
	out := map[string]bool{}
	for s, x := range *g.all.Load() {
		if s.app == app && s.user == user {
			out[s.scope] = x.Allowed
		}
	}
	return out
}
