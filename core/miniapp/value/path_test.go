package value

import (
	"reflect"
	"strings"
	"testing"
)

func TestParsePath(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in   string
		want []any
		err  string
	}{
		{in: "a", want: []any{"a"}}, {in: "a.b", want: []any{"a", "b"}}, {in: "a[0].b.c", want: []any{"a", 0, "b", "c"}},
		{in: "a[10][2]", want: []any{"a", 10, 2}}, {in: `a\.b.c`, want: []any{"a.b", "c"}}, {in: `a\[0\]`, want: []any{"a[0]"}}, {in: "中文.x", want: []any{"中文", "x"}},
		{in: "a-b", want: []any{"a-b"}}, {in: "a.0", want: []any{"a", "0"}},
		{in: "", err: "a name is missing at character 1"}, {in: ".a", want: []any{"a"}}, {in: "a.", want: []any{"a"}}, {in: "..", err: "a name is missing at character 3"},
		{in: "a..b", want: []any{"a", "b"}}, {in: "root.cn.[0].cn", want: []any{"root", "cn", 0, "cn"}}, {in: ".[0]", err: "must begin with a name"}, {in: "[0]", err: "must begin with a name"}, {in: "a[", err: `"[" without "]" at character 2`},
		{in: "a[]", err: `natural number, got ""`}, {in: "a[-1]", err: `got "-1"`}, {in: "a[x]", err: `got "x"`}, {in: "a[0]b", want: []any{"a", 0, "b"}},
		{in: "a]", err: `"]" without "["`}, {in: "a[99999999999]", err: "natural number"}, {in: strings.Repeat("a.", MaxPathLength), err: "the limit is"},
	} {
		got, err := ParsePath(c.in)
		if c.err != "" {
			if err == nil || !strings.Contains(err.Error(), c.err) {
				t.Errorf("ParsePath(%.40q) error = %v, want %q", c.in, err, c.err)
			}
		} else if err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("ParsePath(%q) = %v, %v; want %v", c.in, got, err, c.want)
		}
	}
}

func TestSet(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		start, path string
		v           Value
		want        string
	}{
		{`{}`, "a", 1.0, `{"a":1}`}, {`{}`, "a.b.c", 1.0, `{"a":{"b":{"c":1}}}`}, {`{}`, "a[2].b", 1.0, `{"a":[null,null,{"b":1}]}`},
		{`{"a":[1,2,3]}`, "a[1]", 9.0, `{"a":[1,9,3]}`}, {`{"a":{"x":1}}`, "a[0]", 9.0, `{"a":[9]}`}, {`{"a":[1]}`, "a.b", 9.0, `{"a":{"b":9}}`},
		{`{"a":"s"}`, "a.b", 9.0, `{"a":{"b":9}}`}, {`{"a":null}`, "a.b", 9.0, `{"a":{"b":9}}`}, {`{"a":[1,2]}`, "a.1", 9.0, `{"a":[1,9]}`},
		{`{"a":{"b":1,"c":2}}`, "a.b", NewArray(), `{"a":{"b":[],"c":2}}`}, {`{"l":[[1]]}`, "l[0][1]", 2.0, `{"l":[[1,2]]}`},
	} {
		root := mustObject(t, c.start)
		path, err := ParsePath(c.path)
		if err != nil {
			t.Fatal(err)
		}
		if err := Set(root, path, c.v); err != nil {
			t.Errorf("Set(%s, %s): %v", c.start, c.path, err)
		}
		if got := string(AppendJSON(nil, root)); got != c.want {
			t.Errorf("Set(%s, %s) = %s, want %s", c.start, c.path, got, c.want)
		}
		if got := Lookup(root, path); !Equal(got, c.v) {
			t.Errorf("Lookup(%s) after Set = %v, want %v", c.path, got, c.v)
		}
	}
}

func TestSetRefusesFarIndex(t *testing.T) {
	t.Parallel()
	err := Set(ObjectOf(), []any{"a", 2000000000}, 1.0)
	if err == nil || !strings.Contains(err.Error(), `setData path "a[2000000000]": index 2000000000 of an array of 0 elements is too far away`) {
		t.Errorf("error = %v", err)
	}
}

func mustObject(t *testing.T, src string) *Object {
	t.Helper()
	v, err := DecodeJSON([]byte(src))
	if err != nil {
		t.Fatal(err)
	}
	return v.(*Object)
}

func FuzzPath(f *testing.F) {
	for _, s := range []string{"a", "a[0].b.c", `a\.b[3]`, "a[", "..", "a[0][1].c"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		path, err := ParsePath(s)
		if err != nil {
			return
		}
		root := ObjectOf()
		if err := Set(root, path, "v"); err == nil && Lookup(root, path) != "v" {
			t.Fatalf("path %q: set and not found in %s", s, AppendJSON(nil, root))
		}
	})
}
