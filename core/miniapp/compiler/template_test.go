package compiler

import (
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/core/miniapp/program"
	"github.com/dougong-dev/dougong/core/miniapp/template"
	"github.com/dougong-dev/dougong/core/miniapp/value"
)

type scope struct{ *value.Object }

func (s scope) Lookup(name string) (value.Value, bool) { return s.Get(name) }

type joiner struct{}

func (joiner) FuncName() string { return "join" }

func call(_ value.Func, args []value.Value) (value.Value, error) {
	return value.ToString(&value.Array{Items: args}), nil
}

// evalText compiles an attribute value and evaluates it against data.
func evalText(t *testing.T, src, data string) value.Value {
	t.Helper()
	quote := `"`
	if strings.Contains(src, quote) {
		quote = "'"
	}
	f, diags := CompileTemplate("a.wxml", "<v a="+quote+src+quote+"/>", nil)
	if len(diags) > 0 {
		t.Fatalf("%s: %+v", src, diags)
	}
	d, err := value.DecodeJSON([]byte(data))
	if err != nil {
		t.Fatal(err)
	}
	o := d.(*value.Object)
	o.Set("util", value.ObjectOf("join", joiner{}))
	v, err := f.Nodes[0].Attrs[0].Value.Eval(scope{o}, call)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestExpressions(t *testing.T) {
	t.Parallel()
	const data = `{"a":1,"b":"x","o":{"p":{"q":[10,20,{"r":"deep"}]},"0":"zero"},"l":[1,2,3],"n":null,"t":true,"s":"中文","e":"","k":"p","neg":-5}`
	for src, want := range map[string]string{
		`{{a}}`: `1`, `{{b}}`: `"x"`, `{{missing}}`: `undefined`, `{{missing.deep.er}}`: `undefined`, `{{n.x}}`: `undefined`, `{{n}}`: `null`,
		`{{o.p.q[2].r}}`: `"deep"`, `{{o[k].q[a]}}`: `20`, `{{o[missing]}}`: `undefined`, `{{o.p["q"].length}}`: `3`, `{{s.length}}`: `2`, `{{s[1]}}`: `"文"`, `{{o[0]}}`: `"zero"`,
		`{{a+1}}`: `2`, `{{a + b}}`: `"1x"`, `{{'1'+1}}`: `"11"`, `{{'3'*'4'}}`: `12`, `{{a-b}}`: `NaN`, `{{7%4}}`: `3`, `{{-7%4}}`: `-3`, `{{2+3*4}}`: `14`, `{{(2+3)*4}}`: `20`,
		`{{10/4}}`: `2.5`, `{{1/0}}`: `Infinity`, `{{2**3**2}}`: `512`, `{{-a}}`: `-1`, `{{+b}}`: `NaN`, `{{~5}}`: `-6`, `{{neg>>1}}`: `-3`, `{{neg>>>28}}`: `15`, `{{5&3|8^1}}`: `9`, `{{1<<4}}`: `16`,
		`{{a===1}}`: `true`, `{{a=='1'}}`: `true`, `{{a!=='1'}}`: `true`, `{{n==undefined}}`: `true`, `{{n===undefined}}`: `false`, `{{a!=1}}`: `false`,
		`{{a<2&&t}}`: `true`, `{{e||'none'}}`: `"none"`, `{{a&&b}}`: `"x"`, `{{n??'d'}}`: `"d"`, `{{!e}}`: `true`, `{{!!a}}`: `true`, `{{'b'>'a'}}`: `true`, `{{'10'<'9'}}`: `true`, `{{10<'9'}}`: `false`,
		`{{t?'yes':'no'}}`: `"yes"`, `{{a>1?'x':a>0?'y':'z'}}`: `"y"`, `{{a?.5:1}}`: `0.5`, `{{o?.p?.q[0]}}`: `10`, `{{missing?.x}}`: `undefined`, `{{typeof a}}`: `"number"`,
		`{{[1,a,...l]}}`: `[1,1,1,2,3]`, `{{ {a, b:2, ...o.p, 'c-d':3} }}`: `{"a":1,"b":2,"q":[10,20,{"r":"deep"}],"c-d":3}`, `{{a:b, c:1}}`: `{"a":"x","c":1}`, `{{...o.p}}`: `{"q":[10,20,{"r":"deep"}]}`, `{{a,b}}`: `{"a":1,"b":"x"}`,
		`{{util.join(a,b,[1])}}`: `"1,x,1"`, `{{util.join(...l)}}`: `"1,2,3"`, `{{l.indexOf(2)}}`: `undefined`, `{{util.missing(1)}}`: `undefined`,
		`a{{a}}b`: `"a1b"`, `{{a}}{{b}}`: `"1x"`, `{{missing}}{{b}}`: `"x"`, `x{{n}}`: `"xnull"`, `{{l}} `: `"1,2,3 "`, `x{{o}}`: `"x[object Object]"`, `{{}}`: `undefined`, ``: `""`, `a}}b`: `"a}}b"`,
		`{{"it's"}}`: `undefined`, `{{'a\'b\n\u4e2d\x41'}}`: `"a'b\n中A"`, "{{`n${a}${b}!`}}": `"n1x!"`, `{{a &lt; 2 &amp;&amp; b}}`: `"x"`, `&lt;{{a}}&amp;&nbsp;`: "\"\\u003c1&\u00a0\"", `?a=1&copy=2`: `"?a=1&copy=2"`,
		`{{0x1f}}`: `31`, `{{1e3}}`: `1000`, `{{.5}}`: `0.5`, `{{true}}`: `true`, `{{null}}`: `null`, `{{undefined}}`: `undefined`, `{{'}}'}}`: `"}}"`, `{{ {x:{y:1}} }}`: `{"x":{"y":1}}`,
	} {
		if strings.Contains(src, `"`) && strings.Contains(src, `'`) {
			continue // cannot stand in one attribute
		}
		v := evalText(t, src, data)
		got := string(value.AppendJSON(nil, v))
		if f, ok := v.(float64); v == nil || ok && got == "null" {
			got = value.ToString(v)
			_ = f
		}
		if got != want {
			t.Errorf("%s = %s, want %s", src, got, want)
		}
	}
}

func TestEscapes(t *testing.T) {
	t.Parallel()
	for src, want := range map[string]string{
		`<text>a\nb\tc</text>`: "a\nb\tc", `<text>{{x}}\n&lt;</text>`: "1\n&lt;", `<view>{{x}}\n&lt;</view>`: "1\n<", `<text><block>&amp;</block></text>`: "&amp;", `<text>C:\\new \d \u4e2d \</text>`: `C:\\new \d \u4e2d \`,
		`<text>{{'a\nb'}}</text>`: "a\nb",
		`<v a="a\nb\t"/>`:         "a\nb\t", `<v a="\d+\\"/>`: `d+\`, `<v a="say \"hi\""/>`: `say "hi"`, `<v a='it\'s {{x}}\n'/>`: "it's 1\n", `<v a="&quot;\n"/>`: "\"\n",
	} {
		f, diags := CompileTemplate("a.wxml", src, nil)
		if len(diags) > 0 {
			t.Errorf("%s: %+v", src, diags)
			continue
		}
		var e *template.Expr
		if n := f.Nodes[0]; len(n.Attrs) > 0 {
			e = n.Attrs[0].Value
		} else {
			for n = n.Children[0]; len(n.Children) > 0; {
				n = n.Children[0]
			}
			e = n.Value
		}
		got, err := e.Eval(scope{value.ObjectOf("x", 1.0)}, call)
		if err != nil || got != want {
			t.Errorf("%s = %q (%v), want %q", src, got, err, want)
		}
	}
}

// TestFrameworkDecodes: which framework runs a program decides about references in the static text of <text>.
func TestFrameworkDecodes(t *testing.T) {
	t.Parallel()
	for config, want := range map[string]string{
		`{"pages":["a"]}`: "&lt;", `{"pages":["a"],"componentFramework":"exparser"}`: "&lt;",
		`{"pages":["a"],"componentFramework":"glass-easel"}`: "<", `{"pages":["a"],"renderer":"skyline"}`: "<",
	} {
		res, err := buildFiles(t, map[string]string{"app.json": config, "a.wxml": "<text>&lt;</text>", "a.js": "Page({})"})
		if err != nil {
			t.Fatal(err)
		}
		p, err := program.Load(res.Files)
		if err != nil {
			t.Fatal(err)
		}
		file, err := p.Template("a.wxml")
		if err != nil {
			t.Fatal(err)
		}
		if got, err := file.Nodes[0].Children[0].Value.Eval(scope{}, nil); err != nil || got != want {
			t.Errorf("%s: %v (%v), want %q", config, got, err, want)
		}
	}
}

func TestReads(t *testing.T) {
	t.Parallel()
	for src, want := range map[string]string{
		`{{a.b.c}}`: "a.b.c", `{{a[0].b}}`: "a.0.b", `{{a[i].b}}`: "i a", `{{a.b[c.d].e.f}}`: "c.d a.b", `{{list.length>0}}`: "list.length", `{{a.list.length.x}}`: "a.list.length.x",
		`{{a?b:c}}{{a}}`: "a b c", `{{u.f(x.y, [z])}}`: "u.f x.y z", `{{ {a, b:c.d, ...e} }}`: "a c.d e", `plain`: "", `{{a['b']}}`: "a.b", `{{(a||b).c}}`: "a b",
		`{{true ? a : b}}`: "a", `{{a[b[c]].d}}`: "c b a",
	} {
		f, diags := CompileTemplate("a.wxml", `<v a="`+src+`"/>`, nil)
		if len(diags) > 0 {
			t.Fatalf("%s: %+v", src, diags)
		}
		var got []string
		for _, path := range f.Nodes[0].Attrs[0].Value.Reads {
			got = append(got, strings.Join(path, "."))
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s reads %q, want %q", src, got, want)
		}
	}
}

func TestConstantsAreFolded(t *testing.T) {
	t.Parallel()
	for src, want := range map[string]value.Value{
		`{{1+2*3}}`: 7.0, `{{'a'+'b'}}c`: "abc", `{{true?'x':y}}`: "x", `{{!true}}`: false, `{{'abc'.length}}`: 3.0, `{{false&&x}}`: false, `{{undefined}}x`: "x",
	} {
		f, _ := CompileTemplate("a.wxml", `<v a="`+src+`"/>`, nil)
		v, ok := f.Nodes[0].Attrs[0].Value.Static()
		if !ok || v != want {
			t.Errorf("%s folds to %v (%v), want %v", src, v, ok, want)
		}
	}
	f, _ := CompileTemplate("a.wxml", `<v a="x{{a}}{{1}}y{{2+3}}z"/>`, nil)
	if e := f.Nodes[0].Attrs[0].Value; e.Op != template.OpConcat || len(e.X) != 3 {
		t.Errorf("neighbouring constants of a text are not joined: %d parts, want 3", len(e.X))
	}
}
