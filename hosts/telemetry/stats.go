package telemetry

import (
	"cmp"
	"slices"
	"sync"
	"time"

	"github.com/dougong-dev/dougong/core/capability"
	"github.com/dougong-dev/dougong/pdk/go"
)

// Bounds are the upper ends of the buckets of the latency histograms; what took longer is in one more.
var bounds = [...]time.Duration{
	10 * time.Microsecond, 25 * time.Microsecond, 50 * time.Microsecond, 100 * time.Microsecond, 250 * time.Microsecond, 500 * time.Microsecond,
	time.Millisecond, 2500 * time.Microsecond, 5 * time.Millisecond, 10 * time.Millisecond, 25 * time.Millisecond, 50 * time.Millisecond,
	100 * time.Millisecond, 250 * time.Millisecond, 500 * time.Millisecond, time.Second, 2500 * time.Millisecond, 5 * time.Second, 10 * time.Second,
}

// Bounds lists the upper ends of the buckets of the latency histograms.
func Bounds() []time.Duration { return bounds[:] }

// Stats counts calls by plugin and method, since the start.
type Stats struct {
	mu      sync.Mutex
	methods map[key]*method
}

type key struct{ plugin, capability, method string }

type method struct {
	calls   uint64
	errors  map[int]uint64
	total   time.Duration
	buckets [len(bounds) + 1]uint64
}

// Method is what has been counted for one method of one plugin.
type Method struct {
	// Plugin is empty for calls that no plugin was found for; they have no capability and method either, as these could be
	// anything.
	Plugin     string         `json:"plugin"`
	Capability string         `json:"capability"`
	Method     string         `json:"method"`
	Calls      uint64         `json:"calls"`
	Errors     map[int]uint64 `json:"errors,omitempty"` // by code
	Total      time.Duration  `json:"total_ns"`
	// Buckets counts calls by latency: Bounds, and one more for what took longer.
	Buckets []uint64 `json:"buckets"`
}

var _ capability.Observer = (*Stats)(nil)

// NewStats makes empty Stats.
func NewStats() *Stats { return &Stats{methods: map[key]*method{}} }

// Observe implements capability.Observer.
func (s *Stats) Observe(o capability.Outcome) {
	k := key{o.Plugin, o.Capability, o.Method}
	if o.Plugin == "" {
		k = key{} // a mini-program could make up any number of names
	}
	at, _ := slices.BinarySearch(bounds[:], o.Took)
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.methods[k]
	if m == nil {
		m = &method{errors: map[int]uint64{}}
		s.methods[k] = m
	}
	m.calls++
	m.total += o.Took
	m.buckets[at]++
	if o.Err != nil {
		m.errors[pdk.Code(o.Err)]++
	}
}

// Methods lists what has been counted, sorted by plugin and method.
func (s *Stats) Methods() []Method {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]Method, 0, len(s.methods))
	for k, m := range s.methods {
		x := Method{Plugin: k.plugin, Capability: k.capability, Method: k.method, Calls: m.calls, Total: m.total, Buckets: slices.Clone(m.buckets[:])}
		for code, n := range m.errors {
			if x.Errors == nil {
				x.Errors = map[int]uint64{}
			}
			x.Errors[code] = n
		}
		out = append(out, x)
	}
	slices.SortFunc(out, func(a, b Method) int {
		return cmp.Or(cmp.Compare(a.Plugin, b.Plugin), cmp.Compare(a.Capability, b.Capability), cmp.Compare(a.Method, b.Method))
	})
	return out
}

// Quantile is the latency that a share of the calls in buckets stayed below, between the bounds of its bucket by straight
// line; 0 if there are no calls.
func Quantile(buckets []uint64, share float64) time.Duration {
	var all uint64
	for _, n := range buckets {
		all += n
	}
	if all == 0 {
		return 0
	}
	rank, below := share*float64(all), 0.0
	for i, n := range buckets {
		if below+float64(n) < rank || n == 0 {
			below += float64(n)
			continue
		}
		if i >= len(bounds) {
			break
		}
		low := time.Duration(0)
		if i > 0 {
			low = bounds[i-1]
		}
		return low + time.Duration((rank-below)/float64(n)*float64(bounds[i]-low))
	}
	return bounds[len(bounds)-1]
}
