package frames

import (
	"encoding/binary"
	"sync"
	"time"
)

// method names a method of the plugin.
type method struct{ capability, name string }

const (
	// quick is how long a method may take to be called quick.
	quick = 50 * time.Microsecond
	// proofs is how often it has to be quick, on balance: one slow call counts as much as setback quick ones. A few are
	// slow by accident only, because the machine has other things to do.
	proofs, setback = 8, 16
	// most is how far the balance goes in either direction.
	most = 64
	// mostPaces bounds the methods that are observed.
	mostPaces = 1024
)

// paces remembers which methods return quickly. Safe for concurrent use.
type paces struct {
	mu    sync.Mutex
	known map[method]int // the balance of quick and slow calls
}

// took notes how long a method has taken.
func (p *paces) took(m method, d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	n, ok := p.known[m]
	switch {
	case d > quick:
		n = max(n-setback, -most)
	case n < most:
		n++
	case ok:
		return
	}
	if p.known == nil {
		p.known = map[method]int{}
	}
	if ok || len(p.known) < mostPaces {
		p.known[m] = n
	}
}

// quick reports whether a request, not decoded yet, is for a method that is known to be quick.
func (p *paces) quick(request []byte) bool {
	if len(request) < 32 {
		return false
	}
	c, n := int(binary.LittleEndian.Uint16(request[16:])), int(binary.LittleEndian.Uint16(request[18:]))
	if 32+c+n > len(request) {
		return false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.known[method{string(request[32 : 32+c]), string(request[32+c : 32+c+n])}] >= proofs
}
