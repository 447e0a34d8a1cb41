package script

import (
	"fmt"
	"regexp"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/dlclark/regexp2/v2"
)

// regexpTimeout is how long one match of a backtracking regular expression may take; then it does not match. The engine
// cannot be interrupted inside a match, so without a limit one expression could hold the goroutine for ever.
const regexpTimeout = 500 * time.Millisecond

// limitRegexps sets the limit for all expressions that are compiled from now on. The engine has no option for it.
var limitRegexps = sync.OnceFunc(func() { regexp2.DefaultMatchTimeout = regexpTimeout })

// unicodeClass is \p{Name} or \P{Name} in a regular expression.
var unicodeClass = regexp.MustCompile(`\\([pP])\{(?:(?:Script|sc|Script_Extensions|scx|General_Category|gc)=)?(\w+)\}`)

// classNames are the long names of general categories.
var classNames = map[string]string{
	"Letter": "L", "Lowercase_Letter": "Ll", "Uppercase_Letter": "Lu", "Titlecase_Letter": "Lt", "Modifier_Letter": "Lm",
	"Other_Letter": "Lo", "Number": "N", "Decimal_Number": "Nd", "Letter_Number": "Nl", "Other_Number": "No", "Mark": "M",
	"Nonspacing_Mark": "Mn", "Punctuation": "P", "Symbol": "S", "Math_Symbol": "Sm", "Currency_Symbol": "Sc",
	"Separator": "Z", "Space_Separator": "Zs", "Control": "Cc", "Lowercase": "Ll", "Uppercase": "Lu", "Alphabetic": "L",
	"White_Space": "White_Space",
}

// expandClasses writes the Unicode classes in a script's regular expressions out as ranges of the basic plane: the engine
// takes them for classes that nothing is in. Names that are not known, and \P inside brackets, stay as they are.
func expandClasses(src string) string {
	if !strings.Contains(src, `\p{`) && !strings.Contains(src, `\P{`) {
		return src
	}
	var b strings.Builder
	at := 0
	for _, m := range unicodeClass.FindAllStringSubmatchIndex(src, -1) {
		start := m[0]
		ranges := classRanges(src[m[4]:m[5]])
		line := src[strings.LastIndexByte(src[:start], '\n')+1 : start]
		if strings.HasSuffix(line, `\`) { // in a text: only one that makes an expression
			if !strings.Contains(line, "RegExp(") {
				continue
			}
			start--
			ranges = strings.ReplaceAll(ranges, `\`, `\\`)
		}
		inside, negated := inBrackets(line), src[m[2]] == 'P'
		if ranges == "" || inside && negated {
			continue
		}
		b.WriteString(src[at:start])
		switch {
		case inside:
			b.WriteString(ranges)
		case negated:
			b.WriteString("[^" + ranges + "]")
		default:
			b.WriteString("[" + ranges + "]")
		}
		at = m[1]
	}
	return b.String() + src[at:]
}

// inBrackets tells whether the text before a class leaves a bracket open.
func inBrackets(before string) bool {
	open := false
	for i := 0; i < len(before); i++ {
		switch before[i] {
		case '\\':
			i++
		case '[':
			open = true
		case ']':
			open = false
		}
	}
	return open
}

// classRanges is a class as the inside of a bracket expression; "" if it is not known.
func classRanges(name string) string {
	if short, ok := classNames[name]; ok {
		name = short
	}
	table := unicode.Categories[name]
	if table == nil {
		table = unicode.Scripts[name]
	}
	if table == nil {
		table = unicode.Properties[name]
	}
	if table == nil {
		return ""
	}
	var b strings.Builder
	for _, r := range table.R16 {
		for c := uint32(r.Lo); c <= uint32(r.Hi); c += uint32(r.Stride) {
			hi := c
			if r.Stride == 1 {
				hi = uint32(r.Hi)
			}
			fmt.Fprintf(&b, `\u%04x`, c)
			if hi > c {
				fmt.Fprintf(&b, `-\u%04x`, hi)
			}
			c = hi
		}
	}
	return b.String()
}
