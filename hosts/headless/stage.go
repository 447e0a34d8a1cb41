package headless

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"

	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/program"
)

// errNotOpened refuses to go back where nobody came from.
var errNotOpened = errors.New("not opened by another mini-program")

// Find gives the other mini-programs of a super-app by their ids; an error says that there is none.
type Find func(ctx context.Context, id string) (*program.Program, error)

// Stage holds the open mini-programs of a super-app. One is in front; it may open others and go back.
type Stage struct {
	ctx context.Context //nolint:containedctx // the life of the mini-programs

	mu      sync.Mutex
	apps    map[string]*App
	openers map[string]string // who opened it, by id
	front   *App
	order   []*App

	moving sync.Mutex // guards closed; never held together with mu
	closed bool
	moves  sync.WaitGroup
}

// NewStage opens the first mini-program; Config.Find has the others. ctx is the life of all.
func NewStage(ctx context.Context, c Config) (*Stage, error) {
	s := &Stage{ctx: ctx, apps: map[string]*App{}, openers: map[string]string{}}
	s.mu.Lock()
	defer s.mu.Unlock()
	first, err := s.open(c)
	s.front = first
	return s, err
}

// open starts a mini-program. The caller holds mu.
func (s *Stage) open(c Config) (*App, error) {
	c.stage = s
	app, err := Open(s.ctx, c)
	if err != nil {
		return nil, err
	}
	s.apps[c.Program.App.ID] = app
	s.order = append(s.order, app)
	return app, nil
}

// Front is the mini-program that the user sees.
func (s *Stage) Front() *App {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.front
}

// Apps are the open mini-programs, in the order in which they were opened.
func (s *Stage) Apps() []*App {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]*App(nil), s.order...)
}

// Close ends all mini-programs and waits until they are gone.
func (s *Stage) Close() {
	s.moving.Lock()
	s.closed = true
	s.moving.Unlock()
	s.moves.Wait()
	for _, app := range s.Apps() {
		app.Close()
	}
}

// Rest waits until the mini-program in front has come to rest, and nothing else has come to the front meanwhile.
func (s *Stage) Rest(ctx context.Context) error {
	for {
		front := s.Front()
		if err := front.Rest(ctx); err != nil || s.Front() == front {
			return err
		}
	}
}

// move carries out an ask for another mini-program and answers it. It does not wait: asks come on the goroutine of the
// mini-program that goes, which must be free to be told.
func (s *Stage) move(from *App, ask message.Ask) {
	s.moving.Lock()
	defer s.moving.Unlock()
	if s.closed {
		return
	}
	s.moves.Go(func() {
		err := s.carry(from, ask)
		m := message.Answer{ID: ask.ID}
		if err != nil {
			m.Error = err.Error()
		}
		_ = from.Post(message.ToActor{Answer: &m})
	})
}

func (s *Stage) carry(from *App, ask message.Ask) error {
	if ask.Kind == message.AskBackMiniProgram {
		var back message.BackMiniProgram
		if err := json.Unmarshal(ask.Args, &back); err != nil {
			return err
		}
		return s.back(from, back.ExtraData)
	}
	var to message.OpenMiniProgram
	if err := json.Unmarshal(ask.Args, &to); err != nil {
		return err
	}
	return s.forth(from, to)
}

// forth opens another mini-program, or brings it to the front.
func (s *Stage) forth(from *App, to message.OpenMiniProgram) error {
	id := from.config.Program.App.ID
	if from.config.Find == nil || to.AppID == id {
		return fmt.Errorf("there is no other mini-program %q here", to.AppID)
	}
	p, err := from.config.Find(s.ctx, to.AppID)
	if err != nil {
		return err
	}
	launch := message.LaunchFrom(id, to.Path, message.SceneFromMiniProgram, to.ExtraData)
	launch.Embedded = to.Embedded
	s.mu.Lock()
	defer s.mu.Unlock()
	s.openers[to.AppID] = id
	if app := s.apps[to.AppID]; app != nil {
		return s.show(from, app, launch)
	}
	c := from.config
	c.Program, c.Launch, c.Answers = p, launch, from.Answers()
	app, err := s.open(c)
	if err != nil {
		return err
	}
	s.front = app
	return from.Post(message.ToActor{Hide: true})
}

// back returns to the mini-program that opened this one.
func (s *Stage) back(from *App, extra json.RawMessage) error {
	id := from.config.Program.App.ID
	s.mu.Lock()
	defer s.mu.Unlock()
	app := s.apps[s.openers[id]]
	if app == nil {
		return errNotOpened
	}
	delete(s.openers, id)
	return s.show(from, app, message.LaunchFrom(id, "", message.SceneBack, extra))
}

// show brings an open mini-program to the front. The caller holds mu.
func (s *Stage) show(from, app *App, launch message.Launch) error {
	s.front = app
	if err := from.Post(message.ToActor{Hide: true}); err != nil {
		return err
	}
	return app.Post(message.ToActor{Show: &launch})
}
