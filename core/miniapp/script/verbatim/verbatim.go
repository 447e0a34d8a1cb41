// Package verbatim tells which scripts the engine runs as their authors wrote them, so that the compiler need not translate
// them: CommonJS modules in strict mode, in the engine's part of the language.
//
//	if verbatim.Fits(src) {
//		code = src
//	}
//
// It only accepts. What it refuses may be in order nevertheless: a translator has the last word, and words for what is
// wrong. It must not know how modules find each other, nor what a bundle is.
package verbatim

import (
	"strings"
	"unicode/utf8"

	"github.com/dop251/goja"
	"github.com/dop251/goja/parser"
)

// What is left to a translator, which does not mind: the engine's parser takes time that grows with the square of nested
// brackets, of labels and of arrows in a row, and compiles each regular expression that it meets.
const (
	MaxSize    = 256 << 10 // bytes of a script
	MaxNesting = 256       // brackets in brackets
	maxColons  = 1000      // keys and labels, which only a parser can tell apart
	maxArrows  = 2000
	maxEscapes = 1000 // backslashes, which stand in regular expressions above all
)

// Fits tells whether src, as the body of a module in strict mode, means to the engine what it means to the language.
func Fits(src string) bool {
	if len(src) > MaxSize || !utf8.ValidString(src) || !cheap(src) || differs(src) {
		return false
	}
	tree, err := goja.Parse("", src, parser.WithDisableSourceMaps)
	if err != nil {
		return false
	}
	_, err = goja.CompileAST(tree, true) // finds what the parser does not: names that are declared twice
	return err == nil
}

// differs finds text that the engine may take for something else than the language does, without a word.
func differs(src string) bool {
	return strings.HasPrefix(src, "#!") || strings.HasPrefix(src, "\ufeff") ||
		strings.Contains(src, "<!--") || strings.Contains(src, "-->") // comments of HTML
}

// cheap tells whether parsing takes time in proportion to the text. Brackets in texts and comments count as well: it errs
// on the side that costs a translation.
func cheap(src string) bool {
	depth, deepest := 0, 0
	for i := range len(src) {
		switch src[i] {
		case '(', '[', '{':
			depth++
			deepest = max(deepest, depth)
		case ')', ']', '}':
			depth--
		}
	}
	return deepest <= MaxNesting && strings.Count(src, ":") <= maxColons && strings.Count(src, "=>") <= maxArrows &&
		strings.Count(src, `\`) <= maxEscapes
}
