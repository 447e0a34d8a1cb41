package frames

import (
	"encoding/binary"
	"sync"
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

// balance is how often a method was quick, and how often tiny, less the times that it was not.
type balance struct{ quick, tiny int8 }

func (b balance) pace() pace {
	switch {
	case b.tiny >= proofs && b.quick >= proofs:
		return tiny
	case b.quick >= proofs:
		return quick
	}
	return slow
}

func adjust(n int8, fast bool) int8 {
	if fast {
		return min(n+1, most)
	}
	return max(n-setback, -most)
}

// paces remembers which methods return quickly. Safe for concurrent use.
type paces struct {
	mu    sync.Mutex
	known map[method]balance
}

// took notes how long a method has taken.
func (p *paces) took(m method, d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	old, ok := p.known[m]
	b := balance{adjust(old.quick, d <= quickTime), adjust(old.tiny, d <= tinyTime)}
	if b == old {
		return
	}
	if p.known == nil {
		p.known = map[method]balance{}
	}
	if ok || len(p.known) < mostPaces {
		p.known[m] = b
	}
}

// of returns the pace of the method that a request, not decoded yet, is for.
func (p *paces) of(request []byte) pace {
	if len(request) < 32 {
		return slow
	}
	c, n := int(binary.LittleEndian.Uint16(request[16:])), int(binary.LittleEndian.Uint16(request[18:]))
	if 32+c+n > len(request) {
		return slow
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.known[method{string(request[32 : 32+c]), string(request[32+c : 32+c+n])}].pace()
}
