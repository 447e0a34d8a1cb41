package contract

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/dougong-dev/dougong/pdk/go/strict"
)

// schemaKeywords are the keywords of JSON Schema that contracts may use, and our "sensitive".
var schemaKeywords = []string{
	"$ref", "additionalProperties", "anyOf", "const", "default", "description", "enum", "examples", "exclusiveMaximum",
	"exclusiveMinimum", "items", "maxItems", "maxLength", "maximum", "minItems", "minLength", "minimum", "pattern",
	"properties", "required", "sensitive", "title", "type",
}

const maxProperties = 64 // in one object with required ones; the checker counts them in a word

// schemaLoader compiles the schemas of one contract.
type schemaLoader struct {
	l        *loader
	defs     map[string]strict.Value
	done     map[string]*node
	busy     map[string]bool
	inAnyOf  int
	standard map[string]any // $defs in plain JSON Schema
}

func newSchemaLoader(l *loader, defs strict.Value) *schemaLoader {
	s := &schemaLoader{l: l, defs: map[string]strict.Value{}, done: map[string]*node{}, busy: map[string]bool{}}
	for _, e := range defs.Entries() {
		s.defs[e.Key] = e.Value
	}
	for _, e := range defs.Entries() {
		s.def(e.Key, e.Value)
	}
	s.standard = map[string]any{}
	for _, e := range defs.Entries() {
		s.standard[e.Key] = s.plain(e.Value)
	}
	return s
}

// load compiles the schema at v; nil if v is absent or wrong (and then reported).
func (s *schemaLoader) load(v strict.Value) *Schema {
	if v.Kind() == strict.Absent {
		return nil
	}
	before := len(s.l.errs)
	root := s.node(v)
	if len(s.l.errs) > before {
		return nil
	}
	plain, ok := s.plain(v).(map[string]any)
	if !ok {
		plain = map[string]any{}
	}
	plain["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	if len(s.standard) > 0 && strings.Contains(fmt.Sprint(plain), "$ref") {
		plain["$defs"] = s.standard
	}
	text, err := json.Marshal(plain)
	if err == nil {
		err = metaCheck(text)
	}
	if err != nil {
		s.l.fail(v, v, "not a valid JSON Schema: %v", err)
		return nil
	}
	return &Schema{root: root, standard: text, sensitive: sensitivePaths(root, "", nil)}
}

// metaCheck validates a schema against the meta schema, and that its references and patterns hold.
func metaCheck(text []byte) error {
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(string(text)))
	if err != nil {
		return err
	}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	if err := c.AddResource("contract.json", doc); err != nil {
		return err
	}
	_, err = c.Compile("contract.json")
	return err
}

func (s *schemaLoader) def(name string, at strict.Value) *node {
	if n, ok := s.done[name]; ok {
		return n
	}
	v, ok := s.defs[name]
	if !ok {
		s.l.fail(at, at, "$ref names no entry of $defs: %q%s", name, strict.NearMiss(name, keys(s.defs)))
		return anything
	}
	if s.busy[name] {
		s.l.fail(at, at, "$defs entry %q refers to itself; recursive schemas are not supported", name)
		return anything
	}
	s.busy[name] = true
	n := s.node(v)
	s.busy[name] = false
	s.done[name] = n
	return n
}

// node compiles one schema.
func (s *schemaLoader) node(v strict.Value) *node {
	n := &node{maxItems: -1, maxLength: -1}
	if v.Kind() != strict.Map {
		s.l.fail(v, v, "expected a schema, which is a map with keys such as type and properties")
		return n
	}
	for _, e := range v.Entries() {
		if !contains(schemaKeywords, e.Key) {
			s.l.errs = append(s.l.errs, &strict.Error{Position: e.KeyAt, Path: e.Key,
				Message: fmt.Sprintf("unknown or unsupported schema keyword %q%s", e.Key, strict.NearMiss(e.Key, schemaKeywords))})
		}
	}
	if ref := v.Get("$ref"); ref.Kind() != strict.Absent {
		return s.reference(v, ref)
	}
	s.annotations(v, n)
	s.types(v.Get("type"), n)
	s.object(v, n)
	s.array(v, n)
	s.text(v, n)
	s.number(v, n)
	s.enum(v, n)
	s.alternatives(v.Get("anyOf"), n)
	n.free = n.enum == nil && n.minLength == 0 && n.maxLength < 0 && n.pattern == nil
	n.plan = n.choosePlan()
	return n
}

