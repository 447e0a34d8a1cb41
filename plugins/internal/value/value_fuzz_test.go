package value

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/dougong-dev/dougong/pdk/go"
)

// FuzzUnpack reads arbitrary stored bytes: a damaged value is an error, never a panic, and what is read packs again.
func FuzzUnPack(f *testing.F) {
	good, _ := Pack(json.RawMessage(`{"a":{"$blob":0}}`), [][]byte{[]byte("x")})
	f.Add(good)
	f.Add([]byte("\x00\"text\""))
	f.Add([]byte("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"))
	f.Fuzz(func(t *testing.T, record []byte) {
		var p pdk.Payload
		data, err := Unpack(record, &p)
		if err != nil {
			return
		}
		again, err := Pack(data, p.Blobs)
		if err != nil {
			return // refers to an attachment that it does not have
		}
		var q pdk.Payload
		if same, err := Unpack(again, &q); err != nil || !json.Valid(same) {
			t.Errorf("%q packs to %q: %v", record, again, err)
		}
	})
}

// FuzzRenumber rewrites references in arbitrary JSON without changing anything else.
func FuzzRenumber(f *testing.F) {
	f.Add([]byte(`{"a":{"$blob":0},"b":["{\"$blob\":1}",{"$blob" : 12 }]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		if !json.Valid(data) {
			return
		}
		same, err := renumber(data, func(n int) (int, error) { return n, nil })
		if err != nil {
			t.Fatal(err)
		}
		var a, b bytes.Buffer
		if json.Compact(&a, data) != nil || json.Compact(&b, same) != nil {
			t.Fatalf("%q became invalid: %q", data, same)
		}
	})
}
