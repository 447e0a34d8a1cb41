package contract

import (
	"strconv"
	"strings"
)

// decimal is a number as written.
type decimal struct {
	mantissa uint64 // all digits, if there are few
	digits   int
	fraction int // digits behind the point
	exponent bool
	negative bool
}

// number checks a number.
func (c *checker) number(n *node) *failure {
	start := c.pos
	d, f := c.decimal()
	if f != nil {
		return f
	}
	text := c.src[start:c.pos]
	t := typeNumber
	if n.types&typeInteger != 0 && d.whole(text) {
		t |= typeInteger
	}
	if n.types != 0 && n.types&t == 0 {
		return failf("expected %s, found %s", n.types, c.show(t, start, c.pos)).types(n.types, t)
	}
	if !n.hasMin && !n.hasMax && n.enum == nil {
		return nil
	}
	x := d.float(text)
	if n.enum != nil {
		if f := c.listed(n, typeNumber, text, x, start); f != nil {
			return f
		}
	}
	if n.hasMin && (x < n.min || n.exclMin && x == n.min) || n.hasMax && (x > n.max || n.exclMax && x == n.max) {
		return failf("expected %s, found %s", n.describe(), c.show(typeNumber, start, c.pos))
	}
	return nil
}

// decimal reads a number by JSON's grammar.
func (c *checker) decimal() (d decimal, f *failure) {
	if c.peek() == '-' {
		d.negative = true
		c.pos++
	}
	begin := c.pos
	if c.digits(&d); c.pos == begin {
		return d, c.syntax("a digit")
	}
	if c.src[begin] == '0' && c.pos-begin > 1 {
		c.pos = begin + 1
		return d, c.syntax("a number without leading zeros")
	}
	if c.peek() == '.' {
		c.pos++
		begin = c.pos
		if c.digits(&d); c.pos == begin {
			return d, c.syntax("a digit")
		}
		d.fraction = c.pos - begin
	}
	if b := c.peek(); b == 'e' || b == 'E' {
		d.exponent = true
		if c.pos++; c.peek() == '-' || c.peek() == '+' {
			c.pos++
		}
		begin = c.pos
		if c.digits(new(decimal)); c.pos == begin {
			return d, c.syntax("a digit")
		}
	}
	return d, nil
}

func (c *checker) digits(d *decimal) {
	for c.pos < len(c.src) {
		b := c.src[c.pos] - '0'
		if b > 9 {
			return
		}
		d.mantissa = d.mantissa*10 + uint64(b)
		d.digits++
		c.pos++
	}
}

// powers of ten that a float64 holds exactly.
var powers = [...]float64{1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15}

// float is the nearest float64; infinite if the number is too large.
func (d *decimal) float(text []byte) float64 {
	if d.digits <= 15 && !d.exponent { // both operands exact, so the quotient is rounded once
		x := float64(d.mantissa) / powers[d.fraction]
		if d.negative {
			return -x
		}
		return x
	}
	x, _ := strconv.ParseFloat(string(text), 64)
	return x
}

// whole tells whether the number is an integer, as 10, 1.0 and 1e2 are.
func (d *decimal) whole(text []byte) bool {
	if d.fraction == 0 && !d.exponent {
		return true
	}
	mantissa, exponent, _ := strings.Cut(strings.ToLower(string(text)), "e")
	head, tail, _ := strings.Cut(strings.TrimPrefix(mantissa, "-"), ".")
	all := strings.TrimRight(head+tail, "0")
	if all == "" {
		return true
	}
	e, err := strconv.Atoi(exponent)
	if err != nil && exponent != "" { // beyond an int: only the sign matters
		return !strings.HasPrefix(exponent, "-")
	}
	return e >= len(all)-len(head)
}
