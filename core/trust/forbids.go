package trust

import "slices"

// Forbids tells whether a takedown list forbids a version, and why. A nil list forbids nothing.
func (s *State) Forbids(id, version string) (reason string, forbidden bool) {
	if s.Takedown == nil {
		return "", false
	}
	for _, e := range s.Takedown.Entries {
		if e.ID == id && (len(e.Versions) == 0 || slices.Contains(e.Versions, version)) {
			return e.Reason, true
		}
	}
	return "", false
}
