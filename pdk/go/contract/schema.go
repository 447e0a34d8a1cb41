package contract

import (
	"encoding/json"
	"math"
	"regexp"
)

// Schema is a compiled JSON Schema (2020-12) of a payload: the subset of keywords that schemaKeywords lists, with two
// additions. The type "bytes" is an attachment, written {"$blob": n} in the JSON; the key "$blob" is reserved for it in
// every object. The annotation "sensitive: true" marks values that the trace keeps as keyed digests only.
type Schema struct {
	root      *node
	standard  []byte
	sensitive []string
}

// Standard is the schema as plain JSON Schema 2020-12, with attachments spelt out as objects. Tools that write types,
// documentation or forms read it.
func (s *Schema) Standard() json.RawMessage {
	if s == nil {
		return json.RawMessage("true")
	}
	return s.standard
}

// Sensitive lists the paths of the sensitive values: "data", "kvList[].value", "header.*"; "" is the whole payload.
func (s *Schema) Sensitive() []string {
	if s == nil {
		return nil
	}
	return s.sensitive
}

// IsBytes reports whether a whole payload is one attachment: the schema's type is bytes and nothing else. Hosts of plugins
// that know bytes only, and no attachments, ask.
func (s *Schema) IsBytes() bool { return s != nil && s.root != nil && s.root.types == typeBytes }

func (s *Schema) property(name string) *property {
	if s == nil || name == "" {
		return nil
	}
	return s.root.find([]byte(name))
}

// typeSet is a set of JSON types; the empty set stands for all.
type typeSet uint8

const (
	typeNull typeSet = 1 << iota
	typeBoolean
	typeInteger
	typeNumber
	typeString
	typeArray
	typeObject
	typeBytes
)

var typeNames = []string{"null", "boolean", "integer", "number", "string", "array", "object", "bytes"}

// node is one schema. Its fields are laid out for the checker, see check.go.
type node struct {
	plan       plan // see fast.go
	types      typeSet
	sensitive  bool
	closed     bool // no properties but the listed ones
	free       bool // any text will do, as far as it is text
	props      []property
	byName     map[string]int // for many properties; nil for few
	mandatory  uint64         // bits of props that must be there
	additional *node          // of unlisted properties; nil: anything
	items      *node          // nil: anything
	each       value          // of items
	minItems   int
	maxItems   int // -1: no limit
	minLength  int
	maxLength  int // -1: no limit
	pattern    *regexp.Regexp
	hasMin     bool
	hasMax     bool
	min, max   float64
	exclMin    bool
	exclMax    bool
	enum       []literal
	anyOf      []*node
	about      *about // nil: it says nothing
}

type property struct {
	name      string
	spelt     spelling // the name and the colon after it, as JSON mostly has them
	node      *node
	mandatory bool
	value     value
}

// value is what the fast way of an object has to know about one of its properties, and that of an array about its items.
type value struct {
	plan        plan
	least, most int64 // of a text's bytes, which are its characters if it is ASCII, or of a whole number that is not negative
}

func newProperty(name string, n *node, mandatory bool) property {
	return property{name, newSpelling(quote(name) + ":"), n, mandatory, newValue(n)}
}

func newValue(n *node) value {
	v := value{plan: n.plan, most: math.MaxInt64}
	switch {
	case v.plan == asNumber:
		v.least, v.most = n.wholes()
	case v.plan == asText && (n.enum != nil || n.pattern != nil):
		v.plan = byChecker // fast decides
	case v.plan == asText:
		if v.least = int64(n.minLength); n.maxLength >= 0 {
			v.most = int64(n.maxLength)
		}
	}
	return v
}

// wholes are the smallest and the largest whole number of up to fifteen digits that the bounds let through.
func (n *node) wholes() (least, most int64) {
	const exact = 1e15
	least, most = 0, exact
	if n.hasMin && n.min >= 0 {
		x := math.Ceil(min(n.min, 2*exact))
		if least = int64(x); n.exclMin && x == n.min {
			least++
		}
	}
	if n.hasMax && n.max < exact {
		x := math.Floor(max(n.max, -1))
		if most = int64(x); n.exclMax && x == n.max {
			most--
		}
	}
	return least, most
}

func quote(text string) string {
	quoted, err := json.Marshal(text)
	if err != nil {
		panic(err) // no string fails to marshal
	}
	return string(quoted)
}

// literal is a scalar of an enum or const.
type literal struct {
	kind   typeSet
	text   string // the string's content, or the JSON as written
	number float64
	spelt  spelling // of a string
}

// manyProperties is where a map lookup becomes faster than comparing names in turn.
const manyProperties = 12

func (n *node) find(key []byte) *property {
	if i := n.index(key); i >= 0 {
		return &n.props[i]
	}
	return nil
}

func (n *node) index(key []byte) int {
	if n.byName != nil {
		if i, ok := n.byName[string(key)]; ok {
			return i
		}
		return -1
	}
	for i := range n.props {
		if n.props[i].name == string(key) {
			return i
		}
	}
	return -1
}

// anything accepts every value.
var anything = &node{free: true, maxItems: -1, maxLength: -1}

// What a method takes and gives that declares no parameters, no result.
var (
	noParams = &node{types: typeNull | typeObject, maxItems: -1, maxLength: -1}
	noResult = &node{types: typeNull | typeObject, closed: true, maxItems: -1, maxLength: -1}
)
