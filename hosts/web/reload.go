package web

import (
	"context"
	"errors"
	"fmt"

	"github.com/dougong-dev/dougong/core/miniapp/message"
)

// Reload starts every open session of a mini-program anew, on the page that is on top, for development: the backend has a
// new build of it. Frames stay open and show the new tree. The launcher is refreshed, too.
func (s *Server) Reload(ctx context.Context, app string) error {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return errStopping
	}
	s.starts.Add(1)
	defer s.starts.Done()
	var open []*session
	for _, x := range s.sessions {
		if x.app.ID == app {
			open = append(open, x)
		}
	}
	s.mu.Unlock()
	var errs []error
	for _, x := range open {
		errs = append(errs, x.restart(ctx))
	}
	s.shells.refresh()
	return errors.Join(errs...)
}

// restart replaces the actor behind a session.
func (s *session) restart(ctx context.Context) error {
	select {
	case s.starting <- struct{}{}:
	case <-ctx.Done():
		return fmt.Errorf("reload %s: %w", s.app.Name, context.Cause(ctx))
	}
	defer func() { <-s.starting }()
	s.mu.Lock()
	if s.closing || s.ended {
		s.mu.Unlock()
		return nil
	}
	old := s.actor
	s.actor = nil
	s.generation++
	path, scripts := s.window.Path, s.scripts
	clear(s.asks)
	s.problems = nil
	s.mu.Unlock()
	if old != nil {
		old.Close()
		<-old.Done()
	}
	s.out.discard()
	if err := s.server.run(ctx, s, message.Launch{Path: path, Scene: defaultScene}); err != nil {
		s.finish(&message.Error{ID: "reload", Origin: "app", Message: err.Error()})
		return err
	}
	s.mu.Lock()
	connected := s.attached
	changed := s.scripts != scripts
	s.mu.Unlock()
	switch {
	case connected != nil && changed:
		connected.end(closeChanged, "other template scripts") // the next connection begins with which ones
	case connected != nil:
		s.resume()
	}
	return nil
}

// refresh tells every shell to read the launcher again.
func (s *shells) refresh() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.conns {
		c.out.put(ToShell{Apps: true}) //nolint:errcheck // ToShell always encodes
	}
}
