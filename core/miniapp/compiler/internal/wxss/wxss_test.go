package wxss

import (
	"fmt"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/core/miniapp/compiler/internal/source"
)

func compile(t *testing.T, text, scope string, files map[string]string) (*Result, *source.Diagnostics) {
	t.Helper()
	var diags source.Diagnostics
	return Compile("pages/a/a.wxss", []byte(text), scope, func(p string) ([]byte, bool) {
		s, ok := files[p]
		return []byte(s), ok
	}, &diags), &diags
}

func TestCompile(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, src, scope, want string }{
		{"rpx", `.a{width:750rpx;margin:-1rpx 10.5rpx 0rpx .5RPX}`, "", `.a{width:100vw;margin:-0.133333vw 1.4vw 0vw 0.066667vw}`},
		{"rpx in calc and variables", `.a{width:calc(100% - 75rpx);--h: 15rpx;height:var(--h, 7.5rpx)}`, "", `.a{width:calc(100% - 10vw);--h:2vw;height:var(--h,1vw)}`},
		{"rpx in media", "@media (min-width: 750rpx) and (max-width:1000px){.a{top:1px}}", "", "@media (min-width: 100vw) and (max-width:1000px){.a{top:1px}\n}"},
		{"not rpx", `.rpx{content:"10rpx";--rpx:1px;background:url(10rpx)}`, "", `.rpx{content:"10rpx";--rpx:1px;background:url("/pages/a/10rpx")}`},
		{"tags", `page{a:b} view .x>text,wx-button::after,van-cell{c:d} .view text.view{e:f}`, "", "dg-page{a:b}\ndg-view .x>dg-text,dg-button::after,dg-host:where([dg-is=\"van-cell\"]){c:d}\n.view dg-text.view{e:f}"},
		{"scope", `.a.b .c-d:not(.e)>.f:nth-child(2n + 1)::after{x:y}`, "s1", `.s1--a.s1--b .s1--c-d:not(.s1--e)>.s1--f:nth-child(2n + 1)::after{x:y}`},
		{"host", `:host{a:b} :host(.x) .y{c:d} :host::before{e:f}`, "s1", ".s1--host{a:b}\n.s1--host:is(.s1--x) .s1--y{c:d}\n.s1--host::before{e:f}"},
		{"host of a page", `:host{a:b}`, "", `dg-page{a:b}`},
		{"a component's tags are its own", `view,text::after,#a>.b,#c [d],*:first-child,page view{a:b} @media print{view{c:d}} .x{view{e:f}}`, "s1",
			`dg-view:where([dg-s="s1"]),dg-text:where([dg-s="s1"])::after,#a>.s1--b,#c:where([dg-s="s1"]) [d]:where([dg-s="s1"]),*:where([dg-s="s1"]):first-child,dg-page dg-view:where([dg-s="s1"]){a:b}` +
				"\n@media print{dg-view:where([dg-s=\"s1\"]){c:d}\n}\n.s1--x{dg-view{e:f}}"},
		{"tags that are no element of the platform", `header,my-card text{a:b}`, "", `:is(header,dg-host:where([dg-is="header"])),dg-host:where([dg-is="my-card"]) dg-text{a:b}`},
		{"a list in parentheses", `view:not(.a,.b) ,text{a:b}`, "s", `dg-view:where([dg-s="s"]):not(.s--a,.s--b) ,dg-text:where([dg-s="s"]){a:b}`},
		{"attributes, ids", `[class~="view"] #view input[type=text]:first-child .a\:b *{a:b}`, "s1", `[class~="view"] #view dg-input[type=text]:first-child .s1--a\:b *{a:b}`},
		{"keyframes", "@-webkit-keyframes view{from{top:15rpx}50.5%{top:0}to{left:1px}}.a{animation:view 1s}", "s1", "@-webkit-keyframes view{from{top:2vw}50.5%{top:0}to{left:1px}}\n.s1--a{animation:view 1s}"},
		{"urls", `.a{b:url(../i/x.png) url("/y.png?v=1") url('data:image/png;base64,AA==') url(https://h/z.png) url(#f)}`, "", `.a{b:url("/pages/i/x.png") url("/y.png?v=1") url('data:image/png;base64,AA==') url(https://h/z.png) url(#f)}`},
		{"comments", "/* x */ .a /* y */ .b{/* z */color:red/* w */;top:1px/**/}", "", `.a .b{color:red;top:1px}`},
		{"custom property with braces", `.a{--x:{a:b};c:d}`, "", `.a{--x:{a:b};c:d}`},
		{"nesting", `.a{top:0;&.b{left:15rpx} .c view{right:0}}`, "s", `.s--a{top:0;&.s--b{left:2vw}.s--c dg-view{right:0}}`},
		{"supports", "@supports (display:grid){@media print{view{a:b}}}", "", "@supports (display:grid){@media print{dg-view{a:b}\n}\n}"},
		{"charset", `@charset "utf-8";.a{b:c}`, "", `.a{b:c}`},
		{"important, hacks", `.a{color:red!important;filter:progid:X(a=1);*zoom:1}`, "", `.a{color:red!important;filter:progid:X(a=1);*zoom:1}`},
	} {
		res, diags := compile(t, c.src, c.scope, nil)
		if res.CSS != c.want || len(diags.List) > 0 {
			t.Errorf("%s:\n in   %s\n got  %s\n want %s\n diagnostics %v", c.name, c.src, res.CSS, c.want, diags.List)
		}
	}
}

