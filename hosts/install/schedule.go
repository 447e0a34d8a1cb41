package install

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"

	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/core/trust"
)

// statusFile tells people how the last check went. Nothing depends on it.
const statusFile = "update.json"

// Status is how the last check went.
type Status struct {
	Checked  time.Time `json:"checked"`
	Next     time.Time `json:"next,omitzero"` // 0: not by itself
	Pending  []Update  `json:"pending,omitempty"`
	Waiting  string    `json:"waiting,omitempty"` // what an update waits for
	Error    string    `json:"error,omitempty"`
	Warnings []string  `json:"warnings,omitempty"`
}

// Status reads how the last check went; nil if there was none.
func (m *Manager) Status() (*Status, error) {
	data, err := os.ReadFile(m.shelf.path(statusFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("installed: %w", err)
	}
	s := &Status{}
	if err := json.NewDecoder(bytes.NewReader(data)).Decode(s); err != nil {
		return nil, fmt.Errorf("installed: %s: %w; delete it", filepath.Join(m.shelf.dir, statusFile), err)
	}
	return s, nil
}

// Note keeps how a check went.
func (m *Manager) Note(s Status) error {
	if err := m.shelf.make(); err != nil {
		return err
	}
	data, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return err
	}
	return trust.Replace(m.shelf.path(statusFile), append(data, '\n'))
}

// Updater looks for updates in the background of a running host.
type Updater struct {
	Manager *Manager
	Logger  *slog.Logger
	// Settings are those of the configuration as it is now.
	Settings func() config.Update
	// Ready tells what an update has to wait for, "" if for nothing: the right network, say.
	Ready func(ctx context.Context) (waiting string)
	// Update looks for updates and puts them to use.
	Update func(ctx context.Context) (*Change, error)
	// Wait waits until a time, or says why not; nil: the clock's. Changed ends a wait: the settings are others now.
	Wait    func(ctx context.Context, until time.Time) error
	Changed <-chan struct{}
	Now     func() time.Time
}

// retry is how soon it is looked again whether what an update waited for has come.
const retry = time.Minute

// Run goes on until ctx ends. The first check is due when it was due before the host stopped, so that a host that is
// started often does not ask often.
func (u *Updater) Run(ctx context.Context) {
	last := time.Time{}
	if s, err := u.Manager.Status(); err == nil && s != nil {
		last = s.Checked
	}
	soon := false
	for {
		settings := u.Settings()
		if settings.Every <= 0 {
			select {
			case <-ctx.Done():
				return
			case <-u.Changed:
				continue
			}
		}
		next := due(u.Now(), last, settings, rand.Float64()) //nolint:gosec // it spreads load, and guards nothing
		if soon {
			next = due(u.Now(), u.Now().Add(min(retry, settings.Every)-settings.Every), settings, 0)
		}
		changed, err := u.wait(ctx, next)
		if err != nil {
			return
		}
		if changed {
			continue
		}
		s := u.Once(ctx)
		if ctx.Err() != nil {
			return
		}
		if soon = s.Waiting != ""; !soon {
			last = s.Checked
		}
	}
}

func (u *Updater) wait(ctx context.Context, until time.Time) (changed bool, err error) {
	if u.Wait != nil {
		return false, u.Wait(ctx, until)
	}
	t := time.NewTimer(until.Sub(u.Now()))
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false, ctx.Err()
	case <-u.Changed:
		return true, nil
	case <-t.C:
		return false, nil
	}
}

// Once makes one check, keeps how it went, and says so.
func (u *Updater) Once(ctx context.Context) Status {
	s := Status{Checked: u.Now()}
	if s.Waiting = u.Ready(ctx); s.Waiting != "" {
		if old, err := u.Manager.Status(); err == nil && old != nil {
			s.Checked, s.Pending = old.Checked, old.Pending
		} else {
			s.Checked = time.Time{}
		}
		u.Logger.Info("the check for updates waits", "for", s.Waiting)
	} else {
		c, err := u.Update(ctx)
		if err != nil {
			s.Error = err.Error()
			u.Logger.Error("update", "error", err)
		}
		if c != nil {
			s.Warnings = c.Warnings
			for _, w := range c.Warnings {
				u.Logger.Warn("update", "warning", w)
			}
			for _, d := range c.Done {
				u.Logger.Info("updated", "id", d.ID, "from", d.From, "to", d.To, "fetched", d.Tally.Fetched, "reused", d.Tally.Reused)
			}
		}
	}
	if settings := u.Settings(); settings.Every > 0 {
		s.Next = due(u.Now(), u.Now(), settings, 0)
	}
	if err := u.Manager.Note(s); err != nil {
		u.Logger.Warn("how the check for updates went cannot be kept", "error", err)
	}
	return s
}

// due is when the next check is due: every so often after the last one, a share of the jitter later, within the window.
func due(now, last time.Time, s config.Update, share float64) time.Time {
	next := last.Add(s.Every)
	if next.Before(now) {
		next = now
	}
	from, to, err := s.Window()
	if err != nil || from == to {
		return next.Add(time.Duration(share * float64(s.Jitter)))
	}
	at := next.Hour()*60 + next.Minute()
	within := from <= at && at < to
	length := to - from
	if to < from {
		within = at >= from || at < to
		length += 24 * 60
	}
	if !within {
		day := time.Date(next.Year(), next.Month(), next.Day(), from/60, from%60, 0, 0, next.Location())
		if !day.After(next) {
			day = time.Date(next.Year(), next.Month(), next.Day()+1, from/60, from%60, 0, 0, next.Location())
		}
		next = day
		// All hosts of the house would come when the window opens: it spreads them over its first half at most.
		return next.Add(time.Duration(share * float64(min(s.Jitter, time.Duration(length)*time.Minute/2))))
	}
	return next
}
