package headless

import (
	"context"
	"fmt"
	"time"

	"github.com/dougong-dev/dougong/core/miniapp"
	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/view/dom"
	"github.com/dougong-dev/dougong/core/miniapp/view/raster"
)

// patienceToEnd is how long a mini-program may take to end by itself.
const patienceToEnd = 2 * time.Second

// start starts the mini-program's session. The caller holds mu.
func (a *App) start(ctx context.Context, launch message.Launch) error {
	c, generation := a.config, a.generation
	s, err := miniapp.Start(ctx, miniapp.Options{
		Program: c.Program, User: c.User, Launch: launch, System: c.System, Kernel: c.Kernel,
		Budget: c.Budget, Send: func(m message.FromActor) { a.receive(generation, m) }, Idle: true,
		Runner: c.Runner, Memory: c.Memory, Log: c.Logger,
	})
	if err == nil {
		a.session = s
	}
	return err
}

// Restart ends the mini-program as the system does that needs its memory, and starts it anew: pages find what they saved on
// exit.
func (a *App) Restart(launch message.Launch) { a.restart(launch) }

// restart starts the mini-program anew. What was drawn, heard and asked before is gone; errors, logs and answers stay.
func (a *App) restart(launch message.Launch) {
	a.mu.Lock()
	old := a.session
	a.mu.Unlock()
	_, _ = old.Post(message.ToActor{Hide: true}), old.Post(message.ToActor{Close: true}) // pages say what they want to find again
	select {
	case <-old.Done():
	case <-time.After(patienceToEnd):
	}
	old.Close()
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.life.Err() != nil || a.session != old {
		return
	}
	a.generation++
	launch.Exits, a.exits = a.exits, nil
	a.pages, a.ready, a.state = map[int]*dom.Tree{}, map[int]message.Ready{}, state{}
	a.easels, a.players = map[int]*raster.Easel{}, map[uint64]*player{}
	a.stack, a.idle, a.posted, a.focused, a.closed = message.Stack{}, nil, 1, nil, nil
	if err := a.start(a.life, launch); err != nil {
		a.errors = append(a.errors, message.Error{ID: "restart", Origin: "engine", Message: fmt.Sprintf("the mini-program could not be started anew: %v", err)})
	}
}
