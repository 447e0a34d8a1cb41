package permission

import "sync/atomic"

// memo remembers for some callers what the maps said about them, because asking the maps costs as much as a third of a
// short call. What it says holds for one version of the grants and one of the rules: whoever changes them makes another
// version, and nothing remembered is of it. Looking up takes no lock; two callers that share a place take turns in it.
type memo struct {
	places [256]atomic.Pointer[remembered]
}

// remembered is one caller with a scope that the user has allowed, or with none.
type remembered struct {
	app, user, scope string
	rules            *ruleset // identity only
	grants           uint64   // version
	cell             *cell
}

// find returns what is remembered, or nil.
func (m *memo) find(app, user, scope string, rules *ruleset, grants uint64) *remembered {
	r := m.places[placeOf(app, user, scope)].Load()
	if r == nil || r.rules != rules || r.grants != grants || r.app != app || r.user != user || r.scope != scope || r.cell.stale() {
		return nil
	}
	return r
}

func (m *memo) put(r *remembered) {
	m.places[placeOf(r.app, r.user, r.scope)].Store(r)
}

// placeOf mixes the last bytes of the names, which differ most often.
func placeOf(app, user, scope string) uint8 {
	x := uint32(len(app))<<16 ^ uint32(len(user))<<8 ^ uint32(len(scope))
	x = ((x*odd^end(app))*odd^end(user))*odd ^ end(scope)
	return uint8(x * 0x9e3779b1 >> 24)
}

const odd = 0x01000193

func end(s string) uint32 {
	n := len(s)
	if n < 2 {
		return 0
	}
	return uint32(s[n-1]) | uint32(s[n-2])<<8 | uint32(s[n/2])<<16
}
