package conformance

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/dougong-dev/dougong/pdk/go/strict"
)

// Kind says what a Value is.
type Kind int

// The kinds of a Value.
const (
	Scalar  Kind = iota // Scalar holds nil, bool, int, float64 or string
	Object              // Fields
	List                // Items
	Bytes               // Data
	Var                 // the variable, or part of one, that Text names: "order", "order.id"
	Matcher             // Op with Arg; in expectations only
)

// Value is an argument or an expectation.
type Value struct {
	Kind   Kind
	Scalar any
	Fields []Field // in the file's order
	Items  []*Value
	Data   []byte
	Text   string
	Op     string
	Arg    *Value
	Bounds [2]float64 // of $range and $length
	Form   *regexp.Regexp
	At     strict.Position
}

// Field of an object.
type Field struct {
	Key   string
	Value *Value
}

// What $bytes and $text make is bounded: one value, and all of a file.
const (
	MaxBytes = 64 << 20
	MaxMade  = 256 << 20
)

// matchers are the keys that stand in expectations only.
var matchers = []string{"$any", "$type", "$near", "$range", "$length", "$matches", "$contains", "$each", "$subset", "$oneOf", "$set", "$absent"}

var types = []string{"null", "boolean", "number", "integer", "string", "array", "object", "bytes"}

// value reads a value; matching says whether matchers may stand in it.
func (l *loader) value(v strict.Value, matching bool) *Value {
	out := &Value{At: v.Position()}
	switch v.Kind() {
	case strict.Absent:
		return nil
	case strict.Map:
		entries := v.Entries()
		if len(entries) == 1 && strings.HasPrefix(entries[0].Key, "$") {
			l.special(entries[0], out, matching)
			return out
		}
		out.Kind = Object
		seen := map[string]bool{}
		for _, e := range entries {
			if seen[e.Key] || strings.HasPrefix(e.Key, "$") {
				l.fail(e.Value, "key %q: a key stands once, and one that begins with $ stands alone", e.Key)
			}
			seen[e.Key] = true
			out.Fields = append(out.Fields, Field{e.Key, l.value(e.Value, matching)})
		}
	case strict.List:
		out.Kind = List
		for _, item := range v.Items() {
			out.Items = append(out.Items, l.value(item, matching))
		}
	default:
		x, err := v.Any()
		l.add(err)
		out.Scalar = x
	}
	return out
}

// special reads {"$name": argument}.
func (l *loader) special(e strict.Entry, out *Value, matching bool) {
	switch e.Key {
	case "$bytes":
		out.Kind, out.Data = Bytes, l.bytes(e.Value)
	case "$text":
		out.Scalar = string(l.bytes(e.Value))
	case "$var":
		x, _ := e.Value.Any()
		out.Kind = Var
		if out.Text, _ = x.(string); out.Text == "" {
			l.fail(e.Value, "$var takes the name of a variable")
		}
	default:
		out.Kind, out.Op = Matcher, e.Key
		known := false
		for _, m := range matchers {
			known = known || m == e.Key
		}
		switch {
		case !known:
			l.errs = append(l.errs, &strict.Error{Position: e.KeyAt, Path: e.Key, Message: "unknown" + strict.NearMiss(e.Key, append([]string{"$bytes", "$text", "$var"}, matchers...))})
		case !matching:
			l.fail(e.Value, "%s stands in expectations only", e.Key)
		default:
			l.matcher(e, out)
		}
	}
}

func (l *loader) matcher(e strict.Entry, out *Value) {
	out.Arg = l.value(e.Value, true)
	ok := out.Arg != nil
	switch e.Key {
	case "$type":
		if out.Arg.Kind == Scalar && out.Arg.Scalar == nil {
			out.Arg.Scalar = "null" // which YAML reads as nothing
		}
		name, _ := out.Arg.Scalar.(string)
		ok = false
		for _, t := range types {
			ok = ok || t == name
		}
	case "$range", "$length":
		ok = l.bounds(out)
	case "$matches":
		text, isText := out.Arg.Scalar.(string)
		form, err := regexp.Compile(text)
		out.Form, ok = form, isText && err == nil
	case "$subset":
		ok = out.Arg.Kind == Object
	case "$oneOf", "$set":
		ok = out.Arg.Kind == List
	}
	if !ok {
		l.fail(e.Value, "%s does not take this; %s", e.Key, usage[e.Key])
	}
}

