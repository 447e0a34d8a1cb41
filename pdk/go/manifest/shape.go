package manifest

import (
	"fmt"
	"reflect"
	"strconv"
	"time"

	"go.yaml.in/yaml/v3"
)

// maxErrors bounds how many errors one manifest is worth.
const maxErrors = 20

// checker walks a manifest's YAML along the Go types.
type checker struct {
	file string
	errs Errors
	at   map[string]*yaml.Node // dotted path → value
}

func (c *checker) fail(n *yaml.Node, format string, args ...any) {
	if len(c.errs) < maxErrors {
		c.errs = append(c.errs, &Error{c.file, max(n.Line, 1), max(n.Column, 1), fmt.Sprintf(format, args...)})
	}
}

// shape checks keys and types of a mapping against the struct that v points to.
func (c *checker) shape(n *yaml.Node, v any) { c.value(n, reflect.TypeOf(v).Elem(), "") }

var durationType = reflect.TypeFor[time.Duration]()

func (c *checker) value(n *yaml.Node, t reflect.Type, path string) {
	c.at[path] = n
	if n.Kind == yaml.AliasNode || n.Anchor != "" {
		c.fail(n, "%s: anchors and aliases are not allowed in a manifest; write the value out", name(path))
		return
	}
	switch {
	case t == durationType:
		c.duration(n, path)
		return
	case t.Kind() == reflect.Pointer:
		t = t.Elem()
	}
	switch t.Kind() {
	case reflect.Struct:
		c.fields(n, t, path)
	case reflect.Map:
		c.entries(n, t, path)
	case reflect.Slice:
		c.items(n, t, path)
	case reflect.Interface:
		c.free(n, path)
	case reflect.String:
		c.scalar(n, path, "text", "!!str", "!!int", "!!float", "!!timestamp")
	case reflect.Bool:
		c.scalar(n, path, "true or false", "!!bool")
	case reflect.Int:
		c.number(n, path)
	}
}

func (c *checker) fields(n *yaml.Node, t reflect.Type, path string) {
	if !c.kind(n, yaml.MappingNode, "`key: value` lines", path) {
		return
	}
	known := map[string]reflect.Type{}
	names := make([]string, 0, t.NumField())
	for i := range t.NumField() {
		tag := t.Field(i).Tag.Get("yaml")
		known[tag] = t.Field(i).Type
		names = append(names, tag)
	}
	c.pairs(n, path, func(key, value *yaml.Node, where string) {
		if ft, ok := known[key.Value]; ok {
			c.value(value, ft, where)
			return
		}
		c.fail(key, "unknown key %q%s", where, nearMiss(key.Value, names))
	})
}

func (c *checker) entries(n *yaml.Node, t reflect.Type, path string) {
	if c.kind(n, yaml.MappingNode, "`key: value` lines", path) {
		c.pairs(n, path, func(_, value *yaml.Node, where string) { c.value(value, t.Elem(), where) })
	}
}

func (c *checker) pairs(n *yaml.Node, path string, each func(key, value *yaml.Node, where string)) {
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		if key.Kind != yaml.ScalarNode || key.Tag == "!!merge" {
			c.fail(key, "%s: a key has to be plain text", name(path))
			continue
		}
		if seen[key.Value] {
			c.fail(key, "key %q is given twice", join(path, key.Value))
			continue
		}
		seen[key.Value] = true
		each(key, n.Content[i+1], join(path, key.Value))
	}
}

func (c *checker) items(n *yaml.Node, t reflect.Type, path string) {
	if !c.kind(n, yaml.SequenceNode, "a list", path) {
		return
	}
	for i, item := range n.Content {
		c.value(item, t.Elem(), path+"["+strconv.Itoa(i)+"]")
	}
}

// free checks what a JSON Schema may hold: anything, without aliases and with text keys.
func (c *checker) free(n *yaml.Node, path string) {
	switch n.Kind {
	case yaml.MappingNode:
		c.pairs(n, path, func(_, value *yaml.Node, where string) { c.value(value, reflect.TypeFor[any](), where) })
	case yaml.SequenceNode:
		c.items(n, reflect.TypeFor[[]any](), path)
	}
}

func (c *checker) kind(n *yaml.Node, want yaml.Kind, what, path string) bool {
	if n.Kind != want {
		c.fail(n, "%s: expected %s, found %s", name(path), what, describe(n))
	}
	return n.Kind == want
}

func (c *checker) scalar(n *yaml.Node, path, what string, tags ...string) {
	if n.Kind == yaml.ScalarNode {
		for _, tag := range tags {
			if n.Tag == tag {
				return
			}
		}
	}
	c.fail(n, "%s: expected %s, found %s", name(path), what, describe(n))
}

func (c *checker) number(n *yaml.Node, path string) {
	if _, err := strconv.Atoi(n.Value); n.Kind != yaml.ScalarNode || n.Tag != "!!int" || err != nil {
		c.fail(n, "%s: expected a whole number, found %s", name(path), describe(n))
	}
}

func (c *checker) duration(n *yaml.Node, path string) {
	if n.Kind == yaml.ScalarNode {
		if _, err := time.ParseDuration(n.Value); err == nil {
			return
		}
	}
	c.fail(n, "%s: expected a duration such as 500ms, 10s or 2m, found %s", name(path), describe(n))
}

func name(path string) string {
	if path == "" {
		return "the manifest"
	}
	return path
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// describe says what a node is, for "found …".
func describe(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "`key: value` lines"
	case yaml.SequenceNode:
		return "a list"
	case yaml.ScalarNode:
		if n.Tag == "!!null" {
			return "nothing"
		}
		return fmt.Sprintf("%.60q", n.Value)
	}
	return "something else"
}