// TestDeep passes on what no browser knows, as WeChat's compiler does, and says so at its place.
func TestDeep(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, src, want, at string }{
		{"slashes", `.a /deep/ .b{c:d}`, `.s--a /deep/ .s--b{c:d}`, "1:4"},
		{"arrows", ".x,\n.a>>>.b{c:d}", `.s--x, .s--a>>>.s--b{c:d}`, "2:3"},
		{"Vue 2", `.a ::v-deep .b{c:d}`, `.s--a ::v-deep .s--b{c:d}`, "1:4"},
		{"Vue 3", `.a :deep(.b){c:d}`, `.s--a :deep(.b){c:d}`, "1:4"},
		{"children", `.a>.b>.c{d:e}`, `.s--a>.s--b>.s--c{d:e}`, ""},
		{"an attribute", `.a[b=">>>"]{d:e}`, `.s--a[b=">>>"]{d:e}`, ""},
		{"a class", `.deep .v-deep{d:e}`, `.s--deep .s--v-deep{d:e}`, ""},
	} {
		res, diags := compile(t, c.src, "s", nil)
		at := ""
		for _, d := range diags.List {
			at += fmt.Sprintf("%d:%d", d.Line, d.Column)
			if d.ID != "wxss-deep" || d.Severity != "warning" || d.Hint == "" {
				t.Errorf("%s: got %+v, want the warning wxss-deep with a hint", c.name, d)
			}
		}
		if res.CSS != c.want || at != c.at {
			t.Errorf("%s: got %s, warned at %q; want %s, warned at %q", c.name, res.CSS, at, c.want, c.at)
		}
	}
}

func TestImports(t *testing.T) {
	t.Parallel()
	res, diags := compile(t, "@import '../b.wxss';\n@import url(/c) screen;\n@import 'https://x/y.css';\n@import 'gone.wxss';\n.a{b:c}", "s", map[string]string{
		"pages/b.wxss": `@import "./a/a.wxss"; .b{background:url(x.png)}`, "c.wxss": ".c{top:1rpx}",
	})
	want := ".s--b{background:url(\"/pages/x.png\")}\n@media screen{\n.s--c{top:0.133333vw}\n}\n.s--a{b:c}"
	if res.CSS != want {
		t.Errorf("got  %s\nwant %s", res.CSS, want)
	}
	if got := fmt.Sprint(res.Imports, res.Missing); got != "[pages/b.wxss c.wxss] [pages/a/gone.wxss]" {
		t.Errorf("imports and missing = %s", got)
	}
	var ids []string
	for _, d := range diags.List {
		ids = append(ids, fmt.Sprintf("%s %s:%d:%d", d.ID, d.File, d.Line, d.Column))
	}
	wantIDs := "wxss-import-cycle pages/b.wxss:1:1, wxss-import-foreign pages/a/a.wxss:3:1, wxss-import-missing pages/a/a.wxss:4:1"
	if got := strings.Join(ids, ", "); got != wantIDs {
		t.Errorf("diagnostics = %s\nwant          %s", got, wantIDs)
	}
}

func TestFontsAreApart(t *testing.T) {
	t.Parallel()
	res, _ := compile(t, ".a{b:c}@font-face{font-family:f; src:url('f.woff2') format('woff2')}.d{e:f}", "s", nil)
	if res.CSS != ".s--a{b:c}\n.s--d{e:f}" || len(res.Fonts) != 1 || res.Fonts[0] != `@font-face{font-family:f;src:url("/pages/a/f.woff2") format('woff2')}` {
		t.Errorf("css = %s\nfonts = %q", res.CSS, res.Fonts)
	}
}

func TestMistakes(t *testing.T) {
	t.Parallel()
	for src, want := range map[string]string{
		".a{b:c":                 `wxss-unclosed-block 1:3`,
		"\n.a{b:c}}":             `wxss-unexpected-close 2:8`,
		".a;.b{}":                `wxss-rule 1:1`,
		"@import ;":              `wxss-import 1:1`,
		".a{b:\"x\n}":            `wxss-unclosed-quote 1:6`,
		"@keyframes a{from;}":    `wxss-rule 1:14`,
		"中文{a:b} .c":             `wxss-rule 1:9`,
		strings.Repeat("a{", 99): `wxss-too-deep`,
	} {
		_, diags := compile(t, src, "", nil)
		if len(diags.List) == 0 {
			t.Errorf("%.30q: no diagnostic, want %s", src, want)
			continue
		}
		d := diags.List[0]
		if got := fmt.Sprintf("%s %d:%d", d.ID, d.Line, d.Column); !strings.HasPrefix(got, want) {
			t.Errorf("%.30q: %s, want %s", src, got, want)
		}
	}
}

func FuzzCompile(f *testing.F) {
	for _, s := range []string{".a{b:1rpx}", "@import 'x';@media a{b{c:d}}", ":host(.x):not(.y){}", "@font-face{src:url(a)}", "a{--b:{c}}", "}{/*"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var diags source.Diagnostics
		read := func(p string) ([]byte, bool) { return []byte(s), strings.Contains(p, "x") }
		Compile("a.wxss", []byte(s), "s", read, &diags)
	})
}

func BenchmarkCompile(b *testing.B) {
	src := []byte(strings.Repeat(".van-cell{position:relative;display:flex;padding:10rpx 16rpx;color:var(--x,#333)}\n.van-cell--a:after,view .b{left:16rpx}\n", 500))
	b.SetBytes(int64(len(src)))
	for b.Loop() {
		var diags source.Diagnostics
		Compile("a.wxss", src, "s1", nil, &diags)
	}
}