var usage = map[string]string{
	"$type":    "give one of " + strings.Join(types, ", "),
	"$range":   "give [smallest, largest]",
	"$length":  "give a length or [smallest, largest]",
	"$matches": "give a regular expression",
	"$subset":  "give a map",
	"$oneOf":   "give a list of expectations",
	"$set":     "give a list of expectations in any order",
}

func (l *loader) bounds(out *Value) bool {
	if n, ok := number(out.Arg.Scalar); ok {
		out.Bounds = [2]float64{n, n}
		return out.Op == "$length"
	}
	if len(out.Arg.Items) != 2 {
		return false
	}
	low, ok1 := number(out.Arg.Items[0].Scalar)
	high, ok2 := number(out.Arg.Items[1].Scalar)
	out.Bounds = [2]float64{low, high}
	return ok1 && ok2 && low <= high
}

func number(x any) (float64, bool) {
	switch n := x.(type) {
	case int:
		return float64(n), true
	case float64:
		return n, true
	}
	return 0, false
}

// bytesFile is the argument of $bytes and $text: one of the first four, and perhaps a size.
type bytesFile struct {
	Text    *string `yaml:"text"`
	Hex     *string `yaml:"hex"`
	Base64  *string `yaml:"base64"`
	Count   *int    `yaml:"count"` // byte i is i modulo this
	Size    *int    `yaml:"size"`  // repeat or cut to so many bytes
	Times   *int    `yaml:"times"`
	Reverse bool    `yaml:"reverse"`
}

func (l *loader) bytes(v strict.Value) []byte {
	var f bytesFile
	if v.Kind() == strict.Scalar {
		x, _ := v.Any()
		text, ok := x.(string)
		if !ok {
			l.fail(v, "expected text, or a map with text, hex, base64 or count")
		}
		return []byte(text)
	}
	if err := v.Decode(&f); err != nil {
		l.add(err)
		return nil
	}
	data, err := f.make()
	if err != nil {
		l.fail(v, "%s", err)
	}
	if l.made += len(data); l.made > MaxMade {
		l.fail(v, "the values of the file add up to more than %d bytes", MaxMade)
		return nil
	}
	return data
}

func (f *bytesFile) make() ([]byte, error) {
	var unit []byte
	var err error
	given := 0
	for _, source := range []struct {
		text *string
		read func(string) ([]byte, error)
	}{
		{f.Text, func(s string) ([]byte, error) { return []byte(s), nil }},
		{f.Hex, hex.DecodeString}, {f.Base64, base64.StdEncoding.DecodeString},
	} {
		if source.text != nil {
			given++
			if unit, err = source.read(*source.text); err != nil {
				return nil, err
			}
		}
	}
	if f.Count != nil {
		given++
		if *f.Count < 1 || *f.Count > 256 {
			return nil, fmt.Errorf("count is 1 to 256")
		}
		for i := range *f.Count {
			unit = append(unit, byte(i))
		}
	}
	if given != 1 {
		return nil, fmt.Errorf("give exactly one of text, hex, base64 and count")
	}
	return f.stretch(unit)
}

// stretch repeats and cuts the unit.
func (f *bytesFile) stretch(unit []byte) ([]byte, error) {
	size := len(unit)
	if f.Times != nil {
		size *= max(*f.Times, 0)
	}
	if f.Size != nil {
		size = *f.Size
	}
	if size < 0 || size > MaxBytes || size > 0 && len(unit) == 0 {
		return nil, fmt.Errorf("a value of 0 to %d bytes, repeated from at least one, can be made", MaxBytes)
	}
	out := make([]byte, size)
	for have := copy(out, unit); have < size; have *= 2 {
		copy(out[have:], out[:have])
	}
	if f.Reverse {
		slices.Reverse(out)
	}
	return out, nil
}
