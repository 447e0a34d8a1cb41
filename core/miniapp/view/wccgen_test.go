package view_test

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/dougong-dev/dougong/core/miniapp/value"
)

func (g *wccGenerator) pick(list ...string) string { return list[g.r.Intn(len(list))] }

func (g *wccGenerator) chance(of int) bool { return g.r.Intn(of) == 0 }

// next makes a case of a template and two to four states.
func (g *wccGenerator) next() wccCase {
	data := map[string]string{}
	for _, name := range []string{"a", "b", "s", "t", "u"} {
		if !g.chance(6) {
			data[name] = g.scalar()
		}
	}
	data["o"], data["list"], data["deep"] = g.object(2), g.list(), `{"o":`+g.object(1)+`,"list":`+g.list()+`}`
	c := wccCase{WXML: g.templates() + g.nodes(1+g.r.Intn(2))}
	state := parseState(data)
	c.States = append(c.States, encodeState(state))
	for range 1 + g.r.Intn(3) {
		step := g.step(state)
		for i := 0; i < len(step); i += 2 {
			state = applyStep(state, step[i], step[i+1])
		}
		c.steps = append(c.steps, step)
		c.States = append(c.States, encodeState(state))
	}
	return c
}

func parseState(data map[string]string) *value.Object {
	out := value.NewObject(len(data))
	for _, name := range []string{"a", "b", "s", "t", "u", "o", "list", "deep"} {
		if text, ok := data[name]; ok {
			v, err := value.DecodeJSON([]byte(text))
			if err != nil {
				panic(err)
			}
			out.Set(name, v)
		}
	}
	return out
}

func applyStep(state *value.Object, path, text string) *value.Object {
	steps, err := value.ParsePath(path)
	if err != nil {
		panic(err)
	}
	v, err := value.DecodeJSON([]byte(text))
	if err != nil {
		panic(err)
	}
	if err := value.Set(state, steps, v); err != nil {
		panic(err)
	}
	return state
}

func encodeState(state *value.Object) json.RawMessage {
	return value.AppendJSON(nil, state)
}

// step is one setData: some whole fields, some paths. It leaves no gaps in lists: as JSON, they would be null for the
// reference and are undefined.
func (g *wccGenerator) step(state *value.Object) (out []string) {
	list, _ := state.Get("list")
	size := list.(*value.Array).Len()
	for range 1 + g.r.Intn(3) {
		switch g.r.Intn(8) {
		case 0:
			return append(out, "list", g.list())
		case 1:
			out = append(out, fmt.Sprintf("list[%d]", g.r.Intn(size+1)), g.object(1))
		case 2:
			out = append(out, fmt.Sprintf("list[%d].%s", g.r.Intn(size+1), g.pick("id", "n", "k")), g.scalar())
		case 3:
			out = append(out, "o", g.object(2))
		case 4:
			out = append(out, "o."+g.pick("n", "k", "id"), g.scalar())
		case 5:
			out = append(out, g.pick("deep.o.n", "deep.list[0]", "deep.list[0].k", "deep.o"), g.object(1))
		default:
			out = append(out, g.pick("a", "b", "s", "t", "u"), g.scalar())
		}
	}
	return out
}

func (g *wccGenerator) scalar() string {
	return g.pick("0", "1", "2", "-3", "1.5", "1e-7", "true", "false", "null", `""`, `"x"`, `"ab c"`, `"10"`, `"豆"`, `"<&\""`, "[]", "[1,2]", `["p",null]`)
}

func (g *wccGenerator) object(depth int) string {
	var parts []string
	for _, key := range []string{"id", "n", "k", "7", "x-y"} {
		if g.chance(2) {
			continue
		}
		v := g.scalar()
		if depth > 1 && g.chance(3) {
			v = g.object(depth - 1)
		}
		parts = append(parts, fmt.Sprintf("%q:%s", key, v))
	}
	return "{" + strings.Join(parts, ",") + "}"
}

func (g *wccGenerator) list() string {
	var parts []string
	for i := range g.r.Intn(5) {
		item := fmt.Sprintf(`{"id":%d,"n":%s,"k":%s}`, (i*7+g.r.Intn(3))%5, g.scalar(), g.scalar())
		if g.chance(8) {
			item = g.scalar()
		}
		parts = append(parts, item)
	}
	return "[" + strings.Join(parts, ",") + "]"
}

// templates are definitions that nodes use later.
func (g *wccGenerator) templates() string {
	var b strings.Builder
	for range g.r.Intn(2) {
		fmt.Fprintf(&b, `<template name="t%d">%s</template>`, g.tmpl, g.nodes(2))
		g.tmpl++
	}
	return b.String()
}

func (g *wccGenerator) nodes(n int) string {
	if g.depth > 2 {
		return g.text()
	}
	g.depth++
	defer func() { g.depth-- }()
	var b strings.Builder
	for range n {
		b.WriteString(g.node())
	}
	return b.String()
}

