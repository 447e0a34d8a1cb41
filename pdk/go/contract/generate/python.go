package generate

import (
	"fmt"
	"strings"
)

const pythonWords = `False None True and as assert async await break class continue def del elif else except finally for from global if
import in is lambda nonlocal not or pass raise return try while with yield match case type print self cls int float str
bool bytes list dict object dataclass field Any List Dict Optional annotations from_json to_json value blobs
_Blobs _blob _take _give`

// pythonShared is what every module needs to read and write JSON values with attachments.
const pythonShared = `from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, List, Optional


def _take(value, blobs):
    """Replaces references to attachments by the bytes."""
    if isinstance(value, dict):
        if len(value) == 1 and "$blob" in value:
            return blobs[value["$blob"]]
        return {k: _take(v, blobs) for k, v in value.items()}
    if isinstance(value, list):
        return [_take(v, blobs) for v in value]
    return value


def _give(value, blobs):
    """Replaces bytes by references to attachments, which are appended to blobs."""
    if isinstance(value, (bytes, bytearray, memoryview)):
        blobs.append(bytes(value))
        return {"$blob": len(blobs) - 1}
    if hasattr(value, "to_json"):
        return value.to_json(blobs)
    if isinstance(value, dict):
        return {k: _give(v, blobs) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_give(v, blobs) for v in value]
    return value
`

// pythonModule writes a Python module: a dataclass for each object, that reads and writes what json.loads gives.
func pythonModule(m *model) []byte {
	w := &pythonWriter{names: newNamer(pythonWords), types: map[*record]string{}}
	w.p("# "+generatedBy, m.Capability)
	w.comment("#", m.Summary.EN)
	w.comment("#", m.Summary.ZH)
	w.p("")
	w.WriteString(pythonShared)
	w.p("")
	w.p("")
	writeConstants(w, m, capabilityName, noDoc)
	for _, r := range m.records {
		w.record(r)
	}
	w.p("")
	for _, one := range m.all() {
		w.comment("#", fmt.Sprintf("%s: takes %s, gives %s.", one.Name, w.top(one.params), w.top(one.result)))
	}
	for _, e := range m.allEvents() {
		w.comment("#", fmt.Sprintf("event %s: carries %s.", e.Name, w.top(e.payload)))
	}
	return w.Bytes()
}

type pythonWriter struct {
	writer
	names *namer
	types map[*record]string
}

func pythonEscape(r rune) string {
	if r > 0xffff {
		return fmt.Sprintf(`\U%08x`, r)
	}
	return fmt.Sprintf(`\u%04x`, r)
}

func (w *pythonWriter) text(name, value, doc string) {
	w.comment("#", doc)
	w.p("%s = %s", w.names.pick(name), quote(value, pythonEscape))
}

func (w *pythonWriter) number(name string, value int, doc string) {
	w.comment("#", doc)
	w.p("%s = %d", w.names.pick(name), value)
}

func (w *pythonWriter) record(r *record) {
	name := w.names.pick(r.name)
	w.types[r] = name
	idents := make([]string, len(r.fields))
	fields := newNamer(pythonWords)
	for i, f := range r.fields {
		idents[i] = fields.pick(snake(f.key))
	}
	w.p("")
	w.p("")
	w.comment("#", r.doc)
	w.p("@dataclass")
	w.p("class %s:", name)
	w.body(func() {
		for i, f := range r.fields {
			w.comment("#", f.doc)
			if f.required {
				w.p("%s: %s", idents[i], w.typ(f.typ))
			} else {
				w.p("%s: %s = None", idents[i], optionalType(w.typ(f.typ)))
			}
		}
		w.p("")
		w.p("@staticmethod")
		w.p("def from_json(value, blobs=()):")
		w.body(func() { w.reader(r, name) })
		w.p("")
		w.p("def to_json(self, blobs=None):")
		w.body(func() { w.writerOf(r, idents) })
	})
}

func (w *pythonWriter) body(f func()) {
	w.depth += 2
	f()
	w.depth -= 2
}

func (w *pythonWriter) reader(r *record, name string) {
	w.p("if not isinstance(value, dict):")
	w.body(func() {
		w.p("raise ValueError(\"%s: expected an object, found \" + type(value).__name__)", name)
	})
	var required []string
	for _, f := range r.fields {
		if f.required {
			required = append(required, quote(f.key, pythonEscape))
		}
	}
	if len(required) > 0 {
		w.p("for key in [%s]:", strings.Join(required, ", "))
		w.body(func() {
			w.p("if key not in value:")
			w.body(func() { w.p("raise ValueError(\"%s: %%s is missing\" %% key)", name) })
		})
	}
	w.p("return %s(", name)
	w.body(func() {
		for _, f := range r.fields {
			w.p("%s,", w.from(f.typ, "value.get("+quote(f.key, pythonEscape)+")", 0))
		}
	})
	w.p(")")
}

func (w *pythonWriter) writerOf(r *record, idents []string) {
	w.p("blobs = [] if blobs is None else blobs")
	w.p("value = {}")
	for i, f := range r.fields {
		set := fmt.Sprintf("value[%s] = _give(self.%s, blobs)", quote(f.key, pythonEscape), idents[i])
		if f.required {
			w.p("%s", set)
			continue
		}
		w.p("if self.%s is not None:", idents[i])
		w.body(func() { w.p("%s", set) })
	}
	w.p("return value")
}

// from is an expression that makes a typed value of JSON's.
func (w *pythonWriter) from(t *typ, expr string, depth int) string {
	x := fmt.Sprintf("x%d", depth)
	switch {
	case t.kind == kindRecord:
		return fmt.Sprintf("(lambda %s: None if %s is None else %s.from_json(%s, blobs))(%s)", x, x, w.types[t.record], x, expr)
	case t.kind == kindList && w.holdsRecord(t.elem):
		return fmt.Sprintf("(lambda l: None if l is None else [%s for %s in l])(%s)", w.from(t.elem, x, depth+1), x, expr)
	case t.kind == kindMap && w.holdsRecord(t.elem):
		return fmt.Sprintf("(lambda d: None if d is None else {k: %s for k, %s in d.items()})(%s)", w.from(t.elem, x, depth+1), x, expr)
	}
	return "_take(" + expr + ", blobs)"
}

func (w *pythonWriter) holdsRecord(t *typ) bool {
	return t.kind == kindRecord || (t.kind == kindList || t.kind == kindMap) && w.holdsRecord(t.elem)
}

func optionalType(t string) string {
	if t == "Any" || strings.HasPrefix(t, "Optional[") {
		return t
	}
	return "Optional[" + t + "]"
}

func (w *pythonWriter) top(t *typ) string {
	if t.kind == kindNone {
		return "nothing"
	}
	return w.typ(t)
}

func (w *pythonWriter) typ(t *typ) string {
	out := "Any"
	switch t.kind {
	case kindBool:
		out = "bool"
	case kindInt:
		out = "int"
	case kindFloat:
		out = "float"
	case kindText, kindEnum:
		out = "str"
	case kindBytes:
		out = "bytes"
	case kindRecord:
		out = w.types[t.record]
	case kindList:
		out = "List[" + w.typ(t.elem) + "]"
	case kindMap:
		out = "Dict[str, " + w.typ(t.elem) + "]"
	}
	if t.nullable {
		return optionalType(out)
	}
	return out
}
