package contract

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/pdk/go"
)

// Fast tells whether the schema's fast way takes a payload, for tests from outside.
func (s *Schema) Fast(text []byte) bool {
	return s != nil && len(text) > 0 && s.root.fast(text, 0, 0) == len(text)
}

// Slow is the checker's verdict without the fast way.
func (s *Schema) Slow(text []byte) error {
	return s.checkAll(pdk.Payload{JSON: text}, pdk.CodeInvalidResult, "invalidResult", "m", "result")
}

const fastContract = `
capability: t.fast/v1
summary: {en: x, zh: x}
methods:
  m:
    mode: async
    api: [wx.m]
    summary: {en: x, zh: x}
    params:
      type: object
      required: [id, text]
      additionalProperties: false
      properties:
        id: {type: integer, minimum: 1, maximum: 99999}
        text: {type: string, minLength: 2, maxLength: 20}
        kind: {enum: [plain, rich]}
        ratio: {type: number, exclusiveMinimum: 0}
        on: {type: boolean}
        tags: {type: array, minItems: 1, maxItems: 3, items: {type: string}}
        inner: {type: object, required: [aVeryLongNameIndeed], properties: {aVeryLongNameIndeed: {type: integer}, aVeryLongNameInside: {type: string, pattern: "^a"}}}
        open: {type: object}
        either: {anyOf: [{type: string}, {type: integer}]}
`

func fastSchema(t testing.TB) *Schema {
	t.Helper()
	c, err := Parse("fast.yaml", []byte(fastContract))
	if err != nil {
		t.Fatal(err)
	}
	return c.Methods["m"].Params
}

// TestFast says of payloads whether the fast way takes them, and that the checker agrees.
func TestFast(t *testing.T) {
	t.Parallel()
	s := fastSchema(t)
	for _, c := range []struct {
		name, text string
		fast, good bool
	}{
		{"in the schema's order", `{"id":1,"text":"ab","kind":"plain","ratio":2,"on":true,"tags":["x"],"inner":{"aVeryLongNameIndeed":7}}`, true, true},
		{"in another order", `{"on":false,"text":"ab","kind":"rich","id":-0,"tags":["x","y","z"]}`, false, false},
		{"required ones last", `{"on":false,"kind":"rich","text":"abcdefghijklmnopqrst","id":99999}`, true, true},
		{"text beyond ASCII", `{"id":1,"text":"斗拱斗拱斗拱斗拱斗拱"}`, true, true},
		{"text beyond ASCII, too long", `{"id":1,"text":"斗拱斗拱斗拱斗拱斗拱斗拱斗拱斗拱斗拱斗拱斗"}`, false, false},
		{"an escape", `{"id":1,"text":"a\nb"}`, true, true},
		{"a bad escape", `{"id":1,"text":"a\xb"}`, false, false},
		{"a control character", "{\"id\":1,\"text\":\"a\tb\"}", false, false},
		{"text that is not UTF-8", "{\"id\":1,\"text\":\"ab\xff\"}", false, false},
		{"a fraction", `{"id":1,"text":"ab","ratio":0.5}`, true, true},
		{"a whole number with a point", `{"id":1.0,"text":"ab"}`, true, true},
		{"not a whole number", `{"id":1.5,"text":"ab"}`, false, false},
		{"a leading zero", `{"id":01,"text":"ab"}`, false, false},
		{"a sign alone", `{"id":-,"text":"ab"}`, false, false},
		{"an exclusive bound", `{"id":1,"text":"ab","ratio":0}`, false, false},
		{"too large", `{"id":100000,"text":"ab"}`, false, false},
		{"many digits", `{"id":1,"text":"ab","ratio":12345678901234567890}`, true, true},
		{"a key twice", `{"id":1,"text":"ab","id":2}`, false, false},
		{"a key missing", `{"id":1}`, false, false},
		{"an unknown key", `{"id":1,"text":"ab","x":1}`, false, false},
		{"the beginning of a key", `{"id":1,"text":"ab","inner":{"aVeryLongNameInd":7}}`, false, false},
		{"keys that begin alike", `{"id":1,"text":"ab","inner":{"aVeryLongNameInside":"ab","aVeryLongNameIndeed":7}}`, true, true},
		{"a pattern missed", `{"id":1,"text":"ab","inner":{"aVeryLongNameInside":"b","aVeryLongNameIndeed":7}}`, false, false},
		{"a key in another spelling", `{"\u0069d":1,"text":"ab"}`, false, true},
		{"white space behind a comma", `{"id":1, "text":"ab"}`, false, true},
		{"white space around", ` {"id":1,"text":"ab"} `, false, true},
		{"not in the enum", `{"id":1,"text":"ab","kind":"poor"}`, false, false},
		{"another type in the enum", `{"id":1,"text":"ab","kind":1}`, false, false},
		{"an empty array", `{"id":1,"text":"ab","tags":[]}`, false, false},
		{"too many items", `{"id":1,"text":"ab","tags":["a","b","c","d"]}`, false, false},
		{"a bad item", `{"id":1,"text":"ab","tags":["a",1]}`, false, false},
		{"an open object", `{"id":1,"text":"ab","open":{"a":[{"b":null}]}}`, true, true},
		{"alternatives", `{"id":1,"text":"ab","either":7}`, true, true},
		{"no alternative", `{"id":1,"text":"ab","either":true}`, false, false},
		{"an attachment that is not there", `{"id":1,"text":"ab","open":{"$blob":0}}`, false, false},
		{"something behind it", `{"id":1,"text":"ab"}x`, false, false},
		{"no end", `{"id":1,"text":"ab"`, false, false},
		{"a comma at the end", `{"id":1,"text":"ab",}`, false, false},
		{"a truncated word", `{"id":1,"text":"ab","on":tru`, false, false},
		{"nothing", ``, false, false},
		{"null", `null`, false, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := s.Fast([]byte(c.text)); got != c.fast {
				t.Errorf("the fast way takes %s: %t, want %t", c.text, got, c.fast)
			}
			if err := s.Slow([]byte(c.text)); (err == nil) != c.good {
				t.Errorf("the checker takes %s: %v, want %t", c.text, err, c.good)
			}
		})
	}
}

