package view

import (
	"slices"
	"strings"

	"github.com/dougong-dev/dougong/core/miniapp/value"
)

// attrMode tells attributes apart whose value is not sent as it is.
type attrMode uint8

const (
	attrPlain attrMode = iota
	attrClass
	attrStyle
)

// modeOf tells how an attribute is written. Built-in components take class names and styles by other attributes, too:
// hover-class, placeholder-class, indicator-style …
func modeOf(name string) attrMode {
	switch {
	case name == "class" || strings.HasSuffix(name, "-class") || strings.HasSuffix(name, "Class"):
		return attrClass
	case name == "style" || strings.HasSuffix(name, "-style") || strings.HasSuffix(name, "Style"):
		return attrStyle
	case name == "previous-margin" || name == "next-margin" || name == "previousMargin" || name == "nextMargin":
		return attrStyle // of a swiper: lengths
	}
	return attrPlain
}

// classScope is how the class names in one component's template are written for the client, so that its style sheet
// matches them and others' do not.
type classScope struct {
	prefix    string // "<ScopeID>--"; "" for pages
	bare      bool   // the bare name goes along: outer styles apply
	shared    bool   // the component's own styles apply outside, too
	externals []string
	// marked: the component's style has selectors that are bound to its own elements, which say whose they are.
	marked bool
	// scripted: the component's templates have handlers that a client runs.
	scripted bool
}

// scopeAttribute is what the compiler binds selectors to: wxss.ScopeAttribute.
const scopeAttribute = "dg-s"

func newClassScope(d *Definition) classScope {
	s := classScope{externals: d.ExternalClasses}
	if d.ScopeID == "" {
		return s
	}
	s.prefix = d.ScopeID + "--"
	s.marked = d.Style != nil && strings.Contains(d.Style.CSS, bound(d.ScopeID))
	switch d.Options.StyleIsolation {
	case "shared":
		s.bare, s.shared, s.marked = true, true, false
	case "apply-shared":
		s.bare = true
	case "", "isolated":
		s.bare = d.Options.AddGlobalClass
	}
	return s
}

// bound is the part of a selector that binds it to a component's elements.
func bound(scope string) string { return ":where([" + scopeAttribute + `="` + scope + `"])` }

// hostClass is the class that ":host" of a component's style stands for.
func hostClass(d *Definition) string { return d.ScopeID + "--host" }

// stylesheet is the component's style sheet as the client gets it: without the prefix if the styles are shared.
func (s *classScope) stylesheet(sheet *Stylesheet) *Stylesheet {
	if sheet == nil || !s.shared {
		return sheet
	}
	host := "." + s.prefix + "host"
	css := strings.ReplaceAll(sheet.CSS, host, "\x00")
	css = strings.ReplaceAll(css, "."+s.prefix, ".")
	css = strings.ReplaceAll(css, bound(strings.TrimSuffix(s.prefix, "--")), "")
	return &Stylesheet{Key: sheet.Key, CSS: strings.ReplaceAll(css, "\x00", host), Fonts: sheet.Fonts}
}

// external tells whether a class value names an external class or a class of an outer component, which only an instance
// knows.
func (s *classScope) external(v value.Value) bool {
	if s.prefix == "" && len(s.externals) == 0 {
		return false
	}
	text := classText(v)
	if !strings.Contains(text, "^") && len(s.externals) == 0 {
		return false
	}
	return slices.ContainsFunc(strings.Fields(text), func(token string) bool {
		return token[0] == '^' || slices.Contains(s.externals, token)
	})
}

// static writes a constant attribute value for the client; nil means that there is nothing to write.
func (s *classScope) static(mode attrMode, v value.Value, host *Definition) value.Value {
	switch mode {
	case attrClass:
		return s.class(v, host, nil)
	case attrStyle:
		return styleText(v)
	}
	return v
}

// class writes a class value for the client. host is the component whose host element it is, if any.
func (s *classScope) class(v value.Value, host *Definition, c *Component) value.Value {
	text := classText(v)
	if s.prefix == "" && len(s.externals) == 0 {
		if host != nil && host.ScopeID != "" {
			if text == "" {
				return hostClass(host)
			}
			return text + " " + hostClass(host)
		}
		return text
	}
	var b strings.Builder
	s.tokens(&b, text, c)
	if host != nil && host.ScopeID != "" {
		separate(&b)
		b.WriteString(hostClass(host))
	}
	return b.String()
}

func (s *classScope) tokens(b *strings.Builder, text string, c *Component) {
	for token := range strings.FieldsSeq(text) {
		if c != nil && slices.Contains(s.externals, token) {
			if given := c.external[token]; given != "" {
				separate(b)
				b.WriteString(given)
			}
			continue
		}
		if s.prefix != "" && (token[0] == '~' || token[0] == '^') {
			outerClass(b, token, c)
			continue
		}
		separate(b)
		b.WriteString(s.prefix)
		b.WriteString(token)
		if s.bare && s.prefix != "" {
			b.WriteByte(' ')
			b.WriteString(token)
		}
	}
}

// outerClass writes "~name", a class of the page's style, or "^name", a class of the style of the component around this one;
// each further "^" goes one component out.
func outerClass(b *strings.Builder, token string, c *Component) {
	if token[0] == '~' {
		separate(b)
		b.WriteString(token[1:])
		return
	}
	name := strings.TrimLeft(token, "^")
	for range len(token) - len(name) {
		if c == nil || c.owner == nil {
			return
		}
		c = c.owner
	}
	separate(b)
	b.WriteString(c.unit.class.prefix)
	b.WriteString(name)
}

func separate(b *strings.Builder) {
	if b.Len() > 0 {
		b.WriteByte(' ')
	}
}

// classText is a class value as a list of names: a text, an array of such values, or an object whose true fields count. A
// comma is no part of a name in WeChat either, so class="a {{[b, c]}}" is three names.
func classText(v value.Value) string {
	switch v := v.(type) {
	case string:
		return strings.ReplaceAll(v, ",", " ")
	case *value.Array:
		var out []string
		for _, item := range v.Items {
			if t := classText(item); t != "" {
				out = append(out, t)
			}
		}
		return strings.Join(out, " ")
	case *value.Object:
		var out []string
		for name, on := range v.All() {
			if value.ToBool(on) {
				out = append(out, name)
			}
		}
		return strings.Join(out, " ")
	case float64:
		return value.ToString(v)
	}
	return ""
}
