package view

import (
	"testing"

	"github.com/dougong-dev/dougong/core/miniapp/template"
)

func TestBlockHost(t *testing.T) {
	t.Parallel()
	text := func(s string) *template.Expr { return &template.Expr{Op: template.OpConst, Const: s} }
	el := func(tag string, attrs ...string) *template.Node {
		n := &template.Node{Kind: template.Element, Tag: tag}
		for i := 0; i < len(attrs); i += 2 {
			n.Attrs = append(n.Attrs, template.Attr{Name: attrs[i], Value: text(attrs[i+1])})
		}
		return n
	}
	card := []*template.Node{el("view", "class", "card")}
	for _, c := range []struct {
		name     string
		use      *template.Node
		page     string
		nodes    []*template.Node
		css      string
		options  Options
		external []string
		want     bool
	}{
		{name: "a view", use: el("c"), nodes: card, want: true},
		{name: "an id nobody selects", use: el("c", "id", "a"), page: ".a{color:#fff}", nodes: card, want: true},
		{name: "an id", use: el("c", "id", "a"), page: "@media x{#a .b{color:#fff}}", nodes: card},
		{name: "a class on the host", use: el("c", "class", "x"), nodes: card},
		{name: "a style on the host", use: el("c", "style", "x"), nodes: card},
		{name: "the page styles the tag", use: el("c"), page: `dg-host:where([dg-is="c"]){width:1px}`, nodes: card},
		{name: "the component styles its host", use: el("c"), css: ".s--host{margin:1px}", nodes: card},
		{name: "an inline block", use: el("c"), css: ".a{}.s--card{display:inline-block}", nodes: card},
		{name: "another's inline block", use: el("c"), css: ".s--tag{display:inline-block}.s--card{display:flex}", nodes: card, want: true},
		{name: "a float in a media query", use: el("c"), css: "@media x{.s--card .b,.s--card{float:left}}", nodes: card},
		{name: "outer styles", use: el("c"), nodes: card, options: Options{AddGlobalClass: true}},
		{name: "external class", use: el("c"), nodes: card, external: []string{"card"}},
		{name: "virtual host", use: el("c"), nodes: card, options: Options{VirtualHost: true}},
		{name: "a text", use: el("c"), nodes: []*template.Node{el("view"), el("text")}},
		{name: "bare text", use: el("c"), nodes: []*template.Node{{Kind: template.Text, Value: text("x")}}},
		{name: "a slot", use: el("c"), nodes: []*template.Node{{Kind: template.Slot}}},
		{name: "branches", use: el("c"), nodes: []*template.Node{{Kind: template.If, Branches: []template.Branch{{Children: card}, {Children: []*template.Node{el("image")}}}}}},
		{name: "rows", use: el("c"), nodes: []*template.Node{{Kind: template.For, Children: card}}, want: true},
	} {
		file := &template.File{Nodes: c.nodes}
		def := &Definition{Path: "c", ScopeID: "s", Template: file, Style: &Stylesheet{CSS: c.css}, Options: c.options, ExternalClasses: c.external}
		page := &Definition{Path: "page", Style: &Stylesheet{CSS: c.page}}
		l := &linker{base: newBase(&unit{def: page}, nil)}
		if got := l.blockHost(c.use, def); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}
