package wxml

import (
	"regexp"
	"strings"

	"github.com/dougong-dev/dougong/core/miniapp/compiler/internal/source"
	"github.com/dougong-dev/dougong/core/miniapp/template"
)

// templates lists the files that a reference to a template may mean.
func (c *compiler) templates(base string) []string {
	if c.alipay {
		return []string{base, base + ".axml"}
	}
	return []string{base, base + ".wxml", base + ".fxml"}
}

// prefixed writes a hint with the prefix of the dialect's directives.
func (c *compiler) prefixed(format string) string {
	if c.alipay {
		return strings.ReplaceAll(format, "%s", "a:")
	}
	return strings.ReplaceAll(format, "%s", "wx:")
}

// alipayDirective gives the name behind a:. A plain key beside a loop is one, too, as in React.
func alipayDirective(n *node, name string) (string, bool) {
	if name == "key" && (n.find("a:for") != nil || n.tag == "block") {
		return name, true
	}
	return strings.CutPrefix(name, "a:")
}

var keyPath = regexp.MustCompile(`^[A-Za-z_$][\w$]*(\.[A-Za-z_$][\w$]*)*$`)

var bracketKey = regexp.MustCompile(`\[\s*(?:'([\w$]+)'|"([\w$]+)")\s*\]`)

// pathKey keeps a key that is a path below the item. AXML allows any expression; one that is computed, or is the index, tells
// no rows apart that their order does not.
func pathKey(key, item string) string {
	key = strings.TrimPrefix(bracketKey.ReplaceAllString(key, ".$1$2"), item+".")
	if key != "*this" && !keyPath.MatchString(key) {
		return ""
	}
	return key
}

// assignSlotScope gives the elements in a <block> its slot-scope.
func assignSlotScope(nodes []*template.Node, name string) {
	for _, n := range nodes {
		switch n.Kind {
		case template.Element, template.Slot:
			if n.SlotScope == "" {
				n.SlotScope = strings.TrimSpace(name)
			}
			continue
		}
		assignSlotScope(n.Children, name)
		for _, b := range n.Branches {
			assignSlotScope(b.Children, name)
		}
	}
}

// alipayAttribute lowers an attribute twice: as the tag would take it if it were built in, and as a property if it turns out
// to be a component, which only the using component's json says.
func (c *compiler) alipayAttribute(el *template.Node, n *node, a *attr) {
	if _, ok := alipayDirective(n, a.name); ok {
		return
	}
	switch a.name {
	case "slot":
		if el.Tag != "slot" || n.find("name") != nil {
			el.SlotOf = c.attrValue(a)
		}
		return
	case "slot-scope":
		el.SlotScope = strings.TrimSpace(a.value)
		return
	}
	if rest, ok := strings.CutPrefix(a.name, "model:"); ok {
		c.model(el, rest, a)
		return
	}
	if el.Tag == "slot" {
		el.Attrs = c.put(el.Attrs, camelAttr(a.name), a)
		return
	}
	c.prop(el, a)
	if key, ok := strings.CutPrefix(a.name, "data-"); ok && key != "" {
		el.Data = c.put(el.Data, camelAttr(key), a)
		return
	}
	if ev, ok := alipayEvent(a.name); ok {
		c.event(el, ev, a)
		if ev.kind == "change" && (el.Tag == "checkbox" || el.Tag == "radio") {
			el.Attrs = append(el.Attrs, template.Attr{Name: "self-change", Value: template.Constant(true, c.pos(a.start)), Pos: c.pos(a.start)})
		}
		return
	}
	if a.name == "ref" {
		return
	}
	el.Attrs = c.put(el.Attrs, kebabAttr(a.name), a)
}

// prop adds an attribute as a property. What names an event handler is trimmed; who gets it makes a function of it.
func (c *compiler) prop(el *template.Node, a *attr) {
	p := template.Attr{Name: propAttr(a.name), Pos: c.pos(a.start)}
	if p.Value = c.attrValue(a); IsHandler(a.name) && a.has {
		p.Value = c.ctx.Text(strings.TrimSpace(a.value), a.valuePos)
	}
	for i := range el.Props {
		if el.Props[i].Name == p.Name {
			el.Props[i] = p
			return
		}
	}
	el.Props = append(el.Props, p)
}

