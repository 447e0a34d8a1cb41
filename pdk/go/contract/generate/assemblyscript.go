package generate

import (
	"fmt"
	"strings"
)

const asWords = tsWords + ` i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 bool isize usize v128 void Map Array String Uint8Array Error Number
Boolean Date Math Set Object Function Symbol changetype unchecked assert abort trace seed constructor`

// assemblyScript writes an AssemblyScript module: a class for each object. A number or truth value that may be absent has
// a flag beside it, for AssemblyScript has no null for them; everything else that may be absent may be null.
func assemblyScript(m *model, kit bool) []byte {
	w := &asWriter{names: newNamer(asWords + " Code Context Kind Value field expect integer"), types: map[*record]string{}, kit: kit}
	w.p("// "+generatedBy, m.Capability)
	w.p("// %s", line(m.Summary.EN))
	w.p("// %s", line(m.Summary.ZH))
	w.p("")
	if kit {
		w.WriteString(asKit)
	} else {
		w.p("/** Any value, as its JSON text. */")
		w.p("export class Any { json: string = \"null\"; }")
		w.p("")
	}
	w.names.pick("Any")
	writeConstants(w, m, capabilityName, valueOf)
	w.p("")
	for _, r := range m.records {
		w.record(r)
	}
	for _, one := range m.all() {
		w.comment("//", fmt.Sprintf("%s: takes %s, gives %s.", one.Name, w.top(one.params), w.top(one.result)))
	}
	for _, e := range m.allEvents() {
		w.comment("//", fmt.Sprintf("event %s: carries %s.", e.Name, w.top(e.payload)))
	}
	return w.Bytes()
}

type asWriter struct {
	writer
	names *namer
	types map[*record]string
	kit   bool
}

func (w *asWriter) text(name, value, doc string) {
	if doc = block(doc); doc != "" {
		w.p("/** %s */", doc)
	}
	w.p("export const %s: string = %s;", w.names.pick(name), quote(value, utf16))
}

func (w *asWriter) number(name string, value int, doc string) {
	w.p("/** %s */", block(doc))
	w.p("export const %s: i32 = %d;", w.names.pick(name), value)
}

func (w *asWriter) record(r *record) {
	name := w.names.pick(r.name)
	w.types[r] = name
	if doc := block(r.doc); doc != "" {
		w.p("/** %s */", doc)
	}
	w.in("export class "+name+" {", "}", func() {
		fields := newNamer(asWords + " decode encode")
		idents, flags := make([]string, len(r.fields)), make([]string, len(r.fields))
		for i, f := range r.fields {
			note := "JSON: " + quote(f.key, utf16)
			if f.doc != "" {
				note = f.doc + "; " + note
			}
			w.p("/** %s */", block(note))
			t, initial := w.typ(f.typ)
			idents[i] = fields.pick(camel(f.key))
			if !f.required && value(t) {
				flags[i] = fields.pick("has" + pascal(f.key))
				w.p("%s: bool = false;", flags[i])
			} else if !f.required && !strings.HasSuffix(t, " | null") {
				t, initial = t+" | null", "null"
			}
			w.p("%s: %s = %s;", idents[i], t, initial)
		}
		if w.kit {
			w.convert(r, name, idents, flags)
		}
	})
	w.p("")
}

// value tells whether a type cannot be null.
func value(t string) bool { return t == "bool" || t == "i64" || t == "f64" }

func (w *asWriter) top(t *typ) string {
	if t.kind == kindNone {
		return "nothing"
	}
	out, _ := w.typ(t)
	return out
}

// typ gives a type and what a field of it holds at first.
func (w *asWriter) typ(t *typ) (name, initial string) {
	name, initial = w.plain(t)
	switch {
	case !t.nullable || name == "Any":
		return name, initial
	case value(name):
		return "Any", "new Any()"
	}
	return name + " | null", "null"
}

func (w *asWriter) plain(t *typ) (name, initial string) {
	switch t.kind {
	case kindBool:
		return "bool", "false"
	case kindInt:
		return "i64", "0"
	case kindFloat:
		return "f64", "0"
	case kindText, kindEnum:
		return "string", `""`
	case kindBytes:
		return "Uint8Array", "new Uint8Array(0)"
	case kindRecord:
		name = w.types[t.record]
		return name, "new " + name + "()"
	case kindList:
		elem, _ := w.typ(t.elem)
		return "Array<" + elem + ">", "new Array<" + elem + ">()"
	case kindMap:
		elem, _ := w.typ(t.elem)
		return "Map<string, " + elem + ">", "new Map<string, " + elem + ">()"
	}
	return "Any", "new Any()"
}
