package generate_test

import (
	"fmt"
	"go/parser"
	"go/token"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/pdk/go/contract"
	"github.com/dougong-dev/dougong/pdk/go/contract/generate"
)

// arbitrary writes contracts that are valid and as awkward as they may be.
type arbitrary struct {
	*rand.Rand
	apis int
}

var (
	members  = []string{"a", "get", "getA", "getAParams", "new", "class", "type", "func", "import", "handler", "methods", "def", "fn", "self", "int", "any", "box", "g", "getAResult", "constructor", "auto", "errno"}
	awkward  = []string{"a", "A", "a_", "a-a", "aA", "AA", "", "-", "\"", "\\", "`", "*/", "/*", "//", "\n", "\u2028", "\u202e", "名", "😀", "type", "class", "from", "2", "$", "{{x}}", "<script>", "a,b", "self", "has_a", "has a", "%s", "\x00", "\u0301", "ﬁ", "İ"}
	textings = []string{"plain", "*/ end", "<b>&amp;", "`code`", "| pipe", "line\nbreak", "\u2028", "中文", "%d %s", "\\", "\"\"\"", "// x", "\u202etrojan"}
)

func one[T any](a *arbitrary, list []T) T { return list[a.IntN(len(list))] }

func (a *arbitrary) text() string { return strconv.QuoteToASCII(one(a, textings)) }

func (a *arbitrary) contract() string {
	var b strings.Builder
	fmt.Fprintf(&b, "capability: %s.%s/v1\nsummary: {en: %s, zh: %s}\n", one(a, []string{"com", "type", "x1"}), one(a, []string{"face", "func", "class", "pdk", "a_b"}), yaml(a.text()), yaml(a.text()))
	fmt.Fprintf(&b, "errors:\n  - {code: %d, name: %s, message: %s}\n", 10000+a.IntN(3), one(a, []string{"a", "a-b", "ab"}), yaml(a.text()))
	fmt.Fprintf(&b, "$defs:\n  d: %s\n  type: %s\nmethods:\n", a.schema(2, false), a.schema(1, false))
	for _, name := range a.names(members, 4) {
		fmt.Fprintf(&b, "  %s: %s\n", name, a.method())
	}
	b.WriteString("events:\n")
	for i, name := range a.names(members, 3) {
		fmt.Fprintf(&b, "  %s: {api: [wx.onE%d], summary: {en: x, zh: x}, payload: %s}\n", name, i, a.schema(2, true))
	}
	return b.String()
}

// yaml makes a quoted Go string a quoted YAML string: the escapes are the same but for \x00 and \U.
func yaml(quoted string) string { return quoted }

func (a *arbitrary) names(from []string, most int) []string {
	var out []string
	for _, i := range a.Perm(len(from))[:1+a.IntN(most)] {
		out = append(out, from[i])
	}
	return out
}

func (a *arbitrary) method() string {
	a.apis++
	mode := one(a, []string{"sync", "async", "task"})
	task := ""
	if mode == "task" {
		task = fmt.Sprintf(", task: {methods: {%s: {mode: async, summary: {en: x, zh: x}, params: %s}}, events: {%s: {api: [onX], summary: {en: x, zh: x}, payload: %s}}}",
			one(a, members), a.schema(2, true), one(a, members), a.schema(2, true))
	}
	return fmt.Sprintf("{api: [wx.%s%d], mode: %s, summary: {en: %s, zh: x}, params: %s, result: %s%s}",
		one(a, members), a.apis, mode, a.text(), a.schema(3, true), a.schema(3, true), task)
}

func (a *arbitrary) schema(depth int, refs bool) string {
	kinds := []string{`{type: string, description: %s}`, `{type: [string, bytes, "null"], description: %s}`, `{type: bytes, description: %s}`, `{description: %s}`,
		`{type: integer, minimum: 1, description: %s}`, `{type: [number, "null"], description: %s}`, `{enum: [1, 2.5, x, true], description: %s}`, `{type: [array, object], description: %s}`}
	switch n := a.IntN(8); {
	case n == 0 && refs:
		return fmt.Sprintf(`{$ref: "#/$defs/%s"}`, one(a, []string{"d", "type"}))
	case n == 1:
		return fmt.Sprintf("{enum: [%s, %s, \"a\"]}", strconv.QuoteToASCII(one(a, awkward)), strconv.QuoteToASCII(one(a, awkward)))
	case n == 2 && depth > 0:
		return fmt.Sprintf("{type: array, items: %s}", a.schema(depth-1, refs))
	case n == 3 && depth > 0:
		return fmt.Sprintf("{type: object, additionalProperties: %s}", a.schema(depth-1, refs))
	case n > 3 && depth > 0:
		var props, required []string
		for i, name := range a.names(awkward, 6) {
			props = append(props, strconv.QuoteToASCII(name)+": "+a.schema(depth-1, refs))
			if i%2 == 0 {
				required = append(required, strconv.QuoteToASCII(name))
			}
		}
		return fmt.Sprintf("{type: object, required: [%s], properties: {%s}}", strings.Join(required, ", "), strings.Join(props, ", "))
	}
	return fmt.Sprintf(one(a, kinds), a.text())
}

// TestArbitrary writes contracts full of awkward names for every target; the Go must parse.
func TestArbitrary(t *testing.T) {
	t.Parallel()
	seeds := uint64(150)
	if testing.Short() {
		seeds = 20
	}
	for seed := range seeds {
		a := &arbitrary{Rand: rand.New(rand.NewPCG(seed, 1))}
		text := a.contract()
		c, err := contract.Parse("a.yaml", []byte(text))
		if err != nil {
			t.Fatalf("seed %d: the contract should be valid: %v\n%s", seed, err, text)
		}
		if err := everyTarget(c); err != nil {
			t.Fatalf("seed %d: %v\n%s", seed, err, text)
		}
	}
}

func everyTarget(c *contract.Contract) error {
	for _, lang := range generate.Langs() {
		f, err := generate.One(lang, c, generate.Options{})
		if err != nil {
			return fmt.Errorf("%s: %w", lang, err)
		}
		if _, err := generate.One(lang, c, generate.Options{Kit: true}); err != nil {
			return fmt.Errorf("%s for the kit: %w", lang, err)
		}
		if lang == generate.Go {
			if _, err := parser.ParseFile(token.NewFileSet(), f.Name, f.Data, parser.AllErrors); err != nil {
				return fmt.Errorf("generated Go: %w\n%s", err, f.Data)
			}
		}
		if lang == generate.HTML && strings.Contains(string(f.Data), "<script") {
			return fmt.Errorf("a script got into the page:\n%s", f.Data)
		}
	}
	return nil
}

// FuzzContract: whatever is a contract can be written for every target.
func FuzzContract(f *testing.F) {
	for seed := range uint64(20) {
		f.Add([]byte((&arbitrary{Rand: rand.New(rand.NewPCG(seed, 2))}).contract()))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := contract.Parse("fuzz.yaml", data)
		if err != nil {
			return
		}
		if err := everyTarget(c); err != nil {
			t.Fatal(err)
		}
	})
}
