package value

// Copy returns v with all arrays and objects below it copied. Functions and Bytes are shared: the first are identities,
// the second are never written to. v must be a tree, as everything made by this package's decoders is.
func Copy(v Value) Value {
	switch v := v.(type) {
	case *Array:
		return v.Copy()
	case *Object:
		return v.Copy()
	}
	return v
}

// Copy returns a deep copy.
func (a *Array) Copy() *Array {
	if a == nil {
		return nil
	}
	items := make([]Value, len(a.Items))
	for i, item := range a.Items {
		items[i] = Copy(item)
	}
	return &Array{Items: items}
}

// Copy returns a deep copy.
func (o *Object) Copy() *Object {
	if o == nil {
		return nil
	}
	c := &Object{keys: append(make([]string, 0, len(o.keys)), o.keys...), vals: make([]Value, len(o.vals)), ints: o.ints}
	for i, v := range o.vals {
		c.vals[i] = Copy(v)
	}
	if o.index != nil {
		c.index = make(map[string]int, len(c.keys))
		c.reindex(0)
	}
	return c
}
