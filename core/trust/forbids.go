package trust

import (
	"fmt"
	"slices"

	"golang.org/x/mod/semver"
)

// Forbids tells whether what the host has learnt forbids a version, and why: the takedown list, and the lowest versions that it or
// a vendor's release has set. A version that cannot be compared is forbidden where there is a lowest one.
func (s *State) Forbids(id, version string) (reason string, forbidden bool) {
	floor := s.Floors[id]
	if t := s.Takedown; t != nil {
		for _, e := range t.Entries {
			if e.ID == id && (len(e.Versions) == 0 || slices.Contains(e.Versions, version)) {
				return fmt.Sprintf("it was taken down (list %d): %s", t.Serial, e.Reason), true
			}
		}
		floor = higher(floor, t.Floors[id])
	}
	if floor != "" && below(version, floor) {
		return fmt.Sprintf("version %s is older than %s, the lowest that is allowed", version, floor), true
	}
	return "", false
}

// below tells whether a version is older than the lowest that is allowed, or is none that could be compared.
func below(version, floor string) bool {
	return !semver.IsValid("v"+version) || semver.Compare("v"+version, "v"+floor) < 0
}
