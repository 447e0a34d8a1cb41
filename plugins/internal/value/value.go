// Package value turns a JSON value with byte attachments into one string of bytes and back: what storage plugins keep.
//
//	record, err := value.Pack(json, payload.Blobs)
//	json, err := value.Unpack(record, &payload) // appends the attachments
package value

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/dougong-dev/dougong/pdk/go"
)

// A stored value is: uvarint number of attachments, uvarint size of each, the attachments, then the JSON. References
// ({"$blob": n}) are numbered anew for each value, so that values of one batch can be read apart.

// ErrMalformed says that bytes are not a stored value.
var ErrMalformed = errors.New("its format is not known")

// undefined is what a missing data argument stores: WeChat gives back an empty string.
var undefined = json.RawMessage(`""`)

// Pack makes a stored value of a JSON value and the attachments of the call that carried it.
func Pack(data json.RawMessage, blobs [][]byte) ([]byte, error) {
	if data == nil {
		data = undefined
	}
	var kept [][]byte
	data, err := renumber(data, func(n int) (int, error) {
		if n < 0 || n >= len(blobs) {
			return 0, pdk.Errorf(pdk.CodeInvalidParams, "invalidParams", "attachment %d of %d does not exist", n, len(blobs))
		}
		kept = append(kept, blobs[n])
		return len(kept) - 1, nil
	})
	if err != nil {
		return nil, err
	}
	out := binary.AppendUvarint(nil, uint64(len(kept)))
	for _, b := range kept {
		out = binary.AppendUvarint(out, uint64(len(b)))
	}
	for _, b := range kept {
		out = append(out, b...)
	}
	return append(out, data...), nil
}

// Unpack appends the attachments of a stored value to p and returns its JSON, whose references fit p.
func Unpack(record []byte, p *pdk.Payload) (json.RawMessage, error) {
	count, rest, ok := uvarint(record)
	if !ok || count > uint64(len(rest)) {
		return nil, ErrMalformed
	}
	sizes := make([]uint64, count)
	for i := range sizes {
		if sizes[i], rest, ok = uvarint(rest); !ok {
			return nil, ErrMalformed
		}
	}
	base := len(p.Blobs)
	for _, size := range sizes {
		if size > uint64(len(rest)) {
			return nil, ErrMalformed
		}
		p.Blobs = append(p.Blobs, rest[:size:size])
		rest = rest[size:]
	}
	if !json.Valid(rest) {
		return nil, ErrMalformed
	}
	if base == 0 {
		return rest, nil
	}
	return renumber(rest, func(n int) (int, error) { return n + base, nil })
}

func uvarint(b []byte) (uint64, []byte, bool) {
	v, n := binary.Uvarint(b)
	if n <= 0 {
		return 0, nil, false
	}
	return v, b[n:], true
}

// reference reads an object that stands for an attachment, {"$blob": n}, at the beginning of valid JSON. It returns n and
// the object's length. By hand, because package regexp would be a tenth of a WebAssembly plugin.
func reference(text []byte) (n, size int, ok bool) {
	rest := text
	for _, token := range []string{"{", `"$blob"`, ":"} {
		if rest, ok = bytes.CutPrefix(space(rest), []byte(token)); !ok {
			return 0, 0, false
		}
	}
	rest = space(rest)
	digits := 0
	for digits < len(rest) && digits < 9 && rest[digits] >= '0' && rest[digits] <= '9' {
		n = n*10 + int(rest[digits]-'0')
		digits++
	}
	rest, ok = bytes.CutPrefix(space(rest[digits:]), []byte("}"))
	return n, len(text) - len(rest), ok && digits > 0
}

// space drops JSON's white space.
func space(b []byte) []byte { return bytes.TrimLeft(b, " \t\r\n") }

// renumber rewrites every reference in valid JSON. It works on the text, because decoding and encoding again would lose
// the order of keys, which a program can see. Most values have no reference and are returned as they are.
func renumber(data json.RawMessage, f func(int) (int, error)) (json.RawMessage, error) {
	if !bytes.Contains(data, []byte(`"$blob"`)) {
		return data, nil
	}
	out := make([]byte, 0, len(data)+8)
	quoted := false
	for i := 0; i < len(data); i++ {
		switch c := data[i]; {
		case quoted && c == '\\' && i+1 < len(data):
			out = append(out, c)
			i++
		case c == '"':
			quoted = !quoted
		case !quoted && c == '{':
			n, size, ok := reference(data[i:])
			if !ok {
				break
			}
			to, err := f(n)
			if err != nil {
				return nil, err
			}
			out = fmt.Appendf(out, `{"$blob":%d}`, to)
			i += size - 1
			continue
		}
		out = append(out, data[i])
	}
	return out, nil
}
