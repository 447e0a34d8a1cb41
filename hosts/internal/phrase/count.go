// Package phrase puts into words what the hosts print for people. It knows nothing of what is counted.
//
//	fmt.Fprintf(out, "%s failed\n", phrase.Count(failed, "scenario"))
package phrase

import (
	"fmt"
	"strings"
)

// Count is a number of things, as people say it: "1 page", "2 pages", "3 entries".
func Count[N int | int64 | uint64](n N, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	if stem, ok := strings.CutSuffix(noun, "ry"); ok {
		noun = stem + "rie"
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
