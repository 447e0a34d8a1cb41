package strict

import (
	"fmt"

	"go.yaml.in/yaml/v3"
)

// Value is a part of a file that is decoded later, with its position. The zero Value is an absent part.
type Value struct {
	file string
	path string
	node *yaml.Node
}

// Kind says what a Value is.
type Kind int

// The kinds of a Value.
const (
	Absent Kind = iota
	Null
	Scalar
	List
	Map
)

// Entry is one key and value of a map, in the file's order.
type Entry struct {
	Key   string
	KeyAt Position
	Value Value
}

// Kind tells what v is.
func (v Value) Kind() Kind {
	switch n := resolve(v.node); {
	case n == nil:
		return Absent
	case n.Kind == yaml.MappingNode:
		return Map
	case n.Kind == yaml.SequenceNode:
		return List
	case n.Tag == "!!null":
		return Null
	default:
		return Scalar
	}
}

// Position is where v stands.
func (v Value) Position() Position {
	if v.node == nil {
		return Position{File: v.file}
	}
	return Position{v.file, v.node.Line, v.node.Column}
}

// Errorf makes an error at v's position.
func (v Value) Errorf(format string, args ...any) *Error {
	return &Error{v.Position(), v.path, fmt.Sprintf(format, args...)}
}

// Entries lists a map's keys and values; nil for other kinds.
func (v Value) Entries() []Entry {
	n := resolve(v.node)
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	out := make([]Entry, 0, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		k := n.Content[i]
		out = append(out, Entry{k.Value, Position{v.file, k.Line, k.Column}, Value{v.file, join(v.path, k.Value), n.Content[i+1]}})
	}
	return out
}

// Items lists a list's values; nil for other kinds.
func (v Value) Items() []Value {
	n := resolve(v.node)
	if n == nil || n.Kind != yaml.SequenceNode {
		return nil
	}
	out := make([]Value, len(n.Content))
	for i, c := range n.Content {
		out[i] = Value{v.file, fmt.Sprintf("%s[%d]", v.path, i), c}
	}
	return out
}

// Get returns the value of a map's key, or the zero Value.
func (v Value) Get(key string) Value {
	for _, e := range v.Entries() {
		if e.Key == key {
			return e.Value
		}
	}
	return Value{file: v.file}
}

// Any reads v as plain maps, lists and scalars, with duplicate keys and too many aliases refused.
func (v Value) Any() (any, error) {
	var out any
	err := v.Decode(&out)
	return out, err
}

func resolve(n *yaml.Node) *yaml.Node {
	for i := 0; n != nil && n.Kind == yaml.AliasNode && i < 100; i++ {
		n = n.Alias
	}
	return n
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}
