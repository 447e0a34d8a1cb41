package script

import (
	"math"
	"slices"
	"strings"
	"sync/atomic"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/dop251/goja"
)

// maxJSONDepth is how deep JSON may nest, read or written. The engine's reader takes a piece of the host's stack for each
// level, and its writer looks through all levels at each: some megabytes of brackets would end the process.
const maxJSONDepth = 5000

// setUpJSON puts bounds around JSON.parse and JSON.stringify.
func (r *Realm) setUpJSON(global *goja.Object) {
	json := global.Get("JSON").(*goja.Object)
	parse, write := r.callableOf(json, "parse"), r.callableOf(json, "stringify")
	r.hide(json, "parse", r.arity(r.native("parse", func(c goja.FunctionCall) goja.Value {
		text := c.Argument(0).ToString()
		if tooDeep(text.String()) {
			r.throwRange("JSON.parse: the text is nested deeper than %d", maxJSONDepth)
		}
		v, err := parse(json, append([]goja.Value{text}, c.Arguments[min(1, len(c.Arguments)):]...)...)
		if err != nil {
			r.rethrow(err)
		}
		return v
	}), 2))
	r.hide(json, "stringify", r.arity(r.native("stringify", func(c goja.FunctionCall) goja.Value {
		w := jsonWriter{r: r, stopped: &r.turn.watch.fired}
		plain := goja.IsUndefined(c.Argument(1)) && goja.IsUndefined(c.Argument(2))
		there := w.value("", c.Argument(0))
		switch {
		case plain && !w.foreign && !there:
			return goja.Undefined()
		case plain && !w.foreign:
			return r.vm.ToValue(string(w.b))
		}
		v, err := write(json, c.Arguments...)
		if err != nil {
			r.rethrow(err)
		}
		return v
	}), 3))
}

// arity sets a function's length.
func (r *Realm) arity(fn goja.Value, n int64) goja.Value {
	_ = fn.(*goja.Object).DefineDataProperty("length", r.vm.ToValue(n), goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	return fn
}

// tooDeep tells whether brackets nest deeper than JSON may. In a text that is no JSON it may be wrong, which does not
// matter: it does not parse either way.
func tooDeep(text string) bool {
	if strings.Count(text, "[")+strings.Count(text, "{") <= maxJSONDepth {
		return false
	}
	depth, quoted := 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"':
			quoted = !quoted
		case quoted && c == '\\':
			i++
		case quoted:
		case c == '[' || c == '{':
			if depth++; depth > maxJSONDepth {
				return true
			}
		case c == ']' || c == '}':
			depth--
		}
	}
	return false
}

// jsonWriter is JSON.stringify without a replacer and without spaces: all that programs use in earnest. With them it only
// measures, and the engine writes.
type jsonWriter struct {
	r       *Realm
	b       []byte
	path    []*goja.Object
	count   int
	stopped *atomic.Bool
	// foreign is set by what only the engine can write: a Proxy.
	foreign bool
}

// value writes a value, or tells that there is nothing to write.
func (w *jsonWriter) value(key string, v goja.Value) bool {
	if w.count++; w.count&1023 == 0 && w.stopped.Load() || w.foreign {
		return false // if the turn is over, the engine stops the script when this comes back
	}
	if o, ok := v.(*goja.Object); ok {
		v = w.converted(key, o, v)
	} else if v != nil && goja.IsBigInt(v) {
		v = w.converted(key, v.ToObject(w.r.vm), v)
	}
	switch v := v.(type) {
	case nil, *goja.Symbol:
		return false
	case *goja.Object:
		return w.object(v)
	case goja.String:
		w.quote(v)
		return true
	}
	switch {
	case goja.IsUndefined(v):
		return false
	case goja.IsNumber(v):
		if n := v.ToFloat(); math.IsNaN(n) || math.IsInf(n, 0) {
			v = goja.Null()
		}
	case goja.IsBigInt(v):
		w.r.throw("Do not know how to serialize a BigInt")
	}
	w.b = append(w.b, v.String()...)
	return true
}

