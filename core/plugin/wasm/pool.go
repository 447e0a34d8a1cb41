package wasm

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/manifest"
)

// growDelay is how long a call waits for an instance to become free before another one is made, once there are as many
// as processors: most calls are shorter than making an instance.
const growDelay = 2 * time.Millisecond

// pool holds the instances of one plugin: as many as processors in the long run, as many as the manifest's concurrency
// while calls wait in the host.
type pool struct {
	plugin    *wasmPlugin
	width     int // kept ready
	most      int
	idleAfter time.Duration
	highWater uint64 // bytes of memory; 0: never recycled

	// spare is an idle instance, the warmest, that is taken and given back without the lock. What a call that gives one
	// back would have to look after is in queued, closed and the instance's claimed; it looks there again once the
	// instance is in its place, and whoever changes them looks into spare afterwards, so that one of the two sees the other.
	spare  spare
	queued atomic.Int32 // len(queue)
	closed atomic.Bool

	mu         sync.Mutex
	idle       []*instance // the others; the last one is the warmest
	total      int         // idle, busy and being made
	all        map[*instance]struct{}
	queue      []chan *instance // calls that wait; nil means: make one yourself
	owners     map[uint64]*instance
	config     []byte
	generation atomic.Uint64 // of config; 0: never configured
	drained    chan struct{} // closed when closed and total is 0
	shrink     *time.Timer   // closes what nobody needs; nil: there is nothing to look at
	resting    int           // that many of idle, the first ones, have not been used since shrink was set
}

func newPool(p *wasmPlugin, opts Options) *pool {
	limits := p.manifest.Limits
	out := &pool{plugin: p, width: min(opts.Width, limits.Concurrency), most: limits.Concurrency, idleAfter: opts.IdleTimeout,
		highWater: uint64(limits.MemoryMB) << 20 * uint64(opts.HighWater) / 100,
		all:       map[*instance]struct{}{}, owners: map[uint64]*instance{}, drained: make(chan struct{})}
	if p.manifest.Instances == manifest.InstancesOne {
		// Its state is the point of a single instance: only a crash replaces it.
		out.width, out.most, out.highWater = 1, 1, 0
	}
	out.spare.seats = make([]*instance, out.most)
	return out
}

// warm makes the first instance.
func (p *pool) warm(ctx context.Context) error {
	inst, _, err := p.acquire(ctx, 0, false)
	if err == nil {
		p.release(inst, inst.usable())
	}
	return err
}

// acquire returns an instance that nobody else uses, with the current configuration: the one that runs task, if there is
// one. With pin it will run task from now on. waited says that it took a while. The error is the context's or a *pdk.Error.
func (p *pool) acquire(ctx context.Context, task uint64, pin bool) (inst *instance, waited bool, err error) {
	if task == 0 && !p.closed.Load() {
		inst = p.spare.take()
	}
	if inst == nil {
		if inst, waited, err = p.take(ctx, task); err != nil {
			return nil, true, err
		}
	}
	if pin {
		p.pin(inst, task)
	}
	if inst.generation == p.generation.Load() {
		return inst, waited, nil
	}
	config, generation := p.currentConfig()
	if err := inst.configure(ctx, config); err != nil {
		p.release(inst, false)
		return nil, true, err
	}
	inst.generation = generation
	return inst, true, nil
}

func (p *pool) take(ctx context.Context, task uint64) (inst *instance, waited bool, err error) {
	p.mu.Lock()
	if p.closed.Load() {
		p.mu.Unlock()
		return nil, false, p.goneError()
	}
	if owner := p.owners[task]; task != 0 && owner != nil {
		inst, err = p.takeOwner(ctx, owner)
		return inst, true, err
	}
	if inst = p.free(); inst != nil {
		p.mu.Unlock()
		return inst, false, nil
	}
	if p.total < p.width {
		p.total++
		p.mu.Unlock()
		inst, err = p.make(ctx)
		return inst, true, err
	}
	wait := make(chan *instance, 1)
	p.enqueue(append(p.queue, wait))
	if inst = p.spare.take(); inst != nil { // given back before it could see the queue
		p.enqueue(p.queue[:len(p.queue)-1])
		p.mu.Unlock()
		return inst, false, nil
	}
	p.mu.Unlock()
	inst, err = p.wait(ctx, wait)
	return inst, true, err
}

// free takes an idle instance; nil: there is none. p.mu is held.
func (p *pool) free() *instance {
	if inst := p.spare.take(); inst != nil {
		return inst
	}
	if n := len(p.idle); n > 0 {
		inst := p.idle[n-1]
		p.idle, p.resting = p.idle[:n-1], min(p.resting, n-1)
		return inst
	}
	return nil
}

// enqueue replaces the queue. p.mu is held.
func (p *pool) enqueue(queue []chan *instance) {
	p.queue = queue
	p.queued.Store(int32(len(queue)))
}

