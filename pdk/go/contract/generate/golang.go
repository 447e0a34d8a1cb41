package generate

import (
	"fmt"
	"go/format"
	"strconv"
	"strings"
	"unicode/utf8"
)

// golang writes a Go package: types, constants, an interface for the provider and its adapter to pdk.Methods.
type golang struct {
	writer
	m     *model
	names map[*record]string // of records whose keys Go's JSON tags can hold
}

func goFile(m *model, file, pkg string) (File, error) {
	g := &golang{m: m, names: map[*record]string{}}
	for _, r := range m.records {
		if taggable(r) {
			g.names[r] = r.name
		}
	}
	g.p("// "+generatedBy, m.Capability)
	g.p("")
	g.comment("//", "Package "+pkg+" holds the types of "+m.Capability+": "+m.Summary.EN+".")
	g.comment("//", m.Summary.ZH)
	g.p("package %s", pkg)
	g.p("")
	g.p("import %q", "github.com/dougong-dev/dougong/pdk/go")
	g.p("")
	g.constants()
	g.errors()
	g.handler()
	for _, e := range m.enums {
		g.enum(e)
	}
	for _, r := range m.records {
		if g.names[r] != "" {
			g.record(r)
		}
	}
	for _, e := range m.allEvents() {
		g.event(e)
	}
	out, err := format.Source(g.Bytes())
	if err != nil {
		return File{}, fmt.Errorf("generate Go of %s: %w", m.Capability, err)
	}
	return File{file, out}, nil
}

func (g *golang) constants() {
	g.p("// Capability is what the methods below belong to.")
	g.p("const Capability = %q", g.m.Capability)
	g.p("")
	g.p("// Names of the methods, as they cross the wire.")
	g.p("const (")
	for _, m := range g.m.all() {
		g.p("%s = %q // %s", g.m.names.pick("Method"+pascal(m.Name)), m.Name, line(m.Summary.EN))
	}
	g.p(")")
	g.p("")
}

func (g *golang) errors() {
	if len(g.m.codes) == 0 {
		return
	}
	names := make([]string, len(g.m.codes))
	g.p("// Codes of the errors that the contract declares.")
	g.p("const (")
	for i, c := range g.m.codes {
		names[i] = g.m.names.pick("Code" + c.ident)
		g.p("%s = %d // %s", names[i], c.Code, line(c.Message))
	}
	g.p(")")
	g.p("")
	for i, c := range g.m.codes {
		name := g.m.names.pick("Err" + c.ident)
		g.comment("//", name+" makes the error "+strconv.Quote(c.Name)+": "+c.Message+".")
		g.p("func %s(format string, args ...any) *pdk.Error {", name)
		g.p("return pdk.Errorf(%s, %q, format, args...)", names[i], c.Name)
		g.p("}")
		g.p("")
	}
}

func (g *golang) handler() {
	g.comment("//", "Handler is what a provider of "+g.m.Capability+" implements. Its methods are called concurrently in a process; one at a time per instance in WebAssembly.")
	g.p("type Handler interface {")
	for _, m := range g.m.all() {
		g.comment("//", m.ident+" answers "+m.Name+": "+m.Summary.EN+".")
		g.comment("//", m.Summary.ZH)
		g.p("%s(ctx *pdk.Context, in %s) (%s, error)", m.ident, g.top(m.params), g.top(m.result))
	}
	g.p("}")
	g.p("")
	g.p("// Methods makes of a handler what pdk.Plugin.Provide takes.")
	g.p("func Methods(h Handler) pdk.Methods {")
	g.p("return pdk.Methods{")
	for _, m := range g.m.all() {
		g.p("%q: pdk.Func(h.%s),", m.Name, m.ident)
	}
	g.p("}")
	g.p("}")
	g.p("")
}

func (g *golang) enum(e *enum) {
	g.comment("//", e.name+" is one of the texts below. "+e.doc)
	g.p("type %s string", e.name)
	g.p("")
	g.p("// Values of %s.", e.name)
	g.p("const (")
	for _, v := range e.values {
		g.p("%s %s = %s", g.m.names.pick(e.name+pascal(v)), e.name, strconv.QuoteToASCII(v))
	}
	g.p(")")
	g.p("")
}

func (g *golang) record(r *record) {
	g.comment("//", r.name+" is an object of the contract. "+r.doc)
	g.p("type %s struct {", r.name)
	fields := newNamer("")
	for _, f := range r.fields {
		g.comment("//", f.doc)
		tag := f.key
		if tag == "-" {
			tag = "-,"
		}
		t := g.typ(f.typ)
		if !f.required {
			tag += ",omitempty"
			t = optional(t)
		}
		g.p("%s %s `json:%s`", fields.pick(pascal(f.key)), t, strconv.Quote(tag))
	}
	g.p("}")
	g.p("")
}

func (g *golang) event(e *event) {
	verb, how := "Emit", "Emit"
	if e.last {
		verb, how = "End", "End"
	}
	name := g.m.names.pick(verb + strings.TrimSuffix(e.ident, "Event"))
	g.comment("//", name+" sends the event "+e.Name+": "+e.Summary.EN+".")
	if e.payload.kind == kindNone {
		g.p("func %s(ctx *pdk.Context) error { return ctx.%s(%q, struct{}{}) }", name, how, e.Name)
	} else {
		g.p("func %s(ctx *pdk.Context, e %s) error { return ctx.%s(%q, e) }", name, g.typ(e.payload), how, e.Name)
	}
	g.p("")
}

// top is the type of a method's argument or result.
func (g *golang) top(t *typ) string { return g.typ(t) }

func (g *golang) typ(t *typ) string {
	out := "pdk.Any"
	switch t.kind {
	case kindNone:
		return "struct{}"
	case kindBool:
		out = "bool"
	case kindInt:
		out = "int64"
	case kindFloat:
		out = "float64"
	case kindText:
		out = "string"
	case kindBytes:
		return "pdk.Blob"
	case kindList:
		return "[]" + g.typ(t.elem)
	case kindMap:
		return "map[string]" + g.typ(t.elem)
	case kindEnum:
		out = t.enum.name
	case kindRecord:
		if out = g.names[t.record]; out == "" {
			return "map[string]pdk.Any"
		}
	}
	if t.nullable && out != "pdk.Any" {
		return "*" + out
	}
	return out
}

// optional is a type whose zero value omitempty leaves out: a pointer, unless it can be nil already.
func optional(t string) string {
	if strings.HasPrefix(t, "*") || strings.HasPrefix(t, "[]") || strings.HasPrefix(t, "map[") {
		return t
	}
	return "*" + t
}

// taggable tells whether encoding/json can hold the record's keys in tags; else it is a map.
func taggable(r *record) bool {
	for _, f := range r.fields {
		if f.key == "" || !utf8.ValidString(f.key) {
			return false
		}
		for _, c := range f.key {
			if !tagRune(c) {
				return false
			}
		}
	}
	return true
}

// tagRune is what encoding/json takes for a name, less what a raw string or a comment cannot hold.
func tagRune(c rune) bool {
	if c < utf8.RuneSelf {
		return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || strings.ContainsRune("!#$%&()*+-./:;<=>?@[]^_{|}~ ", c)
	}
	return c >= 0x4e00 && c <= 0x9fff || c >= 0xc0 && c <= 0x24f && c != 0xd7 && c != 0xf7 // Chinese and Latin letters
}
