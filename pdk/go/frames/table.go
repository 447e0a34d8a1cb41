package frames

// near is how many ids are looked up without a hash. They are given out one after the other, so those that are open at a time
// hardly ever share a place.
const near = 256

// table holds something for each of a few ids. Looking up costs a third of what it does in a map. Not safe for
// concurrent use.
type table[T any] struct {
	near [near]struct {
		id    uint64
		value *T
	}
	far  map[uint64]*T // those whose place was taken, and 0
	size int
}

// get returns what there is for an id, which may be nil, and whether there is anything.
func (t *table[T]) get(id uint64) (*T, bool) {
	if p := &t.near[id%near]; p.id == id && id != 0 {
		return p.value, true
	}
	if len(t.far) == 0 {
		return nil, false
	}
	v, ok := t.far[id]
	return v, ok
}

// set puts something there.
func (t *table[T]) set(id uint64, v *T) {
	p := &t.near[id%near]
	if p.id == id && id != 0 {
		p.value = v
		return
	}
	if _, ok := t.far[id]; !ok {
		t.size++
		if p.id == 0 && id != 0 {
			p.id, p.value = id, v
			return
		}
	}
	if t.far == nil {
		t.far = map[uint64]*T{}
	}
	t.far[id] = v
}

// remove takes away what there is for an id, and returns it as get does.
func (t *table[T]) remove(id uint64) (*T, bool) {
	p := &t.near[id%near]
	if p.id == id && id != 0 {
		v := p.value
		p.id, p.value = 0, nil
		t.size--
		return v, true
	}
	if len(t.far) == 0 {
		return nil, false
	}
	v, ok := t.far[id]
	if ok {
		delete(t.far, id)
		t.size--
	}
	return v, ok
}

// all yields everything in no order. What is there may be set meanwhile.
func (t *table[T]) all(yield func(uint64, *T) bool) {
	if t.size == 0 {
		return
	}
	for i := range t.near {
		if p := &t.near[i]; p.id != 0 && !yield(p.id, p.value) {
			return
		}
	}
	for id, v := range t.far {
		if !yield(id, v) {
			return
		}
	}
}
