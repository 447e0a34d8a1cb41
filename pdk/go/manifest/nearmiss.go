package manifest

import (
	"fmt"
	"strings"
)

// nearMiss suggests the known key that bad was probably meant to be, or lists them all.
func nearMiss(bad string, known []string) string {
	best, least := "", 3
	for _, k := range known {
		if d := distance(strings.ToLower(bad), k); d < least {
			best, least = k, d
		}
	}
	if best == "" {
		return "; known here: " + strings.Join(known, ", ")
	}
	return fmt.Sprintf("; did you mean %q?", best)
}

// distance counts the insertions, deletions and substitutions between a and b. Long keys are not worth the work.
func distance(a, b string) int {
	if len(a) > 64 {
		return len(a)
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		diagonal := row[0]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := diagonal
			if a[i-1] != b[j-1] {
				cost++
			}
			diagonal = row[j]
			row[j] = min(cost, row[j]+1, row[j-1]+1)
		}
	}
	return row[len(b)]
}
