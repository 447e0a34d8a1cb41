package view

import (
	"encoding/json"
	"strconv"

	"github.com/dougong-dev/dougong/core/miniapp/value"
)

// AppendJSON appends the patch as JSON.
func (p Patch) AppendJSON(b []byte) ([]byte, error) {
	b = strconv.AppendInt(append(b, `{"page":`...), int64(p.Page), 10)
	b = strconv.AppendInt(append(b, `,"seq":`...), int64(p.Seq), 10)
	b = append(b, `,"ops":`...)
	b, err := appendAny(b, p.Ops)
	return append(b, '}'), err
}

// MarshalJSON implements json.Marshaler.
func (p Patch) MarshalJSON() ([]byte, error) { return p.AppendJSON(nil) }

func appendAny(b []byte, v any) ([]byte, error) {
	switch v := v.(type) {
	case nil:
		return append(b, "null"...), nil
	case []any:
		b = append(b, '[')
		for i, item := range v {
			if i > 0 {
				b = append(b, ',')
			}
			var err error
			if b, err = appendAny(b, item); err != nil {
				return b, err
			}
		}
		return append(b, ']'), nil
	case int:
		return strconv.AppendInt(b, int64(v), 10), nil
	case Op:
		return strconv.AppendInt(b, int64(v), 10), nil
	case json.RawMessage:
		return append(b, v...), nil
	case string, bool, float64, *value.Array, *value.Object, value.Bytes, value.Func:
		return value.AppendJSON(b, v), nil
	}
	text, err := json.Marshal(v)
	return append(b, text...), err
}
