package value

import (
	"iter"
	"slices"
	"sort"
)

// indexFrom is the number of fields from which a map finds a key faster than looking through all of them.
const indexFrom = 12

// NewObject returns an empty object with room for n fields.
func NewObject(n int) *Object {
	return &Object{keys: make([]string, 0, n), vals: make([]Value, 0, n)}
}

// ObjectOf returns an object of alternating keys and values; it is meant for literals in Go code and panics on a key
// that is not a string.
func ObjectOf(pairs ...any) *Object {
	o := NewObject(len(pairs) / 2)
	for i := 0; i+1 < len(pairs); i += 2 {
		o.Set(pairs[i].(string), pairs[i+1])
	}
	return o
}

// Len is the number of fields. A nil Object has none.
func (o *Object) Len() int {
	if o == nil {
		return 0
	}
	return len(o.keys)
}

// Keys lists the keys in order. The slice belongs to the object: read only, valid until the next Set or Delete.
func (o *Object) Keys() []string {
	if o == nil {
		return nil
	}
	return o.keys
}

// At is the i-th field in order.
func (o *Object) At(i int) (key string, v Value) { return o.keys[i], o.vals[i] }

// All iterates over the fields in order.
func (o *Object) All() iter.Seq2[string, Value] {
	return func(yield func(string, Value) bool) {
		for i := range o.Len() {
			if !yield(o.keys[i], o.vals[i]) {
				return
			}
		}
	}
}

// Get finds a field; ok is false if there is none.
func (o *Object) Get(key string) (v Value, ok bool) {
	if i := o.find(key); i >= 0 {
		return o.vals[i], true
	}
	return nil, false
}

// Has tells whether there is a field, even one that is undefined.
func (o *Object) Has(key string) bool { return o.find(key) >= 0 }

// Set adds or replaces a field. An existing field keeps its place.
func (o *Object) Set(key string, v Value) {
	if i := o.find(key); i >= 0 {
		o.vals[i] = v
		return
	}
	at := len(o.keys)
	if isIndexKey(key) {
		at = sort.Search(o.ints, func(i int) bool { return indexKeyLess(key, o.keys[i]) })
		o.ints++
	}
	if at == len(o.keys) {
		o.keys, o.vals = append(o.keys, key), append(o.vals, v)
		if o.index != nil {
			o.index[key] = at
		}
	} else {
		o.keys, o.vals = slices.Insert(o.keys, at, key), slices.Insert(o.vals, at, v)
		o.reindex(at)
	}
	if o.index == nil && len(o.keys) > indexFrom {
		o.index = make(map[string]int, 2*len(o.keys))
		o.reindex(0)
	}
}

// Delete removes a field and tells whether there was one.
func (o *Object) Delete(key string) bool {
	at := o.find(key)
	if at < 0 {
		return false
	}
	if at < o.ints {
		o.ints--
	}
	o.keys, o.vals = slices.Delete(o.keys, at, at+1), slices.Delete(o.vals, at, at+1)
	if o.index != nil {
		delete(o.index, key)
		o.reindex(at)
	}
	return true
}

func (o *Object) find(key string) int {
	if o == nil {
		return -1
	}
	if o.index != nil {
		if i, ok := o.index[key]; ok {
			return i
		}
		return -1
	}
	for i, k := range o.keys {
		if k == key {
			return i
		}
	}
	return -1
}

func (o *Object) reindex(from int) {
	if o.index == nil {
		return
	}
	for i := from; i < len(o.keys); i++ {
		o.index[o.keys[i]] = i
	}
}

// isIndexKey tells whether JavaScript orders key by number: canonical integers from 0 to 2^32-2.
func isIndexKey(key string) bool {
	if len(key) == 0 || len(key) > 10 || (key[0] == '0' && len(key) > 1) {
		return false
	}
	for i := range len(key) {
		if key[i] < '0' || key[i] > '9' {
			return false
		}
	}
	return len(key) < 10 || key < "4294967295"
}

// indexKeyLess compares two canonical integers: the shorter one is the smaller one.
func indexKeyLess(a, b string) bool {
	if len(a) != len(b) {
		return len(a) < len(b)
	}
	return a < b
}
