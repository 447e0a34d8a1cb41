package core

import (
	"context"
	"errors"

	"github.com/dougong-dev/dougong/core/capability"
)

// errStops is why plugins that are still starting are given up.
var errStops = errors.New("the host stops")

// startBehind starts the plugins while the host goes on. Calls wait for their own plugin alone. Nothing else changes the
// state of the kernel meanwhile.
func (k *Kernel) startBehind(ctx context.Context, s *state, table *capability.Table) {
	ctx, cancel := context.WithCancelCause(ctx)
	gates := make([]*gate, len(s.plugins))
	for i, u := range s.plugins {
		gates[i] = &gate{open: make(chan struct{}), starting: true}
		u.gate.Store(gates[i])
	}
	k.changing.Lock()
	k.drains.Add(1)
	quit := make(chan struct{})
	go func() {
		defer close(quit)
		select {
		case <-k.quit:
			cancel(errStops)
		case <-ctx.Done():
		}
	}()
	go func() {
		defer k.drains.Done()
		err := k.startPlugins(ctx, s, table)
		for i, u := range s.plugins { // of those that were not reached
			u.pass(gates[i])
		}
		if err == nil {
			k.begun()
		}
		k.changing.Unlock()
		stopped := ctx.Err() != nil
		cancel(nil)
		<-quit
		if err == nil || !stopped {
			k.opts.Behind(err)
		}
	}()
}

// pass lets the calls go on that wait for a unit's start, with the unit if it runs and with an error if it does not.
func (u *unit) pass(g *gate) {
	if g != nil && g.starting && u.gate.CompareAndSwap(g, nil) {
		close(g.open)
	}
}
