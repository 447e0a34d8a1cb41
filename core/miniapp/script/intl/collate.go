package intl

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"
)

// CollateOptions are those of Intl.Collator.
type CollateOptions struct {
	// Sensitivity is base, accent, case or variant.
	Sensitivity string
	Numeric     bool
}

// Collator orders texts. It is not for use by several goroutines at a time.
type Collator struct {
	c       *collate.Collator
	chinese bool
	bare    bool // accents are taken off before: the library cannot ignore them and heed case
}

// Collator makes one. Chinese is ordered by pinyin, before other scripts.
func (l Locale) Collator(o CollateOptions) *Collator {
	tag := language.Chinese
	if l.english {
		tag = language.English
	}
	var options []collate.Option
	switch o.Sensitivity {
	case "base":
		options = append(options, collate.IgnoreCase, collate.IgnoreDiacritics)
	case "accent":
		options = append(options, collate.IgnoreCase)
	}
	if o.Numeric {
		options = append(options, collate.Numeric)
	}
	return &Collator{c: collate.New(tag, options...), chinese: !l.english, bare: o.Sensitivity == "case"}
}

// Compare is -1, 0 or 1.
func (c *Collator) Compare(a, b string) int {
	if c.chinese {
		x, y := firstDifference(a, b)
		if han := unicode.Is(unicode.Han, x); han != unicode.Is(unicode.Han, y) && unicode.IsLetter(x) && unicode.IsLetter(y) {
			if han {
				return -1
			}
			return 1
		}
	}
	if c.bare {
		a, b = withoutMarks(a), withoutMarks(b)
	}
	return c.c.CompareString(a, b)
}

func withoutMarks(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFD.String(s))
}

func firstDifference(a, b string) (x, y rune) {
	for a != "" && b != "" {
		x, n := utf8.DecodeRuneInString(a)
		y, m := utf8.DecodeRuneInString(b)
		if x != y {
			return x, y
		}
		a, b = a[n:], b[m:]
	}
	return 0, 0
}
