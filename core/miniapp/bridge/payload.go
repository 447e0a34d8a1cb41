package bridge

import (
	"fmt"
	"math"

	"github.com/dougong-dev/dougong/core/miniapp/value"
	"github.com/dougong-dev/dougong/pdk/go"
)

// blobKey marks the place of an attachment in a payload's JSON.
const blobKey = "$blob"

// Encode makes a payload of a value. ArrayBuffers become attachments; undefined and functions are left out, as
// JSON.stringify leaves them out.
func Encode(v value.Value) pdk.Payload {
	var blobs [][]byte
	plain := detach(v, &blobs)
	return pdk.Payload{JSON: value.AppendJSON(nil, plain), Blobs: blobs}
}

// detach copies what holds bytes on its way to them; the rest is shared.
func detach(v value.Value, blobs *[][]byte) value.Value {
	switch v := v.(type) {
	case value.Bytes:
		*blobs = append(*blobs, v)
		return value.ObjectOf(blobKey, value.Int(len(*blobs)-1))
	case *value.Array:
		out := &value.Array{Items: make([]value.Value, v.Len())}
		for i, item := range v.Items {
			out.Items[i] = detach(item, blobs)
		}
		return out
	case *value.Object:
		out := value.NewObject(v.Len())
		for key, field := range v.All() {
			out.Set(key, detach(field, blobs))
		}
		return out
	}
	return v
}

// Decode makes a value of a payload; attachments become ArrayBuffers. The empty payload is undefined.
func Decode(p pdk.Payload) (value.Value, error) {
	if len(p.JSON) == 0 {
		return nil, nil
	}
	v, err := value.DecodeJSON(p.JSON)
	if err != nil {
		return nil, fmt.Errorf("payload: %w", err)
	}
	if len(p.Blobs) == 0 {
		return v, nil
	}
	return attach(v, p.Blobs)
}

func attach(v value.Value, blobs [][]byte) (value.Value, error) {
	switch v := v.(type) {
	case *value.Array:
		for i, item := range v.Items {
			with, err := attach(item, blobs)
			if err != nil {
				return nil, err
			}
			v.Items[i] = with
		}
	case *value.Object:
		if n, ok := v.Get(blobKey); ok && v.Len() == 1 {
			f, isNumber := n.(float64)
			if !isNumber || f < 0 || f >= float64(len(blobs)) || f != math.Trunc(f) {
				return nil, fmt.Errorf("payload: attachment %s does not exist, there are %d", value.Text(n), len(blobs))
			}
			return value.Bytes(blobs[int(f)]), nil
		}
		for _, key := range v.Keys() {
			field, _ := v.Get(key)
			with, err := attach(field, blobs)
			if err != nil {
				return nil, err
			}
			v.Set(key, with)
		}
	}
	return v, nil
}
