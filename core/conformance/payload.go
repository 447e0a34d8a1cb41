package conformance

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/dougong-dev/dougong/pdk/conformance"
	"github.com/dougong-dev/dougong/pdk/go"
)

// variables are the values that cases name: plain JSON values (with json.Number), []byte for bytes.
type variables map[string]any

// text replaces ${name} in a text.
func (v variables) text(s string) (string, error) {
	if !strings.Contains(s, "${") {
		return s, nil
	}
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(s, "${")
		b.WriteString(before)
		if !found {
			return b.String(), nil
		}
		name, after, closed := strings.Cut(rest, "}")
		x, known := v[name]
		if !closed || !known {
			return "", fmt.Errorf("there is no variable ${%s}", name)
		}
		fmt.Fprint(&b, x)
		s = after
	}
}

// value makes a plain value of one in a case: maps, lists, scalars, []byte.
func (v variables) value(x *conformance.Value) (any, error) {
	if x == nil {
		return map[string]any{}, nil
	}
	switch x.Kind {
	case conformance.Object:
		out := make(map[string]any, len(x.Fields))
		for _, f := range x.Fields {
			y, err := v.value(f.Value)
			if err != nil {
				return nil, err
			}
			out[f.Key] = y
		}
		return out, nil
	case conformance.List:
		out := make([]any, len(x.Items))
		for i, item := range x.Items {
			y, err := v.value(item)
			if err != nil {
				return nil, err
			}
			out[i] = y
		}
		return out, nil
	case conformance.Bytes:
		return x.Data, nil
	case conformance.Var:
		y, ok := dig(map[string]any(v), x.Text)
		if !ok {
			return nil, fmt.Errorf("there is no variable %q", x.Text)
		}
		return y, nil
	}
	if s, ok := x.Scalar.(string); ok {
		return v.text(s)
	}
	return x.Scalar, nil
}

// encode makes a payload of a plain value: []byte becomes an attachment.
func encode(x any) (pdk.Payload, error) {
	var p pdk.Payload
	text, err := json.Marshal(attach(x, &p.Blobs))
	p.JSON = text
	return p, err
}

func attach(x any, blobs *[][]byte) any {
	switch x := x.(type) {
	case []byte:
		*blobs = append(*blobs, x)
		return map[string]int{"$blob": len(*blobs) - 1}
	case map[string]any:
		out := make(map[string]any, len(x))
		for k, y := range x {
			out[k] = attach(y, blobs)
		}
		return out
	case []any:
		out := make([]any, len(x))
		for i, y := range x {
			out[i] = attach(y, blobs)
		}
		return out
	}
	return x
}

// decode makes a plain value of a payload.
func decode(p pdk.Payload) (any, error) {
	if len(p.JSON) == 0 {
		return nil, nil
	}
	d := json.NewDecoder(bytes.NewReader(p.JSON))
	d.UseNumber()
	var x any
	if err := d.Decode(&x); err != nil {
		return nil, fmt.Errorf("the answer is not JSON: %w", err)
	}
	if d.More() {
		return nil, fmt.Errorf("the answer is JSON with something behind it, at byte %d", d.InputOffset())
	}
	return detach(x, p.Blobs)
}

func detach(x any, blobs [][]byte) (any, error) {
	var err error
	switch x := x.(type) {
	case map[string]any:
		if n, ok := x["$blob"].(json.Number); ok && len(x) == 1 {
			i, err := n.Int64()
			if err != nil || i < 0 || i >= int64(len(blobs)) {
				return nil, fmt.Errorf("the answer refers to attachment %s, it has %d", n, len(blobs))
			}
			return blobs[i], nil
		}
		for k, y := range x {
			if x[k], err = detach(y, blobs); err != nil {
				return nil, err
			}
		}
	case []any:
		for i, y := range x {
			if x[i], err = detach(y, blobs); err != nil {
				return nil, err
			}
		}
	}
	return x, nil
}

// show writes a value or payload for people, shortened.
func show(x any) string {
	if b, ok := x.([]byte); ok {
		return showBytes(b)
	}
	text, err := marshal(showable(x))
	if err != nil {
		return fmt.Sprint(x)
	}
	return shorten(text)
}

// marshal is json.Marshal without the escapes that are for HTML.
func marshal(x any) (string, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(x)
	return strings.TrimSuffix(b.String(), "\n"), err
}

func showable(x any) any {
	switch x := x.(type) {
	case []byte:
		return "«" + showBytes(x) + "»"
	case map[string]any:
		out := make(map[string]any, len(x))
		for k, y := range x {
			out[k] = showable(y)
		}
		return out
	case []any:
		out := make([]any, len(x))
		for i, y := range x {
			out[i] = showable(y)
		}
		return out
	}
	return x
}

func showBytes(b []byte) string {
	if len(b) > 16 {
		return fmt.Sprintf("%d bytes, %x…", len(b), b[:16])
	}
	return fmt.Sprintf("%d bytes, %x", len(b), b)
}

// maxShown is the longest text of a value in a report.
const maxShown = 300

func shorten(s string) string {
	if len(s) <= maxShown {
		return s
	}
	return strings.ToValidUTF8(s[:maxShown], "") + fmt.Sprintf("… (%d bytes)", len(s))
}
