package trust

import (
	"encoding/json"
	"maps"
	"slices"
	"time"

	"github.com/dougong-dev/dougong/core/trust/cert"
)

// SeedFile is what whoever composed a super-app has seen, beside its superapp.yaml and root of trust, and trusted as they are.
const SeedFile = "trust-seen.json"

// Seed writes a state for a host that has seen nothing yet: what was installed in it counts as installed at a given time, so that
// the same is written again.
func (s *State) Seed(at time.Time) ([]byte, error) {
	out := *s
	out.Installed = map[string]int64{}
	for digest := range s.Installed {
		out.Installed[digest] = at.Unix()
	}
	data, err := json.Marshal(&out)
	return append(data, '\n'), err
}

// sown is the state with what a seed of the same root has seen: all of it for a state that has seen nothing, otherwise what it was
// composed of and what is forbidden. The host's own log heads and metadata stay, since nothing shows which are newer. News tells
// whether the state is to be kept: the next seed may come from an older super-app.
func (s *State) sown(seed *State) (out *State, news bool) {
	switch {
	case seed == nil || seed.Pinned == "" || s.Pinned != "" && s.Pinned != seed.Pinned:
		return s, false
	case s.Pinned == "":
		out := *seed
		out.Installed, out.Floors, out.Heads, out.Past = maps.Clone(seed.Installed), maps.Clone(seed.Floors), maps.Clone(seed.Heads), maps.Clone(seed.Past)
		out.Versions, out.Lists = maps.Clone(seed.Versions), maps.Clone(seed.Lists)
		return &out, true
	}
	for digest, at := range seed.Installed {
		if _, ok := s.Installed[digest]; !ok {
			s.Installed[digest], news = at, true
		}
	}
	for id, floor := range seed.Floors {
		if is := higher(s.Floors[id], floor); is != s.Floors[id] {
			s.Floors[id], news = is, true
		}
	}
	if t := seed.Takedown; t != nil && (s.Takedown == nil || t.Serial > s.Takedown.Serial) {
		s.Takedown, news = t, true
	}
	return s, s.sowLists(seed) || news
}

// sowLists takes over revocation lists that are newer than the host's. The last one of an authority that is revoked stays: no other
// list of it counts.
func (s *State) sowLists(seed *State) (news bool) {
	last := map[cert.Final]bool{}
	for _, der := range slices.Concat(slices.Collect(maps.Values(s.Lists)), slices.Collect(maps.Values(seed.Lists))) {
		if l, err := cert.ParseList(der); err == nil {
			for _, r := range l.Revoked {
				if r.Final != nil {
					last[*r.Final] = true
				}
			}
		}
	}
	for id, der := range seed.Lists {
		l, err := cert.ParseList(der)
		if err != nil {
			continue // nothing that a verdict could rest on
		}
		if old, err := cert.ParseList(s.Lists[id]); err != nil || !last[*cert.FinalOf(old)] && (l.Number > old.Number || last[*cert.FinalOf(l)]) {
			s.Lists[id], news = der, true
		}
	}
	return news
}