// TestFastDamaged cuts a good payload off at every byte and puts every kind of byte at every place: what the fast way
// takes then the checker takes too.
func TestFastDamaged(t *testing.T) {
	t.Parallel()
	s, taken := fastSchema(t), 0
	good := []byte(`{"id":47,"text":"斗 the quick","kind":"rich","ratio":-2.5e1,"on":true,"tags":["x","yy"],"inner":{"aVeryLongNameIndeed":7}}`)
	good = bytes.Replace(good, []byte("-2.5e1"), []byte("2.5e1"), 1)
	judge := func(text []byte) {
		if s.Fast(text) {
			if taken++; s.Slow(text) != nil {
				t.Errorf("the fast way takes %q, and the checker says %v", text, s.Slow(text))
			}
		}
	}
	if !s.Fast(good) {
		t.Fatal("the fast way does not take the good payload")
	}
	for i := range good {
		judge(good[:i])
		judge(good[i:])
		for b := range 256 {
			text := bytes.Clone(good)
			text[i] = byte(b)
			judge(text)
			judge(append(append(bytes.Clone(good[:i]), byte(b)), good[i:]...))
		}
	}
	if taken < len(good) {
		t.Errorf("only %d damaged payloads are still good; the test does not exercise both verdicts", taken)
	}
}

// TestFastDeep nests arrays as deep as the schema says, and one deeper than may be.
func TestFastDeep(t *testing.T) {
	t.Parallel()
	for _, depth := range []int{1, maxDepth - 1, maxDepth, maxDepth + 1} {
		n := &node{types: typeInteger, maxItems: -1, maxLength: -1}
		n.plan = n.choosePlan()
		for range depth {
			n = &node{types: typeArray, items: n, maxItems: -1, maxLength: -1}
			n.plan = n.choosePlan()
		}
		s := &Schema{root: n}
		text := []byte(strings.Repeat("[", depth) + "1" + strings.Repeat("]", depth))
		if got, err := s.Fast(text), s.Slow(text); got != (err == nil) {
			t.Errorf("at depth %d: the fast way %t, the checker %v", depth, got, err)
		}
	}
}

// TestFastBounds holds numbers around all kinds of bounds against the checker: it takes a number that is in bounds, and
// nothing else.
func TestFastBounds(t *testing.T) {
	t.Parallel()
	bounds := []float64{-1e300, -2, -0.5, 0, 0.5, 1, 1.5, 3, 999999999999999, 1e15, 1e16, 1e300}
	values := []string{"-3", "-2", "-1", "-0", "0", "1", "2", "3", "4", "00", "999999999999998", "999999999999999", "1000000000000000", "10000000000000000"}
	for _, low := range bounds {
		for _, high := range bounds {
			for kind := range 16 {
				n := &node{types: typeNumber | typeInteger, maxItems: -1, maxLength: -1, min: low, max: high,
					hasMin: kind&1 != 0, hasMax: kind&2 != 0, exclMin: kind&4 != 0, exclMax: kind&8 != 0}
				n.plan = n.choosePlan()
				s := &Schema{root: &node{types: typeObject, maxItems: -1, maxLength: -1, props: []property{newProperty("number", n, false)}}}
				s.root.plan = s.root.choosePlan()
				for _, v := range values {
					text := []byte(`{"number":` + v + `}`)
					if got, err := s.Fast(text), s.Slow(text); got != (err == nil) {
						t.Errorf("%s between %v and %v (kind %d): the fast way %t, the checker %v", v, low, high, kind, got, err)
					}
				}
			}
		}
	}
}

func FuzzFast(f *testing.F) {
	s := fastSchema(f)
	f.Add([]byte(`{"id":1,"text":"ab","kind":"plain","ratio":2,"on":true,"tags":["x"],"inner":{"aVeryLongNameIndeed":7}}`))
	f.Add([]byte(`{"on":false,"open":{"a":1},"text":"a\u0041","id":5,"either":"x"}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		if s.Fast(text) && (s.Slow(text) != nil || !json.Valid(text)) {
			t.Errorf("the fast way takes %q, and the checker says %v", text, s.Slow(text))
		}
	})
}

func BenchmarkFast(b *testing.B) {
	s := fastSchema(b)
	text := []byte(`{"id":4711,"text":"the quick brown fox","kind":"plain","tags":["one","two"]}`)
	for name, check := range map[string]func() error{
		"fast": func() error {
			if !s.Fast(text) {
				return fmt.Errorf("refused")
			}
			return nil
		},
		"checker": func() error { return s.Slow(text) },
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				if err := check(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
