package contract

import "github.com/dougong-dev/dougong/pdk/go/strict"

// plain rewrites a schema of a contract as plain JSON Schema: "sensitive" becomes an annotation of ours, and "bytes" the
// object that stands for an attachment. An object with the key "$blob" is never a plain object.
func (s *schemaLoader) plain(v strict.Value) any {
	out := map[string]any{}
	for _, e := range v.Entries() {
		switch e.Key {
		case "type":
			s.plainType(e.Value, out)
		case "properties":
			props := map[string]any{}
			for _, p := range e.Value.Entries() {
				props[p.Key] = s.plain(p.Value)
			}
			out["properties"] = props
		case "items", "additionalProperties":
			if e.Value.Kind() == strict.Map {
				out[e.Key] = s.plain(e.Value)
			} else {
				out[e.Key], _ = e.Value.Any()
			}
		case "anyOf":
			var list []any
			for _, item := range e.Value.Items() {
				list = append(list, s.plain(item))
			}
			out["anyOf"] = list
		case "sensitive":
			out["x-sensitive"] = true
		default:
			out[e.Key], _ = e.Value.Any()
		}
	}
	return out
}

func (s *schemaLoader) plainType(v strict.Value, out map[string]any) {
	var names []any
	if v.Kind() == strict.List {
		for _, item := range v.Items() {
			x, _ := item.Any()
			names = append(names, x)
		}
	} else {
		x, _ := v.Any()
		names = []any{x}
	}
	bytes, object := false, false
	var rest []any
	for _, name := range names {
		switch name {
		case "bytes":
			bytes = true
		case "object":
			object = true
			rest = append(rest, name)
		default:
			rest = append(rest, name)
		}
	}
	attachment := map[string]any{
		"type": "object", "required": []any{blobKey}, "maxProperties": 1,
		"properties": map[string]any{blobKey: map[string]any{"type": "integer", "minimum": 0}},
	}
	switch {
	case bytes && len(rest) == 0:
		out["allOf"] = []any{attachment}
	case bytes:
		out["allOf"] = []any{map[string]any{"anyOf": []any{map[string]any{"type": rest}, attachment}}}
	case object:
		out["type"] = rest
		out["not"] = map[string]any{"type": "object", "required": []any{blobKey}}
	default:
		out["type"] = rest
	}
}
