package mobile

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/dougong-dev/dougong/hosts/embed"
	"github.com/dougong-dev/dougong/pdk/go"
)

// App is an open mini-program.
type App struct {
	app  *embed.App
	view *embed.Headless // nil if a web view shows it
}

// Start opens a mini-program that nobody looks at. page may be empty, and so may data, which is JSON that reaches the
// mini-program as referrerInfo.extraData. It waits until the first page has come to rest.
func (h *Host) Start(id, page, data string) (*App, error) {
	open, err := h.opened()
	if err != nil {
		return nil, err
	}
	launch := embed.Launch{Page: page}
	if data != "" {
		if launch.Data, err = raw("data", data); err != nil {
			return nil, err
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), StartTimeout*time.Second)
	defer cancel()
	view, err := open.Start(ctx, id, launch)
	if err != nil {
		return nil, err
	}
	return &App{view.App, view}, nil
}

// App is an open mini-program by the number that its events have, in a web view or not; an error if it is not open any more.
func (h *Host) App(number int64) (*App, error) {
	open, err := h.opened()
	if err != nil {
		return nil, err
	}
	if number > 0 {
		if app := open.App(uint64(number)); app != nil {
			return &App{app: app}, nil
		}
	}
	return nil, fmt.Errorf("no mini-program with the number %d is open", number)
}

// ID is the mini-program's id.
func (a *App) ID() string { return a.app.ID() }

// Number tells this opening from every other one.
func (a *App) Number() int64 { return int64(a.app.Number()) } //nolint:gosec // nobody opens 2^63 mini-programs

// Page is the path of the page on top.
func (a *App) Page() string { return a.app.Page() }

// Send tells the mini-program an event. data is JSON, or empty.
func (a *App) Send(event, data string) error {
	if data == "" {
		return a.app.Send(event, nil)
	}
	value, err := raw("data", data)
	if err != nil {
		return err
	}
	return a.app.Send(event, value)
}

// Text is what a user would read on the page on top. It waits until the mini-program has come to rest, for so many
// milliseconds at most.
func (a *App) Text(wait int) (string, error) {
	if a.view == nil {
		return "", errors.New("a web view shows this mini-program: its text is there; only what Start has opened can be read")
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Duration(wait)*time.Millisecond)
	defer cancel()
	if err := a.view.Rest(ctx); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return "", err
	}
	return a.view.Text(), nil
}

// Tap taps the first element that matches a selector, that shows a text, or both, and waits as Text does.
func (a *App) Tap(selector, text string, wait int) error {
	if a.view == nil {
		return errors.New("a web view shows this mini-program: the user taps; only what Start has opened can be tapped")
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Duration(wait)*time.Millisecond)
	defer cancel()
	return a.view.Tap(ctx, selector, text)
}

// Close ends the mini-program and waits until it is gone.
func (a *App) Close() { a.app.Close() }

// raw checks that a text is JSON.
func raw(what, text string) (json.RawMessage, error) {
	var value json.RawMessage
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		return nil, pdk.Errorf(pdk.CodeInvalidParams, "invalidParams", "%s is no JSON: %s", what, err)
	}
	return value, nil
}
