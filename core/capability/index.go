package capability

// index finds the route of a method by one comparison of its two names: a table that is made once, half empty, with the
// places chosen by the names' ends. Two lookups in maps cost three times as much.
type index struct {
	places []place
	mask   uint64
}

type place struct {
	capability, method string
	entry              *entry
	route              *route // nil: the place is free
}

func newIndex(entries map[string]*entry) index {
	count := 0
	for _, e := range entries {
		count += len(e.routes)
	}
	size := 16
	for size < 4*count {
		size *= 2
	}
	x := index{make([]place, size), uint64(size - 1)}
	for name, e := range entries {
		for method, r := range e.routes {
			at := mix(name, method) & x.mask
			for x.places[at].route != nil {
				at = (at + 1) & x.mask
			}
			x.places[at] = place{name, method, e, r}
		}
	}
	return x
}

// find returns nil if there is no such method.
func (x *index) find(capability, method string) (*entry, *route) {
	if x.places == nil {
		return nil, nil
	}
	for at := mix(capability, method) & x.mask; ; at = (at + 1) & x.mask {
		p := &x.places[at]
		if p.route == nil || p.method == method && p.capability == capability {
			return p.entry, p.route
		}
	}
}

// mix makes a number of two names. What is looked up is the host's or passed its checks, and a name that is not there
// costs one run over neighbours; nobody gains by names that meet.
func mix(a, b string) uint64 {
	const odd = 0x9e3779b97f4a7c15
	x := (last(a)*odd ^ last(b)) * odd
	x ^= uint64(len(a))<<7 ^ uint64(len(b))
	return x ^ x>>29
}

// last is the end of a name as a number.
func last(s string) (x uint64) {
	if n := len(s); n >= 8 {
		e := s[n-8:]
		return uint64(e[0]) | uint64(e[1])<<8 | uint64(e[2])<<16 | uint64(e[3])<<24 | // one load
			uint64(e[4])<<32 | uint64(e[5])<<40 | uint64(e[6])<<48 | uint64(e[7])<<56
	}
	for i := range len(s) {
		x = x<<8 | uint64(s[i])
	}
	return x
}
