package extapi

// nodeKind says what a value is.
type nodeKind int

const (
	otherNode nodeKind = iota // anything that is not written in place
	objectNode
	listNode
	textNode
	truthNode // true or false, in text
)

type node struct {
	kind   nodeKind
	text   string
	offset int
	keys   []string // of an object
	items  []*node  // its values, or a list's
}

// get finds a key's value; the last one counts, as in JavaScript.
func (n *node) get(key string) *node {
	for i := len(n.keys) - 1; i >= 0; i-- {
		if n.keys[i] == key {
			return n.items[i]
		}
	}
	return nil
}

const maxDepth = 100

type parser struct {
	lexer
	start  int  // where to point when there is nothing better
	broken bool // the text ends in the middle
	why    string
}

func (p *parser) peek() token {
	at := p.pos
	t := p.next()
	p.pos = at
	return t
}

// exported finds the object that the file exports: behind module.exports = or export default.
func (p *parser) exported() *node {
	words := [3]string{} // the last tokens before this one
	for {
		t := p.next()
		p.start = t.offset
		switch {
		case t.kind == endToken || t.kind == wrongToken:
			p.start = 0
			return nil
		case t.text == "=" && t.kind == markToken && words == [3]string{"module", ".", "exports"},
			t.text == "default" && words[2] == "export":
			if p.peek().text == "{" {
				return p.value(0)
			}
			if p.peek().text != "=" { // a comparison goes on
				p.start = p.peek().offset
				return nil
			}
		}
		words = [3]string{words[1], words[2], t.text}
	}
}

func (p *parser) fail(t token, why string) *node {
	if !p.broken {
		p.broken, p.why, p.start = true, why, t.offset
	}
	return &node{offset: t.offset}
}

// value reads a value up to the "," or bracket behind it.
func (p *parser) value(depth int) *node {
	t := p.next()
	if depth > maxDepth {
		return p.fail(t, "it is nested too deeply")
	}
	n := &node{offset: t.offset}
	switch {
	case t.kind == wrongToken:
		return p.fail(t, t.text)
	case t.kind == endToken:
		return p.fail(t, "the file ends in the middle of a value")
	case t.kind == textToken:
		n.kind, n.text = textNode, t.text
	case t.kind == plainToken && (t.text == "true" || t.text == "false"):
		n.kind, n.text = truthNode, t.text
	case t.text == "{":
		p.object(n, depth)
	case t.text == "[":
		p.list(n, depth)
	default:
		p.pos = t.offset
	}
	if depth == 0 || p.ended() {
		return n
	}
	p.skip() // an expression that goes on is not written in place
	return &node{offset: t.offset}
}

// ended tells whether a value ends here.
func (p *parser) ended() bool {
	t := p.peek()
	return p.broken || t.kind == markToken && (t.text == "," || t.text == "}" || t.text == "]")
}

// skip passes over an expression, brackets included.
func (p *parser) skip() {
	depth := 0
	for !p.broken {
		if depth == 0 && p.ended() {
			return
		}
		switch t := p.next(); {
		case t.kind == wrongToken:
			p.fail(t, t.text)
		case t.kind == endToken:
			p.fail(t, "the file ends in the middle of a value")
		case t.kind != markToken:
		case t.text == "{" || t.text == "[" || t.text == "(":
			depth++
		case t.text == "}" || t.text == "]" || t.text == ")":
			if depth--; depth < 0 {
				p.fail(t, "a bracket closes that none opened")
			}
		}
	}
}

func (p *parser) object(n *node, depth int) {
	n.kind = objectNode
	for !p.broken {
		key := p.next()
		switch {
		case key.text == "}" && key.kind == markToken:
			return
		case key.text == "," && key.kind == markToken:
			continue
		case key.text == "]" && key.kind == markToken:
			p.fail(key, "an object has no closing bracket")
			return
		case key.kind != textToken && key.kind != plainToken: // "...others", "[computed]"
			p.pos = key.offset
			p.skip()
			continue
		}
		if t := p.peek(); t.kind == markToken && t.text == ":" {
			p.next()
			n.keys, n.items = append(n.keys, key.text), append(n.items, p.value(depth+1))
			continue
		}
		n.keys, n.items = append(n.keys, key.text), append(n.items, &node{offset: key.offset}) // a method, or a variable's name
		p.skip()
	}
}

func (p *parser) list(n *node, depth int) {
	n.kind = listNode
	for !p.broken {
		switch t := p.peek(); {
		case t.kind == markToken && t.text == "]":
			p.next()
			return
		case t.kind == markToken && t.text == ",":
			p.next()
		case t.kind == markToken && t.text == "}":
			p.fail(t, "a list has no closing bracket")
		default:
			n.items = append(n.items, p.value(depth+1))
		}
	}
}
