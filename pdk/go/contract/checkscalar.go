package contract

import (
	"encoding/binary"
	"math/bits"
	"unicode/utf16"
	"unicode/utf8"
)

// scan reads a string; pos is at its opening quote and left behind the closing one. raw is what stands between them.
func (c *checker) scan() (raw []byte, escaped bool, f *failure) {
	s, i := c.src, c.pos+1
	start, seen := i, byte(0)
	for {
		for i+8 <= len(s) {
			w := binary.LittleEndian.Uint64(s[i:])
			if w&highBits != 0 {
				break // text beyond ASCII goes byte by byte
			}
			if at := special(w); at < 8 {
				i += at
				break
			}
			i += 8
		}
		for i < len(s) && plain[s[i]] {
			seen |= s[i]
			i++
		}
		c.pos = i
		switch {
		case i >= len(s):
			return nil, false, c.syntax("a closing quote")
		case s[i] == '"':
			raw = s[start:i]
			if seen >= utf8.RuneSelf && !utf8.Valid(raw) {
				return nil, false, failf("the text at byte %d is not UTF-8", start)
			}
			c.pos++
			return raw, escaped, nil
		case s[i] != '\\':
			return nil, false, c.syntax("a character other than a control character")
		}
		escaped = true
		if f := c.escape(); f != nil {
			return nil, false, f
		}
		i = c.pos
	}
}

const (
	lowBits  = 0x0101010101010101
	highBits = 0x8080808080808080
)

// special finds the first of eight ASCII bytes that is a quote, a backslash or a control character; 8: none is. Each term
// has a byte's high bit set where subtracting borrows, which ASCII bytes do only if they are below what is subtracted;
// equality is "below 1" of the difference. A borrow reaches only bytes behind one that is found.
func special(w uint64) int {
	return bits.TrailingZeros64(marks(w)) / 8
}

// marks sets the high bit of each such byte and of those beyond ASCII; behind the first one it may set others.
func marks(w uint64) uint64 {
	quote, slash := w^('"'*lowBits), w^('\\'*lowBits)
	return ((quote - lowBits) | (slash - lowBits) | (w - ' '*lowBits) | w) & highBits
}

// plain are the bytes that stand for themselves in a string.
var plain = func() (t [256]bool) {
	for b := 0x20; b < 256; b++ {
		t[b] = b != '"' && b != '\\'
	}
	return t
}()

// escape passes one escape sequence.
func (c *checker) escape() *failure {
	c.pos++
	switch c.peek() {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		c.pos++
		return nil
	case 'u':
		if c.pos+4 >= len(c.src) {
			c.pos = len(c.src)
			return c.syntax("four hexadecimal digits")
		}
		for range 4 {
			if c.pos++; hex(c.src[c.pos]) < 0 {
				return c.syntax("a hexadecimal digit")
			}
		}
		c.pos++
		return nil
	}
	return c.syntax("an escape sequence")
}

func hex(b byte) int {
	switch {
	case b >= '0' && b <= '9':
		return int(b - '0')
	case b >= 'a' && b <= 'f':
		return int(b-'a') + 10
	case b >= 'A' && b <= 'F':
		return int(b-'A') + 10
	}
	return -1
}

// unescape resolves the escapes of a string that scan accepted. A lone surrogate becomes U+FFFD.
func unescape(raw []byte) []byte {
	out := make([]byte, 0, len(raw))
	for i := 0; i < len(raw); i++ {
		if raw[i] != '\\' {
			out = append(out, raw[i])
			continue
		}
		i++
		switch raw[i] {
		case 'b':
			out = append(out, '\b')
		case 'f':
			out = append(out, '\f')
		case 'n':
			out = append(out, '\n')
		case 'r':
			out = append(out, '\r')
		case 't':
			out = append(out, '\t')
		case 'u':
			r := unit(raw[i+1:])
			i += 4
			if utf16.IsSurrogate(r) {
				pair := rune(utf8.RuneError)
				if i+6 < len(raw) && raw[i+1] == '\\' && raw[i+2] == 'u' {
					pair = utf16.DecodeRune(r, unit(raw[i+3:]))
				}
				if r = pair; pair != utf8.RuneError {
					i += 6
				}
			}
			out = utf8.AppendRune(out, r)
		default:
			out = append(out, raw[i])
		}
	}
	return out
}

func unit(b []byte) rune {
	return rune(hex(b[0])<<12 | hex(b[1])<<8 | hex(b[2])<<4 | hex(b[3]))
}

// text checks a string.
func (c *checker) text(n *node) *failure {
	start := c.pos
	raw, escaped, f := c.scan()
	if f != nil {
		return f
	}
	if n.types != 0 && n.types&typeString == 0 {
		return c.typed(n, typeString, start, c.pos)
	}
	if n.free {
		return nil
	}
	if escaped {
		raw = unescape(raw)
	}
	if n.enum != nil {
		if f := c.listed(n, typeString, raw, 0, start); f != nil {
			return f
		}
	}
	if n.minLength > 0 && len(raw) < n.minLength*4 && utf8.RuneCount(raw) < n.minLength {
		return failf("expected %s, found %s", n.describe(), c.show(typeString, start, c.pos))
	}
	if n.maxLength >= 0 && len(raw) > n.maxLength && utf8.RuneCount(raw) > n.maxLength {
		return failf("expected %s, found %d characters", n.describe(), utf8.RuneCount(raw))
	}
	if n.pattern != nil && !n.pattern.Match(raw) {
		return failf("expected text like %s, found %s", n.pattern, c.show(typeString, start, c.pos))
	}
	return nil
}
