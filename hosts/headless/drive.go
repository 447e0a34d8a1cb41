package headless

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/hosts/headless/scenario"
)

// Play runs one scenario on a mini-program opened for it; the error is a *scenario.Failure. Config's Launch, User and
// Answers come from the scenario.
func Play(ctx context.Context, c Config, s *scenario.Scenario) error {
	c.Launch, c.User = message.Launch{Path: s.Open}, s.User
	app, err := Open(ctx, c)
	if err != nil {
		return err
	}
	defer app.Close()
	app.filesFrom(filepath.Dir(s.File))
	app.Answer(s.Answers)
	if err := app.Rest(ctx); err != nil {
		return err
	}
	return scenario.Run(ctx, s, &driver{app: app})
}

// driver lets a scenario drive an App.
type driver struct {
	app  *App
	seen int // errors that have been looked at
}

// Count implements scenario.Driver.
func (d *driver) Count(t scenario.Target) (int, error) { return d.app.Find(t.Selector, t.Text) }

// Fire implements scenario.Driver.
func (d *driver) Fire(ctx context.Context, t scenario.Target, kind string, detail any) error {
	return d.app.Fire(ctx, t.Selector, t.Text, t.At, kind, detail)
}

// Text implements scenario.Driver.
func (d *driver) Text() string { return d.app.Text() }

// Path implements scenario.Driver.
func (d *driver) Path() string { return d.app.Path() }

// Toast implements scenario.Driver.
func (d *driver) Toast() string { return d.app.Toast() }

// Shell implements scenario.Driver.
func (d *driver) Shell(ctx context.Context, action, path string, count int) error {
	return d.app.Shell(ctx, action, path, count)
}

// Answer implements scenario.Driver.
func (d *driver) Answer(answers map[string]scenario.Answer) { d.app.Answer(answers) }

// Changed implements scenario.Driver.
func (d *driver) Changed(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-d.app.Changed():
		return nil
	}
}

// Failure implements scenario.Driver.
func (d *driver) Failure() error {
	errs := d.app.Errors()
	if d.seen >= len(errs) {
		return nil
	}
	e := errs[d.seen]
	d.seen = len(errs)
	if e.File == "" {
		return fmt.Errorf("the mini-program failed: %s", e.Message)
	}
	return fmt.Errorf("the mini-program failed: %s:%d:%d: %s", e.File, e.Line, e.Column, e.Message)
}

var _ scenario.Driver = (*driver)(nil)
