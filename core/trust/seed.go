package trust

import (
	"encoding/json"
	"maps"
	"time"
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
// composed of and what is forbidden. The host's own log heads and metadata stay, since nothing shows which are newer.
func (s *State) sown(seed *State) *State {
	switch {
	case seed == nil || seed.Pinned == "" || s.Pinned != "" && s.Pinned != seed.Pinned:
		return s
	case s.Pinned == "":
		out := *seed
		out.Installed, out.Floors, out.Heads, out.Past = maps.Clone(seed.Installed), maps.Clone(seed.Floors), maps.Clone(seed.Heads), maps.Clone(seed.Past)
		out.Versions, out.Lists = maps.Clone(seed.Versions), maps.Clone(seed.Lists)
		return &out
	}
	for digest, at := range seed.Installed {
		if _, ok := s.Installed[digest]; !ok {
			s.Installed[digest] = at
		}
	}
	for id, floor := range seed.Floors {
		s.Floors[id] = higher(s.Floors[id], floor)
	}
	if t := seed.Takedown; t != nil && (s.Takedown == nil || t.Serial > s.Takedown.Serial) {
		s.Takedown = t
	}
	return s
}
