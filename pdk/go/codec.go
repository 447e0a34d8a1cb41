package pdk

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
)

// Encode turns a Go value into a payload. Blob and Any fields become byte attachments; no bytes are copied.
func Encode(v any) (Payload, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return Payload{}, err
	}
	if v == nil || !mayHoldBlob(reflect.TypeOf(v)) {
		return Payload{JSON: text}, nil
	}
	known := map[blobID][]byte{}
	collectBlobs(reflect.ValueOf(v), known)
	return numberBlobs(text, known)
}

// Decode fills the value that v points to from a payload. Blob and Any fields alias the payload's attachments. The
// error is an *Error with CodeInvalidParams that names the bad field's path.
func Decode(p Payload, v any) error {
	if len(p.JSON) == 0 {
		return nil
	}
	if err := json.Unmarshal(p.JSON, v); err != nil {
		return decodeError(err)
	}
	t := reflect.TypeOf(v)
	if t.Kind() != reflect.Pointer || !mayHoldBlob(t.Elem()) {
		return nil
	}
	if err := fillBlobs(reflect.ValueOf(v), p.Blobs); err != nil {
		return Errorf(CodeInvalidParams, "invalidParams", "%s", err)
	}
	return nil
}

func decodeError(err error) *Error {
	var wrong *json.UnmarshalTypeError
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &wrong):
		where := wrong.Field
		if where == "" {
			where = "the argument"
		}
		return Errorf(CodeInvalidParams, "invalidParams", "%s: expected %s, found %s", where, goKind(wrong.Type), wrong.Value)
	case errors.As(err, &syntax):
		return Errorf(CodeInvalidParams, "invalidParams", "the argument is not valid JSON at byte %d: %s", syntax.Offset, syntax)
	}
	return Errorf(CodeInvalidParams, "invalidParams", "the argument does not fit: %s", err)
}

// goKind names what a Go type expects in the words of JSON.
func goKind(t reflect.Type) string {
	if t == nil {
		return "another value"
	}
	if t == blobType {
		return `bytes ({"$blob": n})`
	}
	switch t.Kind() {
	case reflect.String:
		return "string"
	case reflect.Bool:
		return "bool"
	case reflect.Slice, reflect.Array:
		return "array"
	case reflect.Struct, reflect.Map:
		return "object"
	case reflect.Float32, reflect.Float64:
		return "number"
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return "integer"
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return "integer of 0 or more"
	case reflect.Pointer:
		return goKind(t.Elem())
	}
	return t.String()
}

// Func makes a Method of a typed function: arguments are decoded into In, the result is encoded from Out, both by
// encoding/json with Blob fields as attachments. Use struct{} for "none".
//
// Arguments that do not fit In fail with CodeInvalidParams before f is called.
func Func[In, Out any](f func(ctx *Context, in In) (Out, error)) Method {
	return func(ctx *Context, p Payload) (Payload, error) {
		var in In
		if err := Decode(p, &in); err != nil {
			return Payload{}, err
		}
		out, err := f(ctx, in)
		if err != nil {
			return Payload{}, err
		}
		res, err := Encode(out)
		if err != nil {
			return Payload{}, fmt.Errorf("encode the result of %s: %w", ctx.Method, err)
		}
		return res, nil
	}
}
