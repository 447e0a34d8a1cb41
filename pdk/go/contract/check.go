package contract

import (
	"fmt"
	"unicode/utf8"

	"github.com/dougong-dev/dougong/pdk/go"
)

// blobKey is the key of an attachment reference: {"$blob": 0}.
const blobKey = "$blob"

// maxDepth is how deep a payload's JSON may nest.
const maxDepth = 512

// checker walks JSON bytes along a schema. It allocates nothing unless a string has escapes that matter, or the check
// fails.
type checker struct {
	src    []byte
	pos    int
	depth  int
	hidden int    // > 0 inside a sensitive value: messages do not show it
	blobs  int    // how many attachments there are
	seen   uint64 // which of the first 64 are referred to
	more   []bool // which of the others
	spans  *[]Span
}

// failure is a mistake on its way up; every level adds its part of the path.
type failure struct {
	path []string // innermost first
	text string
	// want and found are the types, if it is they that differ; found 0 is nothing at all.
	want, found typeSet
}

func failf(format string, args ...any) *failure { return &failure{text: fmt.Sprintf(format, args...)} }

func (f *failure) in(part string) *failure {
	f.path = append(f.path, part)
	return f
}

func (f *failure) location() string {
	out := ""
	for i := len(f.path) - 1; i >= 0; i-- {
		if p := f.path[i]; out != "" && p[0] != '[' {
			out += "." + p
		} else {
			out += p
		}
	}
	return out
}

var nullJSON, emptyObject = []byte("null"), []byte("{}")

// check validates a payload. A nil Schema accepts nothing but null and an object: with any content among parameters
// (mini-programs pass their callbacks' leftovers), without content elsewhere.
func (s *Schema) check(p pdk.Payload, code int, name, method, what string) error {
	if s.accepts(&p) {
		return nil
	}
	return s.checkAll(p, code, name, method, what)
}

// accepts is the fast way: true says that p is good, and false nothing.
func (s *Schema) accepts(p *pdk.Payload) bool {
	n := len(p.JSON)
	if s == nil || p.Blobs != nil || n > pdk.MaxPayload || n == 0 {
		return false
	}
	if s.root.plan == asObject { // without asking what else it might be
		return s.root.fastObject(p.JSON, 0, 1) == n
	}
	return s.root.fast(p.JSON, 0, 0) == n
}

func (s *Schema) checkAll(p pdk.Payload, code int, name, method, what string) error {
	if p.Size() > pdk.MaxPayload {
		return pdk.Errorf(pdk.CodeTooLarge, "tooLarge", "%s: the %s has %d bytes, at most %d may be passed", method, what, p.Size(), pdk.MaxPayload)
	}
	root := noResult
	if s != nil {
		root = s.root
	} else if code == pdk.CodeInvalidParams {
		root = noParams
	}
	c := checker{src: p.JSON, blobs: len(p.Blobs)}
	if len(c.src) == 0 {
		c.src = nullJSON
	}
	if code == pdk.CodeInvalidParams && root.types&typeObject != 0 && string(c.src) == "null" {
		c.src = emptyObject // a call without arguments
	}
	f := c.document(root)
	if f == nil {
		return nil
	}
	where := f.location()
	err := pdk.Errorf(code, name, "%s: %s: %s", method, what, f.text)
	if where != "" {
		err.Message = fmt.Sprintf("%s: %s %q: %s", method, what, where, f.text)
	}
	if code == pdk.CodeInvalidParams {
		err.Data = f.mistake(where)
	}
	return err
}

func (c *checker) document(n *node) *failure {
	if c.blobs > 64 {
		c.more = make([]bool, c.blobs-64)
	}
	if f := c.value(n); f != nil {
		return f
	}
	if c.space(); c.pos != len(c.src) {
		return c.syntax("the end")
	}
	return c.unreferred()
}

// unreferred finds attachments that the JSON does not mention: nothing after the check would see them.
func (c *checker) unreferred() *failure {
	for i := range c.blobs {
		if (i < 64 && c.seen&(1<<i) == 0) || (i >= 64 && !c.more[i-64]) {
			return failf("attachment %d is not referred to by the JSON", i)
		}
	}
	return nil
}

