package wxml

import (
	"cmp"
	"slices"
	"strings"

	"github.com/dougong-dev/dougong/core/miniapp/compiler/internal/source"
)

// Converted is AXML as WXML, and what it says about other files.
type Converted struct {
	Text string
	// Given lists the attributes that each tag which is a component is given, as properties.
	Given map[string][]string
	// Modules are the template scripts it imports, by path from the project's root.
	Modules []string
}

// ToWXML rewrites AXML as WXML, in place: what needs no change keeps its layout. component tells which tags are components.
// What WXML has nothing for is reported and left out.
func ToWXML(name string, text []byte, component func(tag string) bool, diags *source.Diagnostics) *Converted {
	f := source.New(name, text)
	v := &converter{file: f, diags: diags, component: component, out: &Converted{Given: map[string][]string{}}}
	v.nodes(parse(f, diags), false)
	v.out.Text = v.apply()
	return v.out
}

type converter struct {
	file      *source.File
	diags     *source.Diagnostics
	component func(tag string) bool
	out       *Converted
	edits     []edit
}

// edit replaces a piece of the source.
type edit struct {
	start, end int
	text       string
}

func (v *converter) replace(start, end int, text string) {
	v.edits = append(v.edits, edit{start, end, text})
}

func (v *converter) apply() string {
	slices.SortStableFunc(v.edits, func(a, b edit) int { return cmp.Compare(a.start, b.start) })
	var b strings.Builder
	at := 0
	for _, e := range v.edits {
		if e.start < at {
			continue
		}
		b.WriteString(v.file.Text[at:e.start] + e.text)
		at = e.end
	}
	return b.String() + v.file.Text[at:]
}

func (v *converter) warn(offset int, id, hint, format string, args ...any) {
	v.diags.Warn(v.file, offset, id, hint, format, args...)
}

func (v *converter) nodes(list []*node, inLoop bool) {
	for _, n := range list {
		v.expression(n.text, n.start)
		if n.tag == "" {
			continue
		}
		v.element(n, inLoop)
		v.nodes(n.children, inLoop || n.find("a:for") != nil)
	}
}

func (v *converter) element(n *node, inLoop bool) {
	switch n.tag {
	case "import-sjs":
		v.importScript(n)
		return
	case "import", "include":
		v.reference(n)
		return
	case "slot":
		v.slot(n, inLoop)
	}
	component := v.component(n.tag)
	if _, ok := noEquivalent[n.tag]; ok && !component {
		v.warn(n.start, "axml-no-equivalent", noEquivalent[n.tag], "<%s> is a component of Alipay's own", n.tag)
	}
	for i := range n.attrs {
		a := &n.attrs[i]
		v.expression(a.value, a.valuePos)
		v.attribute(n, a, component)
	}
}

func (v *converter) slot(n *node, inLoop bool) {
	if len(n.children) > 0 {
		v.warn(n.start, "alipay-slot-default", "show it under a condition of the component's own, such as a property hasTitle", "WeChat shows nothing in a slot to which nothing is given; the content of <slot> is lost there")
	}
	if inLoop {
		v.warn(n.start, "alipay-slot-repeated", "use a property for the content, or a generic", "WeChat shows content in the first slot of its name only, not in each of a loop")
	}
}

// attributeEnd is the offset behind an attribute as written.
func (v *converter) attributeEnd(a *attr) int {
	if !a.has {
		return a.start + len(a.name)
	}
	end := a.valuePos + len(a.value)
	if end < len(v.file.Text) && (v.file.Text[end] == '"' || v.file.Text[end] == '\'') {
		end++
	}
	return end
}

func (v *converter) rename(a *attr, name string) {
	if name != a.name {
		v.replace(a.start, a.start+len(a.name), name)
	}
}

func (v *converter) drop(a *attr) {
	start := a.start
	for start > 0 && isSpace(v.file.Text[start-1]) {
		start--
	}
	v.replace(start, v.attributeEnd(a), "")
}

