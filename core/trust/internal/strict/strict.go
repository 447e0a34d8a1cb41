// Package strict reads JSON that comes from elsewhere and is signed: one text has one meaning. A key twice, a key in another
// case, text that is not UTF-8, deep nesting and trailing bytes are refused, since two readers could take them for different
// things.
//
//	err := strict.Decode(data, strict.Limit, &v)
//
// It must not know what the JSON says.
package strict

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sort"
	"strings"
	"unicode/utf8"
)

// Limit is the usual size of one document: no metadata file is larger.
const Limit = 1 << 20

const maxDepth = 32

// Decode reads data into v. Fields that v does not have are refused.
func Decode(data []byte, limit int, v any) error {
	return decode(data, limit, v, true)
}

// DecodeOpen reads data into v and passes over fields that v does not have: for formats that others may extend.
func DecodeOpen(data []byte, limit int, v any) error {
	return decode(data, limit, v, false)
}

func decode(data []byte, limit int, v any, known bool) error {
	if _, err := Value(data, limit); err != nil {
		return err
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	if known {
		dec.DisallowUnknownFields()
	}
	if err := dec.Decode(v); err != nil {
		return fmt.Errorf("byte %d: %w", dec.InputOffset(), err)
	}
	return nil
}

// Value checks data and gives it as maps, slices, strings, booleans, nil and json.Number.
func Value(data []byte, limit int) (any, error) {
	if len(data) > limit {
		return nil, fmt.Errorf("%d bytes, the limit is %d", len(data), limit)
	}
	if !utf8.Valid(data) {
		return nil, errors.New("not UTF-8")
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	v, err := value(dec, 0)
	if err != nil {
		return nil, fmt.Errorf("byte %d: %w", dec.InputOffset(), err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("byte %d: something stands after the document", dec.InputOffset())
	}
	return v, nil
}

func value(dec *json.Decoder, depth int) (any, error) {
	if depth > maxDepth {
		return nil, fmt.Errorf("nested deeper than %d", maxDepth)
	}
	token, err := dec.Token()
	if errors.Is(err, io.EOF) {
		return nil, io.ErrUnexpectedEOF
	}
	if err != nil {
		return nil, err
	}
	switch token {
	case json.Delim('{'):
		return object(dec, depth)
	case json.Delim('['):
		list := []any{}
		for dec.More() {
			v, err := value(dec, depth+1)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		_, err := dec.Token()
		return list, err
	}
	return token, nil
}

func object(dec *json.Decoder, depth int) (any, error) {
	out, folded := map[string]any{}, map[string]bool{}
	for dec.More() {
		token, err := dec.Token()
		if err != nil {
			return nil, err
		}
		name, ok := token.(string)
		if !ok {
			return nil, fmt.Errorf("a key is expected, found %v", token)
		}
		if fold := strings.ToLower(name); folded[fold] {
			return nil, fmt.Errorf("the key %q stands twice", name)
		} else {
			folded[fold] = true
		}
		if out[name], err = value(dec, depth+1); err != nil {
			return nil, err
		}
	}
	_, err := dec.Token()
	return out, err
}

// Canonical writes a value in the OLPC canonical form, which is what signatures of metadata cover: keys in order, no white
// space, whole numbers only, and of all characters only the quote and the backslash escaped.
func Canonical(v any) ([]byte, error) {
	var b bytes.Buffer
	if err := canonical(&b, v); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// Marshal writes anything that encoding/json can write in the canonical form.
func Marshal(v any) ([]byte, error) {
	data, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	tree, err := Value(data, len(data))
	if err != nil {
		return nil, err
	}
	return Canonical(tree)
}

func canonical(b *bytes.Buffer, v any) error {
	switch v := v.(type) {
	case string:
		quote(b, v)
	case bool:
		fmt.Fprint(b, v)
	case nil:
		b.WriteString("null")
	case json.Number:
		if _, err := v.Int64(); err != nil {
			return fmt.Errorf("the number %s is not a whole number of 64 bits", v)
		}
		b.WriteString(v.String())
	case []any:
		return canonicalList(b, v)
	case map[string]any:
		return canonicalObject(b, v)
	default:
		return fmt.Errorf("a %T has no canonical form", v)
	}
	return nil
}

func canonicalList(b *bytes.Buffer, list []any) error {
	b.WriteByte('[')
	for i, item := range list {
		if i > 0 {
			b.WriteByte(',')
		}
		if err := canonical(b, item); err != nil {
			return err
		}
	}
	b.WriteByte(']')
	return nil
}

func canonicalObject(b *bytes.Buffer, object map[string]any) error {
	keys := make([]string, 0, len(object))
	for k := range object {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	b.WriteByte('{')
	for i, k := range keys {
		if i > 0 {
			b.WriteByte(',')
		}
		quote(b, k)
		b.WriteByte(':')
		if err := canonical(b, object[k]); err != nil {
			return err
		}
	}
	b.WriteByte('}')
	return nil
}

var escape = strings.NewReplacer(`\`, `\\`, `"`, `\"`)

func quote(b *bytes.Buffer, s string) {
	b.WriteByte('"')
	b.WriteString(escape.Replace(s))
	b.WriteByte('"')
}
