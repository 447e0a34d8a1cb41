package core

import (
	"bytes"
	"testing"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/contract"
)

const hiddenContract = `
capability: com.example.hidden/v1
summary: {en: x, zh: x}
methods:
  put:
    api: [wx.examplePut]
    mode: async
    summary: {en: x, zh: x}
    params: {type: object, properties: {open: {}, body: {sensitive: true}, list: {type: array, items: {type: object, properties: {key: {type: string, sensitive: true}}}}}}
`

// FuzzWithoutSensitive: whatever a mini-program passes, a guard without the grant sees nothing of what is sensitive, and
// every other attachment.
func FuzzWithoutSensitive(f *testing.F) {
	c, err := contract.Parse("hidden.yaml", []byte(hiddenContract))
	if err != nil {
		f.Fatal(err)
	}
	schema := c.Methods["put"].Params
	f.Add([]byte(`{"open":{"$blob":0},"body":{"$blob":1}}`))
	f.Add([]byte(`{"open":[1,{"$blob":1}],"body":"SENSITIVE","list":[{"key":"SENSITIVE"}]}`))
	f.Add([]byte(`{"body":{"a":"SENSITIVE"},"body":"SENSITIVE"}`))
	f.Add([]byte(`null`))
	f.Fuzz(func(t *testing.T, text []byte) {
		blobs := [][]byte{[]byte("first"), []byte("second")}
		out := withoutSensitive(pdk.Payload{JSON: text, Blobs: blobs}, schema)
		for i, b := range out.Blobs {
			if b != nil && !bytes.Equal(out.JSON, text) && !bytes.Contains(out.JSON, []byte("blob")) {
				t.Errorf("%s: attachment %d is shown and %s does not name it", text, i, out.JSON)
			}
		}
		if spans, ok := schema.SensitiveSpans(out.JSON, len(out.Blobs)); ok {
			for _, s := range spans {
				if got := string(out.JSON[s.Start:s.End]); got != "null" {
					t.Errorf("%s: %q is left", text, got)
				}
			}
		}
	})
}
