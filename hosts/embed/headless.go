package embed

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/dougong-dev/dougong/core/miniapp"
	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/hosts/headless"
)

// Headless is an open mini-program that nobody looks at: its page is a tree in memory, which the program reads and acts on
// as a user would.
type Headless struct {
	*App
	view *headless.App
}

// Start opens a mini-program that nobody looks at, and returns when its first page has come to rest. It lives until it is
// closed, by whomever, or the host is; ctx bounds the start only.
func (h *Host) Start(ctx context.Context, id string, l Launch) (*Headless, error) {
	done, err := h.begin()
	if err != nil {
		return nil, err
	}
	defer done()
	if err := h.known(id); err != nil {
		return nil, err
	}
	launch, err := l.message()
	if err != nil {
		return nil, fmt.Errorf("embed: open mini-program %q: %w", id, err)
	}
	place, err := h.super.Place(id)
	if err != nil {
		return nil, err
	}
	app := h.newApp(id, h.userOf(l))
	view, err := headless.Open(h.life, headless.Config{
		Program: place.Program, Kernel: place.Kernel, User: app.user, Launch: launch, Budget: place.Budget,
		Runner: place.Runner, Memory: place.Memory, Logger: place.Log, Log: app.hearHeadless,
	})
	if err != nil {
		return nil, fmt.Errorf("embed: open mini-program %q: %w", id, err)
	}
	out := &Headless{App: app, view: view}
	app.headless = out
	app.begun(view.Post, view.Close)
	if err = out.stand(ctx); err != nil {
		app.Close()
		return nil, fmt.Errorf("embed: open mini-program %q: %w", id, err)
	}
	return out, nil
}

// mostRests bounds how often stand waits once more; Rest itself gives up after some seconds.
const mostRests = 20

// stand waits until the first page has come to rest. On a machine that has too much to do Rest may have waited long enough
// before there is anything at all.
func (a *Headless) stand(ctx context.Context) error {
	for range mostRests {
		if err := a.view.Rest(ctx); err != nil {
			return err
		}
		if a.host.life.Err() != nil {
			return ErrClosed
		}
		if a.hasSpoken() {
			break
		}
	}
	return nil
}

// hearHeadless closes a mini-program that wants to be left, as a shell does.
func (a *App) hearHeadless(m message.FromActor) {
	a.report(m)
	a.hear(m)
	if m.Ask == nil || m.Ask.Kind != message.AskExit {
		return
	}
	if done, err := a.host.begin(); err == nil { // else the host closes it
		go func() {
			defer done()
			a.Close()
		}()
	}
}

// hungID is the failure of a mini-program that does not come back from a piece of work.
const hungID = "turn-timeout"

// report keeps a crash report of what did not end by itself; a web host does so for what it shows.
func (a *App) report(m message.FromActor) {
	switch {
	case m.Closed != nil && m.Closed.Error != nil:
		a.host.crashed(a.id, *m.Closed.Error)
	case m.Error != nil && m.Error.ID == hungID:
		a.host.crashed(a.id, *m.Error)
	}
}

func (l Launch) message() (message.Launch, error) {
	launch := message.Launch{Path: l.Page}
	if l.Data != nil {
		extra, err := json.Marshal(l.Data)
		if err != nil {
			return launch, fmt.Errorf("Launch.Data: %w", err)
		}
		launch = message.LaunchFrom("", l.Page, message.SceneFromApp, extra)
	}
	for _, s := range l.Stack {
		launch.Pages = append(launch.Pages, message.Spot{Path: s.Page, Query: s.Query})
		launch.Path, launch.Query = s.Page, s.Query
	}
	return launch, nil
}

func (h *Host) userOf(l Launch) string {
	switch {
	case l.User != "":
		return l.User
	case h.super.Config().Users.Default != "":
		return h.super.Config().Users.Default
	}
	return DefaultUser
}

// Text is what a user would read on the page on top.
func (a *Headless) Text() string { return a.view.Text() }

// HTML is the page on top as HTML.
func (a *Headless) HTML() string { return a.view.HTML() }

// Toast is the toast or loading text that is shown.
func (a *Headless) Toast() string { return a.view.Toast() }

// Rest waits until the mini-program has nothing to do any more: after Send, for instance. One that ends meanwhile has
// nothing to do either; of one that has ended it is ErrClosed.
func (a *Headless) Rest(ctx context.Context) error {
	select {
	case <-a.done:
		return a.named(miniapp.ErrClosed)
	default:
		return a.view.Rest(ctx)
	}
}

// Tap taps the first element that matches a selector, that shows a text, or both, and waits for rest.
func (a *Headless) Tap(ctx context.Context, selector, text string) error {
	return a.named(a.view.Fire(ctx, selector, text, 0, "tap", nil))
}

// Input types a value into the first field that matches a selector, and waits for rest.
func (a *Headless) Input(ctx context.Context, selector, value string) error {
	return a.named(a.view.Fire(ctx, selector, "", 0, "input", map[string]any{"value": value}))
}

// Back goes to the page below, as the user's back button does, and waits for rest.
func (a *Headless) Back(ctx context.Context) error {
	return a.named(a.view.Shell(ctx, "back", "", 1))
}

func (a *Headless) named(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, miniapp.ErrClosed):
		err = ErrClosed
	}
	return fmt.Errorf("mini-program %q: %w", a.id, err)
}
