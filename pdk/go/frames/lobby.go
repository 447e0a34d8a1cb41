package frames

import (
	"slices"
	"sync"
)

// place names a message in parts: one of a kind at a time for each id.
type place struct {
	kind kind
	id   uint64
}

// ticket is a large message's right to memory.
type ticket struct {
	place
	size int
	in   bool // admitted
}

// lobby is where announced messages wait until there is room for them, in order of their arrival. So that none waits for
// ever, each is given room for all of itself, and the first is let in whatever its size. Safe for concurrent use.
type lobby struct {
	admit   func(place)
	mu      sync.Mutex
	used    int
	waiting []*ticket
}

func (l *lobby) enter(t *ticket) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.waiting = append(l.waiting, t)
	l.next()
}

// leave gives the ticket back: the message has been used, or will not come. nil is no ticket.
func (l *lobby) leave(t *ticket) {
	if t == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if t.in {
		t.in = false
		l.used -= t.size
	} else if i := slices.Index(l.waiting, t); i >= 0 {
		l.waiting = slices.Delete(l.waiting, i, i+1)
		l.admit(t.place) // each is admitted once, also in vain
	}
	l.next()
}

func (l *lobby) next() {
	for len(l.waiting) > 0 {
		t := l.waiting[0]
		if l.used > 0 && l.used+t.size > admitted {
			return
		}
		l.waiting[0] = nil
		l.waiting = l.waiting[1:]
		l.used += t.size
		t.in = true
		l.admit(t.place)
	}
}

func (l *lobby) has(t *ticket) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return t.in
}
