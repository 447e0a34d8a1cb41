package generate

import (
	"fmt"
	"strings"
)

const cWords = `auto break case char const continue default do double else enum extern float for goto if inline int long register
restrict return short signed sizeof static struct switch typedef union unsigned void volatile while _Alignas _Alignof
_Atomic _Bool _Complex _Generic _Imaginary _Noreturn _Static_assert _Thread_local bool true false and and_eq asm bitand
bitor catch class compl const_cast constexpr decltype delete dynamic_cast explicit export friend mutable namespace new
noexcept not not_eq nullptr operator or or_eq private protected public reinterpret_cast static_assert static_cast
template this thread_local throw try typeid typename using virtual wchar_t xor xor_eq linux unix NULL errno`

// cShared are the types that every header uses; they stand in each, and count once.
const cShared = `#ifndef DOUGONG_CONTRACT_TYPES
#define DOUGONG_CONTRACT_TYPES
#ifndef DOUGONG_H /* where the kit is used, include its dougong.h before this file */
/* UTF-8 text, which may hold zeros. at NULL: absent. */
typedef struct dg_text { const char *at; size_t size; } dg_text;
/* A byte attachment: {"$blob": n} in the JSON. at NULL: absent. */
typedef struct dg_bytes { const uint8_t *at; size_t size; } dg_bytes;
/* Any value. */
typedef struct dg_value dg_value;
#endif
/* Any value. NULL: absent. */
typedef const dg_value *dg_any;
#endif
`

// cHeader writes a C header: constants for names and codes, and a struct for each object.
type cWriter struct {
	writer
	prefix string
	names  *namer
	consts *namer
	types  map[*record]string
	lists  map[string]string // element type → its list's name
	maps   map[string]string
	decls  []string
	kit    bool
	codecs writer // conversions, behind all types
}

func cHeader(m *model, pkg string, kit bool) []byte {
	c := &cWriter{
		prefix: snake(pkg), names: newNamer(cWords), consts: newNamer(""), types: map[*record]string{},
		lists: map[string]string{}, maps: map[string]string{}, kit: kit,
	}
	guard := upper("dougong_"+m.Capability) + "_H"
	c.p("/* "+generatedBy+" */", m.Capability)
	c.p("/* %s */", block(m.Summary.EN))
	c.p("/* %s */", block(m.Summary.ZH))
	c.p("#ifndef %s", guard)
	c.p("#define %s", guard)
	c.p("")
	c.p("#include <stdbool.h>\n#include <stddef.h>\n#include <stdint.h>")
	c.p("")
	if kit {
		c.p("#include \"dougong.h\"")
		c.p("")
	}
	c.WriteString(cShared)
	c.p("")
	writeConstants(c, m, "", noDoc)
	c.p("")
	for _, r := range m.records {
		c.record(r)
	}
	if kit {
		c.WriteString(cKit)
		c.Write(c.codecs.Bytes())
	}
	c.uses(m)
	c.p("#endif")
	return c.Bytes()
}

func (c *cWriter) define(name, value, doc string) {
	name = c.consts.pick(upper(c.prefix) + "_" + name)
	if doc = block(doc); doc != "" {
		c.p("/* %s */", doc)
	}
	c.p("#define %s %s", name, value)
}

func (c *cWriter) text(name, value, doc string) { c.define(name, quote(value, cEscape), doc) }

func (c *cWriter) number(name string, value int, doc string) { c.define(name, fmt.Sprint(value), doc) }

func cEscape(r rune) string {
	var b strings.Builder
	for _, x := range []byte(string(r)) {
		fmt.Fprintf(&b, `\%03o`, x)
	}
	return b.String()
}

func (c *cWriter) record(r *record) {
	name := c.names.pick(c.prefix + "_" + snake(r.name))
	c.types[r] = name
	var body writer
	body.depth = 1
	fields := newNamer(cWords)
	idents, flags := make([]string, len(r.fields)), make([]string, len(r.fields))
	for i, f := range r.fields {
		t := c.typ(f.typ)
		note := "JSON: " + quote(f.key, utf16)
		if f.doc != "" {
			note += "; " + f.doc
		}
		body.p("/* %s */", block(note))
		idents[i] = fields.pick(snake(f.key))
		if !f.required && !absentable(t) {
			flags[i] = fields.pick("has_" + idents[i])
			body.p("bool %s;", flags[i])
		}
		body.p("%s %s;", t, idents[i])
	}
	for _, d := range c.decls {
		c.p("%s", d)
	}
	c.decls = nil
	if doc := block(r.doc); doc != "" {
		c.p("/* %s */", doc)
	}
	c.p("typedef struct %s {", name)
	c.Write(body.Bytes())
	c.p("} %s;", name)
	c.p("")
	if c.kit {
		c.convert(r, name, idents, flags)
	}
}

// absentable tells whether a zero value of the type says that nothing is there.
func absentable(t string) bool {
	return t == "dg_text" || t == "dg_bytes" || t == "dg_any"
}

// uses says which type each method takes and gives.
func (c *cWriter) uses(m *model) {
	for _, one := range m.all() {
		c.p("/* %s: takes %s, gives %s. %s */", one.Name, c.top(one.params), c.top(one.result), block(one.Summary.EN))
	}
	for _, e := range m.allEvents() {
		c.p("/* event %s: carries %s. %s */", e.Name, c.top(e.payload), block(e.Summary.EN))
	}
}

func (c *cWriter) top(t *typ) string {
	switch t.kind {
	case kindNone:
		return "nothing"
	case kindRecord:
		return c.types[t.record]
	}
	return "a JSON value"
}

func (c *cWriter) typ(t *typ) string {
	switch t.kind {
	case kindBool:
		return nullable(t, "bool")
	case kindInt:
		return nullable(t, "int64_t")
	case kindFloat:
		return nullable(t, "double")
	case kindText, kindEnum:
		return "dg_text"
	case kindBytes:
		return "dg_bytes"
	case kindRecord:
		return nullable(t, c.types[t.record])
	case kindList:
		elem := c.typ(t.elem)
		if t.nullable {
			return "dg_any"
		}
		return c.sequence(c.lists, elem, "_list", fmt.Sprintf("const %s *items;", elem))
	case kindMap:
		elem := c.typ(t.elem)
		if t.nullable {
			return "dg_any"
		}
		return c.sequence(c.maps, elem, "_map", fmt.Sprintf("const dg_text *keys; const %s *values;", elem))
	}
	return "dg_any"
}

// nullable makes a value that may be null a JSON text: C has no other word for it.
func nullable(t *typ, name string) string {
	if t.nullable {
		return "dg_any"
	}
	return name
}

// sequence declares a list or map type once.
func (c *cWriter) sequence(known map[string]string, elem, suffix, content string) string {
	if name := known[elem]; name != "" {
		return name
	}
	base := strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(elem, c.prefix+"_"), "dg_"), "_t")
	name := c.names.pick(c.prefix + "_" + base + suffix)
	known[elem] = name
	c.decls = append(c.decls, fmt.Sprintf("typedef struct { %s size_t count; } %s;", content, name))
	return name
}
