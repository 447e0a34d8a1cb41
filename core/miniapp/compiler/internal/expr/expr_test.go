package expr

import (
	"fmt"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/core/miniapp/compiler/internal/source"
)

func TestMistakes(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`{{a b}}`:                                "1:5 expected an operator, got \"b\"",
		`{{a = 1}}`:                              "1:5 unexpected \"=\"",
		`{{}a}}`:                                 "1:3 expected an expression, got \"}\"",
		`{{a ? b}}`:                              "1:8 expected \":\" after the second part of \"?:\", got the end of the expression",
		`{{(a}}`:                                 "1:5 expected \")\" to close \"(\"",
		`{{a[1}}`:                                "1:6 expected \"]\" after an index",
		`{{f(a}}`:                                "1:6 expected \",\" or \")\"",
		`{{a.1}}`:                                "1:4 expected an operator, got a number",
		`{{a.}}`:                                 "1:5 expected a name after \".\"",
		`{{1a}}`:                                 "1:3 bad number \"1a\"",
		`{{0xzz}}`:                               "1:3 bad number \"0xzz\"",
		`{{'a}}`:                                 "1:3 a text in quotes is not closed",
		"{{`a}}":                                 "1:3 a template literal is not closed",
		"{{`a${b`}}":                             "1:5 \"${\" without \"}\"",
		"{{`中${b +}`}}":                          "1:10 expected an expression, got the end",
		`{{a: 1, 2}}`:                            "1:10 expected \":\" after field \"2\"",
		`{{a, +}}`:                               "1:6 expected the name of a field, got \"+\"",
		`{{a; b}}`:                               "1:4 unexpected character ';'",
		"中文 {{\n  a b}}":                         "2:5 expected an operator",
		`x {{a`:                                  "1:3 \"{{\" without \"}}\"",
		`{{` + strings.Repeat("(", 300) + `}}`:   "nested deeper than 200 levels",
		`{{` + strings.Repeat("!", 300) + `a}}`:  "nested deeper than 200 levels",
		`{{a` + strings.Repeat("+a", 300) + `}}`: "more than 200 operators in a row",
		`{{a` + strings.Repeat(".a", 300) + `}}`: "more than 200 members in a row",
		`{{a?b:c:}}`:                             "1:8 expected an operator",
	} {
		var diags source.Diagnostics
		c := Context{File: source.New("a", []byte(text)), Diags: &diags}
		c.Text(text, 0)
		if len(diags.List) != 1 {
			t.Errorf("%.30s: %d diagnostics, want one %v", text, len(diags.List), diags.List)
			continue
		}
		d := diags.List[0]
		if got := fmt.Sprintf("%d:%d %s", d.Line, d.Column, d.Message); !strings.Contains(got, want) {
			t.Errorf("%.30s: %s, want %s", text, got, want)
		}
	}
}

func TestMustacheEnd(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{
		`{{a}}`: 5, `{{a}}}`: 5, `{{ {a:1} }}x`: 11, `{{{a:{b:1}}}}`: 13, `{{'}}'}}`: 8, `{{"a}}`: 6, `{{a`: -1, `{{a}`: -1, `{{it's}}`: 8, `{{}}`: 4, `{{a}b}}`: 7,
	} {
		if got := MustacheEnd(text, 0); got != want {
			t.Errorf("MustacheEnd(%s) = %d, want %d", text, got, want)
		}
	}
}
