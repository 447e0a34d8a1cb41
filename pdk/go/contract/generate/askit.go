package generate

import "fmt"

// asKit is what a module needs to convert to and from the AssemblyScript kit's values.
const asKit = `import { Code, Context, Kind, Value } from "./dougong";

/** Any value. */
export class Any {
  value: Value = Value.nothing();
  static of(value: Value): Any {
    const any = new Any();
    any.value = value;
    return any;
  }
}

/** The field of an object, of a kind; sets the context's failure if it is not there or of another kind. */
function field(ctx: Context, v: Value, name: string, at: string): Value {
  const found = v.get(name);
  if (found !== null) return found;
  if (!ctx.failed) ctx.fail(Code.InvalidParams, "invalidParams", at + "." + name + " is missing");
  return Value.nothing();
}

function expect(ctx: Context, v: Value, kind: Kind, at: string): Value {
  if (v.kind == kind) return v;
  if (!ctx.failed) ctx.fail(Code.InvalidParams, "invalidParams", at + ": expected " + new Value(kind).kindName() + ", found " + v.kindName());
  return new Value(kind);
}

function integer(ctx: Context, v: Value, at: string): i64 {
  const n = expect(ctx, v, Kind.Number, at);
  if (v.kind == Kind.Number && !n.isWhole() && !ctx.failed) ctx.fail(Code.InvalidParams, "invalidParams", at + ": expected a whole number, found " + n.str.slice(0, 40));
  return n.asInt(0);
}

`

// convert writes decode and encode of a class; flags are the names of the has… fields, empty where there is none.
func (w *asWriter) convert(r *record, name string, idents, flags []string) {
	w.p("")
	w.p("/** Makes it of a value; ctx.failed says that something did not fit. */")
	w.in(fmt.Sprintf("static decode(ctx: Context, v: Value, at: string = %s): %s {", quote(camel(r.name), utf16), name), "}", func() {
		w.p("const out = new %s();", name)
		w.p("expect(ctx, v, Kind.Object, at);")
		for i, f := range r.fields {
			key, path := quote(f.key, utf16), "at + "+quote("."+f.key, utf16)
			v := fmt.Sprintf("f%d", i)
			if f.required {
				w.p("const %s = field(ctx, v, %s, at);", v, key)
				w.take(f.typ, v, path, "out."+idents[i]+" = %s;", 0)
				continue
			}
			w.p("const %s = v.get(%s);", v, key)
			w.in(fmt.Sprintf("if (%s !== null && %s.kind != Kind.Null) {", v, v), "}", func() {
				if flags[i] != "" {
					w.p("out.%s = true;", flags[i])
				}
				w.take(f.typ, v, path, "out."+idents[i]+" = %s;", 0)
			})
		}
		w.p("return out;")
	})
	w.p("")
	w.p("/** The value of it. */")
	w.in("encode(): Value {", "}", func() {
		w.p("const out = Value.object();")
		for i, f := range r.fields {
			set := "out.add(" + literal(quote(f.key, utf16)) + ", %s);"
			v := fmt.Sprintf("f%d", i)
			w.p("const %s = this.%s;", v, idents[i])
			switch {
			case flags[i] != "":
				w.in("if (this."+flags[i]+") {", "}", func() { w.give(f.typ, v, set, 0) })
			case !f.required:
				w.in("if ("+v+" !== null) {", "}", func() { w.give(f.typ, v, set, 0) })
			default:
				w.give(f.typ, v, set, 0)
			}
		}
		w.p("return out;")
	})
}

// take writes how a typed value is made of the value v and stored by the statement set.
func (w *asWriter) take(t *typ, v, at, set string, depth int) {
	kind, _ := w.typ(t)
	if t.nullable && kind != "Any" {
		plain := *t
		plain.nullable = false
		w.in(fmt.Sprintf("if (%s.kind != Kind.Null) {", v), "}", func() { w.take(&plain, v, at, set, depth) })
		return
	}
	if kind == "Any" {
		w.p(set, "Any.of("+v+")")
		return
	}
	switch t.kind {
	case kindBool:
		w.p(set, fmt.Sprintf("expect(ctx, %s, Kind.Bool, %s).asBool(false)", v, at))
	case kindInt:
		w.p(set, fmt.Sprintf("integer(ctx, %s, %s)", v, at))
	case kindFloat:
		w.p(set, fmt.Sprintf("expect(ctx, %s, Kind.Number, %s).asNumber(0)", v, at))
	case kindText, kindEnum:
		w.p(set, fmt.Sprintf("expect(ctx, %s, Kind.Text, %s).asText()", v, at))
	case kindBytes:
		w.p(set, fmt.Sprintf("expect(ctx, %s, Kind.Bytes, %s).asBytes()", v, at))
	case kindRecord:
		w.p(set, fmt.Sprintf("%s.decode(ctx, %s, %s)", kind, v, at))
	case kindList, kindMap:
		w.takeMany(t, kind, v, at, set, depth)
	}
}

