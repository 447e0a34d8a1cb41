package wasm

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/wire"
)

// beyond tells whether more instances are idle than usual. p.mu is held.
func (p *pool) beyond() bool {
	idle := len(p.idle)
	if p.spare.at.Load() != 0 {
		idle++
	}
	return idle > p.width
}

// dropIdle closes idle instances beyond the usual number, those first that have been idle the longest.
func (p *pool) dropIdle() {
	var drop []*instance
	p.mu.Lock()
	p.shrink = nil
	for i := 0; i < len(p.idle) && p.beyond(); {
		if inst := p.idle[i]; inst.pinned == 0 {
			drop = append(drop, inst)
			p.idle = slices.Delete(p.idle, i, i+1)
			delete(p.all, inst)
			p.spare.stand(inst)
			continue
		}
		i++
	}
	if p.beyond() && !p.closed.Load() {
		p.shrink = time.AfterFunc(p.idleAfter, p.dropIdle)
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
