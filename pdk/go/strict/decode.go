package strict

import (
	"fmt"
	"math"
	"reflect"
	"sort"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

type decoder struct {
	file  string
	errs  Errors
	nodes int
	depth int
}

// enter counts a value and a level; it reports false once the file is too much. Every true is paired with a leave.
func (d *decoder) enter(n *yaml.Node, path string) bool {
	d.nodes++
	switch {
	case d.nodes == maxNodes:
		d.fail(n, path, "the file expands to more than %d values; use fewer aliases", maxNodes)
	case d.nodes < maxNodes && d.depth == maxDepth:
		d.fail(n, path, "values are nested more than %d deep, or an alias contains itself", maxDepth)
		d.nodes = maxNodes
	}
	d.depth++
	return d.nodes < maxNodes
}

func (d *decoder) leave() { d.depth-- }

var (
	durationType = reflect.TypeFor[time.Duration]()
	valueType    = reflect.TypeFor[Value]()
)

func (d *decoder) fail(n *yaml.Node, path, format string, args ...any) {
	d.errs = append(d.errs, &Error{Position{d.file, n.Line, n.Column}, path, fmt.Sprintf(format, args...)})
}

// value decodes n into v.
func (d *decoder) value(n *yaml.Node, v reflect.Value, path string) {
	defer d.leave()
	if !d.enter(n, path) {
		return
	}
	if v.Type() == valueType {
		v.Set(reflect.ValueOf(Value{d.file, path, n}))
		return
	}
	n = resolve(n)
	if n.Tag == "!!null" && v.Kind() != reflect.Interface {
		return // as if the key were absent
	}
	switch v.Kind() {
	case reflect.Pointer:
		p := reflect.New(v.Type().Elem())
		d.value(n, p.Elem(), path)
		v.Set(p)
	case reflect.Struct:
		d.structure(n, v, path)
	case reflect.Map:
		d.mapping(n, v, path)
	case reflect.Slice:
		d.list(n, v, path)
	case reflect.Interface:
		if x := d.any(n, path); x != nil {
			v.Set(reflect.ValueOf(x))
		}
	default:
		d.scalar(n, v, path)
	}
}

func (d *decoder) structure(n *yaml.Node, v reflect.Value, path string) {
	if n.Kind != yaml.MappingNode {
		d.fail(n, path, "expected a map with the keys %s, found %s", strings.Join(fieldNames(v.Type()), ", "), describe(n))
		return
	}
	fields := fieldIndex(v.Type())
	d.entries(n, path, func(k, c *yaml.Node) {
		i, ok := fields[k.Value]
		if !ok {
			d.fail(k, path, "unknown key %q%s", k.Value, NearMiss(k.Value, fieldNames(v.Type())))
			return
		}
		d.value(c, v.Field(i), join(path, k.Value))
	})
}

// entries calls f for every key that is a plain string and not a repetition.
func (d *decoder) entries(n *yaml.Node, path string, f func(k, v *yaml.Node)) {
	seen := make(map[string]int, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		k := n.Content[i]
		if k.Kind != yaml.ScalarNode || k.Tag == "!!merge" {
			d.fail(k, path, "keys must be plain text, found %s", describe(k))
			continue
		}
		if line, ok := seen[k.Value]; ok {
			d.fail(k, path, "key %q is given twice, first in line %d", k.Value, line)
			continue
		}
		seen[k.Value] = k.Line
		f(k, n.Content[i+1])
	}
}

func (d *decoder) mapping(n *yaml.Node, v reflect.Value, path string) {
	if n.Kind != yaml.MappingNode {
		d.fail(n, path, "expected a map, found %s", describe(n))
		return
	}
	m := reflect.MakeMap(v.Type())
	d.entries(n, path, func(k, c *yaml.Node) {
		x := reflect.New(v.Type().Elem()).Elem()
		d.value(c, x, join(path, k.Value))
		m.SetMapIndex(reflect.ValueOf(k.Value).Convert(v.Type().Key()), x)
	})
	v.Set(m)
}

func (d *decoder) list(n *yaml.Node, v reflect.Value, path string) {
	if n.Kind != yaml.SequenceNode {
		d.fail(n, path, "expected a list, found %s", describe(n))
		return
	}
	s := reflect.MakeSlice(v.Type(), len(n.Content), len(n.Content))
	for i, c := range n.Content {
		d.value(c, s.Index(i), fmt.Sprintf("%s[%d]", path, i))
	}
	v.Set(s)
}

func (d *decoder) scalar(n *yaml.Node, v reflect.Value, path string) {
	want := kindName(v.Type())
	if n.Kind != yaml.ScalarNode {
		d.fail(n, path, "expected %s, found %s", want, describe(n))
		return
	}
	if v.Type() == durationType {
		x, err := time.ParseDuration(n.Value)
		if err != nil {
			d.fail(n, path, "expected %s, found %s", want, describe(n))
		}
		v.SetInt(int64(x))
		return
	}
	if v.Kind() == reflect.String {
		// A bare number or boolean where text is meant is a mistake YAML invites: version 1.10 would become 1.1.
		if n.Tag != "!!str" && n.Tag != "!!timestamp" {
			d.fail(n, path, "expected %s, found %s; write it in quotes", want, describe(n))
		}
		v.SetString(n.Value)
		return
	}
	x := reflect.New(v.Type())
	if badTag(n.Tag, v.Kind()) || n.Decode(x.Interface()) != nil {
		d.fail(n, path, "expected %s, found %s", want, describe(n))
		return
	}
	v.Set(x.Elem())
}

func badTag(tag string, k reflect.Kind) bool {
	switch k {
	case reflect.Bool:
		return tag != "!!bool"
	case reflect.Float32, reflect.Float64:
		return tag != "!!float" && tag != "!!int"
	default:
		return tag != "!!int"
	}
}

// any decodes into plain values; every number that is whole becomes an int, others float64.
func (d *decoder) any(n *yaml.Node, path string) any {
	defer d.leave()
	if !d.enter(n, path) {
		return nil
	}
	n = resolve(n)
	switch n.Kind {
	case yaml.MappingNode:
		m := map[string]any{}
		d.entries(n, path, func(k, c *yaml.Node) { m[k.Value] = d.any(c, join(path, k.Value)) })
		return m
	case yaml.SequenceNode:
		s := make([]any, len(n.Content))
		for i, c := range n.Content {
			s[i] = d.any(c, fmt.Sprintf("%s[%d]", path, i))
		}
		return s
	}
	var x any
	if n.Tag == "!!timestamp" || n.Tag == "!!binary" {
		return n.Value
	}
	if err := n.Decode(&x); err != nil {
		d.fail(n, path, "expected a plain value, found %s", describe(n))
		return nil
	}
	if f, ok := x.(float64); ok && (math.IsNaN(f) || math.IsInf(f, 0)) {
		d.fail(n, path, "expected a finite number, found %s", n.Value)
		return nil
	}
	return x
}

func fieldIndex(t reflect.Type) map[string]int {
	out := make(map[string]int, t.NumField())
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("yaml"), ",")
		if name != "" && name != "-" {
			out[name] = i
		}
	}
	return out
}

func fieldNames(t reflect.Type) []string {
	var names []string
	for name := range fieldIndex(t) {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

func kindName(t reflect.Type) string {
	if t == durationType {
		return `a duration such as "10s"`
	}
	switch t.Kind() {
	case reflect.String:
		return "text"
	case reflect.Bool:
		return "true or false"
	case reflect.Float32, reflect.Float64:
		return "a number"
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return "a whole number, 0 or more"
	default:
		return "a whole number"
	}
}

func describe(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a map"
	case yaml.SequenceNode:
		return "a list"
	}
	value := n.Value
	if len(value) > 40 {
		value = value[:40] + "…"
	}
	switch n.Tag {
	case "!!null":
		return "nothing"
	case "!!bool", "!!int", "!!float":
		return value
	default:
		return fmt.Sprintf("%q", value)
	}
}
