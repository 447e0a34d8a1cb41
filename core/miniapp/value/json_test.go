package value

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
)

func TestJSONKeepsOrder(t *testing.T) {
	t.Parallel()
	for _, src := range []string{
		`{"z":1,"a":{"y":[1,"two",true,false,null],"b":-1.5e-7},"m":""}`, `[]`, `{}`, `"a\"\\\n\u0001"`, `"中😀"`, `0`, `1e+21`, `[[[]],{}]`,
	} {
		v, err := DecodeJSON([]byte(src))
		if err != nil {
			t.Errorf("DecodeJSON(%s): %v", src, err)
			continue
		}
		if got := string(AppendJSON(nil, v)); got != src {
			t.Errorf("round trip of %s = %s", src, got)
		}
	}
}

func TestDecodeJSONEscapes(t *testing.T) {
	t.Parallel()
	v, err := DecodeJSON([]byte(` "\u4e2d\ud83d\ude00\ud800x\/\b" `))
	if want := "中😀\ufffdx/\b"; err != nil || v != want {
		t.Errorf("got %q %v, want %q", v, err, want)
	}
}

func TestDecodeJSONErrors(t *testing.T) {
	t.Parallel()
	for src, want := range map[string]string{
		``: "unexpected end", `{`: "expected a key", `{"a"}`: `expected ":" after key "a"`, `{"a":1,}`: "expected a key", `[1,]`: "unexpected ']'",
		`{a:1}`: "expected a key in double quotes, got 'a'", `"a`: "not closed", "\"a\nb\"": "line break", `tru`: "unexpected 't'", `01`: "begin with 0",
		`1.`: "expected a digit", `1 2`: "after the value", `"\x"`: `unknown escape \x`, `"\u12"`: "four hexadecimal", `// c`: "unexpected '/'",
		strings.Repeat("[", 5000): "nested deeper than",
	} {
		if _, err := DecodeJSON([]byte(src)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("DecodeJSON(%.30q) error = %v, want %q", src, err, want)
		}
	}
}

func TestAppendJSONLeavesOut(t *testing.T) {
	t.Parallel()
	o := ObjectOf("u", nil, "f", &fn{}, "n", math.NaN(), "a", NewArray(nil, &fn{}), "b", Bytes("hi"), "s", "</script>\u2028\xff")
	if got, want := string(AppendJSON(nil, o)), `{"n":null,"a":[null,null],"b":"aGk=","s":"\u003c/script>\u2028\ufffd"}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestFromAndToGo(t *testing.T) {
	t.Parallel()
	v, err := From(map[string]any{"b": []any{1, int64(2), 3.5, nil, []byte{1}}, "a": []string{"x"}, "c": map[string]string{"k": "v"}})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := string(AppendJSON(nil, v)), `{"a":["x"],"b":[1,2,3.5,null,"AQ=="],"c":{"k":"v"}}`; got != want {
		t.Errorf("From = %s, want %s", got, want)
	}
	back, _ := json.Marshal(ToGo(v))
	if got, want := string(back), `{"a":["x"],"b":[1,2,3.5,null,"AQ=="],"c":{"k":"v"}}`; got != want {
		t.Errorf("ToGo = %s, want %s", got, want)
	}
	if _, err := From(map[string]any{"x": []any{struct{}{}}}); err == nil || !strings.Contains(err.Error(), ".x: [0]: a Go value of type struct {}") {
		t.Errorf("error = %v", err)
	}
}

func TestObjectInsideEncodingJSON(t *testing.T) {
	t.Parallel()
	var got struct {
		O *Object
		A Array
	}
	if err := json.Unmarshal([]byte(`{"O":{"z":1,"a":2},"A":[1]}`), &got); err != nil {
		t.Fatal(err)
	}
	out, err := json.Marshal(struct {
		O *Object
		N Value
	}{got.O, Null})
	if want := `{"O":{"z":1,"a":2},"N":null}`; err != nil || string(out) != want {
		t.Errorf("got %s %v, want %s", out, err, want)
	}
}

func FuzzDecodeJSON(f *testing.F) {
	for _, s := range []string{`{"a":[1,2,{"b":null}]}`, `"\ud83d\ude00"`, `-1.5e+3`, `[[[[`, `{"a":1,"a":2}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		v, err := DecodeJSON(data)
		if (err == nil) != json.Valid(data) && !strings.Contains(string(data), strings.Repeat("[", 500)) && len(data) < 2000 {
			t.Fatalf("DecodeJSON(%q) error = %v, encoding/json says valid = %v", data, err, json.Valid(data))
		}
		if err != nil {
			return
		}
		again, err := DecodeJSON(AppendJSON(nil, v))
		if err != nil {
			t.Fatalf("own output of %q does not decode: %v", data, err)
		}
		if hasInf(v) {
			return
		}
		if !Equal(v, again) {
			t.Fatalf("round trip of %q: %s", data, AppendJSON(nil, again))
		}
	})
}

func hasInf(v Value) bool { return strings.Contains(string(AppendJSON(nil, v)), "null") }

func BenchmarkDecodeJSON(b *testing.B) {
	src := []byte("[" + strings.Repeat(`{"id":12,"title":"goods","price":9.9,"tags":["a","b"]},`, 999) + "{}]")
	b.SetBytes(int64(len(src)))
	for b.Loop() {
		if _, err := DecodeJSON(src); err != nil {
			b.Fatal(err)
		}
	}
}
