package strict

import (
	"fmt"
	"strings"
)

// NearMiss returns "; did you mean …?" for the known name nearest to a misspelt one, or, if none is near, a list of
// what is known when that is short, or "".
func NearMiss(name string, known []string) string {
	best, distance := "", max(2, len(name)/3)+1
	for _, k := range known {
		d := Distance(strings.ToLower(name), strings.ToLower(k))
		if d < distance {
			best, distance = k, d
		}
	}
	switch {
	case best != "":
		return fmt.Sprintf("; did you mean %q?", best)
	case len(known) > 0 && len(known) <= 16:
		return "; known are " + strings.Join(known, ", ")
	default:
		return ""
	}
}

// Distance counts insertions, deletions, substitutions and swaps of neighbours between a and b.
func Distance(a, b string) int {
	if len(a) > 64 || len(b) > 64 {
		return 1 << 20
	}
	var before []int
	prev := make([]int, len(b)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row := make([]int, len(b)+1)
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(prev[j]+1, row[j-1]+1, prev[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, prev = prev, row
	}
	return prev[len(b)]
}
