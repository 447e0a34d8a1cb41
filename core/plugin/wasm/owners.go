package wasm

import (
	"context"
	"slices"

	"github.com/dougong-dev/dougong/pdk/go"
)

// takeOwner waits for one instance. p.mu is held, and released.
func (p *pool) takeOwner(ctx context.Context, owner *instance) (*instance, error) {
	if at := slices.Index(p.idle, owner); at >= 0 {
		p.idle = slices.Delete(p.idle, at, at+1)
		if at < p.resting {
			p.resting--
		}
		p.mu.Unlock()
		return owner, nil
	}
	wait := make(chan *instance, 1)
	owner.waiting = append(owner.waiting, wait)
	p.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, p.plugin.manifest.Limits.CallTimeout)
	defer cancel()
	select {
	case inst := <-wait:
		if inst == nil {
			return nil, pdk.Errorf(pdk.CodeNotFound, "notFound", "plugin %q: the instance that ran the task is gone", p.plugin.manifest.ID)
		}
		return inst, nil
	case <-ctx.Done():
		p.mu.Lock()
		owner.waiting = slices.DeleteFunc(owner.waiting, func(c chan *instance) bool { return c == wait })
		p.mu.Unlock()
		p.giveBack(wait)
		return nil, ctx.Err()
	}
}

// pin makes inst the one that runs task.
func (p *pool) pin(inst *instance, task uint64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.owners[task] == nil {
		p.owners[task] = inst
		inst.pinned++
		inst.claimed.Store(true)
	}
}

// unpin frees the instance of a task that has ended.
func (p *pool) unpin(task uint64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if inst := p.owners[task]; inst != nil {
		inst.pinned--
		delete(p.owners, task)
	}
}

// disown tells those who wait for an instance that is going away, and returns the tasks that end with it. p.mu is held.
func (p *pool) disown(inst *instance) (lost []uint64) {
	for task, owner := range p.owners {
		if owner == inst {
			delete(p.owners, task)
			lost = append(lost, task)
		}
	}
	for _, wait := range inst.waiting {
		wait <- nil
	}
	inst.waiting = nil
	return lost
}
