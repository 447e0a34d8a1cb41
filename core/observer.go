package core

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/dougong-dev/dougong/core/capability"
	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/pdk/go"
)

// Bounds of what waits for a plugin that observes.
const (
	observerBatch = 200
	observerPause = 200 * time.Millisecond // the longest that an outcome waits for others
	observerQueue = 4096
)

// pluginObserver tells a plugin what became of calls. It never holds up the others: what does not fit into its queue is
// lost and counted.
type pluginObserver struct {
	k     *Kernel
	entry config.Observer
	wake  chan struct{} // there is something in the queue
	full  chan struct{} // there is a whole batch
	quit  chan struct{}
	done  chan struct{}

	mu    sync.Mutex
	queue []told
	lost  int
}

// told is what an observer is told of a call; nothing of its arguments.
type told struct {
	Capability string `json:"capability"`
	Method     string `json:"method"`
	App        string `json:"app"`
	User       string `json:"user"`
	Page       string `json:"page"`
	Caller     string `json:"caller"`
	Plugin     string `json:"plugin"`
	Trace      string `json:"trace"`
	Started    int64  `json:"started"`
	Took       int64  `json:"took"`
	In         int    `json:"in"`
	Out        int    `json:"out"`
	Code       int    `json:"code"`
}

// observed are the arguments of observe.
type observed struct {
	Outcomes []told `json:"outcomes"`
	Lost     int    `json:"lost"`
}

var _ capability.Observer = (*pluginObserver)(nil)

// observe starts the observers of a configuration in place of those before, which are stopped.
func (k *Kernel) observe(cfg *config.Config) {
	before := k.watching
	k.watching = nil
	list := slices.Clone(k.opts.Observers)
	for _, entry := range cfg.Observers {
		at := slices.IndexFunc(before, func(o *pluginObserver) bool {
			return o.entry.Plugin == entry.Plugin && slices.Equal(o.entry.Capabilities, entry.Capabilities)
		})
		var o *pluginObserver
		if at >= 0 {
			o = before[at]
			before = slices.Delete(before, at, at+1)
		} else {
			o = &pluginObserver{k: k, entry: entry, wake: make(chan struct{}, 1), full: make(chan struct{}, 1), quit: make(chan struct{}), done: make(chan struct{})}
			go o.run()
		}
		k.watching = append(k.watching, o)
		list = append(list, o)
	}
	k.observers.Set(list...)
	for _, o := range before {
		o.close()
	}
}

// Observe implements capability.Observer. An observer is not told of its own calls: that would never end.
func (o *pluginObserver) Observe(out capability.Outcome) {
	if out.Caller == o.entry.Plugin || out.Capability == observerCapability ||
		len(o.entry.Capabilities) > 0 && !slices.Contains(o.entry.Capabilities, out.Capability) {
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.queue) >= observerQueue {
		o.lost++
		return
	}
	o.queue = append(o.queue, told{out.Capability, out.Method, out.App, out.User, out.Page, out.Caller, out.Plugin, out.Trace,
		out.Started.UnixMicro(), out.Took.Microseconds(), out.In, out.Out, pdk.Code(out.Err)})
	switch len(o.queue) {
	case 1:
		signal(o.wake)
	case observerBatch:
		signal(o.full)
	}
}

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

func (o *pluginObserver) run() {
	defer close(o.done)
	for open := true; open; {
		select {
		case <-o.wake:
			pause := time.NewTimer(observerPause)
			select {
			case <-pause.C:
			case <-o.full:
			case <-o.quit:
			}
			pause.Stop()
		case <-o.quit:
			open = false
		}
		for o.send() {
		}
	}
}

// send tells the plugin of one batch; it returns false if there are no more to be told.
func (o *pluginObserver) send() bool {
	o.mu.Lock()
	n := min(len(o.queue), observerBatch)
	batch := observed{slices.Clone(o.queue[:n]), o.lost}
	o.queue, o.lost = slices.Delete(o.queue, 0, n), 0
	o.mu.Unlock()
	if n == 0 {
		return false
	}
	err := o.tell(batch)
	if err == nil {
		return true
	}
	o.k.log.Warn("an observer failed", "plugin", o.entry.Plugin, "outcomes", n, "error", err)
	o.mu.Lock()
	o.lost += n + batch.Lost
	o.mu.Unlock()
	select {
	case <-o.quit:
		return false // a plugin that hangs holds up the end once, and not for each batch
	default:
		return true
	}
}

func (o *pluginObserver) tell(batch observed) error {
	u := o.k.now.Load().byName[o.entry.Plugin]
	if u == nil {
		return pdk.Errorf(pdk.CodeUnavailable, "unavailable", "plugin %q is gone", o.entry.Plugin)
	}
	p, err := pdk.Encode(batch)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), u.manifest.Limits.CallTimeout)
	defer cancel()
	_, err = u.Call(ctx, &capability.Call{
		Info:    pdk.Info{Capability: observerCapability, Method: "observe", Trace: newTrace()},
		Payload: p, Host: true, Contract: o.k.catalogue.Contract(observerCapability).Methods["observe"],
	})
	return err
}

// close tells the plugin what is queued and ends.
func (o *pluginObserver) close() {
	close(o.quit)
	<-o.done
}
