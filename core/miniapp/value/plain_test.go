package value

import "testing"

type aFunc struct{}

func (aFunc) FuncName() string { return "f" }

func TestPlain(t *testing.T) {
	t.Parallel()
	inner := &Array{Items: []Value{float64(1), aFunc{}, Null, nil}}
	in := ObjectOf("text", "a", "list", inner, "fn", aFunc{}, "bytes", Bytes("b"), "odd", struct{}{})
	out := Plain(in).(*Object)
	list, _ := out.Get("list")
	items := list.(*Array).Items
	if items[0] != Value(float64(1)) || items[1] != nil || !IsNull(items[2]) || items[3] != nil {
		t.Errorf("list = %v", items)
	}
	for _, key := range []string{"fn", "odd"} {
		if v, _ := out.Get(key); v != nil {
			t.Errorf("%s = %v, want undefined", key, v)
		}
	}
	inner.Items[0] = "changed"
	if items[0] != Value(float64(1)) {
		t.Error("the copy shares its arrays")
	}
	if v, _ := out.Get("bytes"); string(v.(Bytes)) != "b" {
		t.Errorf("bytes = %v", v)
	}
}
