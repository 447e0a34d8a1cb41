package conformance

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/dougong-dev/dougong/pdk/conformance"
)

// mismatch is the first place where a value is not what was expected.
type mismatch struct{ path, want, got string }

func (m *mismatch) expected() string { return at(m.path) + m.want }
func (m *mismatch) found() string    { return at(m.path) + m.got }

func at(path string) string {
	if path == "" {
		return ""
	}
	return path + ": "
}

// match compares a plain value with an expectation; nil: it fits.
func (v variables) match(want *conformance.Value, got any, path string) *mismatch {
	switch want.Kind {
	case conformance.Object:
		return v.matchObject(want, got, path, false)
	case conformance.List:
		return v.matchList(want, got, path)
	case conformance.Bytes:
		return equal(want.Data, got, path)
	case conformance.Matcher:
		return v.matcher(want, got, path)
	}
	x, err := v.value(want)
	if err != nil {
		return &mismatch{path, err.Error(), show(got)}
	}
	return equal(x, got, path)
}

func (v variables) matchObject(want *conformance.Value, got any, path string, subset bool) *mismatch {
	m, ok := got.(map[string]any)
	if !ok {
		return &mismatch{path, "an object", show(got)}
	}
	known := map[string]bool{}
	for _, f := range want.Fields {
		known[f.Key] = true
		here := join(path, f.Key)
		x, there := m[f.Key]
		absent := f.Value.Kind == conformance.Matcher && f.Value.Op == "$absent"
		switch {
		case absent && there:
			return &mismatch{here, "nothing", show(x)}
		case absent:
		case !there:
			return &mismatch{here, v.describe(f.Value), "nothing"}
		default:
			if w := v.match(f.Value, x, here); w != nil {
				return w
			}
		}
	}
	for _, k := range sortedKeys(m) {
		if !known[k] && !subset {
			return &mismatch{join(path, k), "nothing", show(m[k])}
		}
	}
	return nil
}

func (v variables) matchList(want *conformance.Value, got any, path string) *mismatch {
	list, ok := got.([]any)
	switch {
	case !ok:
		return &mismatch{path, "a list", show(got)}
	case len(list) != len(want.Items):
		return &mismatch{path, fmt.Sprintf("%d items", len(want.Items)), fmt.Sprintf("%d items: %s", len(list), show(got))}
	}
	for i, item := range want.Items {
		if w := v.match(item, list[i], fmt.Sprintf("%s[%d]", path, i)); w != nil {
			return w
		}
	}
	return nil
}

// equal compares plain values.
func equal(want, got any, path string) *mismatch {
	wrong := &mismatch{path, show(want), show(got)}
	switch w := want.(type) {
	case []byte:
		g, ok := got.([]byte)
		if ok && bytes.Equal(w, g) {
			return nil
		}
		if ok {
			wrong.got += difference(w, g)
		}
		return wrong
	case string:
		if g, ok := got.(string); ok && g == w {
			return nil
		} else if ok && (strings.ContainsFunc(w+g, unseen) || !utf8.ValidString(g)) {
			wrong.want, wrong.got = shorten(strconv.QuoteToASCII(w)), shorten(strconv.QuoteToASCII(g))
		}
		return wrong
	case nil, bool:
		if got == want {
			return nil
		}
		return wrong
	}
	if same(want, got) {
		return nil
	}
	return wrong
}

// unseen tells which characters do not show by themselves, so that two texts may look alike.
func unseen(r rune) bool { return unicode.In(r, unicode.Mn, unicode.Cf, unicode.Zl, unicode.Zp) }

// difference says where bytes begin to differ.
func difference(want, got []byte) string {
	i := 0
	for i < len(want) && i < len(got) && want[i] == got[i] {
		i++
	}
	return fmt.Sprintf("; they differ from byte %d", i)
}

// same compares numbers by value and anything else by its JSON.
func same(a, b any) bool {
	x, ok1 := numeric(a)
	y, ok2 := numeric(b)
	if ok1 && ok2 {
		i, err1 := strconv.ParseInt(x, 10, 64)
		j, err2 := strconv.ParseInt(y, 10, 64)
		if err1 == nil && err2 == nil {
			return i == j
		}
		f, err1 := strconv.ParseFloat(x, 64)
		g, err2 := strconv.ParseFloat(y, 64)
		return err1 == nil && err2 == nil && f == g
	}
	s, err1 := json.Marshal(a)
	t, err2 := json.Marshal(b)
	return err1 == nil && err2 == nil && bytes.Equal(s, t)
}

// numeric gives a number's text.
func numeric(x any) (string, bool) {
	switch n := x.(type) {
	case json.Number:
		return n.String(), true
	case int, int64, uint64, float64:
		text, err := json.Marshal(n)
		return string(text), err == nil
	}
	return "", false
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}
