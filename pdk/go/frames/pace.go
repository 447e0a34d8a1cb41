package frames

import (
	"encoding/binary"
	"sync/atomic"
	"time"
)

// method names a method of the plugin.
type method struct{ capability, name string }

// pace is how fast a method usually returns.
type pace byte

const (
	slow  pace = iota
	quick      // faster than a goroutine is woken: a lone call is carried out by the reader
	tiny       // so fast that the reader carries out one call after the other
)

const (
	quickTime = 50 * time.Microsecond
	tinyTime  = 5 * time.Microsecond
	// proofs is how often it has to be quick, on balance: one slow call counts as much as setback quick ones. A few are
	// slow by accident only, because the machine has other things to do.
	proofs, setback = 8, 16
	// most is how far the balance goes in either direction.
	most = 64
	// mostPaces bounds the methods that are observed.
	mostPaces = 1024
)

// balance is how often a method was quick, and how often tiny, less the times that it was not. It changes only while a
// method is new or takes now this long and now that. Safe for concurrent use.
type balance struct{ quick, tiny atomic.Int32 }

func (b *balance) pace() pace {
	switch often := b != nil && b.quick.Load() >= proofs; {
	case often && b.tiny.Load() >= proofs:
		return tiny
	case often:
		return quick
	}
	return slow
}

// took notes how long the method has taken. Of two at a time one may be forgotten.
func (b *balance) took(d time.Duration) {
	if b != nil {
		adjust(&b.quick, d <= quickTime)
		adjust(&b.tiny, d <= tinyTime)
	}
}

func adjust(n *atomic.Int32, fast bool) {
	old := n.Load()
	next := max(old-setback, -most)
	if fast {
		next = min(old+1, most)
	}
	if next != old {
		n.Store(next)
	}
}

// paces remembers which methods return quickly. It is the reader's.
type paces struct {
	known  map[method]*balance
	last   method // of the last request, and its balance: mostly the next one is for the same
	recent *balance
}

// of returns the balance of the method that a request, not decoded yet, is for; nil if there is none.
func (p *paces) of(request []byte) *balance {
	if len(request) < 32 {
		return nil
	}
	c, n := int(binary.LittleEndian.Uint16(request[16:])), int(binary.LittleEndian.Uint16(request[18:]))
	if 32+c+n > len(request) {
		return nil
	}
	capability, name := request[32:32+c], request[32+c:32+c+n]
	if p.recent != nil && p.last.name == string(name) && p.last.capability == string(capability) {
		return p.recent
	}
	m := method{string(capability), string(name)}
	b := p.known[m]
	if b == nil {
		if len(p.known) >= mostPaces {
			return nil
		}
		if p.known == nil {
			p.known = map[method]*balance{}
		}
		b = &balance{}
		p.known[m] = b
	}
	p.last, p.recent = m, b
	return b
}
