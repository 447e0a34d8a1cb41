package pdk_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/pdktest"
)

type nested struct {
	Files map[string]pdk.Blob `json:"files,omitempty"`
	List  []pdk.Blob          `json:"list,omitempty"`
	Data  pdk.Any             `json:"data"`
	Ptr   *nested             `json:"ptr,omitempty"`
	Name  string              `json:"name"`
	Count int                 `json:"count"`
}

func TestEncodeDecodeRoundTrip(t *testing.T) {
	t.Parallel()
	in := nested{
		Files: map[string]pdk.Blob{"b": pdk.Blob("bee"), "a": pdk.Blob("ay")},
		List:  []pdk.Blob{pdk.Blob("one"), {}, nil, pdk.Blob("one")},
		Data:  pdk.Any{Blob: pdk.Blob("\x00\xff")},
		Ptr:   &nested{Data: pdk.Any{JSON: json.RawMessage(`{"x":[1]}`)}, Name: `{"$blob":[1,2]}`},
		Name:  "名", Count: 3,
	}
	p, err := pdk.Encode(in)
	if err != nil {
		t.Fatal(err)
	}
	if !json.Valid(p.JSON) {
		t.Fatalf("not JSON: %s", p.JSON)
	}
	var out nested
	if err := pdk.Decode(p, &out); err != nil {
		t.Fatalf("decode %s: %v", p.JSON, err)
	}
	if string(out.Files["a"]) != "ay" || string(out.Files["b"]) != "bee" || len(out.List) != 4 ||
		string(out.List[3]) != "one" || out.List[1] == nil || out.List[2] != nil ||
		!bytes.Equal(out.Data.Blob, []byte("\x00\xff")) || string(out.Ptr.Data.JSON) != `{"x":[1]}` ||
		out.Ptr.Name != `{"$blob":[1,2]}` || out.Name != "名" || out.Count != 3 {
		t.Errorf("got %+v from %s", out, p.JSON)
	}
}

func TestEncodeWithoutBlobs(t *testing.T) {
	t.Parallel()
	for _, v := range []any{nil, 1, "x", map[string]any{"$blob": 1}, struct{}{}, []string{`{"$blob":[5,6]}`}} {
		want, _ := json.Marshal(v)
		p, err := pdk.Encode(v)
		if err != nil || !bytes.Equal(p.JSON, want) || p.Blobs != nil {
			t.Errorf("Encode(%#v) = %s, %d blobs, %v; want %s", v, p.JSON, len(p.Blobs), err, want)
		}
	}
	if _, err := pdk.Encode(map[string]any{"x": json.RawMessage(`{"$blob":[5,6]}`)}); err == nil {
		t.Error("a forged address was accepted")
	}
}

func TestDecodeErrors(t *testing.T) {
	t.Parallel()
	one := [][]byte{[]byte("x")}
	cases := []struct {
		name, json string
		blobs      [][]byte
		want       string
	}{
		{"wrong type", `{"count":"three"}`, nil, "count: expected integer, found string"},
		{"nested", `{"ptr":{"name":5}}`, nil, "name: expected string, found number"},
		{"not json", `{"count":`, nil, "not valid JSON at byte 9"},
		{"whole", `[1]`, nil, "the argument: expected object, found array"},
		{"blob index", `{"list":[{"$blob":1}]}`, one, `{"$blob": 1} has no attachment; the call carries 1`},
		{"negative", `{"list":[{"$blob":-1}]}`, one, "expected bytes"},
		{"not a blob", `{"list":["aGk="]}`, one, "expected bytes"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var out nested
			err := pdk.Decode(pdk.Payload{JSON: []byte(c.json), Blobs: c.blobs}, &out)
			if pdk.Code(err) != pdk.CodeInvalidParams || !strings.Contains(err.Error(), c.want) {
				t.Errorf("Decode(%s) = %v, want code %d with %q", c.json, err, pdk.CodeInvalidParams, c.want)
			}
		})
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"files":{"a":{"$blob":0}},"list":[{"$blob": 1}],"data":{"$blob":0}}`), []byte("attachment"))
	f.Add([]byte(`{"data":{"$blob":[1,2]},"ptr":{"data":null}}`), []byte{})
	f.Fuzz(func(t *testing.T, text, blob []byte) {
		var v nested
		if pdk.Decode(pdk.Payload{JSON: text, Blobs: [][]byte{blob}}, &v) != nil {
			return
		}
		if p, err := pdk.Encode(v); err == nil && !json.Valid(p.JSON) {
			t.Errorf("%q decodes and encodes to invalid %q", text, p.JSON)
		}
	})
}

func TestDispatch(t *testing.T) {
	t.Parallel()
	type in struct{ N int }
	p := pdk.New("com.example.p", "1.0.0").Provide("example.c/v1", pdk.Methods{
		"ok":    pdk.Func(func(_ *pdk.Context, v in) (in, error) { return in{v.N + 1}, nil }),
		"plain": pdk.Func(func(*pdk.Context, struct{}) (struct{}, error) { return struct{}{}, errors.New("boom") }),
		"coded": pdk.Func(func(*pdk.Context, struct{}) (struct{}, error) {
			return struct{}{}, pdk.Errorf(70001, "cancel", "no")
		}),
		"panics": pdk.Func(func(*pdk.Context, struct{}) (struct{}, error) { panic("at the disco") }),
		"late": pdk.Func(func(*pdk.Context, struct{}) (struct{}, error) {
			return struct{}{}, context.DeadlineExceeded
		}),
	})
	h := pdktest.New(t, p)
	var out in
	if err := h.Call("example.c/v1", "ok", in{4}, &out); err != nil || out.N != 5 {
		t.Errorf("ok = %v, %v", out, err)
	}
	for method, code := range map[string]int{"plain": pdk.CodeInternal, "coded": 70001, "panics": pdk.CodeInternal,
		"late": pdk.CodeTimeout, "none": pdk.CodeUnsupported} {
		if err := h.Call("example.c/v1", method, nil, nil); pdk.Code(err) != code {
			t.Errorf("%s: got %v, want code %d", method, err, code)
		}
	}
	if err := h.Call("example.d/v1", "ok", nil, nil); pdk.Code(err) != pdk.CodeUnsupported {
		t.Errorf("unknown capability: %v", err)
	}
	if logs := h.Logs(); len(logs) != 1 || !strings.Contains(logs[0].Fields["stack"], "TestDispatch") {
		t.Errorf("the panic is not in the log with its stack: %+v", logs)
	}
}
