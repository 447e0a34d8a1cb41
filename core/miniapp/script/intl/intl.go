// Package intl writes numbers, dates, lists and relative times as zh-CN and English do, and orders texts, with the names and
// options of ECMA-402. Other locales are written as zh-CN, the language of the platform.
//
// What it writes follows the data of CLDR as V8 has it; the tests of package script hold the two against each other. It
// must not know the script engine.
package intl

import (
	"regexp"
	"strings"
)

// Part is a piece of formatted text, as formatToParts gives it.
type Part struct{ Type, Value string }

// Join is the text that parts make.
func Join(parts []Part) string {
	var b strings.Builder
	for _, p := range parts {
		b.WriteString(p.Value)
	}
	return b.String()
}

// Locale is how something is written.
type Locale struct {
	// Tag is the canonical name: "zh-CN".
	Tag string
	// english, british: how dates are ordered and named.
	english, british bool
}

// Default is the locale of the platform.
const Default = "zh-CN"

var tagShape = regexp.MustCompile(`^[A-Za-z]{2,3}(?:-[A-Za-z]{4})?(?:-(?:[A-Za-z]{2}|\d{3}))?(?:-[A-Za-z0-9]{1,8})*$`)

// Parse reads a language tag; ok is false if it is none. Any good tag is known.
func Parse(tag string) (l Locale, ok bool) {
	if !tagShape.MatchString(tag) {
		return Locale{}, false
	}
	parts := strings.Split(tag, "-")
	parts[0] = strings.ToLower(parts[0])
	for i := 1; i < len(parts); i++ {
		switch len(parts[i]) {
		case 1: // an extension: the rest is as it is
			return of(strings.Join(parts, "-"), parts), true
		case 2:
			parts[i] = strings.ToUpper(parts[i])
		case 4:
			parts[i] = strings.ToUpper(parts[i][:1]) + strings.ToLower(parts[i][1:])
		}
	}
	return of(strings.Join(parts, "-"), parts), true
}

func of(tag string, parts []string) Locale {
	l := Locale{Tag: tag, english: parts[0] == "en"}
	for _, p := range parts[1:] {
		switch p {
		case "GB", "AU", "NZ", "IE", "IN", "ZA", "SG", "HK":
			l.british = l.english
		}
	}
	return l
}
