package view

import (
	"encoding/json"
	"strconv"

	"github.com/dougong-dev/dougong/core/miniapp/value"
)

// marshalFragment writes the node templates of OpFragment.
func marshalFragment(roots []any) json.RawMessage { return appendNodes(nil, roots) }

func appendNodes(b []byte, nodes []any) []byte {
	b = append(b, '[')
	for i, n := range nodes {
		if i > 0 {
			b = append(b, ',')
		}
		switch n := n.(type) {
		case string:
			b = value.AppendQuoted(b, n)
		case int:
			b = strconv.AppendInt(b, int64(n), 10)
		case map[string]int:
			b = append(b, `{"h":1}`...)
		case *tagTemplate:
			b = n.appendJSON(b)
		}
	}
	return append(b, ']')
}

// appendJSON writes ["tag", {attrs}, [children], listens?, holes?, scripts?]; what is empty at the end is left out.
func (t *tagTemplate) appendJSON(b []byte) []byte {
	b = value.AppendQuoted(append(b, '['), t.tag)
	if n := t.fields(); n >= 1 {
		b = t.appendAttrs(append(b, ','))
		if n >= 2 {
			b = appendNodes(append(b, ','), t.children)
		}
		if n >= 3 {
			b = appendStrings(append(b, ','), t.listens)
		}
		if n >= 4 {
			b = appendStrings(append(b, ','), t.holes)
		}
		if n >= 5 {
			b = t.appendScripts(append(b, ','))
		}
	}
	return append(b, ']')
}

func (t *tagTemplate) fields() int {
	switch {
	case len(t.handlers)+len(t.watches) > 0:
		return 5
	case len(t.holes) > 0:
		return 4
	case len(t.listens) > 0:
		return 3
	case len(t.children) > 0:
		return 2
	case len(t.attrs) > 0:
		return 1
	}
	return 0
}

func (t *tagTemplate) appendAttrs(b []byte) []byte {
	b = append(b, '{')
	for i, a := range t.attrs {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(value.AppendQuoted(b, a.name), ':')
		b = value.AppendJSON(b, a.value)
	}
	return append(b, '}')
}

func appendStrings(b []byte, list []string) []byte {
	b = append(b, '[')
	for i, s := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = value.AppendQuoted(b, s)
	}
	return append(b, ']')
}
