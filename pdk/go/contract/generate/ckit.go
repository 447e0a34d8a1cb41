package generate

import (
	"fmt"
	"strings"
)

// cKit are the helpers of the conversions; they stand in each header, and count once.
const cKit = `#ifndef DOUGONG_CONTRACT_KIT
#define DOUGONG_CONTRACT_KIT
static inline bool dgc_wrong(dg_ctx *c, const char *at, const char *expected) {
  dg_fail(c, DG_INVALID_PARAMS, "invalidParams", "%s: expected %s", at, expected);
  return false;
}
#endif

/* NAME_decode makes a struct of a value; false: it does not fit, and the context says which field. What it points to lives
 * as long as the call. NAME_encode makes a value of a struct. */
`

// convert writes decode and encode of a struct.
func (c *cWriter) convert(r *record, name string, idents, flags []string) {
	w := &c.codecs
	w.in(fmt.Sprintf("static inline bool %s_decode(dg_ctx *c, const dg_value *v, %s *out) {", name, name), "}", func() {
		w.p("const dg_value *x;")
		w.p("const %s empty = {%s};", name, "0")
		w.p("(void)x;")
		w.p("*out = empty;")
		w.p("if (dg_kind_of(v) != DG_OBJECT) return dgc_wrong(c, %s, \"an object\");", quote(name, cEscape))
		for i, f := range r.fields {
			if strings.ContainsRune(f.key, 0) { // the kit's names end there
				continue
			}
			at := quote(name+"."+f.key, cEscape)
			w.p("x = dg_get(v, %s);", quote(f.key, cEscape))
			if f.required {
				w.p("if (x == NULL) return dgc_wrong(c, %s, \"a value, found none\");", at)
				c.take(f.typ, "x", at, "out->"+idents[i], 0)
				continue
			}
			condition := "x != NULL && dg_kind_of(x) != DG_NULL"
			if c.typ(f.typ) == "dg_any" {
				condition = "x != NULL"
			}
			w.in("if ("+condition+") {", "}", func() {
				if flags[i] != "" {
					w.p("out->%s = true;", flags[i])
				}
				c.take(f.typ, "x", at, "out->"+idents[i], 0)
			})
		}
		w.p("return true;")
	})
	w.in(fmt.Sprintf("static inline dg_value *%s_encode(dg_ctx *c, const %s *in) {", name, name), "}", func() {
		w.p("dg_value *o = dg_object(c);")
		w.p("(void)in;")
		for i, f := range r.fields {
			if strings.ContainsRune(f.key, 0) {
				continue
			}
			set := "dg_set(c, o, " + literal(quote(f.key, cEscape)) + ", %s);"
			field := "in->" + idents[i]
			switch t := c.typ(f.typ); {
			case flags[i] != "":
				w.in("if (in->"+flags[i]+") {", "}", func() { c.give(f.typ, field, set, 0) })
			case !f.required && t == "dg_any":
				w.in("if ("+field+" != NULL) {", "}", func() { c.give(f.typ, field, set, 0) })
			case !f.required:
				w.in("if ("+field+".at != NULL) {", "}", func() { c.give(f.typ, field, set, 0) })
			default:
				c.give(f.typ, field, set, 0)
			}
		}
		w.p("return o;")
	})
	w.p("")
}

// take writes how target is made of the value v.
func (c *cWriter) take(t *typ, v, at, target string, depth int) {
	w := &c.codecs
	kind := c.typ(t)
	check := func(want, words string) {
		w.p("if (dg_kind_of(%s) != %s) return dgc_wrong(c, %s, %q);", v, want, at, words)
	}
	switch {
	case kind == "dg_any":
		w.p("%s = %s;", target, v)
	case t.kind == kindBool:
		check("DG_BOOL", "true or false")
		w.p("%s = dg_as_bool(%s, false);", target, v)
	case t.kind == kindInt:
		w.p("if (!dg_as_int(%s, &%s)) return dgc_wrong(c, %s, \"a whole number\");", v, target, at)
	case t.kind == kindFloat:
		check("DG_NUMBER", "a number")
		w.p("%s = dg_as_number(%s, 0);", target, v)
	case t.kind == kindText, t.kind == kindEnum:
		if t.nullable {
			w.in(fmt.Sprintf("if (dg_kind_of(%s) != DG_NULL) {", v), "}", func() { c.takeText(v, at, target) })
			return
		}
		c.takeText(v, at, target)
	case t.kind == kindBytes:
		if t.nullable {
			w.in(fmt.Sprintf("if (dg_kind_of(%s) != DG_NULL) {", v), "}", func() { c.takeBytes(v, at, target) })
			return
		}
		c.takeBytes(v, at, target)
	case t.kind == kindRecord:
		w.p("if (!%s_decode(c, %s, &%s)) return false;", kind, v, target)
	default:
		c.takeMany(t, v, at, target, depth)
	}
}

