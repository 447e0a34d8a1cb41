package frames

import "sync/atomic"

// Memory that host and plugin share has a page with a word for each slot, then the slots of the host, then those of the
// plugin. The sender of a body takes one of its own slots by setting its word from 0 to 1, and the receiver gives it back by
// setting it to 0. Neither believes anything else that stands there.
const (
	// AreaSize is how large the memory is. A page of it exists from when it is first touched.
	AreaSize = slotsAt + 2*slots*slotSize

	slots    = 8
	slotSize = 128 << 10
	wordSize = 64 // a line of the processor's cache for each, since both sides write them
	slotsAt  = 4 << 10
)

// area is shared memory as one side sees it. nil has no slots. Safe for concurrent use.
type area struct {
	mem  []byte
	me   Side
	uses atomic.Int64 // at 0 it is unmapped; 1 is the connection's
}

func newArea(mem []byte, me Side) *area {
	a := &area{mem: mem, me: me}
	a.uses.Store(1)
	return a
}

// use keeps the memory mapped until leave is called. It returns false if it is not there any more.
func (a *area) use() bool {
	if a == nil {
		return false
	}
	for {
		n := a.uses.Load()
		if n == 0 {
			return false
		}
		if a.uses.CompareAndSwap(n, n+1) {
			return true
		}
	}
}

func (a *area) leave() {
	if a != nil && a.uses.Add(-1) == 0 {
		unmap(a.mem)
	}
}

// first is the number of a side's first slot.
func first(of Side) int {
	if of == PluginSide {
		return slots
	}
	return 0
}

func (a *area) slot(n int) []byte {
	at := slotsAt + n*slotSize
	return a.mem[at : at+slotSize : at+slotSize]
}

// take takes one of this side's slots, and use of the memory. It takes the first that is free, whose memory was used last. It returns
// false if there is none, because the other side has not given them back.
func (a *area) take() (n int, ok bool) {
	if !a.use() {
		return 0, false
	}
	for n := first(a.me); n < first(a.me)+slots; n++ {
		if a.word(n).CompareAndSwap(0, 1) {
			return n, true
		}
	}
	a.leave()
	return 0, false
}

// give gives a slot back, and the use of the memory.
func (a *area) give(n int) {
	a.word(n).Store(0)
	a.leave()
}
