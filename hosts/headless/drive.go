package headless

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/hosts/headless/scenario"
)

// Play runs one scenario on a mini-program opened for it; the error is a *scenario.Failure. Config's Launch, User,
// Answers and Dir come from the scenario.
func Play(ctx context.Context, c Config, s *scenario.Scenario) error {
	c.Launch, c.User = message.Launch{Path: s.Open}, s.User
	c.Answers, c.Dir = s.Answers, filepath.Dir(s.File)
	stage, err := NewStage(ctx, c)
	if err != nil {
		return err
	}
	defer stage.Close()
	if err := stage.Rest(ctx); err != nil {
		return err
	}
	return scenario.Run(ctx, s, &driver{stage: stage, seen: map[*App]int{}})
}

// driver lets a scenario drive the mini-program in front.
type driver struct {
	stage *Stage
	seen  map[*App]int // errors that have been looked at
}

func (d *driver) front() *App { return d.stage.Front() }

// Count implements scenario.Driver.
func (d *driver) Count(t scenario.Target) (int, error) { return d.front().Find(t.Selector, t.Text) }

// Fire implements scenario.Driver.
func (d *driver) Fire(ctx context.Context, t scenario.Target, kind string, detail any) error {
	if err := d.front().Fire(ctx, t.Selector, t.Text, t.At, kind, detail); err != nil {
		return err
	}
	return d.stage.Rest(ctx)
}

// Text implements scenario.Driver.
func (d *driver) Text() string { return d.front().Text() }

// Path implements scenario.Driver.
func (d *driver) Path() string { return d.front().Path() }

// Toast implements scenario.Driver.
func (d *driver) Toast() string { return d.front().Toast() }

// Shell implements scenario.Driver.
func (d *driver) Shell(ctx context.Context, action, path string, count int) error {
	if err := d.front().Shell(ctx, action, path, count); err != nil {
		return err
	}
	return d.stage.Rest(ctx)
}

// Answer implements scenario.Driver.
func (d *driver) Answer(answers map[string]scenario.Answer) { d.front().Answer(answers) }

// Changed implements scenario.Driver.
func (d *driver) Changed(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-d.front().Changed():
		return nil
	}
}

// Failure implements scenario.Driver.
func (d *driver) Failure() error {
	for _, app := range d.stage.Apps() {
		errs := app.Errors()
		if d.seen[app] >= len(errs) {
			continue
		}
		e := errs[d.seen[app]]
		d.seen[app] = len(errs)
		if e.File == "" {
			return fmt.Errorf("the mini-program failed: %s", e.Message)
		}
		if e.Frame != "" {
			e.Message += "\n  " + strings.ReplaceAll(e.Frame, "\n", "\n  ")
		}
		return fmt.Errorf("the mini-program failed: %s:%d:%d: %s", e.File, e.Line, e.Column, e.Message)
	}
	return nil
}

var _ scenario.Driver = (*driver)(nil)
