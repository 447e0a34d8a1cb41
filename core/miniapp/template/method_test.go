package template

import (
	"testing"

	"github.com/dougong-dev/dougong/core/miniapp/value"
)

func TestMethods(t *testing.T) {
	t.Parallel()
	list := value.NewArray("a", "b", value.Null)
	for _, tc := range []struct {
		of   value.Value
		name string
		args []value.Value
		want value.Value
	}{
		{"content", "substring", []value.Value{0.0, 4.0}, "cont"},
		{"content", "substring", []value.Value{4.0, 0.0}, "cont"},
		{"content", "substring", []value.Value{-3.0, 2.0}, "co"},
		{"content", "slice", []value.Value{-3.0}, "ent"},
		{"content", "substr", []value.Value{1.0, 2.0}, "on"},
		{"a😀b", "slice", []value.Value{3.0}, "b"},
		{"abc", "charAt", []value.Value{1.0}, "b"},
		{"aXb", "toLowerCase", nil, "axb"},
		{"中b", "indexOf", []value.Value{"b"}, 1.0},
		{"ab", "indexOf", []value.Value{"z"}, -1.0},
		{"a-b", "split", []value.Value{"-"}, value.NewArray("a", "b")},
		{"a-b-c", "replace", []value.Value{"-", "+"}, "a+b-c"},
		{1.005, "toFixed", []value.Value{1.0}, "1.0"},
		{1e21, "toFixed", nil, "1e+21"},
		{list, "includes", []value.Value{"b"}, true},
		{list, "join", []value.Value{"/"}, "a/b/"},
		{list, "slice", []value.Value{1.0, 2.0}, value.NewArray("b")},
		{list, "slice", []value.Value{2.0, 1.0}, value.NewArray()},
		{list, "push", []value.Value{"c"}, nil},
		{nil, "substring", nil, nil},
	} {
		e := &Expr{Op: OpCall, X: []*Expr{{Op: OpMember, Name: tc.name, X: []*Expr{{Op: OpIdent, Name: "x"}}}}}
		scope := testScope{"x": tc.of}
		for i, a := range tc.args {
			name := string(rune('a' + i))
			scope[name] = a
			e.X = append(e.X, &Expr{Op: OpIdent, Name: name})
		}
		e.CallMethods()
		if err := e.Link(); err != nil {
			t.Fatal(err)
		}
		got, err := e.Eval(scope, nil)
		if err != nil || !value.Equal(got, tc.want) {
			t.Errorf("%v.%s(%v) is %v, %v; want %v", tc.of, tc.name, tc.args, got, err, tc.want)
		}
	}
}

type testScope map[string]value.Value

// Lookup implements Scope.
func (s testScope) Lookup(name string) (value.Value, bool) {
	v, ok := s[name]
	return v, ok
}
