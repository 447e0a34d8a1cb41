package contract

import (
	"bytes"
	"strconv"
)

// object checks an object or an attachment reference; pos is at '{'.
func (c *checker) object(n *node) *failure {
	start := c.pos
	c.pos++
	c.space()
	if c.peek() == '}' {
		c.pos++
		return c.members(n, 0, start)
	}
	if c.depth++; c.depth > maxDepth {
		return failf("the JSON is nested more than %d deep", maxDepth)
	}
	m := members{}
	for first := true; ; first = false {
		c.space()
		f := c.expected(n, &m)
		if f == unexpected {
			var blob bool
			if blob, f = c.any(n, &m, first); blob {
				c.depth--
				return c.attachment(n, start)
			}
		}
		if f != nil {
			return f
		}
		c.space()
		switch c.peek() {
		case ',':
			c.pos++
		case '}':
			c.pos++
			c.depth--
			return c.members(n, m.have, start)
		default:
			return c.syntax("\",\" or \"}\"")
		}
	}
}

// members is what of an object has been seen.
type members struct {
	have uint64 // bits of props
	next int    // the property after the one before: writers mostly keep to one order
}

// unexpected is what expected returns if something else stands there.
var unexpected = new(failure)

// expected checks the next member if it is the property that comes next, spelt plainly: a comparison in place of a search.
func (c *checker) expected(n *node, m *members) *failure {
	if m.next >= len(n.props) || n.types != 0 && n.types&typeObject == 0 {
		return unexpected
	}
	p := &n.props[m.next]
	if end := c.pos + len(p.spelt.text); end > len(c.src) || string(c.src[c.pos:end]) != p.spelt.text || m.have&(1<<m.next) != 0 {
		return unexpected
	}
	c.pos += len(p.spelt.text)
	m.have |= 1 << m.next
	m.next++
	if f := c.value(p.node); f != nil {
		return f.in(p.name)
	}
	return nil
}

// any checks a member of whatever name; blob tells that the object turned out to be an attachment reference.
func (c *checker) any(n *node, m *members, first bool) (blob bool, f *failure) {
	key, f := c.key()
	switch {
	case f != nil:
		return false, f
	case len(key) == len(blobKey) && string(key) == blobKey:
		if !first {
			return false, failf("the key %q is reserved for attachments", blobKey)
		}
		return true, nil
	case first && n.types != 0 && n.types&typeObject == 0:
		return false, failf("expected %s, found an object", n.types).types(n.types, typeObject)
	}
	return false, c.member(n, key, m)
}

// key reads a key and the colon after it.
func (c *checker) key() ([]byte, *failure) {
	if c.peek() != '"' {
		return nil, c.syntax("a key in quotes")
	}
	raw, escaped, f := c.scan()
	if f != nil {
		return nil, f
	}
	if escaped {
		raw = unescape(raw)
	}
	if c.space(); c.peek() != ':' {
		return nil, c.syntax("\":\"")
	}
	c.pos++
	return raw, nil
}

// member checks the value of one key.
func (c *checker) member(n *node, key []byte, m *members) *failure {
	if i := n.index(key); i >= 0 {
		if m.have&(1<<i) != 0 {
			return failf("the key %q is given twice", key)
		}
		m.have |= 1 << i
		m.next = i + 1
		if f := c.value(n.props[i].node); f != nil {
			return f.in(n.props[i].name)
		}
		return nil
	}
	if f := n.unlisted(key); f != nil {
		return f
	}
	child := n.additional
	if child == nil {
		child = anything
	}
	if f := c.value(child); f != nil {
		return f.in(pathPart(key))
	}
	return nil
}

// unlisted judges a key that the schema does not name. One that differs in case only is refused even from an open
// object: decoders that ignore case (encoding/json) would read it as the property, past this check.
func (n *node) unlisted(key []byte) *failure {
	for i := range n.props {
		if p := n.props[i].name; len(key) > 0 && bytes.EqualFold([]byte(p), key) {
			return failf("unknown field %q; did you mean %q?", key, p)
		}
	}
	if n.closed {
		if len(n.props) == 0 {
			return failf("expected no fields, found %q", key)
		}
		return failf("unknown field %q", key)
	}
	return nil
}

// members ends an object: its type, and whether all required properties were there.
func (c *checker) members(n *node, have uint64, start int) *failure {
	if n.types != 0 && n.types&typeObject == 0 {
		return c.typed(n, typeObject, start, c.pos)
	}
	if n.enum != nil {
		return failf("expected %s, found an object", choices(n.enum)).types(kinds(n.enum), typeObject)
	}
	missing := n.mandatory &^ have
	if missing == 0 {
		return nil
	}
	for i := range n.props {
		if missing&(1<<i) != 0 {
			of := n.props[i].node
			return failf("expected %s, found nothing; the field is required", of.describe()).types(of.types|kinds(of.enum), 0).in(n.props[i].name)
		}
	}
	return nil
}

// attachment checks the rest of {"$blob": n}.
func (c *checker) attachment(n *node, start int) *failure {
	c.space()
	begin := c.pos
	number := 0
	for b := c.peek(); b >= '0' && b <= '9' && c.pos-begin < 9; b = c.peek() {
		number = number*10 + int(b-'0')
		c.pos++
	}
	if c.pos == begin || c.pos-begin > 1 && c.src[begin] == '0' {
		return failf("an attachment is written {%q: n} with n counting from 0", blobKey)
	}
	if c.space(); c.peek() != '}' {
		return failf("an attachment is written {%q: n} and has no other fields", blobKey)
	}
	c.pos++
	if number >= c.blobs {
		return failf("attachment %d is referred to, but there are %d", number, c.blobs)
	}
	if number < 64 {
		c.seen |= 1 << number
	} else {
		c.more[number-64] = true
	}
	if f := c.typed(n, typeBytes, start, c.pos); f != nil {
		return f
	}
	if n.enum != nil {
		return failf("expected %s, found bytes", choices(n.enum)).types(kinds(n.enum), typeBytes)
	}
	return nil
}

// array checks an array; pos is at '['.
func (c *checker) array(n *node) *failure {
	start := c.pos
	c.pos++
	if n.types != 0 && n.types&typeArray == 0 {
		return c.typed(n, typeArray, start, start)
	}
	if n.enum != nil {
		return failf("expected %s, found an array", choices(n.enum)).types(kinds(n.enum), typeArray)
	}
	if c.depth++; c.depth > maxDepth {
		return failf("the JSON is nested more than %d deep", maxDepth)
	}
	items := n.items
	if items == nil {
		items = anything
	}
	count := 0
	if c.space(); c.peek() == ']' {
		c.pos++
	} else {
		for more := true; more; count++ {
			if f := c.value(items); f != nil {
				return f.in("[" + strconv.Itoa(count) + "]")
			}
			c.space()
			switch c.peek() {
			case ',':
			case ']':
				more = false
			default:
				return c.syntax("\",\" or \"]\"")
			}
			c.pos++
		}
	}
	c.depth--
	if count < n.minItems {
		return failf("expected at least %d items, found %d", n.minItems, count)
	}
	if n.maxItems >= 0 && count > n.maxItems {
		return failf("expected at most %d items, found %d", n.maxItems, count)
	}
	return nil
}

// pathPart writes a key so that a path stays readable whatever the key is.
func pathPart(key []byte) string {
	if len(key) > 64 {
		key = append(append([]byte{}, key[:64]...), "…"...)
	}
	if len(key) == 0 || key[0] == '[' {
		return strconv.Quote(string(key))
	}
	return string(key)
}
