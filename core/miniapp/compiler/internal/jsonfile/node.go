package jsonfile

import (
	"fmt"

	"github.com/dougong-dev/dougong/core/miniapp/value"
)

// Node is a JSON value with its place. A nil Node is a value that is not there; its methods answer so.
type Node struct {
	Value  value.Value // of scalars
	Object bool
	Array  bool
	Keys   []Key   // of an object, in order
	Items  []*Node // of an object (beside Keys) or an array
	Offset int
}

// Key is the name of a field with its place.
type Key struct {
	Name   string
	Offset int
}

// Get is the field of an object; of a repeated one the last.
func (n *Node) Get(name string) *Node {
	if n == nil {
		return nil
	}
	for i := len(n.Keys) - 1; i >= 0; i-- {
		if n.Keys[i].Name == name {
			return n.Items[i]
		}
	}
	return nil
}

// Text is the value of a string.
func (n *Node) Text() (string, bool) {
	if n == nil {
		return "", false
	}
	s, ok := n.Value.(string)
	return s, ok
}

// Bool is the value of a boolean.
func (n *Node) Bool() (value, ok bool) {
	if n == nil {
		return false, false
	}
	b, ok := n.Value.(bool)
	return b, ok
}

// Number is the value of a number.
func (n *Node) Number() (float64, bool) {
	if n == nil {
		return 0, false
	}
	f, ok := n.Value.(float64)
	return f, ok
}

// Kind names the type for messages.
func (n *Node) Kind() string {
	switch {
	case n == nil:
		return "nothing"
	case n.Object:
		return "an object"
	case n.Array:
		return "an array"
	case value.IsNull(n.Value):
		return "null"
	}
	return fmt.Sprintf("a %s", value.TypeOf(n.Value))
}

// Go is the value as encoding/json would give it.
func (n *Node) Go() any {
	switch {
	case n == nil:
		return nil
	case n.Object:
		m := make(map[string]any, len(n.Keys))
		for i, k := range n.Keys {
			m[k.Name] = n.Items[i].Go()
		}
		return m
	case n.Array:
		a := make([]any, len(n.Items))
		for i, item := range n.Items {
			a[i] = item.Go()
		}
		return a
	}
	return value.ToGo(n.Value)
}
