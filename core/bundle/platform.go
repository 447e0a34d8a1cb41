package bundle

import "slices"

// Parts says which files are for one platform alone; all others are for every one. The bundle does not know: who reads the
// plugin's manifest does.
type Parts map[string][]string // "linux/amd64" → files

// For gives the files of one platform: its own and those that are common.
func (p Parts) For(files map[string][]byte, platform string) map[string][]byte {
	out := make(map[string][]byte, len(files))
	for name, data := range files {
		if p.fits(name, platform) {
			out[name] = data
		}
	}
	return out
}

func (p Parts) fits(name, platform string) bool {
	special := false
	for other, names := range p {
		if slices.Contains(names, name) {
			if other == platform {
				return true
			}
			special = true
		}
	}
	return !special
}
