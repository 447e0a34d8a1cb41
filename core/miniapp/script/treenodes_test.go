package script

import (
	"fmt"
	"strings"
)

// nodes writes n nodes of the template of a component, or of the page.
func (g *treeGenerator) nodes(n int, in *treeComponent) string {
	if g.depth > 2 {
		return g.text(in)
	}
	g.depth++
	defer func() { g.depth-- }()
	var b strings.Builder
	for range n {
		b.WriteString(g.node(in))
	}
	return b.String()
}

func (g *treeGenerator) node(in *treeComponent) string {
	if len(g.comps) > 0 && g.chance(2) {
		return g.use(in)
	}
	switch g.r.Intn(6) {
	case 0:
		return fmt.Sprintf(`<block wx:if="{{%s}}">%s</block>%s`, g.expr(in), g.nodes(1, in), g.otherwise(in))
	case 1:
		return fmt.Sprintf(`<view wx:if="{{%s}}" class="if">%s</view>%s`, g.expr(in), g.nodes(1, in), g.otherwise(in))
	case 2:
		if g.plain {
			return g.text(in)
		}
		return g.loop(in)
	case 3:
		return g.text(in)
	default:
		return fmt.Sprintf(`<view%s>%s</view>`, g.attrs(in), g.nodes(1+g.r.Intn(2), in))
	}
}

func (g *treeGenerator) otherwise(in *treeComponent) string {
	out := ""
	if g.chance(3) {
		out = fmt.Sprintf(`<view wx:elif="{{%s}}">%s</view>`, g.expr(in), g.text(in))
	}
	if g.chance(2) {
		out += fmt.Sprintf(`<block wx:else>%s</block>`, g.nodes(1, in))
	}
	return out
}

func (g *treeGenerator) loop(in *treeComponent) string {
	g.loops++
	defer func() { g.loops-- }()
	key := g.pick(``, ` wx:key="id"`, ` wx:key="id"`)
	tag := g.pick("view", "block")
	return fmt.Sprintf(`<%s wx:for="{{list}}"%s>%s</%s>`, tag, key, g.nodes(1+g.r.Intn(2), in), tag)
}

func (g *treeGenerator) text(in *treeComponent) string {
	shown := g.expr(in)
	shown = "{{(" + shown + ") === null ? 'none' : (" + shown + ")}}" // the peer shows null as nothing, WeChat's compiler as text
	return g.pick("plain", "["+shown+"]", shown)
}

// expr is a simple expression: that of templates is compared elsewhere.
func (g *treeGenerator) expr(in *treeComponent) string {
	names := []string{"x", "y", "o.k", "o.n.m", "list.length", "x === y", "!x", "x ? y : o.k"}
	if in != nil {
		names = append(names, in.props...)
		names = append(names, in.props...)
		if !g.plain {
			names = append(names, "_pure")
		}
		names = append(names, "beh")
	}
	if g.loops > 0 {
		names = append(names, "item.v", "item.id", "index", "item.v", "item.id")
	}
	return names[g.r.Intn(len(names))]
}

func (g *treeGenerator) id() string {
	g.ids++
	if g.loops > 0 {
		return fmt.Sprintf("i%d-{{index}}", g.ids)
	}
	return fmt.Sprintf("i%d", g.ids)
}

func (g *treeGenerator) attrs(in *treeComponent) string {
	out := ""
	if g.chance(3) {
		out += ` id="` + g.id() + `"`
	}
	if g.chance(3) {
		out += fmt.Sprintf(` class="k%s {{(%s) ? 'on' : 'off'}}"`, g.pick("", " k2"), g.expr(in))
	}
	if in != nil && in.external && g.chance(3) {
		out += ` class="my-class own"`
		if strings.Count(out, "class=") > 1 {
			out = strings.Replace(out, ` class="my-class own"`, "", 1)
		}
	}
	if g.chance(4) {
		out += fmt.Sprintf(` data-some-id="{{%s}}"`, g.expr(in))
	}
	if !g.plain && g.chance(5) {
		out += fmt.Sprintf(` mark:m%d="{{%s}}"`, g.r.Intn(2), g.expr(in))
	}
	return out + g.binds()
}

func (g *treeGenerator) binds() string {
	out := ""
	for _, name := range []string{"hit", "change"} {
		if g.chance(2) {
			continue
		}
		how := g.pick("bind", "bind", "bind", "catch", "mut-bind", "capture-bind", "capture-catch")
		if g.plain && how == "mut-bind" {
			how = "bind"
		}
		out += fmt.Sprintf(` %s:%s="%s"`, how, name, g.pick("on", "on2"))
	}
	return out
}

// use is a component with its properties and the content of its slots.
func (g *treeGenerator) use(in *treeComponent) string {
	c := g.comps[g.r.Intn(len(g.comps))]
	var b strings.Builder
	fmt.Fprintf(&b, `<%s id="%s" class="c%s"`, c.name, g.id(), c.name)
	for _, p := range c.props {
		kind := g.r.Intn(5)
		if c.preset[p] { // what does not fit gives the type's zero in WeChat, the preset with the peer
			kind = 0
		}
		switch kind {
		case 0:
		case 1:
			fmt.Fprintf(&b, ` %s="%s"`, p, g.pick("text", "12", ""))
		case 2:
			fmt.Fprintf(&b, ` %s="{{%s}}"`, p, g.pick("o", "list", "o.n", "undefinedName"))
		default:
			fmt.Fprintf(&b, ` %s="{{%s}}"`, p, g.expr(in))
		}
	}
	if c.external {
		b.WriteString(g.pick(` my-class="ext"`, ` my-class="{{x ? 'ext' : 'none'}}"`, ""))
	}
	if g.chance(3) {
		fmt.Fprintf(&b, ` data-k="{{%s}}"`, g.expr(in))
	}
	if !g.plain && g.chance(6) {
		fmt.Fprintf(&b, ` mark:m%d="{{%s}}"`, g.r.Intn(2), g.expr(in))
	}
	b.WriteString(g.binds() + ">")
	if g.chance(2) {
		b.WriteString(g.nodes(1, in))
	}
	if c.multiple && g.chance(2) {
		fmt.Fprintf(&b, `<view slot="s">%s</view>`, g.nodes(1, in))
	}
	fmt.Fprintf(&b, "</%s>", c.name)
	return b.String()
}

// slot is a place for content.
func (g *treeGenerator) slot(name string) string {
	tag := "<slot/>"
	if name != "" {
		tag = `<slot name="` + name + `"/>`
	}
	switch g.r.Intn(5) {
	case 0:
		return fmt.Sprintf(`<view wx:if="{{x}}">%s</view>`, tag)
	case 1:
		return fmt.Sprintf(`<block wx:if="{{y}}">%s</block>`, tag)
	case 2:
		return "<view class=\"holder\"" + g.binds() + ">" + tag + "</view>"
	}
	return tag
}
