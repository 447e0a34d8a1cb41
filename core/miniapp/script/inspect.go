package script

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/dop251/goja"
)

// Limits of what console.log prints of one value.
const (
	inspectDepth = 4
	inspectItems = 100
	inspectBytes = 10000
)

// inspect prints a value for people.
func (r *Realm) inspect(v goja.Value) string {
	p := printer{r: r}
	p.value(v, 0)
	return p.b.String()
}

type printer struct {
	r    *Realm
	b    strings.Builder
	path []*goja.Object
}

func (p *printer) value(v goja.Value, depth int) {
	switch v := v.(type) {
	case nil:
		p.b.WriteString("undefined")
	case *goja.Object:
		p.object(v, depth)
	case *goja.Symbol:
		p.b.WriteString("Symbol(" + v.String() + ")")
	case goja.String:
		if depth == 0 {
			p.b.WriteString(v.String())
		} else {
			p.b.WriteString(strconv.Quote(cut(v.String(), 1000)))
		}
	default:
		p.b.WriteString(v.String())
	}
}

func (p *printer) object(o *goja.Object, depth int) {
	for _, seen := range p.path {
		if seen == o {
			p.b.WriteString("[Circular]")
			return
		}
	}
	p.path = append(p.path, o)
	defer func() { p.path = p.path[:len(p.path)-1] }()
	switch class := o.ClassName(); class {
	case "Error":
		p.error(o)
	case "Function", "AsyncFunction", "GeneratorFunction":
		p.b.WriteString("[Function: " + nameOr(textOf(o, "name"), "(anonymous)") + "]")
	case "Array":
		p.array(o, depth)
	case "Date", "RegExp", "String", "Number", "Boolean", "Symbol":
		p.b.WriteString(o.String())
	case "Promise":
		p.b.WriteString("Promise {}")
	default:
		if b, ok := bytesOf(o); class == "Object" && o.Prototype() != p.r.kit.objectProto && ok {
			p.b.WriteString("ArrayBuffer(" + strconv.Itoa(len(b)) + ")")
			return
		}
		p.fields(o, depth)
	}
}

func (p *printer) error(o *goja.Object) {
	p.b.WriteString(nameOr(textOf(o, "name"), "Error") + ": " + textOf(o, "message"))
	if s := formatStack(p.r.parseStack(textOf(o, "stack"))); s != "" {
		p.b.WriteString("\n" + strings.TrimRight(s, "\n"))
	}
}

func (p *printer) array(o *goja.Object, depth int) {
	n := int(o.Get("length").ToInteger())
	if depth >= inspectDepth {
		p.b.WriteString("Array(" + strconv.Itoa(n) + ")")
		return
	}
	p.b.WriteByte('[')
	for i := range n {
		if i > 0 {
			p.b.WriteString(", ")
		}
		if i == inspectItems || p.b.Len() > inspectBytes {
			p.b.WriteString("… " + strconv.Itoa(n-i) + " more")
			break
		}
		p.value(p.r.get(o, strconv.Itoa(i)), depth+1)
	}
	p.b.WriteByte(']')
}

func (p *printer) fields(o *goja.Object, depth int) {
	keys := o.Keys()
	if depth >= inspectDepth {
		p.b.WriteString("{…}")
		return
	}
	p.b.WriteByte('{')
	for i, k := range keys {
		if i > 0 {
			p.b.WriteString(", ")
		}
		if i == inspectItems || p.b.Len() > inspectBytes {
			p.b.WriteString("… " + strconv.Itoa(len(keys)-i) + " more")
			break
		}
		p.b.WriteString(k + ": ")
		p.value(p.r.get(o, k), depth+1)
	}
	p.b.WriteByte('}')
}

// cut shortens s to n bytes at a rune's border.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + "…"
}

// formatLog joins arguments; a first string may hold %s, %d, %i, %f, %o, %O, %j, %c.
func (r *Realm) formatLog(args []goja.Value) string {
	var b strings.Builder
	if len(args) > 1 && goja.IsString(args[0]) {
		if format := args[0].String(); strings.ContainsRune(format, '%') {
			args = r.expand(&b, format, args[1:])
			if len(args) > 0 {
				b.WriteByte(' ')
			}
		}
	}
	for i, a := range args {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(r.inspect(a))
	}
	return b.String()
}

func (r *Realm) expand(b *strings.Builder, format string, args []goja.Value) []goja.Value {
	for i := 0; i < len(format); i++ {
		if format[i] != '%' || i+1 == len(format) {
			b.WriteByte(format[i])
			continue
		}
		i++
		switch c := format[i]; {
		case c == '%':
			b.WriteByte('%')
		case strings.IndexByte("sdifoOjc", c) < 0 || len(args) == 0:
			b.WriteByte('%')
			b.WriteByte(c)
		default:
			if c != 'c' {
				b.WriteString(r.inspect(args[0]))
			}
			args = args[1:]
		}
	}
	return args
}
