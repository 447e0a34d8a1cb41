package compiler

import (
	"crypto/sha256"
	"encoding/base32"
	"fmt"
)

var scopeEncoding = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// scopeIDs gives every component a prefix for its class names. It depends on the path alone, so that builds are alike.
func scopeIDs(defs []*definition) map[string]string {
	out, taken := map[string]string{}, map[string]bool{}
	for _, def := range defs {
		if def.Page {
			continue
		}
		id := scopeID(def.Path)
		for n := 2; taken[id]; n++ {
			id = scopeID(fmt.Sprintf("%s#%d", def.Path, n))
		}
		taken[id] = true
		out[def.Path] = id
	}
	return out
}

func scopeID(path string) string {
	sum := sha256.Sum256([]byte(path))
	return "c" + scopeEncoding.EncodeToString(sum[:])[:7]
}
