package generate

import (
	"fmt"
	"strings"
)

const rustWords = `as break const continue crate dyn else enum extern false fn for if impl in let loop match mod move mut pub ref
return self Self static struct super trait true type unsafe use where while async await abstract become box do final macro
override priv typeof unsized virtual yield try union gen Any Bytes Option Vec String BTreeMap Some None Clone Debug
PartialEq Default`

// rustModule writes a Rust module, standard library only.
func rustModule(m *model, kit bool) []byte {
	w := &rustWriter{names: newNamer(rustWords + " Convert Value Result Error"), consts: newNamer(""), kit: kit}
	w.types = map[*record]string{}
	w.p("// "+generatedBy, m.Capability)
	w.p("")
	for _, l := range []string{m.Summary.EN, m.Summary.ZH} {
		w.comment("//!", l)
	}
	w.p("#![allow(dead_code)]")
	w.p("")
	w.p("use std::collections::BTreeMap;")
	w.p("")
	if kit {
		w.WriteString(rustKit)
	} else {
		w.p("/// Any value, as its JSON text.")
		w.p("#[derive(Clone, Debug, Default, PartialEq)]")
		w.p("pub struct Any(pub String);")
		w.p("")
	}
	w.p("/// A byte attachment: {\"$blob\": n} in the JSON.")
	w.p("#[derive(Clone, Debug, Default, PartialEq)]")
	w.p("pub struct Bytes(pub Vec<u8>);")
	w.p("")
	w.p("/// An object with keys of its own choice.")
	w.p("pub type Map<T> = BTreeMap<String, T>;")
	w.p("")
	w.names.pick("Map")
	writeConstants(w, m, capabilityName, valueOf)
	w.p("")
	for _, r := range m.records {
		w.record(r)
	}
	w.uses(m)
	return w.Bytes()
}

type rustWriter struct {
	writer
	names, consts *namer
	types         map[*record]string
	kit           bool
}

func rustEscape(r rune) string { return fmt.Sprintf(`\u{%x}`, r) }

func (w *rustWriter) text(name, value, doc string) {
	w.comment("///", doc)
	w.p("pub const %s: &str = %s;", w.consts.pick(name), quote(value, rustEscape))
}

func (w *rustWriter) number(name string, value int, doc string) {
	w.comment("///", doc)
	w.p("pub const %s: i32 = %d;", w.consts.pick(name), value)
}

func (w *rustWriter) record(r *record) {
	name := w.names.pick(r.name)
	w.types[r] = name
	w.comment("///", r.doc)
	w.p("#[derive(Clone, Debug, Default, PartialEq)]")
	idents := make([]string, len(r.fields))
	w.in("pub struct "+name+" {", "}", func() {
		fields := newNamer(rustWords)
		for i, f := range r.fields {
			w.comment("///", f.doc)
			w.comment("///", "JSON: "+quote(f.key, utf16))
			t := w.typ(f.typ)
			if !f.required && !strings.HasPrefix(t, "Option<") {
				t = "Option<" + t + ">"
			}
			idents[i] = fields.pick(snake(f.key))
			w.p("pub %s: %s,", idents[i], t)
		}
	})
	w.p("")
	if w.kit {
		w.convert(r, name, idents)
	}
}

func (w *rustWriter) uses(m *model) {
	for _, one := range m.all() {
		w.comment("//", fmt.Sprintf("%s: takes %s, gives %s.", one.Name, w.top(one.params), w.top(one.result)))
	}
	for _, e := range m.allEvents() {
		w.comment("//", fmt.Sprintf("event %s: carries %s.", e.Name, w.top(e.payload)))
	}
}

func (w *rustWriter) top(t *typ) string {
	if t.kind == kindNone {
		return "nothing"
	}
	return w.typ(t)
}

func (w *rustWriter) typ(t *typ) string {
	out := "Any"
	switch t.kind {
	case kindBool:
		out = "bool"
	case kindInt:
		out = "i64"
	case kindFloat:
		out = "f64"
	case kindText, kindEnum:
		out = "String"
	case kindBytes:
		out = "Bytes"
	case kindRecord:
		out = w.types[t.record]
	case kindList:
		out = "Vec<" + w.typ(t.elem) + ">"
	case kindMap:
		out = "Map<" + w.typ(t.elem) + ">"
	}
	if t.nullable && out != "Any" {
		return "Option<" + out + ">"
	}
	return out
}
