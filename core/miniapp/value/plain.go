package value

// Plain returns a deep copy of v with nothing but data in it: functions, instances and other things that belong to a realm
// become undefined. It is what may be handed from one realm to another.
func Plain(v Value) Value {
	switch v := v.(type) {
	case bool, float64, string, Bytes:
		return v
	case *Array:
		items := make([]Value, len(v.Items))
		for i, item := range v.Items {
			items[i] = Plain(item)
		}
		return &Array{Items: items}
	case *Object:
		out := NewObject(v.Len())
		for key, field := range v.All() {
			out.Set(key, Plain(field))
		}
		return out
	}
	if IsNull(v) {
		return Null
	}
	return nil
}