func (c *checker) space() {
	if c.pos < len(c.src) && c.src[c.pos] > ' ' { // as mostly; small enough to be inlined
		return
	}
	c.skip()
}

func (c *checker) skip() {
	for c.pos < len(c.src) {
		switch c.src[c.pos] {
		case ' ', '\t', '\n', '\r':
			c.pos++
		default:
			return
		}
	}
}

// peek is the next byte, or 0 at the end (0 itself is never valid).
func (c *checker) peek() byte {
	if c.pos < len(c.src) {
		return c.src[c.pos]
	}
	return 0
}

func (c *checker) syntax(want string) *failure {
	if c.pos >= len(c.src) {
		return failf("the JSON ends at byte %d where %s is expected", c.pos, want)
	}
	r, _ := utf8.DecodeRune(c.src[c.pos:])
	return failf("the JSON has %q at byte %d where %s is expected", r, c.pos, want)
}

// value checks one value and leaves pos behind it.
func (c *checker) value(n *node) *failure {
	c.space()
	start := c.pos
	if n.sensitive {
		c.hidden++
	}
	var f *failure
	switch b := c.peek(); {
	case b == '"':
		f = c.text(n)
	case b == '{':
		f = c.object(n)
	case b == '[':
		f = c.array(n)
	case b == 't':
		f = c.word(n, "true", typeBoolean)
	case b == 'f':
		f = c.word(n, "false", typeBoolean)
	case b == 'n':
		f = c.word(n, "null", typeNull)
	case b == '-' || b >= '0' && b <= '9':
		f = c.number(n)
	default:
		f = c.syntax("a value")
	}
	if f == nil && n.anyOf != nil {
		f = c.alternatives(n, start)
	}
	if n.sensitive {
		if c.hidden--; f == nil && c.spans != nil && c.hidden == 0 {
			*c.spans = append(*c.spans, Span{start, c.pos})
		}
	}
	return f
}

// typed reports a value of the wrong type.
func (c *checker) typed(n *node, found typeSet, start, end int) *failure {
	if n.types == 0 || n.types&found != 0 {
		return nil
	}
	return failf("expected %s, found %s", n.types, c.show(found, start, end)).types(n.types, found)
}

func (c *checker) word(n *node, word string, t typeSet) *failure {
	start := c.pos
	if len(c.src)-c.pos < len(word) || string(c.src[c.pos:c.pos+len(word)]) != word {
		return c.syntax("a value")
	}
	c.pos += len(word)
	if f := c.typed(n, t, start, c.pos); f != nil {
		return f
	}
	if n.enum != nil {
		return c.listed(n, t, []byte(word), 0, start)
	}
	return nil
}

// alternatives checks that the value, good by itself, fits one branch of anyOf.
func (c *checker) alternatives(n *node, start int) *failure {
	end, spans := c.pos, c.spans
	c.spans = nil
	var first *failure
	for _, branch := range n.anyOf {
		c.pos = start
		f := c.value(branch)
		if f == nil {
			c.pos, c.spans = end, spans
			return nil
		}
		if first == nil {
			first = f
		}
	}
	c.pos, c.spans = end, spans
	first.text += fmt.Sprintf(" (none of the %d alternatives fits; this is what the first one lacks)", len(n.anyOf))
	return first
}

// listed checks an enum. text is a string's content or the JSON of another scalar.
func (c *checker) listed(n *node, t typeSet, text []byte, number float64, start int) *failure {
	for i := range n.enum {
		e := &n.enum[i]
		if e.kind&t != 0 && (e.text == string(text) || t&typeNumber != 0 && e.number == number) {
			return nil
		}
	}
	f := failf("expected %s, found %s", choices(n.enum), c.show(t, start, c.pos))
	if want := kinds(n.enum); want&t == 0 {
		return f.types(want, t)
	}
	return f
}
