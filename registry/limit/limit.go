// Package limit bounds how often somebody may do something: a token bucket for each key, in a table of bounded size.
//
//	if wait := l.Take("ip:203.0.113.7"); wait > 0 { … try again after wait }
//
// It is one replica's own: several replicas allow as many times more. It must not know what the keys stand for.
package limit

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// maxKeys bounds the table. When it is full, buckets that are full again are dropped, and if there are none, all.
const maxKeys = 100_000

// Limiter hands out tokens. Safe for concurrent use.
type Limiter struct {
	each  rate.Limit
	burst int
	now   func() time.Time

	mu      sync.Mutex
	buckets map[string]*rate.Limiter
}

// New makes a limiter of so many a second, and a burst of them at once.
func New(perSecond float64, burst int, now func() time.Time) *Limiter {
	return &Limiter{each: rate.Limit(perSecond), burst: burst, now: now, buckets: map[string]*rate.Limiter{}}
}

// Take takes a token; if there is none it says how long to wait.
func (l *Limiter) Take(key string) time.Duration {
	now := l.now()
	l.mu.Lock()
	b := l.buckets[key]
	if b == nil {
		if len(l.buckets) >= maxKeys {
			l.shrink(now)
		}
		b = rate.NewLimiter(l.each, l.burst)
		l.buckets[key] = b
	}
	l.mu.Unlock()
	r := b.ReserveN(now, 1)
	if !r.OK() {
		return time.Hour
	}
	wait := r.DelayFrom(now)
	if wait > 0 {
		r.CancelAt(now)
	}
	return wait
}

func (l *Limiter) shrink(now time.Time) {
	for key, b := range l.buckets {
		if b.TokensAt(now) >= float64(l.burst) {
			delete(l.buckets, key)
		}
	}
	if len(l.buckets) >= maxKeys {
		clear(l.buckets)
	}
}
