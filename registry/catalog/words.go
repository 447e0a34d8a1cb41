// Package catalog makes the words that packages are found by, of what vendors write and of what people type, in Chinese and in
// English.
//
//	catalog.Words("支付宝 Payment SDK")  // 支付 付宝 payment sdk
//
// Chinese is written without spaces, and a person searches for two characters: each two that stand side by side are a word.
// The package must not know where the words are kept.
package catalog

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Bounds of what is indexed and asked for.
const (
	MaxWords      = 4000
	MaxQueryWords = 12
	maxWord       = 64 // bytes; what is longer is cut
)

func han(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul)
}

// Words gives the index words of texts: each once, in the order of appearance.
func Words(texts ...string) []string {
	w := &words{seen: map[string]bool{}, limit: MaxWords}
	for _, t := range texts {
		w.text(t, true, false)
		w.text(t, true, true)
	}
	return w.out
}

// QueryWords gives the words that all have to occur in what is looked for.
func QueryWords(query string) []string {
	w := &words{seen: map[string]bool{}, limit: MaxQueryWords}
	w.text(query, false, false)
	return w.out
}

type words struct {
	out   []string
	seen  map[string]bool
	limit int
}

func (w *words) add(word string) {
	if len(word) > maxWord {
		word = strings.ToValidUTF8(word[:maxWord], "")
	}
	if word != "" && !w.seen[word] && len(w.out) < w.limit {
		w.seen[word] = true
		w.out = append(w.out, word)
	}
}

// text splits a text into runs of one script. An index also takes single Chinese characters, so that a query of one finds
// something; a query takes them only when they stand alone. With camel, requestPayment is two words.
func (w *words) text(text string, index, camel bool) {
	var run []rune
	chinese := false
	flush := func() {
		switch {
		case len(run) == 0:
		case !chinese:
			w.add(string(run))
		default:
			for i := range run {
				if index || len(run) == 1 {
					w.add(string(run[i]))
				}
				if i > 0 {
					w.add(string(run[i-1 : i+1]))
				}
			}
		}
		run = run[:0]
	}
	last := rune(0)
	for _, r := range strings.ToValidUTF8(text, " ") {
		for _, r := range norm.NFKC.String(string(r)) {
			letter := unicode.IsLetter(r) || unicode.IsDigit(r)
			if !letter || han(r) != chinese || camel && unicode.IsUpper(r) && unicode.IsLower(last) {
				flush()
				chinese = han(r)
			}
			last = r
			if letter {
				run = append(run, unicode.ToLower(r))
			}
		}
	}
	flush()
}