// wait waits for a free instance and, after a moment, makes another one if the limit allows.
func (p *pool) wait(ctx context.Context, wait chan *instance) (*instance, error) {
	ctx, cancel := context.WithTimeout(ctx, p.plugin.manifest.Limits.CallTimeout)
	defer cancel()
	grow := time.NewTimer(growDelay)
	defer grow.Stop()
	for {
		select {
		case inst := <-wait:
			return p.got(ctx, inst)
		case <-grow.C:
			if p.mayGrow(wait) {
				return p.make(ctx)
			}
		case <-ctx.Done():
			p.mu.Lock()
			p.enqueue(slices.DeleteFunc(p.queue, func(c chan *instance) bool { return c == wait }))
			p.mu.Unlock()
			p.giveBack(wait)
			return nil, ctx.Err()
		}
	}
}

// got takes what came over the queue: an instance, or leave to make one.
func (p *pool) got(ctx context.Context, inst *instance) (*instance, error) {
	if inst == nil {
		return p.make(ctx)
	}
	return inst, nil
}

// giveBack returns what reached a waiter that has just given up.
func (p *pool) giveBack(wait chan *instance) {
	select {
	case inst := <-wait:
		if inst == nil {
			p.lost()
		} else {
			p.release(inst, inst.usable())
		}
	default:
	}
}

func (p *pool) mayGrow(wait chan *instance) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	at := slices.Index(p.queue, wait)
	if at < 0 || p.total >= p.most || p.closed.Load() {
		return false
	}
	p.enqueue(slices.Delete(p.queue, at, at+1))
	p.total++
	return true
}

// make makes an instance, which total already counts.
func (p *pool) make(ctx context.Context) (*instance, error) {
	if p.isClosed() {
		p.lost()
		return nil, p.goneError()
	}
	inst, err := p.plugin.instantiate(ctx)
	if err != nil {
		p.lost()
		return nil, err
	}
	p.mu.Lock()
	p.all[inst] = struct{}{}
	p.spare.sit(inst)
	p.mu.Unlock()
	return inst, nil
}

// release takes an instance back, or closes it if it is not healthy, too big or not wanted any more.
func (p *pool) release(inst *instance, healthy bool) {
	inst.output.Forget()
	size := uint64(0)
	if healthy {
		if size = inst.guest.size(); inst.seen.Load() != size {
			inst.seen.Store(size)
		}
	}
	big := p.highWater > 0 && size > p.highWater
	if healthy && !big && !inst.claimed.Load() {
		if inst = p.keep(inst); inst == nil {
			return
		}
	}
	p.mu.Lock()
	if healthy && (!big || inst.pinned > 0) && !p.closed.Load() {
		p.handOn(inst)
		p.mu.Unlock()
		return
	}
	lost := p.disown(inst)
	delete(p.all, inst)
	p.spare.stand(inst)
	p.mu.Unlock()
	inst.close()
	for _, task := range lost {
		if r, running := p.plugin.tasks.end(task); running && r.alone {
			p.plugin.services.Emit(p.plugin.manifest.ID, r.info, r.until, pdk.Payload{}, true)
		}
	}
	p.lost()
}

// keep makes inst the spare one, if there is none and nobody waits. It returns an instance that is still to be given a
// place, or nil: inst, or one that was put into its seat after somebody had taken it.
func (p *pool) keep(inst *instance) *instance {
	if p.queued.Load() > 0 || p.closed.Load() {
		return inst
	}
	seat := inst.seat // it is not ours any more once it is the spare one
	if !p.spare.put(inst) {
		return inst
	}
	if p.queued.Load() == 0 && !p.closed.Load() {
		return nil
	}
	// Somebody may have begun to wait meanwhile. If nobody is in the seat any more, somebody has inst.
	return p.spare.back(seat)
}

// handOn gives inst to whoever waits for it, or keeps it. p.mu is held.
func (p *pool) handOn(inst *instance) {
	switch {
	case len(inst.waiting) > 0:
		inst.waiting[0] <- inst
		inst.waiting = inst.waiting[1:]
	case len(p.queue) > 0:
		p.queue[0] <- inst
		p.enqueue(p.queue[1:])
	default:
		inst.claimed.Store(inst.pinned > 0)
		p.idle = append(p.idle, inst)
		p.watchIdle()
	}
}

// lost notes that there is one instance less, and lets the next waiter make another.
func (p *pool) lost() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.queue) > 0 && !p.closed.Load() {
		p.queue[0] <- nil
		p.enqueue(p.queue[1:])
		return
	}
	p.total--
	if p.closed.Load() && p.total == 0 {
		close(p.drained)
	}
}

func (p *pool) setConfig(config []byte) uint64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.config = slices.Clone(config)
	return p.generation.Add(1)
}

func (p *pool) currentConfig() ([]byte, uint64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.config, p.generation.Load()
}

func (p *pool) isClosed() bool { return p.closed.Load() }

func (p *pool) goneError() error {
	return pdk.Errorf(pdk.CodeUnavailable, "unavailable", "plugin %q is stopped", p.plugin.manifest.ID)
}
