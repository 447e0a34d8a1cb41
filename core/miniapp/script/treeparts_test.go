package script

import (
	"fmt"
	"strings"
)

// component writes the files of a component.
func (g *treeGenerator) component(c *treeComponent, using string) {
	path := "c/" + c.name
	g.ids = 0
	wxml := g.nodes(2, c)
	for _, slot := range c.slots {
		wxml += g.slot(slot)
	}
	g.files[path+".wxml"] = wxml
	g.files[path+".json"] = `{"component":true,"usingComponents":{` + using + `}}`
	var b strings.Builder
	b.WriteString(treePrelude)
	if c.behavior {
		g.behavior(c)
		fmt.Fprintf(&b, "const own = require(\"../lib/%s\")\n", c.name)
	}
	fmt.Fprintf(&b, "Component({\n  options: { multipleSlots: %v, virtualHost: %v, pureDataPattern: /^_/ },\n", c.multiple, c.virtual)
	if c.behavior {
		b.WriteString("  behaviors: [own],\n")
	}
	if c.external {
		b.WriteString("  externalClasses: ['my-class'],\n")
	}
	fmt.Fprintf(&b, "  properties: {%s},\n  data: %s,\n", g.properties(c, c.props), g.data())
	fmt.Fprintf(&b, "  observers: {%s},\n  lifetimes: {%s},\n", g.observers(c.props), g.lifetimes("", c.events))
	if c.related != "" {
		b.WriteString(g.relation(c))
	}
	fmt.Fprintf(&b, "  methods: {\n    on(e) { event(this, 'on', e) },\n    on2(e) { event(this, 'on2', e) },\n    fire(name, detail, how) { this.triggerEvent(name, detail, how) },\n    own() { say(this.is, this.id, this.dataset, this.data) },\n  },\n})\n")
	g.files[path+".js"] = b.String()
}

func (g *treeGenerator) relation(c *treeComponent) string {
	kind := "descendant"
	if c.related < c.name {
		kind = "ancestor"
	}
	return fmt.Sprintf("  relations: { './%s': { type: '%s', linked(o) { say(this.is, 'linked', o.is, o.id) }, linkChanged(o) { say(this.is, 'changed', o.id) }, unlinked(o) { say(this.is, 'unlinked', o.is, o.id) } } },\n",
		c.related, kind)
}

// behavior writes one that a component has, with one of its own at times.
func (g *treeGenerator) behavior(c *treeComponent) {
	inner := ""
	if g.chance(2) {
		inner = fmt.Sprintf("const base = Behavior({ data: { base: %s, o: { b: 1 } }, lifetimes: {%s}, methods: { on2(e) { event(this, 'base on2', e) } } })\n", g.scalar(), g.lifetimes("base ", nil))
	}
	uses := ""
	if inner != "" {
		uses = "behaviors: [base], "
	}
	g.files["lib/"+c.name+".js"] = treePrelude + inner + fmt.Sprintf("module.exports = Behavior({ %sproperties: {%s}, data: { beh: %s, x: 'beh' }, observers: {%s}, lifetimes: {%s}, methods: { on(e) { event(this, 'beh on', e) } } })\n",
		uses, g.properties(c, g.some("q")), g.scalar(), g.observers(c.props), g.lifetimes("beh ", nil))
}

func (g *treeGenerator) properties(c *treeComponent, names []string) string {
	var parts []string
	for _, name := range names {
		kind := g.pick("String", "Number", "Boolean", "Object", "Array", "null")
		form := g.r.Intn(4)
		if g.plain && form > 1 {
			form = 0
		}
		switch form {
		case 0:
			parts = append(parts, name+": "+kind)
		case 1:
			parts = append(parts, fmt.Sprintf("%s: { type: %s, observer(now, old) { say(this.is, this.id, 'property %s', now, old) } }", name, kind, name))
		case 2:
			c.preset[name] = true
			value := map[string]string{"String": "'preset'", "Number": "7", "Boolean": "true", "Object": "{ k: 5 }", "Array": "[{ id: 1, v: 2 }]", "null": "9"}[kind]
			parts = append(parts, fmt.Sprintf("%s: { type: %s, value: %s }", name, kind, value))
		default:
			parts = append(parts, fmt.Sprintf("%s: { type: %s, optionalTypes: [%s] }", name, g.pick("String", "Number", "Boolean"), g.pick("String", "Number", "Object", "Array")))
		}
	}
	return strings.Join(parts, ", ")
}

