package value

import (
	"errors"
	"fmt"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

var errTooDeep = fmt.Errorf("nested deeper than %d levels", MaxDepth)

// SyntaxError is a mistake in JSON text.
type SyntaxError struct {
	Offset int // byte offset, from 0
	Msg    string
}

// Error implements error.
func (e *SyntaxError) Error() string { return fmt.Sprintf("json: %s at byte %d", e.Msg, e.Offset) }

// DecodeJSON decodes one JSON text, keeping the order of keys; of a repeated key the last one counts.
func DecodeJSON(data []byte) (Value, error) {
	d := decoder{src: data}
	v, err := d.document()
	if err != nil {
		return nil, &SyntaxError{Offset: d.i, Msg: err.Error()}
	}
	return v, nil
}

type decoder struct {
	src   []byte
	i     int
	depth int
}

func (d *decoder) document() (Value, error) {
	v, err := d.value()
	if err != nil {
		return nil, err
	}
	if d.space(); d.i < len(d.src) {
		return nil, fmt.Errorf("unexpected %s after the value", d.here())
	}
	return v, nil
}

func (d *decoder) value() (Value, error) {
	d.space()
	if d.i == len(d.src) {
		return nil, errors.New("unexpected end")
	}
	switch c := d.src[d.i]; {
	case c == '{':
		return d.nested(d.object)
	case c == '[':
		return d.nested(d.array)
	case c == '"':
		return d.boxedString()
	case c == 't':
		return true, d.word("true")
	case c == 'f':
		return false, d.word("false")
	case c == 'n':
		return Null, d.word("null")
	case c == '-' || c >= '0' && c <= '9':
		return d.number()
	}
	return nil, fmt.Errorf("unexpected %s", d.here())
}

func (d *decoder) boxedString() (Value, error) {
	s, err := d.string()
	return s, err
}

func (d *decoder) nested(parse func() (Value, error)) (Value, error) {
	if d.depth++; d.depth > MaxDepth {
		return nil, errTooDeep
	}
	v, err := parse()
	d.depth--
	return v, err
}

func (d *decoder) object() (Value, error) {
	o := &Object{}
	d.i++
	if d.space(); d.accept('}') {
		return o, nil
	}
	for {
		if d.space(); d.i == len(d.src) || d.src[d.i] != '"' {
			return nil, fmt.Errorf("expected a key in double quotes, got %s", d.here())
		}
		key, err := d.string()
		if err != nil {
			return nil, err
		}
		if d.space(); !d.accept(':') {
			return nil, fmt.Errorf("expected \":\" after key %q, got %s", key, d.here())
		}
		v, err := d.value()
		if err != nil {
			return nil, err
		}
		o.Set(key, v)
		if d.space(); d.accept('}') {
			return o, nil
		}
		if !d.accept(',') {
			return nil, fmt.Errorf("expected \",\" or \"}\", got %s", d.here())
		}
	}
}

func (d *decoder) array() (Value, error) {
	a := &Array{}
	d.i++
	if d.space(); d.accept(']') {
		return a, nil
	}
	for {
		v, err := d.value()
		if err != nil {
			return nil, err
		}
		a.Items = append(a.Items, v)
		if d.space(); d.accept(']') {
			return a, nil
		}
		if !d.accept(',') {
			return nil, fmt.Errorf("expected \",\" or \"]\", got %s", d.here())
		}
	}
}

func (d *decoder) number() (Value, error) {
	start := d.i
	d.accept('-')
	if d.accept('0') {
		if d.digit() {
			return nil, errors.New("a number must not begin with 0")
		}
	} else if !d.digits() {
		return nil, fmt.Errorf("expected a digit, got %s", d.here())
	}
	if d.accept('.') && !d.digits() {
		return nil, fmt.Errorf("expected a digit, got %s", d.here())
	}
	if d.accept('e') || d.accept('E') {
		if !d.accept('+') {
			d.accept('-')
		}
		if !d.digits() {
			return nil, fmt.Errorf("expected a digit, got %s", d.here())
		}
	}
	f, _ := strconv.ParseFloat(string(d.src[start:d.i]), 64) // out of range is ±Inf, as in JavaScript
	return Number(f), nil
}

func (d *decoder) digit() bool { return d.i < len(d.src) && d.src[d.i] >= '0' && d.src[d.i] <= '9' }

func (d *decoder) digits() bool {
	start := d.i
	for d.digit() {
		d.i++
	}
	return d.i > start
}

func (d *decoder) string() (string, error) {
	d.i++
	start := d.i
	for ; d.i < len(d.src); d.i++ {
		switch c := d.src[d.i]; {
		case c == '"':
			s := string(d.src[start:d.i])
			d.i++
			if !utf8.ValidString(s) {
				s = string([]rune(s))
			}
			return s, nil
		case c == '\\':
			return d.escaped(start)
		case c < ' ':
			return "", errors.New("a line break or control character inside a string")
		}
	}
	return "", errors.New("a string is not closed")
}

func (d *decoder) escaped(start int) (string, error) {
	b := append([]byte(nil), d.src[start:d.i]...)
	for d.i < len(d.src) {
		c := d.src[d.i]
		switch {
		case c == '"':
			d.i++
			if !utf8.Valid(b) {
				return string([]rune(string(b))), nil
			}
			return string(b), nil
		case c < ' ':
			return "", errors.New("a line break or control character inside a string")
		case c != '\\':
			b = append(b, c)
			d.i++
			continue
		}
		var err error
		if b, err = d.escape(b); err != nil {
			return "", err
		}
	}
	return "", errors.New("a string is not closed")
}

func (d *decoder) escape(b []byte) ([]byte, error) {
	if d.i+1 >= len(d.src) {
		return nil, errors.New("a string is not closed")
	}
	c := d.src[d.i+1]
	if c == 'u' {
		r, ok := d.unicode(d.i)
		if !ok {
			return nil, errors.New("expected four hexadecimal digits after \\u")
		}
		d.i += 6
		if utf16.IsSurrogate(r) {
			low, ok := d.unicode(d.i)
			if pair := utf16.DecodeRune(r, low); ok && pair != utf8.RuneError {
				d.i += 6
				r = pair
			} else {
				r = utf8.RuneError
			}
		}
		return utf8.AppendRune(b, r), nil
	}
	plain, ok := escapes[c]
	if !ok {
		return nil, fmt.Errorf("unknown escape \\%c", c)
	}
	d.i += 2
	return append(b, plain), nil
}

var escapes = map[byte]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

func (d *decoder) unicode(at int) (rune, bool) {
	if at+6 > len(d.src) || d.src[at] != '\\' || d.src[at+1] != 'u' {
		return 0, false
	}
	var r rune
	for _, c := range d.src[at+2 : at+6] {
		h := hexDigit(c)
		if h < 0 {
			return 0, false
		}
		r = r<<4 | rune(h)
	}
	return r, true
}

func (d *decoder) word(w string) error {
	if d.i+len(w) > len(d.src) || string(d.src[d.i:d.i+len(w)]) != w {
		return fmt.Errorf("unexpected %s", d.here())
	}
	d.i += len(w)
	return nil
}

func (d *decoder) accept(c byte) bool {
	if d.i < len(d.src) && d.src[d.i] == c {
		d.i++
		return true
	}
	return false
}

func (d *decoder) space() {
	for d.i < len(d.src) {
		switch d.src[d.i] {
		case ' ', '\t', '\n', '\r':
			d.i++
		default:
			return
		}
	}
}

func (d *decoder) here() string {
	if d.i >= len(d.src) {
		return "the end"
	}
	r, _ := utf8.DecodeRune(d.src[d.i:])
	return strconv.QuoteRune(r)
}

// UnmarshalJSON implements json.Unmarshaler.
func (o *Object) UnmarshalJSON(data []byte) error {
	v, err := DecodeJSON(data)
	if err != nil {
		return err
	}
	got, ok := v.(*Object)
	if !ok {
		return fmt.Errorf("json: expected an object, got %s", TypeOf(v))
	}
	*o = *got
	return nil
}

// UnmarshalJSON implements json.Unmarshaler.
func (a *Array) UnmarshalJSON(data []byte) error {
	v, err := DecodeJSON(data)
	if err != nil {
		return err
	}
	got, ok := v.(*Array)
	if !ok {
		return fmt.Errorf("json: expected an array, got %s", TypeOf(v))
	}
	*a = *got
	return nil
}
