package pdk

import (
	"fmt"
	"reflect"
	"sync"
)

var (
	blobType = reflect.TypeFor[Blob]()
	anyType  = reflect.TypeFor[Any]()
)

// blobTypes caches mayHoldBlob by type.
var blobTypes sync.Map

// mayHoldBlob reports whether a value of type t can contain a Blob or an Any.
func mayHoldBlob(t reflect.Type) bool {
	if known, ok := blobTypes.Load(t); ok {
		return known.(bool)
	}
	found := holdsBlob(t, map[reflect.Type]bool{})
	blobTypes.Store(t, found)
	return found
}

func holdsBlob(t reflect.Type, seen map[reflect.Type]bool) bool {
	if t == blobType || t == anyType || t.Kind() == reflect.Interface {
		return true
	}
	if seen[t] {
		return false
	}
	seen[t] = true
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Map:
		return holdsBlob(t.Elem(), seen)
	case reflect.Struct:
		for i := range t.NumField() {
			if holdsBlob(t.Field(i).Type, seen) {
				return true
			}
		}
	}
	return false
}

// collectBlobs records every Blob below v by its identity.
func collectBlobs(v reflect.Value, into map[blobID][]byte) {
	if !v.IsValid() || !mayHoldBlob(v.Type()) {
		return
	}
	if v.Type() == blobType {
		b := v.Bytes()
		into[blobID{blobAddr(b), len(b)}] = b
		return
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		collectBlobs(v.Elem(), into)
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			collectBlobs(v.Index(i), into)
		}
	case reflect.Map:
		for it := v.MapRange(); it.Next(); {
			collectBlobs(it.Value(), into)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			collectBlobs(v.Field(i), into)
		}
	}
}

// fillBlobs replaces the reference text in every Blob below v by its attachment. v must be addressable.
func fillBlobs(v reflect.Value, blobs [][]byte) error {
	if !v.IsValid() || !mayHoldBlob(v.Type()) {
		return nil
	}
	if v.Type() == blobType {
		return fillBlob(v, blobs)
	}
	switch v.Kind() {
	case reflect.Pointer:
		return fillBlobs(v.Elem(), blobs)
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			if err := fillBlobs(v.Index(i), blobs); err != nil {
				return err
			}
		}
	case reflect.Map:
		return fillMap(v, blobs)
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() || v.Type().Field(i).Anonymous {
				if err := fillBlobs(v.Field(i), blobs); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// fillMap does it for map values, which are not addressable and have to be put back.
func fillMap(m reflect.Value, blobs [][]byte) error {
	for it := m.MapRange(); it.Next(); {
		v := reflect.New(m.Type().Elem()).Elem()
		v.Set(it.Value())
		if err := fillBlobs(v, blobs); err != nil {
			return err
		}
		m.SetMapIndex(it.Key(), v)
	}
	return nil
}

func fillBlob(v reflect.Value, blobs [][]byte) error {
	if v.IsNil() || !v.CanSet() {
		return nil
	}
	n, ok := blobIndex(v.Bytes())
	if !ok {
		return nil
	}
	if n >= len(blobs) {
		return fmt.Errorf(`{"$blob": %d} has no attachment; the call carries %d`, n, len(blobs))
	}
	b := blobs[n]
	if b == nil {
		b = []byte{}
	}
	v.SetBytes(b)
	return nil
}
