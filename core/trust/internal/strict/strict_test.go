package strict_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/dougong-dev/dougong/core/trust/internal/strict"
	"github.com/secure-systems-lab/go-securesystemslib/cjson"
)

func TestCanonical(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		`{"b":[1,true,null],"a":"x\"\\\u00e9\n"}`: "{\"a\":\"x\\\"\\\\é\n\",\"b\":[1,true,null]}", `{}`: `{}`, `[]`: `[]`, ` -5 `: `-5`,
	} {
		v, err := strict.Value([]byte(in), strict.Limit)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := strict.Canonical(v); err != nil || string(got) != want {
			t.Errorf("%s: %s, %v; want %s", in, got, err, want)
		}
	}
	for _, in := range []string{`1.5`, `1e3`, `99999999999999999999`} {
		v, err := strict.Value([]byte(in), strict.Limit)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := strict.Canonical(v); err == nil {
			t.Errorf("%s has the canonical form %s", in, got)
		}
	}
}

// Our canonical form is that of the library that other implementations sign by.
func FuzzCanonical(f *testing.F) {
	for _, s := range []string{`{"a":[1,{"b":"c"}],"é":"\u0001"}`, `{"a":1,"a":2}`, `{"a":1,"A":2}`, `[[[[]]]]`, `"\ud800"`, `-0`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		v, err := strict.Value(data, strict.Limit)
		if err != nil {
			return
		}
		if !json.Valid(data) {
			t.Fatalf("%q is accepted and is no JSON", data)
		}
		ours, err := strict.Canonical(v)
		theirs, other := cjson.EncodeCanonical(json.RawMessage(data))
		if (err == nil) != (other == nil) || err == nil && !bytes.Equal(ours, theirs) {
			t.Errorf("%q: ours %q, %v; the library's %q, %v", data, ours, err, theirs, other)
		}
	})
}
