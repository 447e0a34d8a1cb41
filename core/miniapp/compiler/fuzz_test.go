package compiler

import (
	"context"
	"testing"

	"github.com/dougong-dev/dougong/core/miniapp/compiler/internal/source"
	"github.com/dougong-dev/dougong/core/miniapp/program"
)

// checkPlaces fails if a diagnostic names a place outside of its file.
func checkPlaces(t *testing.T, text string, diags []program.Diagnostic) {
	t.Helper()
	f := source.New("a", []byte(text))
	for _, d := range diags {
		if d.Line < 0 || d.Line > 0 && (d.Column < 1 || f.Offset(d.Line, 1) > len(f.Text)) || d.ID == "" || d.Message == "" {
			t.Fatalf("diagnostic without a place or a text: %+v", d)
		}
	}
}

func FuzzTemplate(f *testing.F) {
	for _, s := range []string{
		`<view wx:for="{{a}}" wx:key="*this" class="a {{b}}" bind:tap="c">{{d.e[0]}}</view>`, `<block wx:if="{{a}}"/><block wx:elif="{{b}}"/><block wx:else/>`,
		`<template name="t"><slot/></template><template is="t" data="{{...a, b}}"/>`, `<wxs module="m">var a = 1;</wxs>`, `<a b=c d={{e f}} g="{{" ></a>`,
		`<!-- x --><include src="a.wxml"/><import src="b"/>`, `</a><b`, `{{a < b}} <c>&lt;&#x4e2d;`, `<a model:value="{{b}}" change:x="{{c}}" mark:d generic:e="f" data-g-h="i">`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		file, diags := CompileTemplate("a.wxml", s, map[string]string{"b": s, "c.wxml": "<a/>"})
		checkPlaces(t, s, diags)
		for _, d := range diags {
			if d.ID == "wxml-internal" {
				t.Fatal(d)
			}
		}
		if err := file.Link(); err != nil {
			t.Fatalf("IR does not link: %v", err)
		}
	})
}

func FuzzExpression(f *testing.F) {
	for _, s := range []string{
		"a+b*c", "a?b:c", "a.b[c].d(e,...f)", "{a,b:1,...c}", "a:b,c", "...a", "'x\\u4e2d'", "`a${b}`", "!-+~a", "a??b||c&&d", "[1,,2]", "a&lt;b", "0x1f+1e3", "((((", "a = b",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		text := "{{" + s + "}}"
		file, diags := CompileTemplate("a.wxml", text, nil)
		checkPlaces(t, text, diags)
		for _, n := range file.Nodes {
			if n.Value != nil {
				if err := n.Value.Link(); err != nil {
					t.Fatal(err)
				}
				_, _ = n.Value.Eval(scope{nil}, nil)
			}
		}
	})
}

func FuzzAppJSON(f *testing.F) {
	for _, s := range []string{
		`{"pages":["pages/a/a"],"window":{"a":1},"tabBar":{"list":[{"pagePath":"pages/a/a"}]}}`, `{"pages":[1],"subPackages":[{"root":"x","pages":["y"]}]}`,
		`{"pages":["../../x","pages/b/b"],"usingComponents":{"x":"plugin://a","y":"./z","z":"@a/b"},"entryPagePath":"q","themeLocation":"t.json"}`, `{`, `[]`, `{"pages":{}}`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		files := shop()
		files["app.json"], files["pages/b/b.json"] = s, s
		res, err := Build(context.Background(), Options{FS: mapFS(files)})
		if res == nil {
			t.Fatal(err)
		}
		if err == nil {
			if _, err := res.Program(); err != nil {
				t.Fatalf("builds and does not load: %v", err)
			}
		}
	})
}

// FuzzAlipay: AXML and SJS, as a project that builds whatever they hold, and loads.
func FuzzAlipay(f *testing.F) {
	f.Add(`<import-sjs name="{a, b: c}" from="./m"/><x a:for="{{l}}" key="{{item['k']}}" onTap="{{f ? 'g' : ''}}" catch-x slot="s" slot-scope="p"><slot a="{{b}}">c</slot></x>`, `import x from "./m.sjs"; export default x`)
	f.Add(`<block a:if="{{a.substring(1)}}"><template is="t" data="{{...a}}"/></block><view a:else data-userId="1" capture-onTap="x" model:value="{{v}}"/>`, `export const a = 1`)
	f.Add(`<slot><slot name="{{a}}" slot="b"/></slot><import src="p"/><include src="p.axml"/>`, `}`)
	f.Fuzz(func(t *testing.T, axml, sjs string) {
		files := map[string]string{
			"mini.project.json": "{}", "app.json": `{"pages":["p"]}`, "p.axml": axml, "m.sjs": sjs, "p.json": `{"usingComponents":{"x":"/p"}}`, "p.js": "Page({})",
		}
		res, err := Build(context.Background(), Options{FS: mapFS(files)})
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range res.Diagnostics {
			if d.ID == "wxml-internal" {
				t.Fatal(d)
			}
		}
		p, err := res.Program()
		if err != nil {
			t.Fatalf("builds and does not load: %v", err)
		}
		if _, err := p.Template("p.axml"); err != nil {
			t.Fatalf("the template does not load: %v", err)
		}
	})
}
