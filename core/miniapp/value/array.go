package value

// NewArray returns an array that owns items.
func NewArray(items ...Value) *Array { return &Array{Items: items} }

// Len is the number of elements. A nil Array has none.
func (a *Array) Len() int {
	if a == nil {
		return 0
	}
	return len(a.Items)
}

// At is the i-th element; out of range it is undefined.
func (a *Array) At(i int) Value {
	if a == nil || i < 0 || i >= len(a.Items) {
		return nil
	}
	return a.Items[i]
}

// Push appends elements.
func (a *Array) Push(items ...Value) { a.Items = append(a.Items, items...) }
