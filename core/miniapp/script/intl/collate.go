package intl

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
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
	case "case":
		options = append(options, collate.IgnoreDiacritics)
	}
	if o.Numeric {
		options = append(options, collate.Numeric)
	}
	return &Collator{c: collate.New(tag, options...), chinese: !l.english}
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
	return c.c.CompareString(a, b)
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
