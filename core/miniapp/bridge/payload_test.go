package bridge_test

import (
	"math"
	"testing"

	"github.com/dougong-dev/dougong/core/miniapp/bridge"
	"github.com/dougong-dev/dougong/core/miniapp/value"
	"github.com/dougong-dev/dougong/pdk/go"
)

func TestEncode(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		in    value.Value
		json  string
		blobs int
	}{
		"undefined":         {nil, `null`, 0},
		"null":              {value.Null, `null`, 0},
		"keeps key order":   {value.ObjectOf("b", 1.0, "a", 2.0), `{"b":1,"a":2}`, 0},
		"undefined dropped": {value.ObjectOf("a", nil, "b", true), `{"b":true}`, 0},
		"NaN":               {value.NewArray(math.NaN(), math.Inf(1)), `[null,null]`, 0},
		"bytes":             {value.ObjectOf("data", value.Bytes("x")), `{"data":{"$blob":0}}`, 1},
		"bytes in order":    {value.NewArray(value.Bytes("x"), value.Bytes("y")), `[{"$blob":0},{"$blob":1}]`, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := bridge.Encode(tt.in)
			if string(p.JSON) != tt.json || len(p.Blobs) != tt.blobs {
				t.Errorf("Encode(%v) = %s with %d blobs, want %s with %d", tt.in, p.JSON, len(p.Blobs), tt.json, tt.blobs)
			}
		})
	}
}

func TestDecode(t *testing.T) {
	t.Parallel()
	blobs := [][]byte{[]byte("zero"), []byte("one")}
	for name, tt := range map[string]struct {
		json string
		want value.Value // nil: an error
	}{
		"bytes":           {`{"a":[{"$blob":1}]}`, value.ObjectOf("a", value.NewArray(value.Bytes("one")))},
		"out of range":    {`{"$blob":2}`, nil},
		"negative":        {`{"$blob":-1}`, nil},
		"not a whole":     {`{"$blob":0.5}`, nil},
		"not a number":    {`{"$blob":"0"}`, nil},
		"more keys: data": {`{"$blob":7,"b":1}`, value.ObjectOf("$blob", 7.0, "b", 1.0)},
		"broken":          {`{"a":`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := bridge.Decode(pdk.Payload{JSON: []byte(tt.json), Blobs: blobs})
			if (err != nil) != (tt.want == nil) {
				t.Fatalf("Decode(%s): error %v", tt.json, err)
			}
			if err == nil && !value.Equal(got, tt.want) {
				t.Errorf("Decode(%s) = %s, want %s", tt.json, value.AppendJSON(nil, got), value.AppendJSON(nil, tt.want))
			}
		})
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"a":{"$blob":0}}`), []byte("x"))
	f.Add([]byte(`{"$blob":-1}`), []byte{})
	f.Add([]byte(`[1,"二",null,{"$blob":1e99}]`), []byte("x"))
	f.Fuzz(func(t *testing.T, json, blob []byte) {
		v, err := bridge.Decode(pdk.Payload{JSON: json, Blobs: [][]byte{blob}})
		if err != nil {
			return
		}
		again, err := bridge.Decode(bridge.Encode(v))
		if err != nil || !value.Equal(v, again) {
			t.Errorf("Decode(%q) does not survive Encode: %v", json, err)
		}
	})
}
