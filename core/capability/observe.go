package capability

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/dougong-dev/dougong/pdk/go"
)

// DefaultObserverQueue is how many outcomes wait for the observers before further ones are dropped.
const DefaultObserverQueue = 4096

// Outcome is what became of a call.
type Outcome struct {
	pdk.Info
	Plugin  string // the provider's id; empty if none was found
	Sync    bool
	Started time.Time
	Took    time.Duration
	In, Out int // payload sizes in bytes
	Err     error
}

// Observer looks at outcomes: measurements, logs. It is called from one goroutine, never from the call itself.
type Observer interface {
	Observe(Outcome)
}

// Observers pass outcomes to observers through a bounded queue. A call never waits for them: what does not fit is
// dropped and counted.
type Observers struct {
	list    []Observer
	queue   chan Outcome
	done    chan struct{}
	mu      sync.RWMutex // held for reading while something is put in; closing takes it for writing
	closed  bool
	dropped atomic.Uint64
}

// NewObservers starts the goroutine that serves them; Close ends it. size 0 is DefaultObserverQueue.
func NewObservers(size int, list ...Observer) *Observers {
	if size <= 0 {
		size = DefaultObserverQueue
	}
	o := &Observers{list: list, queue: make(chan Outcome, size), done: make(chan struct{})}
	go o.run()
	return o
}

func (o *Observers) run() {
	defer close(o.done)
	for out := range o.queue {
		for _, l := range o.list {
			o.one(l, out)
		}
	}
}

// one keeps an observer's panic from ending the others.
func (o *Observers) one(l Observer, out Outcome) {
	defer func() {
		if recover() != nil {
			o.dropped.Add(1)
		}
	}()
	l.Observe(out)
}

// Dropped counts the outcomes that found the queue full, or whose observer panicked.
func (o *Observers) Dropped() uint64 { return o.dropped.Load() }

// Close serves what is queued and ends.
func (o *Observers) Close() {
	o.mu.Lock()
	if !o.closed {
		o.closed = true
		close(o.queue)
	}
	o.mu.Unlock()
	<-o.done
}

// Step is the step that reports every call, refused ones too.
func (o *Observers) Step(next Handler) Handler {
	return func(ctx context.Context, call *Call) (pdk.Payload, error) {
		started := time.Now()
		p, err := next(ctx, call)
		out := Outcome{Info: call.Info, Sync: call.Sync, Started: started, Took: time.Since(started), In: call.Payload.Size(), Out: p.Size(), Err: err}
		if call.route != nil && call.route.provider != nil {
			out.Plugin = call.route.provider.ID()
		}
		o.put(out)
		return p, err
	}
}

func (o *Observers) put(out Outcome) {
	o.mu.RLock()
	defer o.mu.RUnlock()
	if o.closed {
		return
	}
	select {
	case o.queue <- out:
	default:
		o.dropped.Add(1)
	}
}