func (s *schemaLoader) reference(v, ref strict.Value) *node {
	var target string
	s.l.decode(ref, &target)
	for _, e := range v.Entries() {
		if !contains([]string{"$ref", "sensitive", "description", "title", "default", "examples"}, e.Key) {
			s.l.fail(e.Value, v, "beside $ref only annotations are allowed, not %q", e.Key)
		}
	}
	name, ok := strings.CutPrefix(target, "#/$defs/")
	if !ok {
		s.l.fail(ref, v, "$ref must look like \"#/$defs/name\", found %q", target)
		return anything
	}
	n := *s.def(name, ref)
	s.annotations(v, &n)
	said := about{}
	if n.about != nil {
		said = *n.about
	}
	said.def = name
	n.about = &said
	return &n
}

func (s *schemaLoader) annotations(v strict.Value, n *node) {
	var sensitive bool
	at := v.Get("sensitive")
	s.l.decode(at, &sensitive)
	n.sensitive = n.sensitive || sensitive
	if sensitive && s.inAnyOf > 0 {
		s.l.fail(at, v, "sensitive cannot be said inside anyOf; mark the value itself")
	}
	said := about{}
	if n.about != nil {
		said = *n.about
	}
	s.said(v.Get("title"), &said.title)
	s.said(v.Get("description"), &said.description)
	if x, err := v.Get("default").Any(); err == nil && v.Get("default").Kind() != strict.Absent {
		said.fallback, _ = json.Marshal(x) // a value that has no JSON form is no default, and metaCheck says so
	}
	if said.title != "" || said.description != "" || said.fallback != nil {
		n.about = &said
	}
}

func (s *schemaLoader) said(v strict.Value, into *string) {
	if v.Kind() != strict.Absent {
		s.l.decode(v, into)
	}
}

func (s *schemaLoader) types(v strict.Value, n *node) {
	names := []string{}
	switch v.Kind() {
	case strict.Absent:
		return
	case strict.List:
		s.l.decode(v, &names)
	default:
		var one string
		s.l.decode(v, &one)
		names = append(names, one)
	}
	for _, name := range names {
		bit := typeSet(0)
		for i, known := range typeNames {
			if name == known {
				bit = 1 << i
			}
		}
		if bit == 0 {
			s.l.fail(v, v, "unknown type %q%s", name, strict.NearMiss(name, typeNames))
		}
		n.types |= bit
	}
}

func (s *schemaLoader) object(v strict.Value, n *node) {
	props, required, extra := v.Get("properties"), v.Get("required"), v.Get("additionalProperties")
	var names []string
	s.l.decode(required, &names)
	for _, name := range names { // required ones first, so that their bits fit a word
		child := anything
		if c := props.Get(name); c.Kind() != strict.Absent {
			child = s.node(c)
		}
		if n.find([]byte(name)) != nil {
			s.l.fail(required, v, "%q is required twice", name)
		}
		n.mandatory |= 1 << len(n.props)
		n.props = append(n.props, newProperty(name, child, true))
	}
	for _, e := range props.Entries() {
		if n.find([]byte(e.Key)) == nil {
			n.props = append(n.props, newProperty(e.Key, s.node(e.Value), false))
		}
		if e.Key == blobKey {
			s.l.fail(e.Value, v, "the key %q is reserved for attachments", blobKey)
		}
	}
	if len(n.props) > maxProperties {
		s.l.fail(props, v, "an object may have at most %d properties, found %d", maxProperties, len(n.props))
	}
	switch extra.Kind() {
	case strict.Absent:
	case strict.Map:
		n.additional = s.node(extra)
	default:
		var allowed bool
		s.l.decode(extra, &allowed)
		n.closed = !allowed
	}
	if s.inAnyOf == 0 && len(n.props)+len(extra.Entries()) > 0 && n.types&typeObject == 0 {
		s.l.fail(v, v, "properties and required need \"type: object\"")
	}
	if len(n.props) > 0 && n.types&typeBytes != 0 {
		s.l.fail(v, v, "a value that may be bytes cannot have properties")
	}
	if len(n.props) >= manyProperties {
		n.byName = make(map[string]int, len(n.props))
		for i, p := range n.props {
			n.byName[p.name] = i
		}
	}
}

