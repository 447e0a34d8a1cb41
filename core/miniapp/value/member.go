package value

import (
	"math"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// Member is v.name as a template reads it: nothing throws, what is not there is undefined.
func Member(v Value, name string) Value {
	switch v := v.(type) {
	case *Object:
		field, _ := v.Get(name)
		return field
	case *Array:
		if name == "length" {
			return Int(v.Len())
		}
		if isIndexKey(name) {
			n, _ := strconv.Atoi(name)
			return v.At(n)
		}
	case string:
		if name == "length" {
			return Int(StringLen(v))
		}
		if isIndexKey(name) {
			n, _ := strconv.Atoi(name)
			return stringAt(v, n)
		}
	case Bytes:
		if name == "byteLength" {
			return Int(len(v))
		}
	}
	return nil
}

// Index is v[i].
func Index(v Value, i int) Value {
	switch v := v.(type) {
	case *Array:
		return v.At(i)
	case string:
		return stringAt(v, i)
	case *Object:
		field, _ := v.Get(strconv.Itoa(i))
		return field
	}
	return nil
}

// MemberOf is v[key] with a computed key. An undefined or null key reads undefined, as in WeChat.
func MemberOf(v, key Value) Value {
	switch k := key.(type) {
	case nil, null:
		return nil
	case string:
		return Member(v, k)
	case float64:
		if i := int(k); float64(i) == k && i >= 0 && i < math.MaxInt32 {
			return Index(v, i)
		}
	}
	return Member(v, ToString(key))
}

// StringLen is the length of s as JavaScript counts it, in UTF-16 units.
func StringLen(s string) int {
	n := 0
	for i := 0; i < len(s); {
		if s[i] < utf8.RuneSelf {
			i++
			n++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		i += size
		n += max(1, utf16.RuneLen(r))
	}
	return n
}

// stringAt is s[i]. Half of a surrogate pair has no UTF-8 form and reads as the replacement character.
func stringAt(s string, i int) Value {
	if i < 0 || i >= len(s) {
		return nil
	}
	n := 0
	for _, r := range s {
		w := max(1, utf16.RuneLen(r))
		if i < n+w {
			if w == 2 {
				r = utf8.RuneError
			}
			return string(r)
		}
		n += w
	}
	return nil
}
