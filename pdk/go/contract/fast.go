package contract

import (
	"encoding/binary"
	"math/bits"
)

// The way that most payloads take: compact JSON with the keys of the schema, as encoders write it. A position goes in and
// a position comes out, so that everything stays in registers. What is unusual (white space, unlisted keys, attachments)
// or wrong gives refer, and the checker in check.go decides, which also finds the words. What is accepted here it
// accepts too; fast_test.go holds the two against each other.

// refer is what the functions return in place of a position if the checker has to decide.
const refer = -1

// plan is the fast way of a schema.
type plan uint8

const (
	byChecker plan = iota // there is none for this schema
	asText
	asChoice
	asNumber
	asBoolean
	asObject
	asArray
)

// choosePlan says how a schema's values are read. It is called when all its keywords have been.
func (n *node) choosePlan() plan {
	switch {
	case n.anyOf != nil:
	case n.onlyTexts():
		if n.minLength == 0 && n.maxLength < 0 && n.pattern == nil {
			return asChoice
		}
		return asText
	case n.types == typeString:
		return asText
	case n.enum != nil:
	case n.types != 0 && n.types&^(typeInteger|typeNumber) == 0:
		return asNumber
	case n.types == typeBoolean:
		return asBoolean
	case n.types == typeArray && n.items != nil:
		return asArray
	case n.types == typeObject && len(n.props) > 0:
		return asObject
	}
	return byChecker
}

// onlyTexts tells whether an enum leaves nothing but strings.
func (n *node) onlyTexts() bool {
	for i := range n.enum {
		if n.enum[i].kind != typeString {
			return false
		}
	}
	return n.enum != nil && (n.types == 0 || n.types&typeString != 0)
}

// fast checks the value at s[i] and returns the position behind it.
func (n *node) fast(s []byte, i, depth int) int {
	switch n.plan {
	case asText:
		return n.fastText(s, i, depth)
	case asChoice:
		return n.fastChoice(s, i, depth)
	case asNumber:
		return n.fastNumber(s, i, depth)
	case asObject:
		return n.fastObject(s, i, depth+1)
	case asArray:
		return n.fastArray(s, i, depth+1)
	case asBoolean:
		return fastBoolean(s, i)
	}
	return n.byChecker(s, i, depth)
}

// byChecker has the checker look at one value only.
func (n *node) byChecker(s []byte, i, depth int) int {
	c := checker{src: s, pos: i, depth: depth}
	if c.value(n) != nil {
		return refer
	}
	return c.pos
}

// fastObject reads an object whose keys, mostly, come in the schema's order. Texts and numbers are read in place: a call
// costs as much as reading a short one.
func (n *node) fastObject(s []byte, i, depth int) int {
	if i >= len(s) || s[i] != '{' || depth > maxDepth {
		return refer
	}
	props, have, k := n.props, uint64(0), 0
	for {
		if i++; i+8 > len(s) {
			return refer
		}
		word := binary.LittleEndian.Uint64(s[i:])
		if k >= len(props) || !props[k].spelt.at(s, i, word) {
			if k = n.spelt(s, i, word); k < 0 {
				return refer
			}
		}
		if have&(1<<k) != 0 {
			return refer
		}
		p := &props[k]
		have |= 1 << k
		k++
		i += len(p.spelt.text)
		switch v := &p.value; v.plan {
		case asText:
			if uint(i) >= uint(len(s)) || s[i] != '"' {
				return refer
			}
			rest := s[i+1:]
			if len(rest) >= longText {
				rest = rest[plainRun(rest):]
			}
			for len(rest) >= 8 {
				m := marks(binary.LittleEndian.Uint64(rest))
				if m != 0 {
					rest = rest[bits.TrailingZeros64(m)/8:]
					goto marked
				}
				rest = rest[8:]
			}
			rest = rest[tail(s, len(rest)):]
		marked:
			size := len(s) - len(rest) - i - 1
			if len(rest) == 0 || rest[0] != '"' || int64(size) < v.least || int64(size) > v.most {
				i = p.node.ended(s, i, i+1+size, depth)
			} else {
				i += size + 2
			}
		case asNumber:
			at, number := i, int64(0)
			for at < len(s) && s[at]-'0' <= 9 {
				number = number*10 + int64(s[at]-'0')
				at++
			}
			if digits := at - i; digits == 0 || digits > 15 || at >= len(s) || s[at] != ',' && s[at] != '}' ||
				s[i] == '0' && digits > 1 || number < v.least || number > v.most {
				at = p.node.fastNumber(s, i, depth)
			}
			i = at
		case asChoice:
			i = p.node.fastChoice(s, i, depth)
		case asArray:
			i = p.node.fastArray(s, i, depth+1)
		default:
			i = p.node.fast(s, i, depth)
		}
		if uint(i) >= uint(len(s)) {
			return refer
		}
		if c := s[i]; c != ',' {
			if c != '}' || n.mandatory&^have != 0 {
				return refer
			}
			return i + 1
		}
	}
}

// spelt finds the property whose key and colon stand at s[i], where the first eight bytes are word.
func (n *node) spelt(s []byte, i int, word uint64) int {
	for k := range n.props {
		if n.props[k].spelt.at(s, i, word) {
			return k
		}
	}
	return -1
}

// spelling is what stands in a payload, mostly: a key with its colon, a text with its quotes.
type spelling struct {
	text string
	word uint64 // the first eight bytes
	mask uint64 // which bits of word count: fewer than all if the text is shorter
}