func (w *asWriter) takeMany(t *typ, kind, v, at, set string, depth int) {
	list, i, item := fmt.Sprintf("list%d", depth), fmt.Sprintf("i%d", depth), fmt.Sprintf("item%d", depth)
	w.in("{", "}", func() {
		want, add := "Kind.Array", list+".push(%s);"
		if t.kind == kindMap {
			want, add = "Kind.Object", fmt.Sprintf("%s.set(%s.nameAt(%s), %%s);", list, v, i)
		}
		w.p("const %s = new %s();", list, kind)
		w.p("const from%d = expect(ctx, %s, %s, %s);", depth, v, want, at)
		w.in(fmt.Sprintf("for (let %s = 0; %s < from%d.length; %s++) {", i, i, depth, i), "}", func() {
			w.p("const %s = %s.at(%s);", item, v, i)
			w.takeNull(t.elem, item, at, add, depth+1)
		})
		w.p(set, list)
	})
}

// takeNull is take of an element, which must be stored also if it is null.
func (w *asWriter) takeNull(t *typ, v, at, set string, depth int) {
	if kind, _ := w.typ(t); !t.nullable || kind == "Any" {
		w.take(t, v, at, set, depth)
		return
	}
	plain := *t
	plain.nullable = false
	w.in(fmt.Sprintf("if (%s.kind == Kind.Null) {", v), "} else {", func() { w.p(set, "null") })
	w.depth++
	w.take(&plain, v, at, set, depth)
	w.depth--
	w.p("}")
}

// give writes how the value of a typed one is made and stored by the statement set.
func (w *asWriter) give(t *typ, v, set string, depth int) {
	kind, _ := w.typ(t)
	if t.nullable && kind != "Any" {
		plain := *t
		plain.nullable = false
		w.in(fmt.Sprintf("if (%s === null) {", v), "} else {", func() { w.p(set, "Value.nothing()") })
		w.depth++
		w.give(&plain, v, set, depth)
		w.depth--
		w.p("}")
		return
	}
	if kind == "Any" {
		w.p(set, v+".value")
		return
	}
	switch t.kind {
	case kindBool:
		w.p(set, "Value.bool("+v+")")
	case kindInt:
		w.p(set, "Value.int("+v+")")
	case kindFloat:
		w.p(set, "Value.number("+v+")")
	case kindText, kindEnum:
		w.p(set, "Value.text("+v+")")
	case kindBytes:
		w.p(set, "Value.bytes("+v+")")
	case kindRecord:
		w.p(set, v+".encode()")
	case kindList, kindMap:
		w.giveMany(t, v, set, depth)
	}
}

func (w *asWriter) giveMany(t *typ, v, set string, depth int) {
	to, i, item := fmt.Sprintf("to%d", depth), fmt.Sprintf("i%d", depth), fmt.Sprintf("item%d", depth)
	w.in("{", "}", func() {
		if t.kind == kindList {
			w.p("const %s = Value.array();", to)
			w.in(fmt.Sprintf("for (let %s = 0; %s < %s.length; %s++) {", i, i, v, i), "}", func() {
				w.p("const %s = %s[%s];", item, v, i)
				w.give(t.elem, item, to+".push(%s);", depth+1)
			})
		} else {
			w.p("const %s = Value.object();", to)
			w.p("const keys%d = %s.keys();", depth, v)
			w.in(fmt.Sprintf("for (let %s = 0; %s < keys%d.length; %s++) {", i, i, depth, i), "}", func() {
				w.p("const key%d = keys%d[%s];", depth, depth, i)
				w.p("const %s = %s.get(key%d);", item, v, depth)
				w.give(t.elem, item, fmt.Sprintf("%s.add(key%d, %%s);", to, depth), depth+1)
			})
		}
		w.p(set, to)
	})
}
