package contract

import "encoding/json"

// Shape is a schema as tools read it that write types, documentation or forms: the resolved tree, properties in their
// order (required ones first), and all that it says to people.
type Shape struct {
	Types       []string // of "null", "boolean", "integer", "number", "string", "array", "object", "bytes"; none: any value
	Def         string   // the entry of $defs that this schema is; empty: written in place
	Title       string
	Description string
	Default     json.RawMessage // nil: none
	Sensitive   bool

	Properties []Property
	Closed     bool   // no properties but the listed ones
	Additional *Shape // of properties that are not listed; nil: anything, unless Closed
	Items      *Shape // nil: anything
	Enum       []json.RawMessage
	Pattern    string

	MinLength, MaxLength int // MaxLength and MaxItems are -1 without a limit
	MinItems, MaxItems   int
	Minimum, Maximum     *float64
	ExclusiveMinimum     bool
	ExclusiveMaximum     bool

	AnyOf []*Shape
}

// Property is one named value of an object.
type Property struct {
	Name     string
	Required bool
	*Shape
}

// about is what a schema says to people.
type about struct {
	def, title, description string
	fallback                json.RawMessage
}

// Shape returns the schema's tree; nil for a nil schema. It is made anew at each call.
func (s *Schema) Shape() *Shape {
	if s == nil {
		return nil
	}
	return s.root.shape()
}

func (n *node) shape() *Shape {
	if n == nil {
		return nil
	}
	out := &Shape{
		Sensitive: n.sensitive, Closed: n.closed, Additional: n.additional.shape(), Items: n.items.shape(),
		MinLength: n.minLength, MaxLength: n.maxLength, MinItems: n.minItems, MaxItems: n.maxItems,
		ExclusiveMinimum: n.exclMin, ExclusiveMaximum: n.exclMax,
	}
	if n.about != nil {
		out.Def, out.Title, out.Description, out.Default = n.about.def, n.about.title, n.about.description, n.about.fallback
	}
	for i, name := range typeNames {
		if n.types&(1<<i) != 0 {
			out.Types = append(out.Types, name)
		}
	}
	for _, p := range n.props {
		out.Properties = append(out.Properties, Property{p.name, p.mandatory, p.node.shape()})
	}
	for _, e := range n.enum {
		out.Enum = append(out.Enum, e.json())
	}
	for _, a := range n.anyOf {
		out.AnyOf = append(out.AnyOf, a.shape())
	}
	if n.pattern != nil {
		out.Pattern = n.pattern.String()
	}
	if n.hasMin {
		out.Minimum = &n.min
	}
	if n.hasMax {
		out.Maximum = &n.max
	}
	return out
}

func (l literal) json() json.RawMessage {
	if l.kind != typeString {
		return json.RawMessage(l.text)
	}
	text, err := json.Marshal(l.text)
	if err != nil { // a string always has a JSON form
		return json.RawMessage(`""`)
	}
	return text
}
