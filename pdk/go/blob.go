package pdk

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
)

// Blob is a field of a typed parameter or result that travels as a byte attachment: {"$blob": n} in the JSON, the bytes
// beside it. Func, Encode and Decode translate; outside of them a Blob's JSON is a reference without meaning.
//
// A nil Blob is JSON null.
type Blob []byte

// Any is a field that holds either a byte attachment or any JSON value, such as the data of wx.request. Exactly one of
// JSON and Blob is set; both nil is JSON null.
type Any struct {
	JSON json.RawMessage
	Blob Blob
}

// Text returns the value of a JSON string, and whether it is one.
func (a Any) Text() (string, bool) {
	var s string
	if len(a.JSON) == 0 || a.JSON[0] != '"' || json.Unmarshal(a.JSON, &s) != nil {
		return "", false
	}
	return s, true
}

const blobKey = `{"$blob":`

// MarshalJSON writes a reference by address, which Encode replaces by the attachment's number.
func (b Blob) MarshalJSON() ([]byte, error) {
	if b == nil {
		return []byte("null"), nil
	}
	return appendBlobRef(nil, b), nil
}

// UnmarshalJSON keeps the reference's text, which Decode replaces by the attachment.
func (b *Blob) UnmarshalJSON(text []byte) error {
	if string(text) == "null" {
		*b = nil
		return nil
	}
	if _, ok := blobIndex(text); !ok {
		return &json.UnmarshalTypeError{Value: jsonKind(text), Type: reflect.TypeFor[Blob]()}
	}
	*b = bytes.Clone(text)
	return nil
}

// MarshalJSON writes the attachment's reference or the JSON value.
func (a Any) MarshalJSON() ([]byte, error) {
	if a.Blob != nil {
		return a.Blob.MarshalJSON()
	}
	if a.JSON == nil {
		return []byte("null"), nil
	}
	return a.JSON, nil
}

// UnmarshalJSON keeps the value; Decode then looks up the attachment if it is a reference.
func (a *Any) UnmarshalJSON(text []byte) error {
	*a = Any{}
	if _, ok := blobIndex(text); ok {
		a.Blob = bytes.Clone(text)
		return nil
	}
	if string(text) != "null" {
		a.JSON = bytes.Clone(text)
	}
	return nil
}

// appendBlobRef writes {"$blob":[address,length]}. Address and length together are the identity of the bytes while
// Encode holds the value; the text cannot be mistaken for a string's content, whose quotes are always escaped.
func appendBlobRef(dst []byte, b []byte) []byte {
	dst = append(dst, blobKey...)
	dst = append(dst, '[')
	dst = strconv.AppendUint(dst, uint64(blobAddr(b)), 10)
	dst = append(dst, ',')
	dst = strconv.AppendInt(dst, int64(len(b)), 10)
	return append(dst, ']', '}')
}

func blobAddr(b []byte) uintptr {
	if len(b) == 0 {
		return 0
	}
	return reflect.ValueOf(b).Pointer()
}

// blobIndex parses {"$blob": n}, with any white space.
func blobIndex(text []byte) (int, bool) {
	if len(text) < len(blobKey)+2 || text[0] != '{' || !bytes.Contains(text, []byte(`"$blob"`)) {
		return 0, false
	}
	var ref map[string]json.Number
	if json.Unmarshal(text, &ref) != nil || len(ref) != 1 {
		return 0, false
	}
	n, err := strconv.Atoi(ref["$blob"].String())
	return n, err == nil && n >= 0
}

// jsonKind names a JSON value's type as an error message does.
func jsonKind(text []byte) string {
	if len(text) == 0 {
		return "nothing"
	}
	switch text[0] {
	case '{':
		return "object"
	case '[':
		return "array"
	case '"':
		return "string"
	case 't', 'f':
		return "bool"
	case 'n':
		return "null"
	}
	return "number"
}

type blobID struct {
	addr uintptr
	size int
}

// numberBlobs replaces every reference by address in text with the attachment's number, in order of appearance.
func numberBlobs(text []byte, known map[blobID][]byte) (Payload, error) {
	mark := []byte(blobKey + "[")
	if !bytes.Contains(text, mark) {
		return Payload{JSON: text}, nil
	}
	p := Payload{JSON: make([]byte, 0, len(text))}
	for {
		at := bytes.Index(text, mark)
		if at < 0 {
			p.JSON = append(p.JSON, text...)
			return p, nil
		}
		var id blobID
		rest := text[at+len(mark):]
		end := bytes.IndexByte(rest, ']')
		if end < 0 {
			return Payload{}, fmt.Errorf("attachment reference without an end")
		}
		if _, err := fmt.Sscanf(string(rest[:end]), "%d,%d", &id.addr, &id.size); err != nil {
			return Payload{}, fmt.Errorf("attachment reference %q is not one of a pdk.Blob", rest[:end])
		}
		b, ok := known[id]
		if !ok {
			return Payload{}, fmt.Errorf("an attachment is hidden in a type that pdk cannot look into; put the pdk.Blob into an exported field")
		}
		p.JSON = append(p.JSON, text[:at+len(blobKey)]...)
		p.JSON = strconv.AppendInt(p.JSON, int64(len(p.Blobs)), 10)
		p.Blobs = append(p.Blobs, b)
		text = rest[end+1:]
	}
}
