package template_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/core/miniapp/template"
	"github.com/dougong-dev/dougong/core/miniapp/value"
)

type scope struct{ *value.Object }

func (s scope) Lookup(name string) (value.Value, bool) { return s.Get(name) }

type fn func(args []value.Value) (value.Value, error)

func (fn) FuncName() string { return "f" }

func apply(f value.Func, args []value.Value) (value.Value, error) { return f.(fn)(args) }

func id(name string) *template.Expr { return &template.Expr{Op: template.OpIdent, Name: name} }

func call(f *template.Expr, args ...*template.Expr) *template.Expr {
	return &template.Expr{Op: template.OpCall, X: append([]*template.Expr{f}, args...), Pos: template.Pos{0, 3, 4}}
}

func link(t testing.TB, e *template.Expr) *template.Expr {
	t.Helper()
	if err := e.Link(); err != nil {
		t.Fatal(err)
	}
	return e
}

func TestFailedCallIsUndefinedAndReported(t *testing.T) {
	t.Parallel()
	boom := errors.New("boom")
	s := scope{value.ObjectOf("f", fn(func([]value.Value) (value.Value, error) { return "lost", boom }), "x", "X")}
	e := link(t, &template.Expr{Op: template.OpConcat, X: []*template.Expr{id("x"), call(id("f")), call(id("x")), id("x")}})
	v, err := e.Eval(s, apply)
	if v != "XX" {
		t.Errorf("value = %q, want XX: failed calls and calls of non-functions are undefined", v)
	}
	var ee *template.EvalError
	if !errors.As(err, &ee) || !errors.Is(err, boom) || ee.Pos != (template.Pos{0, 3, 4}) {
		t.Errorf("error = %#v, want boom at line 3 column 4", err)
	}
}

func TestLinkRefuses(t *testing.T) {
	t.Parallel()
	deep := id("a")
	for range 600 {
		deep = &template.Expr{Op: "!", X: []*template.Expr{deep}}
	}
	for _, c := range []struct {
		e    *template.Expr
		want string
	}{
		{&template.Expr{Op: "boom"}, `unknown operation "boom"`},
		{&template.Expr{Op: "+", X: []*template.Expr{id("a")}}, `operation "+" with 1 operands`},
		{&template.Expr{Op: template.OpObject, X: []*template.Expr{id("a")}}, "object with 0 keys and 1 values"},
		{&template.Expr{Op: "!", X: []*template.Expr{nil}}, "a part of an expression is missing"},
		{&template.Expr{Op: template.OpConst, Const: struct{}{}}, "constant: a Go value of type struct {}"},
		{deep, "nested deeper than"},
	} {
		if err := c.e.Link(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("Link error = %v, want %q", err, c.want)
		}
	}
}

func TestDecodeRefuses(t *testing.T) {
	t.Parallel()
	for src, want := range map[string]string{
		`{"v":2,"path":"a.wxml"}`:                                    `compiled template "a.wxml" has IR version 2, this host reads version 1`,
		`{"v":1,"nodes":[{"k":"zz","p":[0,3,4]}]}`:                   `line 3 column 4: unknown node kind "zz"`,
		`{"v":1,"nodes":[{"k":"for","p":[0,3,4]}]}`:                  "loop without a list",
		`{"v":1,"nodes":[null]}`:                                     "a node is missing",
		`{"v":1,"nodes":[{"k":"el","tag":"a","attrs":[{"n":"x"}]}]}`: `attribute "x": a part of an expression is missing`,
		`{`: "compiled template:",
	} {
		if _, err := template.Decode([]byte(src)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Decode(%s) error = %v, want %q", src, err, want)
		}
	}
}

func BenchmarkEvalPath(b *testing.B) {
	e := link(b, &template.Expr{Op: template.OpMember, Name: "title", X: []*template.Expr{id("item")}})
	s := scope{value.ObjectOf("list", value.NewArray(), "item", value.ObjectOf("id", 1.0, "title", "x"))}
	b.ReportAllocs()
	for b.Loop() {
		_, _ = e.Eval(s, nil)
	}
}

func BenchmarkEvalCondition(b *testing.B) {
	e := link(b, &template.Expr{Op: "?:", X: []*template.Expr{
		{Op: ">", X: []*template.Expr{id("n"), template.Constant(3.0, template.Pos{})}}, template.Constant("many", template.Pos{}), template.Constant("few", template.Pos{}),
	}})
	s := scope{value.ObjectOf("n", 5.0)}
	b.ReportAllocs()
	for b.Loop() {
		_, _ = e.Eval(s, nil)
	}
}

func BenchmarkEvalText(b *testing.B) {
	e := link(b, &template.Expr{Op: template.OpConcat, X: []*template.Expr{template.Constant("¥", template.Pos{}), id("price"), template.Constant(" 元", template.Pos{})}})
	s := scope{value.ObjectOf("price", 12.5)}
	b.ReportAllocs()
	for b.Loop() {
		_, _ = e.Eval(s, nil)
	}
}
