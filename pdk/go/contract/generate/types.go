package generate

import (
	"strings"

	"github.com/dougong-dev/dougong/pdk/go/contract"
)

// typ finds the type of a schema; name is what a record or enum in it is called.
func (m *model) typ(s *contract.Shape, name string) *typ {
	if s == nil {
		return &typ{kind: kindAny}
	}
	if len(s.Enum) > 0 {
		return m.choice(s, name)
	}
	out := &typ{shape: s}
	kinds := map[string]bool{}
	for _, t := range s.Types {
		if t == "null" {
			out.nullable = true
		} else {
			kinds[t] = true
		}
	}
	if kinds["number"] {
		delete(kinds, "integer")
	}
	switch len(kinds) {
	case 0:
		return out
	case 1:
		m.single(out, s, keys(kinds)[0], name)
		return out
	}
	out.kind = kindUnion
	for _, k := range keys(kinds) {
		alt := &typ{shape: s}
		m.single(alt, s, k, name)
		out.alts = append(out.alts, alt)
	}
	return out
}

func (m *model) single(out *typ, s *contract.Shape, word, name string) {
	switch word {
	case "boolean":
		out.kind = kindBool
	case "integer":
		out.kind = kindInt
	case "number":
		out.kind = kindFloat
	case "string":
		out.kind = kindText
	case "bytes":
		out.kind = kindBytes
	case "array":
		out.kind, out.elem = kindList, m.typ(s.Items, name+"Item")
	case "object":
		m.object(out, s, name)
	}
}

func (m *model) object(out *typ, s *contract.Shape, name string) {
	if len(s.Properties) == 0 {
		out.kind, out.elem = kindMap, &typ{kind: kindAny}
		if s.Additional != nil {
			out.elem = m.typ(s.Additional, name+"Value")
		}
		return
	}
	out.kind = kindRecord
	if known := m.defs[s.Def]; s.Def != "" && known != nil {
		out.record = known
		return
	}
	if s.Def != "" {
		name = pascal(s.Def)
	}
	r := &record{name: m.names.pick(name), doc: about(s), open: !s.Closed}
	if s.Def != "" {
		m.defs[s.Def] = r
	}
	for _, p := range s.Properties {
		r.fields = append(r.fields, &field{
			key: p.Name, required: p.Required, typ: m.typ(p.Shape, r.name+pascal(p.Name)), doc: about(p.Shape), shape: p.Shape,
		})
	}
	m.records = append(m.records, r)
	out.record = r
}

// choice is the type of a value that must be one of a few.
func (m *model) choice(s *contract.Shape, name string) *typ {
	out := &typ{shape: s}
	var values []string
	kinds := map[kind]bool{}
	for _, raw := range s.Enum {
		switch word, ok := text(raw); {
		case ok:
			values = append(values, word)
			kinds[kindEnum] = true
		case string(raw) == "null":
			out.nullable = true
		case string(raw) == "true", string(raw) == "false":
			kinds[kindBool] = true
		case strings.ContainsAny(string(raw), ".eE"):
			kinds[kindFloat] = true
		default:
			kinds[kindInt] = true
		}
	}
	if kinds[kindFloat] {
		delete(kinds, kindInt)
	}
	if len(kinds) != 1 {
		return out // any: the shape still says which values
	}
	for k := range kinds {
		out.kind = k
	}
	if out.kind == kindEnum {
		out.enum = m.enum(s, values, name)
	}
	return out
}

func (m *model) enum(s *contract.Shape, values []string, name string) *enum {
	if known := m.lists[s.Def]; s.Def != "" && known != nil {
		return known
	}
	if s.Def != "" {
		name = pascal(s.Def)
	}
	var once []string
	seen := map[string]bool{}
	for _, v := range values {
		if !seen[v] {
			once = append(once, v)
		}
		seen[v] = true
	}
	e := &enum{name: m.names.pick(name), doc: about(s), values: once}
	if s.Def != "" {
		m.lists[s.Def] = e
	}
	m.enums = append(m.enums, e)
	return e
}

func about(s *contract.Shape) string {
	if s == nil {
		return ""
	}
	if s.Description != "" {
		return s.Description
	}
	return s.Title
}