func (c *cWriter) takeText(v, at, target string) {
	c.codecs.p("if (dg_kind_of(%s) != DG_STRING) return dgc_wrong(c, %s, \"text\");", v, at)
	c.codecs.p("%s = dg_as_text(%s);", target, v)
}

func (c *cWriter) takeBytes(v, at, target string) {
	c.codecs.p("if (dg_kind_of(%s) != DG_BYTES) return dgc_wrong(c, %s, \"bytes\");", v, at)
	c.codecs.p("%s = dg_as_bytes(%s);", target, v)
}

func (c *cWriter) takeMany(t *typ, v, at, target string, depth int) {
	w := &c.codecs
	want, words, into := "DG_ARRAY", "an array", "items"
	if t.kind == kindMap {
		want, words, into = "DG_OBJECT", "an object", "values"
	}
	elem := c.typ(t.elem)
	n, item, list := fmt.Sprintf("n%d", depth), fmt.Sprintf("x%d", depth), fmt.Sprintf("list%d", depth)
	w.p("if (dg_kind_of(%s) != %s) return dgc_wrong(c, %s, %q);", v, want, at, words)
	w.in("{", "}", func() {
		w.p("size_t %s = 0;", n)
		w.p("const dg_value *%s;", item)
		w.p("%s *%s = (%s *)dg_allocate(c, (dg_count(%s) + 1) * sizeof(%s));", elem, list, elem, v, elem)
		if t.kind == kindMap {
			w.p("dg_text *keys%d = (dg_text *)dg_allocate(c, (dg_count(%s) + 1) * sizeof(dg_text));", depth, v)
		}
		w.in(fmt.Sprintf("for (%s = dg_first(%s); %s != NULL; %s = dg_next(%s)) {", item, v, item, item, item), "}", func() {
			if t.kind == kindMap {
				w.p("keys%d[%s] = dg_name(%s);", depth, n, item)
			}
			c.take(t.elem, item, at, fmt.Sprintf("%s[%s]", list, n), depth+1)
			w.p("%s++;", n)
		})
		if t.kind == kindMap {
			w.p("%s.keys = keys%d;", target, depth)
		}
		w.p("%s.%s = %s;", target, into, list)
		w.p("%s.count = %s;", target, n)
	})
}

// give writes how a value is made of the expression from and stored by the statement set.
func (c *cWriter) give(t *typ, from, set string, depth int) {
	w := &c.codecs
	kind := c.typ(t)
	switch {
	case kind == "dg_any":
		w.p(set, fmt.Sprintf("%s != NULL ? %s : dg_null(c)", from, from))
	case t.kind == kindBool:
		w.p(set, "dg_bool(c, "+from+")")
	case t.kind == kindInt:
		w.p(set, "dg_int(c, "+from+")")
	case t.kind == kindFloat:
		w.p(set, "dg_number(c, "+from+")")
	case t.kind == kindText, t.kind == kindEnum:
		w.p(set, orNull(t, from, "dg_text_value(c, "+from+")"))
	case t.kind == kindBytes:
		w.p(set, orNull(t, from, "dg_bytes_value(c, "+from+")"))
	case t.kind == kindRecord:
		w.p(set, kind+"_encode(c, &"+from+")")
	default:
		c.giveMany(t, from, set, depth)
	}
}

func orNull(t *typ, from, expr string) string {
	if t.nullable {
		return from + ".at == NULL ? dg_null(c) : " + expr
	}
	return expr
}

func (c *cWriter) giveMany(t *typ, from, set string, depth int) {
	w := &c.codecs
	to, i := fmt.Sprintf("to%d", depth), fmt.Sprintf("i%d", depth)
	w.in("{", "}", func() {
		w.p("size_t %s;", i)
		if t.kind == kindMap {
			w.p("dg_value *%s = dg_object(c);", to)
		} else {
			w.p("dg_value *%s = dg_array(c);", to)
		}
		w.in(fmt.Sprintf("for (%s = 0; %s < %s.count; %s++) {", i, i, from, i), "}", func() {
			if t.kind == kindMap {
				c.give(t.elem, fmt.Sprintf("%s.values[%s]", from, i), fmt.Sprintf("dg_set(c, %s, %s.keys[%s].at, %%s);", to, from, i), depth+1)
			} else {
				c.give(t.elem, fmt.Sprintf("%s.items[%s]", from, i), "dg_push(c, "+to+", %s);", depth+1)
			}
		})
		w.p(set, to)
	})
}
