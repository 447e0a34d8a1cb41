package wasm

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/wire"
)

// watchIdle looks after idleAfter which instances nobody has used meanwhile, if there are more than usual. It is called
// when an instance becomes idle, which those that pass through spare alone do not: a timer that finds the others busy has
// nothing to do, and the first of them that becomes idle sets it again. p.mu is held.
func (p *pool) watchIdle() {
	if p.shrink != nil || p.closed.Load() || p.total <= p.width || len(p.idle) == 0 {
		return
	}
	p.resting = len(p.idle)
	p.shrink = time.AfterFunc(p.idleAfter, p.dropIdle)
}

// dropIdle closes instances beyond the usual number that have been idle all the time since the last look. It does not ask
// how many are idle at this moment: under steady calls some are always busy.
func (p *pool) dropIdle() {
	var drop []*instance
	p.mu.Lock()
	p.shrink = nil
	rested, beyond := p.idle[:min(p.resting, len(p.idle))], p.total-p.width
	for _, inst := range rested {
		if inst.pinned == 0 && len(drop) < beyond {
			drop = append(drop, inst)
		}
	}
	for _, inst := range drop {
		at := slices.Index(p.idle, inst)
		p.idle = slices.Delete(p.idle, at, at+1)
		delete(p.all, inst)
		p.spare.stand(inst)
	}
	if beyond > len(drop) {
		p.watchIdle()
	}
	p.mu.Unlock()
	for _, inst := range drop {
		inst.close()
		p.lost()
	}
}

// close tells the idle instances that they are done with, waits for the busy ones until ctx ends, and then stops them.
func (p *pool) close(ctx context.Context) error {
	p.mu.Lock()
	p.closed.Store(true)
	if p.shrink != nil {
		p.shrink.Stop()
	}
	idle, queue := p.idle, p.queue
	if spare := p.spare.take(); spare != nil {
		idle = append(idle, spare)
	}
	p.idle = nil
	p.enqueue(nil)
	p.total += len(queue) // each waiter is told to make an instance, and finds out that it may not
	if p.total == 0 {
		close(p.drained)
	}
	p.mu.Unlock()
	for _, wait := range queue {
		wait <- nil
	}
	for _, inst := range idle {
		_ = inst.do(ctx, wire.OpClose, &pdk.Info{Method: "close"}, &pdk.Payload{}, &pdk.Payload{}, inst.leash.now())
		p.release(inst, false)
	}
	select {
	case <-p.drained:
		return nil
	case <-ctx.Done():
	}
	return p.stopBusy()
}

// stopGrace is how long a stopped guest may take to notice.
const stopGrace = 5 * time.Second

// stopBusy ends the guests that are busy. It leaves their modules alone: what a module has of the system, a function of
// WASI may be using that very moment, and whoever has the instance closes it.
func (p *pool) stopBusy() error {
	p.mu.Lock()
	for inst := range p.all {
		inst.leash.cut()
	}
	p.mu.Unlock()
	grace := time.NewTimer(stopGrace)
	defer grace.Stop()
	select {
	case <-p.drained:
		return nil
	case <-grace.C:
		return errors.New("plugin " + p.plugin.manifest.ID + " has a call that cannot be stopped; its memory is not given back")
	}
}