// IsHandler tells whether an attribute of AXML names an event: onTap, catchTap.
func IsHandler(name string) bool {
	_, ok := alipayEvent(name)
	return ok
}

// alipayEvent takes onTap, catchTap, capture-onTap and capture-catchTap apart.
func alipayEvent(name string) (eventBinding, bool) {
	var ev eventBinding
	rest, capture := strings.CutPrefix(name, "capture-")
	ev.capture = capture
	for prefix, mode := range map[string]string{"on": "bind", "catch": "catch?"} {
		kind, ok := strings.CutPrefix(rest, prefix)
		if ok && kind != "" && kind[0] >= 'A' && kind[0] <= 'Z' {
			ev.mode, ev.kind = mode, alipayEventType(kind)
			return ev, true
		}
	}
	return ev, false
}

// alipayEventType is the type under which the client reports an event.
func alipayEventType(name string) string {
	switch kind := strings.ToLower(name); kind {
	case "longtap":
		return "longpress"
	case "appear", "disappear", "firstappear":
		return "view-" + kind // components may have events of these names
	case "getauthorize":
		return "getuserinfo"
	default:
		return kind
	}
}

// propAttr is the property that an attribute means: "foo-bar" is fooBar, data-* and aria-* keep their names.
func propAttr(name string) string {
	if strings.HasPrefix(name, "data-") || strings.HasPrefix(name, "aria-") {
		return name
	}
	return camelAttr(name)
}

// camelAttr turns "foo-bar" into "fooBar" and keeps what is upper case already.
func camelAttr(name string) string {
	if !strings.Contains(name, "-") {
		return name
	}
	var b strings.Builder
	up := false
	for _, r := range name {
		switch {
		case r == '-':
			up = b.Len() > 0
		case up && r >= 'a' && r <= 'z':
			b.WriteRune(r - 'a' + 'A')
			up = false
		default:
			b.WriteRune(r)
			up = false
		}
	}
	return b.String()
}

// kebabAttr turns "scrollY" into "scroll-y", which is how built-in components name their attributes.
func kebabAttr(name string) string {
	if same, ok := sameAttr[name]; ok {
		return same
	}
	var b strings.Builder
	for i, r := range name {
		if r >= 'A' && r <= 'Z' {
			if i > 0 && name[i-1] != '-' {
				b.WriteByte('-')
			}
			r += 'a' - 'A'
		}
		b.WriteRune(r)
	}
	return b.String()
}

// sameAttr are attributes whose name here is another one there.
var sameAttr = map[string]string{
	"maxLength": "maxlength", "max-length": "maxlength", "activeColor": "activeColor", "backgroundColor": "backgroundColor",
	"active-color": "activeColor", "background-color": "backgroundColor", "track-size": "track-size", "canvasId": "canvas-id",
	"scrollAnimationDuration": "scroll-animation-duration", "numberOfLines": "max-lines", "number-of-lines": "max-lines",
}

// noEquivalent are Alipay's tags for which there is nothing here.
var noEquivalent = map[string]string{
	"lottie": "show an image or a canvas in its place", "contact-button": "", "lifestyle": "", "life-follow": "", "join-group-chat": "",
	"error-view": "lay it out with views", "rtc-room": "", "sound-player": "use my.createInnerAudioContext", "like-button": "", "subscribe-message": "",
	"native-component": "",
}

// NoEquivalent warns of a tag that is shown as an empty element.
func NoEquivalent(use TagUse, diags *source.Diagnostics) {
	if hint, ok := noEquivalent[use.Tag]; ok {
		diags.Warn(source.New(use.File, nil), -1, "axml-no-equivalent", hint, "<%s> is a component of Alipay's own; it is shown as an empty element", use.Tag)
		last := &diags.List[len(diags.List)-1]
		last.Line, last.Column = use.Line, use.Column
	}
}

// methodCall is a call of a member.
var methodCall = regexp.MustCompile(`\.\s*([A-Za-z_$][\w$]*)\s*\(`)

// languageMethods are methods of texts, numbers and arrays that AXML may call.
var languageMethods = map[string]bool{
	"substring": true, "slice": true, "substr": true, "toUpperCase": true, "toLowerCase": true, "trim": true, "charAt": true, "includes": true,
	"startsWith": true, "endsWith": true, "indexOf": true, "lastIndexOf": true, "concat": true, "replace": true, "split": true, "toFixed": true,
	"toString": true, "join": true,
}
