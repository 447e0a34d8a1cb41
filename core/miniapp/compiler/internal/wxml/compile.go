package wxml

import (
	"slices"
	"strings"

	"github.com/dougong-dev/dougong/core/miniapp/compiler/internal/expr"
	"github.com/dougong-dev/dougong/core/miniapp/compiler/internal/source"
	"github.com/dougong-dev/dougong/core/miniapp/template"
)

// Reader reads files of the project by their paths from the project's root. What is only asked for by Exists may change
// without the template having to be compiled again.
type Reader interface {
	Read(path string) (text []byte, ok bool)
	Exists(path string) bool
}

// Result is a compiled template and what it needs.
type Result struct {
	File    *template.File
	Inline  []InlineScript
	Modules []SJSModule // AXML: what import-sjs names
	Include []string    // files inlined, for rebuilding
	Tags    []TagUse    // distinct tags, for checking components
	Missing []string    // files asked for and not found, for rebuilding
}

// TagUse is the first use of a tag.
type TagUse struct {
	Tag          string
	File         string
	Line, Column int
}

// Compile compiles one template file.
func Compile(name string, text []byte, read Reader, diags *source.Diagnostics) *Result {
	return compile(name, text, &compiler{read: read, diags: diags})
}

// CompileEasel compiles one template file for glass-easel, the newer framework of WeChat's, which decodes the character
// references in every static text.
func CompileEasel(name string, text []byte, read Reader, diags *source.Diagnostics) *Result {
	return compile(name, text, &compiler{read: read, diags: diags, easel: true})
}

// CompileAlipay compiles one AXML file, which is the same language with other names.
func CompileAlipay(name string, text []byte, read Reader, diags *source.Diagnostics) *Result {
	return compile(name, text, &compiler{read: read, diags: diags, alipay: true})
}

func compile(name string, text []byte, c *compiler) *Result {
	c.seen, c.scripts, c.imports = map[string]bool{}, map[string]bool{}, map[string]bool{}
	c.out = &Result{File: &template.File{Version: template.Version, Path: name, Templates: map[string][]*template.Node{}}}
	c.out.File.Nodes = c.file(source.New(name, text), true)
	if len(c.out.File.Templates) == 0 {
		c.out.File.Templates = nil
	}
	if c.alipay {
		c.out.File.CallMethods()
	}
	return c.out
}

type compiler struct {
	alipay bool // the dialect is AXML
	easel  bool // the framework is glass-easel
	raw    bool // in a <text>, whose character references wait for its attribute decode
	read   Reader
	diags  *source.Diagnostics
	out    *Result

	ctx     *expr.Context // of the file being lowered
	main    bool          // it is the template itself, not one included
	active  []string      // files being included, outermost first
	seen    map[string]bool
	scripts map[string]bool
	imports map[string]bool
	total   int
}

// file parses and lowers one file, the main one or an included one.
func (c *compiler) file(f *source.File, main bool) []*template.Node {
	ctx, wasMain := c.ctx, c.main
	c.active = append(c.active, f.Path)
	c.ctx = &expr.Context{File: f, Source: c.source(f.Path), Diags: c.diags, Decode: decodeAttribute}
	c.main = main
	nodes := c.nodes(parse(f, c.diags))
	c.ctx, c.main, c.active = ctx, wasMain, c.active[:len(c.active)-1]
	return nodes
}

func (c *compiler) source(path string) int {
	for i, s := range c.out.File.Sources {
		if s == path {
			return i
		}
	}
	c.out.File.Sources = append(c.out.File.Sources, path)
	return len(c.out.File.Sources) - 1
}

func (c *compiler) pos(offset int) template.Pos {
	line, column := c.ctx.File.Position(offset)
	return template.Pos{c.ctx.Source, line, column}
}

func (c *compiler) errorAt(offset int, id, hint, format string, args ...any) {
	c.diags.Error(c.ctx.File, offset, id, hint, format, args...)
}

// warnAt reports what WeChat's own compiler passes over.
func (c *compiler) warnAt(offset int, id, hint, format string, args ...any) {
	c.diags.Warn(c.ctx.File, offset, id, hint, format, args...)
}

// nodes lowers a list of siblings; it is where wx:if, wx:elif and wx:else find each other.
func (c *compiler) nodes(list []*node) []*template.Node {
	var out []*template.Node
	var chain *template.Node // the If that a following elif or else belongs to
	for _, n := range list {
		if n.tag == "" {
			decode := decodeText
			if c.raw {
				decode = textEscapes.Replace
			}
			out = append(out, &template.Node{Kind: template.Text, Pos: c.pos(n.start), Value: c.ctx.Between(n.text, n.start, decode)})
			chain = nil
			continue
		}
		if c.hoisted(n) {
			continue
		}
		d := c.directives(n)
		if d.isElse() && chain != nil {
			chain.Branches = append(chain.Branches, template.Branch{Cond: d.condition(c), Children: c.loop(n, d, c.content(n, d))})
			if d.otherwise != nil {
				chain = nil
			}
			continue
		}
		if d.isElse() {
			c.errorAt(n.start, "wxml-orphan-else", c.prefixed("put it right behind the element with %sif"), c.prefixed("%s")+"%s without a "+c.prefixed("%s")+"if before it", d.elseName())
			d.elif, d.otherwise = nil, nil
		}
		made := c.conditional(n, d)
		out = append(out, made...)
		if chain = nil; len(made) > 0 && made[0].Kind == template.If && d.cond != nil {
			chain = made[0]
		}
	}
	return out
}