func (g *wccGenerator) node() string {
	switch g.r.Intn(10) {
	case 0, 1:
		return fmt.Sprintf(`<view wx:if="{{%s}}">%s</view>%s`, g.expr(2), g.nodes(1), g.otherwise())
	case 2, 3:
		return g.loop()
	case 4:
		if g.tmpl > 0 {
			return fmt.Sprintf(`<template is="%s" data="{{%s}}"/>`, g.templateName(), g.arguments())
		}
		return g.text()
	case 5:
		return fmt.Sprintf(`<block wx:if="{{%s}}">%s</block>`, g.expr(1), g.nodes(2))
	default:
		tag := g.pick("view", "view", "text", "button", "image")
		if tag == "image" {
			return fmt.Sprintf(`<image%s/>`, g.attrs())
		}
		return fmt.Sprintf(`<%s%s>%s</%s>`, tag, g.attrs(), g.inside(tag), tag)
	}
}

func (g *wccGenerator) inside(tag string) string {
	if tag == "text" || g.chance(2) {
		return g.text()
	}
	return g.nodes(1 + g.r.Intn(2))
}

func (g *wccGenerator) otherwise() string {
	out := ""
	if g.chance(3) {
		out = fmt.Sprintf(`<view wx:elif="{{%s}}">%s</view>`, g.expr(1), g.text())
	}
	if g.chance(2) {
		out += fmt.Sprintf(`<view wx:else>%s</view>`, g.text())
	}
	return out
}

func (g *wccGenerator) templateName() string {
	if g.chance(3) {
		return fmt.Sprintf(`{{'t'+%d}}`, g.r.Intn(g.tmpl))
	}
	return fmt.Sprintf("t%d", g.r.Intn(g.tmpl))
}

func (g *wccGenerator) arguments() string {
	return g.pick("a:1,list:list", "...o", "o,s", "a:"+g.expr(1)+",...o", "list:[1,2],b:"+g.expr(1))
}

func (g *wccGenerator) loop() string {
	item, index := "item", "index"
	attrs := ""
	if g.chance(3) {
		item = g.pick("it", "row", "x")
		attrs += ` wx:for-item="` + item + `"`
	}
	if g.chance(4) {
		index = g.pick("i", "idx")
		attrs += ` wx:for-index="` + index + `"`
	}
	attrs += g.pick("", ` wx:key="id"`, ` wx:key="*this"`, ` wx:key="index"`)
	over := g.pick("list", "list", "deep.list", "o", "a", "s", "[1,2,3]", "u", "o.n")
	g.names = append(g.names, item, item+".id", item+".n", item+".k", index)
	defer func() { g.names = g.names[:len(g.names)-5] }()
	tag := g.pick("view", "block")
	return fmt.Sprintf(`<%s wx:for="{{%s}}"%s>%s</%s>`, tag, over, attrs, g.nodes(2), tag)
}

func (g *wccGenerator) attrs() string {
	out := ""
	for _, name := range []string{"class", "style", "id", "hidden", "title", "a-b"} {
		switch g.r.Intn(8) {
		case 0:
			if name != "class" && name != "style" { // text here, and of what there is it made on the client there
				out += fmt.Sprintf(` %s="{{%s}}"`, name, g.expr(2))
			}
		case 1:
			out += fmt.Sprintf(` %s="c {{%s}} d"`, name, g.expr(1))
		case 2:
			out += fmt.Sprintf(` %s="static"`, name)
		}
	}
	return out
}

func (g *wccGenerator) text() string {
	switch g.r.Intn(4) {
	case 0:
		return g.pick("plain", "文字", "a  b")
	case 1:
		return fmt.Sprintf("{{%s}}{{%s}}", g.expr(1), g.expr(1))
	case 2:
		return fmt.Sprintf("x{{%s}}y", g.expr(2))
	}
	return fmt.Sprintf("{{%s}}", g.expr(3))
}

// expr makes an expression of the language of 2020.
func (g *wccGenerator) expr(depth int) string {
	if depth == 0 || g.chance(4) {
		return g.leaf()
	}
	e := func() string { return g.expr(depth - 1) }
	switch g.r.Intn(9) {
	case 0:
		return e() + g.pick("+", "-", "*", "/", "%") + e()
	case 1:
		return e() + g.pick("===", "!==", "==", "!=", "<", ">", "<=", ">=") + e()
	case 2:
		return e() + g.pick("&&", "||") + e()
	case 3:
		return e() + "?" + e() + ":" + e()
	case 4:
		return "!" + g.leaf()
	case 5:
		return "(" + e() + ")"
	case 6:
		return "-" + g.pick("a", "b", "1", "o.n")
	case 7:
		return "[" + e() + "," + e() + "]"
	}
	return g.leaf()
}

func (g *wccGenerator) leaf() string {
	if len(g.names) > 0 && g.chance(2) {
		return g.pick(g.names...)
	}
	return g.pick("a", "b", "s", "t", "u", "o.n", "o.k", "o['id']", "o[7]", "o['x-y']", "o[s]", "list[0].n", "list[a]", "list.length",
		"deep.o.n", "deep.list[1].k", "missing", "missing.x.y", "s.length", "1", "0", "'q'", "''", "true", "null", "undefined", "2.5")
}
