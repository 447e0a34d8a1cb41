package name

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/mtibben/confusables"
	"golang.org/x/text/unicode/norm"
)

// pairs are letters side by side that read as one other letter.
var pairs = strings.NewReplacer("rn", "m", "vv", "w", "cl", "d", "nn", "m")

// shapes are characters that people read for another one.
var shapes = strings.NewReplacer(
	"0", "o", "1", "l", "i", "l", "|", "l", "j", "l", "5", "s", "2", "z", "8", "b", "3", "e", "4", "a", "7", "t", "9", "g", "6", "b", "q", "g", "u", "v",
)

// Skeleton is the same text for all names that a person may take for one another: letter case, separators, digits that look
// like letters (0 and o, 1 and l), letters that look like one (rn and m), and characters of other scripts (Cyrillic а) do
// not count.
func Skeleton(s string) string {
	s = norm.NFKC.String(s)
	s = confusables.Skeleton(s)
	s = strings.ToLower(norm.NFKC.String(s))
	s = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) || unicode.IsSpace(r) || unicode.IsPunct(r) || unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, s)
	return shapes.Replace(pairs.Replace(s))
}

// Beginning is what the skeletons of all ids within a namespace, and within its look-alikes, begin with: the namespace's own
// without its last letter, which may be one of a pair with what follows.
func Beginning(namespace string) string {
	s := []rune(Skeleton(namespace))
	return string(s[:max(0, len(s)-1)])
}

// CheckTitle tells whether a text may be shown as an organisation's name: one line, nothing invisible, nothing that turns
// the direction of what follows.
func CheckTitle(title string) error {
	switch {
	case !utf8.ValidString(title):
		return invalid("title is not UTF-8")
	case strings.TrimSpace(title) != title || title == "":
		return invalid("title %q is empty or has spaces at an end", shorten(title))
	case len(title) > MaxTitle:
		return invalid("title has %d bytes; up to %d are allowed", len(title), MaxTitle)
	}
	for _, r := range title {
		if !unicode.IsPrint(r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Co, r) {
			return invalid("title holds the invisible character U+%04X", r)
		}
	}
	if Skeleton(title) == "" {
		return invalid("title %q has no letter or digit", title)
	}
	return nil
}
