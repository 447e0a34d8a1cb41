package template

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/core/miniapp/value"
)

func TestCompareTextOrdersByUTF16(t *testing.T) {
	t.Parallel()
	ordered := []string{"", "A", "a", "ab", "b", "é", "中", "\ue000" /* after the next two in UTF-16 */, "\uffff"}
	for i := range ordered[1:] {
		if compareText(ordered[i], ordered[i+1]) >= 0 || compareText(ordered[i+1], ordered[i]) <= 0 {
			t.Errorf("%q must come before %q", ordered[i], ordered[i+1])
		}
	}
	for _, private := range []string{"\ue000", "\uffff"} {
		if compareText("😀", private) >= 0 || compareText(private, "😀") <= 0 || compareText("x😀a", "x😀a") != 0 {
			t.Errorf("a surrogate pair must come before %q", private)
		}
	}
}

func TestArithmeticIsJavaScripts(t *testing.T) {
	t.Parallel()
	nan := math.NaN()
	for _, c := range []struct {
		op   Op
		a, b value.Value
		want value.Value
	}{
		{"+", value.NewArray(1.0, 2.0), 3.0, "1,23"}, {"+", value.ObjectOf(), "x", "[object Object]x"}, {"+", value.Null, 1.0, 1.0}, {"+", nil, 1.0, nan}, {"+", true, true, 2.0},
		{"-", "5", 2.0, 3.0}, {"*", "a", 2.0, nan}, {"/", 0.0, 0.0, nan}, {"%", 5.5, 2.0, 1.5}, {"%", 1.0, 0.0, nan}, {"**", 2.0, -1.0, .5},
		{"<", nil, 1.0, false}, {">=", nil, nil, false}, {"<=", value.Null, 0.0, true}, {"<", "2", 10.0, true}, {"<", "2", "10", false}, {">", value.NewArray(3.0), 2.0, true},
		{"|", 5.9, 0.0, 5.0}, {"&", -1.0, 255.0, 255.0}, {"<<", 1.0, 33.0, 2.0}, {">>>", -1.0, 0.0, 4294967295.0}, {"^", "6", 3.0, 5.0},
	} {
		e := &Expr{Op: c.op, X: []*Expr{{Op: OpIdent, Name: "a"}, {Op: OpIdent, Name: "b"}}}
		if err := e.Link(); err != nil {
			t.Fatal(err)
		}
		got, err := e.Eval(pair{c.a, c.b}, nil)
		if err != nil || !value.Equal(got, c.want) {
			t.Errorf("%s %s %s = %v, want %v", value.ToString(c.a), c.op, value.ToString(c.b), got, c.want)
		}
	}
}

type pair struct{ a, b value.Value }

func (p pair) Lookup(name string) (value.Value, bool) {
	if name == "a" {
		return p.a, true
	}
	return p.b, true
}

func TestConstantsSurviveJSON(t *testing.T) {
	t.Parallel()
	for _, v := range []value.Value{nil, value.Null, true, false, 0.0, -1.5, 1e21, "", "中\"<"} {
		data, err := json.Marshal(Constant(v, Pos{0, 1, 1}))
		if err != nil {
			t.Fatal(err)
		}
		e := &Expr{}
		if err := json.Unmarshal(data, e); err != nil {
			t.Fatal(err)
		}
		if got, ok := e.Static(); !ok || !value.Equal(got, v) {
			t.Errorf("%s reads as %v (%v), want %v", data, got, ok, v)
		}
		if err := e.Link(); err != nil {
			t.Fatal(err)
		}
		if got, err := e.Eval(nil, nil); err != nil || !value.Equal(got, v) {
			t.Errorf("%s evaluates to %v, want %v", data, got, v)
		}
	}
}

func TestEvalNeedsLink(t *testing.T) {
	t.Parallel()
	e := &Expr{Op: OpIdent, Name: "a"}
	if _, err := e.Eval(pair{}, nil); err == nil || !strings.Contains(err.Error(), "before it was linked") {
		t.Errorf("error = %v", err)
	}
}

// FuzzDecode reads IR as a bundle from anywhere may hold it.
func FuzzDecode(f *testing.F) {
	for _, s := range []string{
		`{"v":1,"path":"a","nodes":[{"k":"el","p":[0,1,1],"tag":"view","attrs":[{"n":"a","v":{"o":"id","n":"x"}}],"c":[{"k":"text","value":{"o":"cat","x":[{"o":"const","c":1}]}}]}]}`,
		`{"v":1,"nodes":[{"k":"for","list":{"o":"()","x":[{"o":"[]","x":[{"o":"id"},{"o":"const"}]}]},"c":[{"k":"if","branches":[{"if":{"o":"!","x":[{"o":"id"}]}}]}]}]}`, `{"v":1,"templates":{"a":[{"k":"slot"}]}}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := Decode(data)
		if err != nil {
			return
		}
		evalAll(file.Nodes)
	})
}

func evalAll(nodes []*Node) {
	for _, n := range nodes {
		for _, e := range []*Expr{n.Value, n.Scope, n.List, n.SlotOf} {
			if e != nil {
				_, _ = e.Eval(pair{value.NewArray(), "x"}, nil)
			}
		}
		for _, a := range n.Attrs {
			_, _ = a.Value.Eval(pair{value.ObjectOf("x", 1.0), 2.0}, nil)
		}
		for _, b := range n.Branches {
			evalAll(b.Children)
		}
		evalAll(n.Children)
	}
}