func (s *schemaLoader) array(v strict.Value, n *node) {
	if items := v.Get("items"); items.Kind() != strict.Absent {
		n.items = s.node(items)
		n.each = newValue(n.items)
	}
	s.size(v, "minItems", &n.minItems)
	s.size(v, "maxItems", &n.maxItems)
}

func (s *schemaLoader) text(v strict.Value, n *node) {
	s.size(v, "minLength", &n.minLength)
	s.size(v, "maxLength", &n.maxLength)
	if at := v.Get("pattern"); at.Kind() != strict.Absent {
		var text string
		s.l.decode(at, &text)
		re, err := regexp.Compile(text)
		if err != nil {
			s.l.fail(at, v, "pattern: %v", err)
		}
		n.pattern = re
	}
}

func (s *schemaLoader) size(v strict.Value, key string, into *int) {
	at := v.Get(key)
	if at.Kind() == strict.Absent {
		return
	}
	if s.l.decode(at, into) && *into < 0 {
		s.l.fail(at, v, "%s cannot be negative", key)
	}
}

func (s *schemaLoader) number(v strict.Value, n *node) {
	for _, k := range []struct {
		key  string
		has  *bool
		into *float64
		excl *bool
	}{{"minimum", &n.hasMin, &n.min, nil}, {"exclusiveMinimum", &n.hasMin, &n.min, &n.exclMin},
		{"maximum", &n.hasMax, &n.max, nil}, {"exclusiveMaximum", &n.hasMax, &n.max, &n.exclMax}} {
		at := v.Get(k.key)
		if at.Kind() == strict.Absent {
			continue
		}
		if *k.has {
			s.l.fail(at, v, "give either the inclusive or the exclusive bound, not both")
		}
		*k.has = s.l.decode(at, k.into)
		if k.excl != nil {
			*k.excl = true
		}
	}
}

func (s *schemaLoader) enum(v strict.Value, n *node) {
	list, one := v.Get("enum"), v.Get("const")
	items := list.Items()
	if one.Kind() != strict.Absent {
		items = append(items, one)
	}
	if list.Kind() != strict.Absent && one.Kind() != strict.Absent {
		s.l.fail(one, v, "give either enum or const, not both")
	}
	for _, item := range items {
		x, err := item.Any()
		if err != nil {
			s.l.decode(item, new(any))
			continue
		}
		switch x := x.(type) {
		case nil:
			n.enum = append(n.enum, literal{kind: typeNull, text: "null"})
		case bool:
			n.enum = append(n.enum, literal{kind: typeBoolean, text: strconv.FormatBool(x)})
		case int:
			n.enum = append(n.enum, literal{kind: typeNumber, text: strconv.Itoa(x), number: float64(x)})
		case float64:
			n.enum = append(n.enum, literal{kind: typeNumber, text: strconv.FormatFloat(x, 'g', -1, 64), number: x})
		case string:
			n.enum = append(n.enum, literal{kind: typeString, text: x, spelt: newSpelling(quote(x))})
		default:
			s.l.fail(item, v, "enum and const take text, numbers, true, false and null only")
		}
	}
}

func (s *schemaLoader) alternatives(v strict.Value, n *node) {
	s.inAnyOf++
	for _, item := range v.Items() {
		n.anyOf = append(n.anyOf, s.node(item))
	}
	s.inAnyOf--
}

func sensitivePaths(n *node, path string, out []string) []string {
	if n.sensitive {
		return append(out, path)
	}
	sub := func(name string) string {
		if path == "" {
			return name
		}
		return path + "." + name
	}
	for _, p := range n.props {
		out = sensitivePaths(p.node, sub(p.name), out)
	}
	if n.additional != nil {
		out = sensitivePaths(n.additional, sub("*"), out)
	}
	if n.items != nil {
		out = sensitivePaths(n.items, path+"[]", out)
	}
	return out
}