// converted is what a value's toJSON makes of it.
func (w *jsonWriter) converted(key string, o *goja.Object, v goja.Value) goja.Value {
	fn, ok := goja.AssertFunction(o.Get("toJSON"))
	if !ok {
		return v
	}
	out, err := fn(v, w.r.vm.ToValue(key))
	if err != nil {
		w.r.rethrow(err)
	}
	return out
}

func (w *jsonWriter) object(o *goja.Object) bool {
	class := o.ClassName()
	switch class {
	case "Function", "AsyncFunction", "GeneratorFunction":
		return false
	case "Number":
		return w.value("", w.r.vm.ToValue(o.ToFloat()))
	case "String":
		return w.value("", o.ToString())
	case "Boolean", "BigInt":
		return w.value("", (&importer{r: w.r}).valueOf(o))
	}
	if o.ExportType() == typeProxy {
		w.foreign = true
		return false
	}
	if slices.Contains(w.path, o) {
		w.r.throw("Converting circular structure to JSON")
	}
	if len(w.path) >= maxJSONDepth {
		w.r.throwRange("JSON.stringify: the value is nested deeper than %d", maxJSONDepth)
	}
	w.path = append(w.path, o)
	if class == "Array" {
		w.array(o)
	} else {
		w.fields(o)
	}
	w.path = w.path[:len(w.path)-1]
	return true
}

func (w *jsonWriter) array(o *goja.Object) {
	w.b = append(w.b, '[')
	n := o.Get("length").ToInteger()
	for i := int64(0); i < n; i++ {
		if i > 0 {
			w.b = append(w.b, ',')
		}
		name := index(int(i))
		if !w.value(name, o.Get(name)) {
			if w.foreign || w.stopped.Load() {
				return
			}
			w.b = append(w.b, "null"...)
		}
	}
	w.b = append(w.b, ']')
}

func (w *jsonWriter) fields(o *goja.Object) {
	w.b = append(w.b, '{')
	start := len(w.b)
	for _, key := range o.Keys() {
		before := len(w.b)
		if before > start {
			w.b = append(w.b, ',')
		}
		w.key(key)
		w.b = append(w.b, ':')
		if !w.value(key, o.Get(key)) {
			w.b = w.b[:before]
		}
	}
	w.b = append(w.b, '}')
}

func (w *jsonWriter) key(key string) {
	for i := 0; i < len(key); i++ {
		if c := key[i]; c < 0x20 || c == '"' || c == '\\' || c >= utf8.RuneSelf {
			w.quote(w.r.vm.ToValue(key).(goja.String))
			return
		}
	}
	w.b = append(append(append(w.b, '"'), key...), '"')
}

const hexDigits = "0123456789abcdef"

// quote writes a text; half a pair of surrogates is written by its number.
func (w *jsonWriter) quote(v goja.String) {
	w.b = append(w.b, '"')
	n := v.Length()
	for i := 0; i < n; i++ {
		c := v.CharAt(i)
		switch {
		case c == '"' || c == '\\':
			w.b = append(w.b, '\\', byte(c))
		case c < 0x20:
			w.control(byte(c))
		case c < utf8.RuneSelf:
			w.b = append(w.b, byte(c))
		case !utf16.IsSurrogate(rune(c)):
			w.b = utf8.AppendRune(w.b, rune(c))
		default:
			pair := rune(utf8.RuneError)
			if i+1 < n {
				pair = utf16.DecodeRune(rune(c), rune(v.CharAt(i+1)))
			}
			if pair == utf8.RuneError {
				w.b = append(w.b, '\\', 'u', hexDigits[c>>12], hexDigits[c>>8&15], hexDigits[c>>4&15], hexDigits[c&15])
				continue
			}
			w.b = utf8.AppendRune(w.b, pair)
			i++
		}
	}
	w.b = append(w.b, '"')
}

func (w *jsonWriter) control(c byte) {
	if i := strings.IndexByte("\b\t\n\f\r", c); i >= 0 {
		w.b = append(w.b, '\\', "btnfr"[i])
		return
	}
	w.b = append(w.b, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
}
