package wasm

// Small results share portions: making memory for each costs more than the rest of copying it, and most results are read
// and forgotten before the portion is used up. Who keeps one result keeps at most a portion with it.
const (
	shelf      = 4 << 10
	mostShared = 256 // the largest result that shares
)

// portions gives out memory for results. It is used by one goroutine at a time.
type portions struct{ rest []byte }

// copy copies b to memory of its own, which nobody else is given.
func (p *portions) copy(b []byte) []byte {
	switch n := len(b); {
	case b == nil:
		return nil
	case n > mostShared:
		return append([]byte(nil), b...) // does not clear the memory first, as make does
	case n > len(p.rest):
		p.rest = make([]byte, shelf)
	}
	out := p.rest[:len(b):len(b)]
	p.rest = p.rest[len(b):]
	copy(out, b)
	return out
}
