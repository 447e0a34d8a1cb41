package value

import (
	"encoding/base64"
	"math"
	"unicode/utf8"
)

// AppendJSON appends v as JSON, keys in the object's order, as JSON.stringify prints it: undefined and functions are
// left out of objects and null in arrays, NaN and infinities are null. Bytes have no JSON form of their own and are
// written as base64 text; whoever ships attachments takes them out first.
func AppendJSON(b []byte, v Value) []byte {
	switch v := v.(type) {
	case bool:
		if v {
			return append(b, "true"...)
		}
		return append(b, "false"...)
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return append(b, "null"...)
		}
		return AppendNumber(b, v)
	case string:
		return AppendQuoted(b, v)
	case *Array:
		return appendArray(b, v)
	case *Object:
		return appendObject(b, v)
	case Bytes:
		b = append(b, '"')
		b = base64.StdEncoding.AppendEncode(b, v)
		return append(b, '"')
	}
	return append(b, "null"...)
}

func appendArray(b []byte, a *Array) []byte {
	b = append(b, '[')
	for i := range a.Len() {
		if i > 0 {
			b = append(b, ',')
		}
		b = AppendJSON(b, a.Items[i])
	}
	return append(b, ']')
}

func appendObject(b []byte, o *Object) []byte {
	b = append(b, '{')
	start := len(b)
	for i := range o.Len() {
		if _, isFunc := o.vals[i].(Func); isFunc || o.vals[i] == nil {
			continue
		}
		if len(b) > start {
			b = append(b, ',')
		}
		b = AppendQuoted(b, o.keys[i])
		b = append(b, ':')
		b = AppendJSON(b, o.vals[i])
	}
	return append(b, '}')
}

const hexDigits = "0123456789abcdef"

// AppendQuoted appends s as a JSON string. "<", U+2028 and U+2029 are escaped, so that the text may stand in a script.
func AppendQuoted(b []byte, s string) []byte {
	b = append(b, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			if c >= ' ' && c != '"' && c != '\\' && c != '<' {
				i++
				continue
			}
			b = appendEscape(append(b, s[start:i]...), c)
			i++
			start = i
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			b = append(append(b, s[start:i]...), `\ufffd`...)
			start = i + size
		case r == '\u2028' || r == '\u2029':
			b = append(append(b, s[start:i]...), `\u202`...)
			b = append(b, hexDigits[r&0xF])
			start = i + size
		}
		i += size
	}
	return append(append(b, s[start:]...), '"')
}

func appendEscape(b []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(b, '\\', c)
	case '\n':
		return append(b, '\\', 'n')
	case '\r':
		return append(b, '\\', 'r')
	case '\t':
		return append(b, '\\', 't')
	}
	return append(b, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&0xF])
}

// MarshalJSON implements json.Marshaler.
func (o *Object) MarshalJSON() ([]byte, error) { return AppendJSON(nil, o), nil }

// MarshalJSON implements json.Marshaler.
func (a *Array) MarshalJSON() ([]byte, error) { return AppendJSON(nil, a), nil }

// MarshalJSON implements json.Marshaler.
func (null) MarshalJSON() ([]byte, error) { return []byte("null"), nil }
