package generate

import (
	"encoding/json"
	"strings"
)

// tsWords cannot name a parameter.
const tsWords = `any arguments as async await boolean break case catch class const continue debugger declare default delete do
else enum eval export extends false finally for function if implements import in instanceof interface let new null number
object package private protected public return static string super switch symbol this throw true try typeof undefined
unknown var void while with yield`

// typ writes a type; a union stands in parentheses where it must.
func (t *typescript) typ(of *typ) string {
	out := t.plain(of)
	if of.nullable && out != "any" {
		out += " | null"
	}
	return out
}

func (t *typescript) plain(of *typ) string {
	switch of.kind {
	case kindNone:
		return "{}"
	case kindBool, kindInt, kindFloat:
		if of.shape != nil && len(of.shape.Enum) > 0 {
			return literals(of.shape.Enum)
		}
		if of.kind == kindBool {
			return "boolean"
		}
		return "number"
	case kindText:
		return "string"
	case kindBytes:
		return "ArrayBuffer"
	case kindEnum:
		return t.space + "." + of.enum.name
	case kindRecord:
		return t.space + "." + of.record.name
	case kindList:
		return "Array<" + t.typ(of.elem) + ">"
	case kindMap:
		return "Record<string, " + t.typ(of.elem) + ">"
	case kindUnion:
		var parts []string
		for _, a := range of.alts {
			parts = append(parts, t.plain(a))
		}
		return strings.Join(parts, " | ")
	}
	if of.shape != nil && len(of.shape.Enum) > 0 {
		return literals(of.shape.Enum)
	}
	return "any"
}

// literals is the union of single values.
func literals(list []json.RawMessage) string {
	var parts []string
	for _, raw := range list {
		if string(raw) != "null" { // nullable says so
			parts = append(parts, tsLiteral(raw))
		}
	}
	if len(parts) == 0 {
		return "null"
	}
	return strings.Join(parts, " | ")
}