func (v *converter) attribute(n *node, a *attr, component bool) {
	if name, ok := alipayDirective(n, a.name); ok {
		v.rename(a, "wx:"+name)
		if key := pathKey(cleanKey(a.value, itemOf(n)), itemOf(n)); name == "key" && a.has && key != a.value {
			v.replace(a.valuePos, a.valuePos+len(a.value), orDefault(key, "*this"))
		}
		return
	}
	ev, isEvent := alipayEvent(a.name)
	switch {
	case a.name == "slot-scope":
		v.warn(a.start, "alipay-slot-scope", "give the component the values by a property, or use a generic", "WeChat's slots hand no values to their content")
		v.drop(a)
	case a.name == "ref":
		v.warn(a.start, "alipay-ref", `give it an id and use this.selectComponent("#id")`, "WeChat has no ref")
		v.drop(a)
	case strings.HasPrefix(a.name, "data-"): // whose capitals WeChat would lose
		v.rename(a, kebabAttr(a.name))
	case isEvent && component:
		v.handler(n, a)
	case isEvent:
		v.event(a, ev)
	case component && a.name != "slot" && a.name != "id":
		v.give(n.tag, propAttr(a.name))
	case !component && n.tag != "slot" && n.tag != "template":
		v.rename(a, kebabAttr(a.name))
	}
}

func itemOf(n *node) string {
	if a := n.find("a:for-item"); a != nil {
		return orDefault(a.value, "item")
	}
	return "item"
}

// handler makes a function that a component is given an event of it, and tells it by a property that somebody listens.
func (v *converter) handler(n *node, a *attr) {
	name := propAttr(a.name)
	v.give(n.tag, name)
	given := `="{{true}}"`
	if expression := strings.TrimSpace(a.value); strings.HasPrefix(expression, "{{") {
		given = `="` + expression + `"`
	}
	v.replace(a.start, a.start+len(a.name), name+given+" bind:"+strings.ToLower(name))
}

func (v *converter) give(tag, name string) {
	if !slices.Contains(v.out.Given[tag], name) {
		v.out.Given[tag] = append(v.out.Given[tag], name)
	}
}

func (v *converter) event(a *attr, ev eventBinding) {
	prefix := "bind:"
	if ev.mode == "catch?" {
		prefix = "catch:"
	}
	if ev.capture {
		prefix = "capture-" + prefix
	}
	switch ev.kind {
	case "view-appear", "view-disappear", "view-firstappear":
		v.warn(a.start, "alipay-event", "use wx.createIntersectionObserver", "WeChat has no event %s", a.name)
	}
	v.rename(a, prefix+ev.kind)
}

// importScript writes <import-sjs name from> as <wxs module src>.
func (v *converter) importScript(n *node) {
	name, from := n.find("name"), n.find("from")
	if name == nil || from == nil {
		v.diags.Error(v.file, n.start, "axml-missing-attribute", `write <import-sjs name="utils" from="./utils.sjs"/>`, "<import-sjs> without name or from")
		return
	}
	v.replace(n.start+1, n.start+1+len(n.tag), "wxs")
	v.rename(name, "module")
	v.rename(from, "src")
	v.replace(from.valuePos, from.valuePos+len(from.value), strings.TrimSuffix(from.value, ".sjs")+".wxs")
	target := source.Resolve(v.file.Path, strings.TrimSuffix(from.value, ".sjs")+".sjs")
	v.out.Modules = append(v.out.Modules, target)
	if strings.Contains(name.value, "{") {
		v.warn(name.valuePos, "alipay-sjs-names", "import the module under one name and write name.export", "WeChat binds a template script to one name, not to names of its exports")
	}
	if at := strings.Index(v.file.Text[n.start:], "</import-sjs"); at >= 0 && len(n.children) == 0 && !strings.Contains(v.file.Text[n.start:n.start+at], "/>") {
		v.replace(n.start+at+2, n.start+at+len("</import-sjs"), "wxs")
	}
}

func (v *converter) reference(n *node) {
	if src := n.find("src"); src != nil {
		v.replace(src.valuePos, src.valuePos+len(src.value), strings.TrimSuffix(src.value, ".axml")+".wxml")
	}
}

// expression reports calls of methods, which WXML does not have.
func (v *converter) expression(text string, offset int) {
	for at := 0; ; {
		open := strings.Index(text[at:], "{{")
		if open < 0 {
			return
		}
		open += at
		closing := strings.Index(text[open:], "}}")
		if closing < 0 {
			return
		}
		closing += open
		for _, m := range methodCall.FindAllStringSubmatchIndex(text[open:closing], -1) {
			name := text[open+m[2] : open+m[3]]
			if languageMethods[name] {
				v.warn(offset+open+m[2], "alipay-method-call", "call it in a template script, or compute the value in the component", "WXML cannot call the method %s of a value", name)
			}
		}
		at = closing + 2
	}
}
