package message_test

import (
	"bytes"
	"encoding/json"
	"reflect"
	"testing"

	"github.com/dougong-dev/dougong/core/miniapp/message"
)

// fill sets every field below v to a value that is not its zero, so that a field that JSON drops shows.
func fill(v reflect.Value, depth int) {
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), depth)
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				fill(v.Field(i), depth)
			}
		}
	case reflect.Slice:
		switch v.Type() {
		case reflect.TypeFor[json.RawMessage]():
			v.Set(reflect.ValueOf(json.RawMessage(`{"raw":[1,"二"]}`)))
			return
		case reflect.TypeFor[[]byte]():
			// A payload's JSON must be JSON, whatever form it travels in.
			v.Set(reflect.ValueOf([]byte(`{"$blob":0}`)))
			return
		}
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0), depth+1)
	case reflect.Array:
		for i := range v.Len() {
			fill(v.Index(i), depth)
		}
	case reflect.Map:
		key, val := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		fill(key, depth+1)
		fill(val, depth+1)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(key, val)
	case reflect.Interface:
		v.Set(reflect.ValueOf("any"))
	case reflect.String:
		v.SetString("文字 <b>\u2028")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(-7)
	case reflect.Uint64:
		v.SetUint(1 << 52)
	case reflect.Float64:
		v.SetFloat(1.5)
	default:
		panic("fill: no value for " + v.Type().String())
	}
}

// roundTrip marshals one message per field of T, with only that field set, and expects it back unchanged.
func roundTrip[T any](t *testing.T) {
	typ := reflect.TypeFor[T]()
	for i := range typ.NumField() {
		t.Run(typ.Name()+"."+typ.Field(i).Name, func(t *testing.T) {
			var in, out T
			fill(reflect.ValueOf(&in).Elem().Field(i), 0)
			data, err := json.Marshal(in)
			if err != nil {
				t.Fatalf("marshal: %v", err)
			}
			dec := json.NewDecoder(bytes.NewReader(data))
			dec.DisallowUnknownFields()
			if err := dec.Decode(&out); err != nil {
				t.Fatalf("unmarshal %s: %v", data, err)
			}
			if !reflect.DeepEqual(in, out) {
				t.Errorf("came back changed\n in  %+v\n out %+v\n json %s", in, out, data)
			}
			var keys map[string]json.RawMessage
			if err := json.Unmarshal(data, &keys); err != nil || len(keys) != 1 {
				t.Errorf("want exactly one key on the wire, got %s", data)
			}
		})
	}
}

func TestRoundTrip(t *testing.T) {
	roundTrip[message.ToActor](t)
	roundTrip[message.FromActor](t)
}

func TestRoundTripAsks(t *testing.T) {
	roundTrip[struct{ A *message.Toast }](t)
	roundTrip[struct{ A *message.Modal }](t)
	roundTrip[struct{ A *message.ModalResult }](t)
	roundTrip[struct{ A *message.ActionSheet }](t)
	roundTrip[struct{ A *message.Query }](t)
	roundTrip[struct{ A []message.QueryResult }](t)
	roundTrip[struct{ A *message.Observe }](t)
	roundTrip[struct{ A *message.Intersection }](t)
	roundTrip[struct{ A *message.ScrollTo }](t)
}
