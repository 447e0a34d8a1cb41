package contract

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/dougong-dev/dougong/pdk/go"
)

// CheckType holds the Go type of v, a struct that a plugin decodes arguments into or encodes results from, against the
// schema: each JSON field must be a property of a fitting type, and with all set, each required property must have a
// field. Plugins call it in a test, so that a type and its contract cannot drift apart.
func (s *Schema) CheckType(v any, all bool) error {
	if s == nil {
		return errors.New("the contract has no such payload")
	}
	c := &typeChecker{all: all}
	c.value(s.root, reflect.TypeOf(v), "")
	return errors.Join(c.errs...)
}

type typeChecker struct {
	all   bool
	depth int
	errs  []error
}

func (c *typeChecker) fail(path, format string, args ...any) {
	c.errs = append(c.errs, fmt.Errorf("%s: %s", strings.TrimPrefix(path, "."), fmt.Sprintf(format, args...)))
}

func (c *typeChecker) value(n *node, t reflect.Type, path string) {
	if c.depth++; c.depth > 64 {
		return
	}
	defer func() { c.depth-- }()
	for t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t == nil || t.Kind() == reflect.Interface || n.types == 0 && len(n.props) == 0 {
		return
	}
	kind := jsonType(t)
	if kind == 0 {
		return // it writes itself
	}
	fits := n.types&kind != 0 || kind == typeNumber && n.types&typeInteger != 0 || kind == typeInteger && n.types&typeNumber != 0
	if n.types == 0 && len(n.enum) > 0 {
		fits = n.enum[0].kind&kind != 0 || kind == typeInteger && n.enum[0].kind == typeNumber
	}
	if !fits {
		c.fail(path, "the contract has %s, the Go type is %s", n.types, t)
		return
	}
	switch {
	case kind == typeObject && t.Kind() == reflect.Struct:
		c.fields(n, t, path)
	case kind == typeObject && n.additional != nil:
		c.value(n.additional, t.Elem(), path+".*")
	case kind == typeArray && n.items != nil:
		c.value(n.items, t.Elem(), path+"[]")
	}
}

func (c *typeChecker) fields(n *node, t reflect.Type, path string) {
	have := map[string]bool{}
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "-" || !f.IsExported() {
			continue
		}
		if name == "" {
			name = f.Name
		}
		have[name] = true
		if p := n.find([]byte(name)); p != nil {
			c.value(p.node, f.Type, path+"."+name)
		} else if len(n.props) > 0 || n.closed {
			c.fail(path+"."+name, "the contract has no such field, the Go type %s does", t)
		}
	}
	for _, p := range n.props {
		if c.all && p.mandatory && !have[p.name] {
			c.fail(path+"."+p.name, "the contract requires it, the Go type %s has no such field", t)
		}
	}
}

var (
	blobType   = reflect.TypeFor[pdk.Blob]()
	timeType   = reflect.TypeFor[time.Time]()
	marshalers = []reflect.Type{reflect.TypeFor[interface{ MarshalJSON() ([]byte, error) }](), reflect.TypeFor[interface{ UnmarshalJSON([]byte) error }]()}
)

// jsonType is the JSON type that a Go type is written as; 0 if it decides itself.
func jsonType(t reflect.Type) typeSet {
	switch {
	case t == blobType:
		return typeBytes
	case t == timeType:
		return typeString
	}
	for _, m := range marshalers {
		if t.Implements(m) || reflect.PointerTo(t).Implements(m) {
			return 0
		}
	}
	switch t.Kind() {
	case reflect.Bool:
		return typeBoolean
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64, reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return typeInteger
	case reflect.Float32, reflect.Float64:
		return typeNumber
	case reflect.String:
		return typeString
	case reflect.Struct, reflect.Map:
		return typeObject
	case reflect.Slice, reflect.Array:
		return typeArray
	}
	return 0
}
