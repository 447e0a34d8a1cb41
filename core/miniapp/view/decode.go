package view

import (
	"encoding/json"
	"fmt"

	"github.com/dougong-dev/dougong/core/miniapp/value"
)

// UnmarshalJSON implements json.Unmarshaler. The operations come back as the renderer makes them: fragments as text,
// objects with the order of their keys.
func (p *Patch) UnmarshalJSON(data []byte) error {
	var in struct {
		Page int               `json:"page"`
		Seq  int               `json:"seq"`
		Ops  []json.RawMessage `json:"ops"`
	}
	if err := json.Unmarshal(data, &in); err != nil {
		return err
	}
	*p = Patch{Page: in.Page, Seq: in.Seq, Ops: make([]any, len(in.Ops))}
	for i, raw := range in.Ops {
		op, err := decodeOp(raw)
		if err != nil {
			return fmt.Errorf("patch %d of page %d, operation %d: %w", in.Seq, in.Page, i, err)
		}
		p.Ops[i] = op
	}
	return nil
}

// fragmentOp is how the text of an OpFragment begins.
const fragmentOp = "[0,"

func decodeOp(raw json.RawMessage) (any, error) {
	if len(raw) > len(fragmentOp) && string(raw[:len(fragmentOp)]) == fragmentOp {
		var parts []json.RawMessage
		if err := json.Unmarshal(raw, &parts); err != nil {
			return nil, err
		}
		if len(parts) >= 3 {
			op := []any{float64(OpFragment), nil, parts[2]}
			for i := 1; i < len(parts); i++ {
				if i == 2 {
					continue
				}
				v, err := value.DecodeJSON(parts[i])
				if err != nil {
					return nil, err
				}
				if i > 2 {
					op = append(op, nil)
				}
				op[i] = v
			}
			return op, nil
		}
	}
	v, err := value.DecodeJSON(raw)
	if err != nil {
		return nil, err
	}
	a, ok := v.(*value.Array)
	if !ok {
		return v, nil
	}
	op := goList(a)
	if list, at := a.At(listAt(a.At(0))).(*value.Array); at {
		op[listAt(a.At(0))] = goList(list)
	}
	return op, nil
}

// listAt is the place of an operation's own list; what else is an array is a value. -1: it has none.
func listAt(op value.Value) int {
	switch op {
	case float64(OpClone):
		return 5
	case float64(OpStyle):
		return 3
	}
	return -1
}

func goList(a *value.Array) []any {
	out := make([]any, len(a.Items))
	for i, item := range a.Items {
		if !value.IsNull(item) {
			out[i] = item
		}
	}
	return out
}