func newSpelling(text string) spelling {
	p := spelling{text: text}
	for i := range min(len(text), 8) {
		p.word |= uint64(text[i]) << (8 * i)
		p.mask |= 0xff << (8 * i)
	}
	return p
}

// at tells whether it stands at s[i], where the first eight bytes are word.
func (p *spelling) at(s []byte, i int, word uint64) bool {
	if word&p.mask != p.word {
		return false
	}
	end := i + len(p.text)
	return len(p.text) <= 8 || end <= len(s) && string(s[i+8:end]) == p.text[8:]
}

func (n *node) fastArray(s []byte, i, depth int) int {
	if i+1 >= len(s) || s[i] != '[' || depth > maxDepth {
		return refer
	}
	count := 0
	if s[i+1] == ']' {
		i++
	} else {
		texts := n.each.plan == asText
		for more := true; more; count++ {
			if texts {
				at := i + 1
				size := bits.TrailingZeros64(marks(window(s, at+1))) / 8
				if uint(at) < uint(len(s)) && s[at] == '"' && uint(at+1+size) < uint(len(s)) && s[at+1+size] == '"' &&
					int64(size) >= n.each.least && int64(size) <= n.each.most {
					i = at + size + 2 // a short one, as most are, read in place
				} else {
					i = n.items.fastText(s, at, depth)
				}
			} else {
				i = n.items.fast(s, i+1, depth)
			}
			if uint(i) >= uint(len(s)) {
				return refer
			}
			if more = s[i] == ','; !more && s[i] != ']' {
				return refer
			}
		}
	}
	if count < n.minItems || n.maxItems >= 0 && count > n.maxItems {
		return refer
	}
	return i + 1
}

// window is the eight bytes at s[i]. What is beyond the end reads as NUL, which no text holds.
func window(s []byte, i int) uint64 {
	if i+8 <= len(s) {
		return binary.LittleEndian.Uint64(s[i:])
	}
	if i > len(s) || len(s) < 8 {
		return 0
	}
	return binary.LittleEndian.Uint64(s[len(s)-8:]) >> (8 * (8 - (len(s) - i)))
}

// fastText reads ASCII text without escapes.
func (n *node) fastText(s []byte, i, depth int) int {
	if uint(i) >= uint(len(s)) || s[i] != '"' {
		return refer
	}
	rest := s[i+1:]
	if len(rest) >= longText {
		rest = rest[plainRun(rest):]
	}
	for len(rest) >= 8 {
		if m := marks(binary.LittleEndian.Uint64(rest)); m != 0 {
			return n.ended(s, i, len(s)-len(rest)+bits.TrailingZeros64(m)/8, depth)
		}
		rest = rest[8:]
	}
	return n.ended(s, i, len(s)-len(rest)+tail(s, len(rest)), depth)
}

// ended takes a text that begins at s[i], where s[end] is the first byte that is not plain.
func (n *node) ended(s []byte, i, end, depth int) int {
	if uint(end) >= uint(len(s)) || s[end] != '"' {
		return n.byChecker(s, i, depth)
	}
	if n.free || n.fits(s[i+1:end]) {
		return end + 1
	}
	return refer
}

// tail finds the first byte among the last ones of s, fewer than eight, that is not plain ASCII text.
func tail(s []byte, rest int) int {
	if rest == 0 || len(s) < 8 {
		return rest
	}
	w := binary.LittleEndian.Uint64(s[len(s)-8:]) >> (8 * (8 - rest)) // without what was read before; nothing reads as NUL
	return bits.TrailingZeros64(marks(w)) / 8
}

// fastChoice compares with the texts of an enum.
func (n *node) fastChoice(s []byte, i, depth int) int {
	if i+8 > len(s) {
		return n.byChecker(s, i, depth)
	}
	word := binary.LittleEndian.Uint64(s[i:])
	for k := range n.enum {
		if e := &n.enum[k]; e.spelt.at(s, i, word) {
			return i + len(e.spelt.text)
		}
	}
	return n.byChecker(s, i, depth)
}

// fits tells whether ASCII text is what the schema wants.
func (n *node) fits(text []byte) bool {
	if len(text) < n.minLength || n.maxLength >= 0 && len(text) > n.maxLength || n.pattern != nil && !n.pattern.Match(text) {
		return false
	}
	for i := range n.enum {
		if e := &n.enum[i]; e.kind&typeString != 0 && e.text == string(text) {
			return true
		}
	}
	return n.enum == nil
}

// fastNumber reads integers of up to fifteen digits, which a float64 holds exactly.
func (n *node) fastNumber(s []byte, i, depth int) int {
	at := i
	if at < len(s) && s[at] == '-' {
		at++
	}
	first, number := at, int64(0)
	for ; at < len(s) && s[at]-'0' <= 9; at++ {
		number = number*10 + int64(s[at]-'0')
	}
	if digits := at - first; digits == 0 || digits > 15 || digits > 1 && s[first] == '0' || at >= len(s) {
		return n.byChecker(s, i, depth)
	}
	if b := s[at]; b == '.' || b|0x20 == 'e' {
		return n.byChecker(s, i, depth)
	}
	if first > i {
		number = -number
	}
	if x := float64(number); n.hasMin && (x < n.min || n.exclMin && x == n.min) || n.hasMax && (x > n.max || n.exclMax && x == n.max) {
		return refer
	}
	return at
}

func fastBoolean(s []byte, i int) int {
	switch {
	case i+4 <= len(s) && string(s[i:i+4]) == "true":
		return i + 4
	case i+5 <= len(s) && string(s[i:i+5]) == "false":
		return i + 5
	}
	return refer
}