// conditional lowers an element with its own wx:for and wx:if: the loop is outside, the condition is asked per item. A
// condition that does not read the item says the same for all of them; it goes outside, where wx:else finds it.
func (c *compiler) conditional(n *node, d *directives) []*template.Node {
	body := c.content(n, d)
	if d.cond == nil {
		return c.loop(n, d, body)
	}
	cond := d.condition(c)
	outside := d.list != nil && !readsAny(cond, d.item, d.index)
	if outside {
		body = c.loop(n, d, body)
	}
	body = []*template.Node{{Kind: template.If, Pos: c.pos(n.start), Branches: []template.Branch{{Cond: cond, Children: body}}}}
	if outside {
		return body
	}
	return c.loop(n, d, body)
}

func readsAny(e *template.Expr, names ...string) bool {
	for _, path := range e.Reads {
		if slices.Contains(names, path[0]) {
			return true
		}
	}
	return false
}

func (c *compiler) loop(n *node, d *directives, body []*template.Node) []*template.Node {
	if d.list == nil {
		return body
	}
	loop := &template.Node{Kind: template.For, Pos: c.pos(n.start), Item: d.item, Index: d.index, Key: d.key, Children: body}
	loop.List = c.directiveText(d.list)
	return []*template.Node{loop}
}

// content lowers the element itself, without its loop and condition but with its variables.
func (c *compiler) content(n *node, d *directives) []*template.Node {
	return c.variables(n, c.bare(n, d))
}

func (c *compiler) bare(n *node, d *directives) []*template.Node {
	switch n.tag {
	case "block":
		children := c.nodes(n.children)
		c.blockSlot(n, children)
		if as := n.find("slot-scope"); as != nil && c.alipay {
			assignSlotScope(children, as.value)
		}
		if d.list != nil || d.cond != nil || d.isElse() {
			return children
		}
		return []*template.Node{{Kind: template.Block, Pos: c.pos(n.start), Children: children}}
	case "include":
		return c.include(n)
	case "template":
		return c.use(n)
	case "slot":
		return []*template.Node{c.slot(n, d)}
	}
	return []*template.Node{c.element(n, d)}
}

// blockSlot puts the slot of a <block>, and the slot's values, on what is in it.
func (c *compiler) blockSlot(n *node, children []*template.Node) {
	var block template.Node
	if slot := n.find("slot"); slot != nil {
		block.SlotOf = c.attrValue(slot)
	}
	for i := range n.attrs {
		if prop, ok := strings.CutPrefix(n.attrs[i].name, "slot:"); ok {
			c.slotValue(&block, prop, &n.attrs[i])
		}
	}
	if block.SlotOf != nil || len(block.SlotValues) > 0 {
		assignSlot(children, &block)
	}
}

func assignSlot(nodes []*template.Node, from *template.Node) {
	for _, n := range nodes {
		switch n.Kind {
		case template.Element, template.Slot, template.Text:
			if n.SlotOf == nil {
				n.SlotOf = from.SlotOf
			}
			n.SlotValues = append(n.SlotValues, from.SlotValues...)
			continue
		}
		assignSlot(n.Children, from)
		for _, b := range n.Branches {
			assignSlot(b.Children, from)
		}
	}
}

// hoisted takes what is not content: definitions, imports, scripts.
func (c *compiler) hoisted(n *node) bool {
	switch {
	case n.tag == "import":
		c.importFile(n)
	case n.tag == "import-sjs" && c.alipay:
		c.importSJS(n)
	case isScriptTag(n.tag):
		c.scriptTag(n)
	case n.tag == "template" && n.find("name") != nil:
		c.define(n)
	default:
		return false
	}
	return true
}

func (c *compiler) define(n *node) {
	name := n.find("name").value
	if name == "" {
		c.warnAt(n.start, "wxml-missing-attribute", `write <template name="…">`, "<template> with an empty name")
		return
	}
	body := c.nodes(n.children)
	if !c.main { // WeChat includes everything but templates
		return
	}
	if _, ok := c.out.File.Templates[name]; ok {
		c.diags.Warn(c.ctx.File, n.start, "wxml-duplicate-template", "rename or remove it", "template %q is defined twice; the last one counts", name)
	}
	c.out.File.Templates[name] = body
}

func (c *compiler) use(n *node) []*template.Node {
	is := n.find("is")
	if is == nil || is.value == "" {
		c.warnAt(n.start, "wxml-missing-attribute", `write <template is="…"> to use one, <template name="…"> to define one`, "<template> without is or name")
		return nil
	}
	use := &template.Node{Kind: template.Use, Pos: c.pos(n.start), Value: c.ctx.Text(is.value, is.valuePos)}
	if data := n.find("data"); data != nil {
		use.Scope = c.ctx.Object(data.value, data.valuePos)
	}
	return []*template.Node{use}
}

func (c *compiler) slot(n *node, d *directives) *template.Node {
	slot := c.element(n, d)
	slot.Kind, slot.Tag = template.Slot, ""
	slot.Value = template.Constant("", slot.Pos)
	attrs := slot.Attrs[:0]
	for _, a := range slot.Attrs {
		if a.Name == "name" {
			slot.Value = a.Value
			continue
		}
		attrs = append(attrs, a)
	}
	slot.Attrs = attrs
	if !c.alipay { // WeChat shows nothing in a slot to which nothing is given
		slot.Children = nil
	}
	return slot
}

func (n *node) find(name string) *attr {
	for i := range n.attrs {
		if n.attrs[i].name == name {
			return &n.attrs[i]
		}
	}
	return nil
}