// observers writes some; a few set another field.
func (g *treeGenerator) observers(props []string) string {
	keys := append([]string{"x", "x, y", "o.k", "o.**", "o", "list", "list[0]", "list[0].v", "**", "_pure", "o.n.m"}, props...)
	var parts []string
	for i, key := range keys {
		if !g.chance(6) || g.plain && key == "_pure" {
			continue
		}
		body := ""
		if !g.plain && (key == "x" || i > 10) {
			body = g.pick("", "; this.setData({ y: 'by "+strings.Trim(key, "_")+"' })", "; this.setData({ _pure: text(now[0]) })")
		}
		parts = append(parts, fmt.Sprintf("'%s'(...now) { say(this.is, this.id, 'observe %s', now)%s }", key, key, body))
	}
	return strings.Join(parts, ", ")
}

func (g *treeGenerator) lifetimes(prefix string, events []string) string {
	var parts []string
	for _, name := range []string{"created", "attached", "moved", "detached"} {
		if g.chance(4) {
			continue
		}
		id := "this.id"
		if name == "created" {
			id = "'-'" // there, and not yet there
		}
		body := fmt.Sprintf("say(this.is, %s, '%s%s', this.data.x)", id, prefix, name)
		switch {
		case name == "attached" && g.chance(4):
			body += fmt.Sprintf("; this.setData({ %s })", g.change())
		case name == "attached" && len(events) > 0 && g.chance(4):
			body += fmt.Sprintf("; this.triggerEvent('%s', { from: '%s' }, { bubbles: true })", events[0], name)
		}
		parts = append(parts, name+"() { "+body+" }")
	}
	return strings.Join(parts, ", ")
}

// change is one field of a setData.
func (g *treeGenerator) change() string {
	switch g.r.Intn(8) {
	case 0:
		return "o: " + g.object()
	case 1:
		return "'o." + g.pick("k", "n.m", "z") + "': " + g.scalar()
	case 2, 3:
		return "list: " + g.list()
	case 4:
		return "'list[0].v': " + g.scalar()
	case 5:
		return "y: " + g.scalar()
	default:
		return "x: " + g.scalar()
	}
}

func (g *treeGenerator) changes() string {
	parts := make([]string, 1+g.r.Intn(3))
	for i := range parts {
		parts[i] = g.change()
	}
	return strings.Join(parts, ", ")
}

// step is the body of one of the page's methods.
func (g *treeGenerator) step() string {
	some := fmt.Sprintf("this.selectAllComponents('.%s')", g.pick("ca", "cb", "cc"))
	switch g.r.Intn(8) {
	case 0:
		return fmt.Sprintf("%s.forEach((c) => c.setData({ %s }))", some, g.changes())
	case 1:
		how := fmt.Sprintf("{ bubbles: %v, composed: %v, capturePhase: %v }", g.chance(2), g.chance(2), g.chance(2))
		return fmt.Sprintf("%s.forEach((c) => c.fire('%s', %s, %s))", some, g.pick("hit", "change"), g.scalar(), how)
	case 2:
		return fmt.Sprintf("%s.forEach((c) => c.own()); say(text(this.data))", some)
	case 3:
		return fmt.Sprintf("this.setData({ %s }); this.setData({ %s })", g.changes(), g.changes())
	default:
		return fmt.Sprintf("this.setData({ %s })", g.changes())
	}
}
