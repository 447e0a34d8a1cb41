package capability

import (
	"context"
	"strings"
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

// gather is how long outcomes are collected before the observers are woken: waking a goroutine for each call would cost
// more than the rest of the chain.
const gather = 5 * time.Millisecond

// Observers pass outcomes to observers through a bounded queue. A call never waits for them: what does not fit is
// dropped and counted.
type Observers struct {
	list    atomic.Pointer[[]Observer]
	size    int
	wake    chan struct{}
	quit    chan struct{}
	done    chan struct{}
	dropped atomic.Uint64

	mu     sync.Mutex
	queue  []Outcome
	closed bool
}

// NewObservers starts the goroutine that serves them; Close ends it. size 0 is DefaultObserverQueue.
func NewObservers(size int, list ...Observer) *Observers {
	if size <= 0 {
		size = DefaultObserverQueue
	}
	o := &Observers{size: size, queue: make([]Outcome, 0, size),
		wake: make(chan struct{}, 1), quit: make(chan struct{}), done: make(chan struct{})}
	o.Set(list...)
	go o.run()
	return o
}

// Set replaces the observers; with none, calls pass by without being measured.
func (o *Observers) Set(list ...Observer) { o.list.Store(&list) }

func (o *Observers) run() {
	defer close(o.done)
	spare := make([]Outcome, 0, o.size)
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for open := true; open; {
		select {
		case <-o.wake:
			timer.Reset(gather)
			select {
			case <-timer.C:
			case <-o.wake: // the queue is half full
			case <-o.quit:
			}
		case <-o.quit:
			open = false
		}
		o.mu.Lock()
		batch := o.queue
		o.queue = spare[:0]
		o.mu.Unlock()
		list := *o.list.Load()
		for i := range batch {
			for _, l := range list {
				o.one(l, batch[i])
			}
		}
		clear(batch)
		spare = batch
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
		close(o.quit)
	}
	o.mu.Unlock()
	<-o.done
}

// Step is the step that reports every call, refused ones too.
func (o *Observers) Step(next Handler) Handler {
	return func(ctx context.Context, call *Call) error { return o.around(ctx, call, next) }
}

// Enter is the catalogue's Find and the observers' Step in one: nobody comes between the two, and a step of its own costs
// as much as finding a method. Calls of what there is not are observed as well: an app that asks for what nobody provides
// is what a measurement is for.
func Enter(c *Catalogue, o *Observers) Step {
	return func(next Handler) Handler {
		return func(ctx context.Context, call *Call) error {
			if err := c.find(call); err != nil {
				call.route, call.Contract, call.provider, call.carrier = nil, nil, nil, nil
				out := Outcome{Info: call.Info, Sync: call.Sync, Started: time.Now(), In: call.Payload.Size(), Err: err}
				out.Capability, out.Method = cut(out.Capability), cut(out.Method)
				o.Report(out)
				return err
			}
			return o.around(ctx, call, next)
		}
	}
}

// longestName is how much observers see of a name that no contract has: whoever calls may make up any.
const longestName = 128

func cut(name string) string {
	if len(name) <= longestName {
		return name
	}
	return strings.ToValidUTF8(name[:longestName], "") + "…"
}

func (o *Observers) around(ctx context.Context, call *Call, next Handler) error {
	if len(*o.list.Load()) == 0 {
		return next(ctx, call)
	}
	started := call.started // a guard or provider may send the same call on
	err := next(ctx, call)
	o.put(call, started, Now(), err)
	return err
}

// Report reports a call that did not take the chain.
func (o *Observers) Report(out Outcome) {
	if len(*o.list.Load()) == 0 {
		return
	}
	o.mu.Lock()
	n := len(o.queue)
	if o.closed || n >= o.size {
		o.mu.Unlock()
		o.dropped.Add(1)
		return
	}
	o.queue = append(o.queue, out)
	o.mu.Unlock()
	o.rouse(n)
}

// rouse wakes the observers if an outcome was the first one of a batch, or filled half of the queue.
func (o *Observers) rouse(n int) {
	if n == 0 || n == o.size/2 {
		select {
		case o.wake <- struct{}{}:
		default:
		}
	}
}

func (o *Observers) put(call *Call, started, ended time.Duration, err error) {
	size := 0
	if err == nil {
		size = call.Result.Size()
	}
	o.mu.Lock()
	n := len(o.queue)
	if o.closed || n >= o.size {
		o.mu.Unlock()
		o.dropped.Add(1)
		return
	}
	o.queue = o.queue[:n+1]
	out := &o.queue[n]
	out.Info, out.Sync, out.Plugin = call.Info, call.Sync, call.Provider()
	out.Started, out.Took = epoch.Add(started), ended-started
	out.In, out.Out, out.Err = call.Payload.Size(), size, err
	o.mu.Unlock()
	o.rouse(n)
}
