package wxml

import (
	"strings"
	"unicode"

	"github.com/dougong-dev/dougong/core/miniapp/template"
	"github.com/dougong-dev/dougong/core/miniapp/value"
)

// element lowers a tag with its attributes and children.
func (c *compiler) element(n *node, _ *directives) *template.Node {
	el := &template.Node{Kind: template.Element, Tag: n.tag, Pos: c.pos(n.start)}
	c.noteTag(n.tag, el.Pos)
	for i := range n.attrs {
		if c.alipay {
			c.alipayAttribute(el, n, &n.attrs[i])
		} else {
			c.attribute(el, &n.attrs[i])
		}
	}
	wasRaw := c.raw
	c.raw = n.tag == "text" && !c.alipay && !c.easel
	el.Children = c.nodes(n.children)
	c.raw = wasRaw
	return el
}

func (c *compiler) noteTag(tag string, pos template.Pos) {
	if key := "tag " + tag; !c.seen[key] {
		c.seen[key] = true
		c.out.Tags = append(c.out.Tags, TagUse{Tag: tag, File: c.out.File.Sources[pos[0]], Line: pos[1], Column: pos[2]})
	}
}

func (c *compiler) attribute(el *template.Node, a *attr) {
	prefix, rest, ok := strings.Cut(a.name, ":")
	if ok {
		switch prefix {
		case "wx", "ft", "worklet", "let":
			return
		case "mark":
			el.Marks = c.put(el.Marks, rest, a)
			return
		case "data":
			el.Data = c.put(el.Data, rest, a)
			return
		case "generic":
			el.Generic = c.put(el.Generic, rest, a)
			return
		case "change":
			el.Change = c.put(el.Change, rest, a)
			return
		case "model":
			c.model(el, rest, a)
			return
		case "slot":
			c.slotValue(el, rest, a)
			return
		}
	}
	if ev, ok := eventName(a.name); ok {
		c.event(el, ev, a)
		return
	}
	if key, ok := strings.CutPrefix(a.name, "data-"); ok && key != "" {
		el.Data = c.put(el.Data, datasetKey(key), a)
		return
	}
	if a.name == "slot" {
		el.SlotOf = c.attrValue(a)
		return
	}
	el.Attrs = c.put(el.Attrs, a.name, a)
}

// slotValue lowers slot:prop="name", where the name may be missing: it is the property's own then, in camel case.
func (c *compiler) slotValue(el *template.Node, prop string, a *attr) {
	name := strings.TrimSpace(a.value)
	if name == "" {
		name = camelAttr(prop)
	}
	if !isIdentifier(name) {
		c.errorAt(a.valuePos, "wxml-slot-value", `write slot:item="item"`, "%s needs a name for the slot's value, got %q", a.name, a.value)
		return
	}
	el.SlotValues = append(el.SlotValues, template.Attr{Name: prop, Value: template.Constant(name, c.pos(a.start)), Pos: c.pos(a.start)})
}

func isIdentifier(s string) bool {
	for i, r := range s {
		if r != '_' && r != '$' && !unicode.IsLetter(r) && (i == 0 || !unicode.IsDigit(r)) {
			return false
		}
	}
	return s != ""
}

// put adds an attribute; of a repeated one the last value counts.
func (c *compiler) put(list []template.Attr, name string, a *attr) []template.Attr {
	made := template.Attr{Name: name, Value: c.attrValue(a), Pos: c.pos(a.start)}
	for i := range list {
		if list[i].Name == name {
			c.diags.Warn(c.ctx.File, a.start, "wxml-duplicate-attribute", "remove one of them", "attribute %q is written twice; the last one counts", a.name)
			list[i] = made
			return list
		}
	}
	return append(list, made)
}

func (c *compiler) attrValue(a *attr) *template.Expr {
	if !a.has {
		return template.Constant(true, c.pos(a.start))
	}
	return c.ctx.Text(a.value, a.valuePos)
}

// model lowers a two-way binding, which can only be written back to a plain path.
func (c *compiler) model(el *template.Node, name string, a *attr) {
	e := c.attrValue(a)
	if !isPath(e) {
		c.errorAt(a.valuePos, "wxml-model-path", `write model:value="{{field}}"`, "%s needs the path of a data field, got %q", a.name, a.value)
		return
	}
	el.Models = append(el.Models, template.Attr{Name: name, Value: e, Pos: c.pos(a.start)})
}

func isPath(e *template.Expr) bool {
	switch e.Op {
	case template.OpIdent:
		return true
	case template.OpMember, template.OpIndex:
		return isPath(e.X[0])
	}
	return false
}

// eventBinding is the meaning of an attribute's name.
type eventBinding struct {
	kind, mode string
	capture    bool
}

// eventName takes apart bindtap, bind:tap, catchtap, mut-bind:tap, capture-bind:tap, capture-catch:tap …
func eventName(name string) (eventBinding, bool) {
	var ev eventBinding
	rest, capture := strings.CutPrefix(name, "capture-")
	ev.capture = capture
	for _, mode := range []string{"mut-bind", "bind", "catch"} {
		kind, ok := strings.CutPrefix(rest, mode)
		if !ok {
			continue
		}
		ev.mode, ev.kind = mode, strings.TrimPrefix(kind, ":")
		return ev, ev.kind != ""
	}
	return ev, false
}

func (c *compiler) event(el *template.Node, ev eventBinding, a *attr) {
	handler := template.Constant("", c.pos(a.start))
	if a.has {
		handler = c.ctx.Text(strings.TrimSpace(a.value), a.valuePos)
	}
	if v, ok := handler.Static(); ok { // an empty catch:tap still stops the event
		if text, isText := v.(string); !isText || value.IsNullish(v) {
			handler = template.Constant(value.Text(v), handler.Pos)
		} else if strings.HasSuffix(text, "()") {
			c.diags.Warn(c.ctx.File, a.valuePos, "wxml-handler-call", "write the name alone", "event handler %q is the name of a method, not a call", text)
			handler = template.Constant(strings.TrimSuffix(text, "()"), handler.Pos)
		}
	}
	el.Events = append(el.Events, template.Event{Type: ev.kind, Capture: ev.capture, Mode: ev.mode, Handler: handler, Pos: c.pos(a.start)})
}

// datasetKey turns the name behind data- into the key in event.currentTarget.dataset: lower case, then camelCase.
func datasetKey(name string) string {
	var b strings.Builder
	up := false
	for _, r := range strings.ToLower(name) {
		switch {
		case r == '-':
			up = true
		case up && r >= 'a' && r <= 'z':
			b.WriteRune(r - 'a' + 'A')
			up = false
		default:
			if up {
				b.WriteByte('-')
			}
			b.WriteRune(r)
			up = false
		}
	}
	if up {
		b.WriteByte('-')
	}
	return b.String()
}
