package conformance

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/dougong-dev/dougong/pdk/conformance"
)

// matcher carries out a matcher: {"$range": [0, 1]}.
func (v variables) matcher(want *conformance.Value, got any, path string) *mismatch {
	ok := true
	switch want.Op {
	case "$any":
	case "$absent":
		ok = false
	case "$type":
		ok = typed(want.Arg.Scalar.(string), got)
	case "$near":
		ok = v.near(want.Arg, got)
	case "$range":
		text, isNumber := numeric(got)
		n, err := strconv.ParseFloat(text, 64)
		ok = isNumber && err == nil && n >= want.Bounds[0] && n <= want.Bounds[1]
	case "$length":
		n, has := length(got)
		ok = has && float64(n) >= want.Bounds[0] && float64(n) <= want.Bounds[1]
	case "$matches":
		text, isText := got.(string)
		ok = isText && want.Form.MatchString(text)
	case "$subset":
		return v.matchObject(want.Arg, got, path, true)
	case "$contains":
		ok = v.contains(want.Arg, got)
	case "$each":
		return v.each(want.Arg, got, path)
	case "$oneOf":
		ok = slices.ContainsFunc(want.Arg.Items, func(item *conformance.Value) bool { return v.match(item, got, "") == nil })
	case "$set":
		return v.set(want.Arg, got, path)
	}
	if ok {
		return nil
	}
	return &mismatch{path, v.describe(want), show(got)}
}

// nearness is how far apart two numbers may be that are near one another: some ten metres, in degrees.
const nearness = 1e-4

func (v variables) near(want *conformance.Value, got any) bool {
	x, err := v.value(want)
	a, ok1 := numeric(x)
	b, ok2 := numeric(got)
	f, err1 := strconv.ParseFloat(a, 64)
	g, err2 := strconv.ParseFloat(b, 64)
	return errors.Join(err, err1, err2) == nil && ok1 && ok2 && math.Abs(f-g) <= nearness
}

func typed(name string, got any) bool {
	switch x := got.(type) {
	case nil:
		return name == "null"
	case bool:
		return name == "boolean"
	case string:
		return name == "string"
	case []any:
		return name == "array"
	case map[string]any:
		return name == "object"
	case []byte:
		return name == "bytes"
	case json.Number:
		f, err := x.Float64()
		return name == "number" || name == "integer" && err == nil && f == math.Trunc(f)
	}
	return false
}

// length counts characters, items, keys or bytes.
func length(got any) (int, bool) {
	switch x := got.(type) {
	case string:
		return utf8.RuneCountInString(x), true
	case []any:
		return len(x), true
	case map[string]any:
		return len(x), true
	case []byte:
		return len(x), true
	}
	return 0, false
}

func (v variables) contains(want *conformance.Value, got any) bool {
	switch x := got.(type) {
	case string:
		part, err := v.value(want)
		text, ok := part.(string)
		return err == nil && ok && strings.Contains(x, text)
	case []byte:
		return want.Kind == conformance.Bytes && bytes.Contains(x, want.Data)
	case []any:
		return slices.ContainsFunc(x, func(item any) bool { return v.match(want, item, "") == nil })
	}
	return false
}

func (v variables) each(want *conformance.Value, got any, path string) *mismatch {
	list, ok := got.([]any)
	if !ok {
		return &mismatch{path, "a list", show(got)}
	}
	for i, item := range list {
		if w := v.match(want, item, fmt.Sprintf("%s[%d]", path, i)); w != nil {
			return w
		}
	}
	return nil
}

// set compares lists in any order.
func (v variables) set(want *conformance.Value, got any, path string) *mismatch {
	list, ok := got.([]any)
	if !ok || len(list) != len(want.Items) {
		return &mismatch{path, fmt.Sprintf("%d items", len(want.Items)), show(got)}
	}
	rest := slices.Clone(list)
	for _, item := range want.Items {
		i := slices.IndexFunc(rest, func(x any) bool { return v.match(item, x, "") == nil })
		if i < 0 {
			return &mismatch{path, "an item " + v.describe(item), show(got)}
		}
		rest = slices.Delete(rest, i, i+1)
	}
	return nil
}

// describe writes an expectation for people.
func (v variables) describe(want *conformance.Value) string {
	switch want.Kind {
	case conformance.Object:
		var parts []string
		for _, f := range want.Fields {
			parts = append(parts, f.Key+": "+v.describe(f.Value))
		}
		return shorten("{" + strings.Join(parts, ", ") + "}")
	case conformance.List:
		var parts []string
		for _, item := range want.Items {
			parts = append(parts, v.describe(item))
		}
		return shorten("[" + strings.Join(parts, ", ") + "]")
	case conformance.Matcher:
		return v.describeMatcher(want)
	}
	x, err := v.value(want)
	if err != nil {
		return err.Error()
	}
	return show(x)
}

func (v variables) describeMatcher(want *conformance.Value) string {
	switch want.Op {
	case "$any":
		return "anything"
	case "$absent":
		return "nothing"
	case "$type":
		return "a value of type " + want.Arg.Scalar.(string)
	case "$near":
		return "a number near " + v.describe(want.Arg)
	case "$range":
		return fmt.Sprintf("a number from %v to %v", want.Bounds[0], want.Bounds[1])
	case "$length":
		if want.Bounds[0] == want.Bounds[1] {
			return fmt.Sprintf("something of length %v", want.Bounds[0])
		}
		return fmt.Sprintf("something of length %v to %v", want.Bounds[0], want.Bounds[1])
	case "$matches":
		return "text like " + want.Form.String()
	case "$subset":
		return "at least " + v.describe(want.Arg)
	case "$contains":
		return "something that contains " + v.describe(want.Arg)
	case "$each":
		return "a list of " + v.describe(want.Arg)
	case "$oneOf":
		return "one of " + v.describe(want.Arg)
	}
	return "in any order " + v.describe(want.Arg)
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
