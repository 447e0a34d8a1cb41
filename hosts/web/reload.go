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
	open := s.sessionsOf(app)
	s.mu.Unlock()
	var errs []error
	for _, x := range open {
		errs = append(errs, x.restart(ctx, nil))
	}
	s.shells.refresh()
	return errors.Join(errs...)
}

// sessionsOf are the open sessions of a mini-program. The caller holds mu.
func (s *Server) sessionsOf(app string) (open []*session) {
	for _, x := range s.sessions {
		if x.app.ID == app {
			open = append(open, x)
		}
	}
	return open
}

// Broken shows what is wrong with a new build of a mini-program to those who have the one before open.
func (s *Server) Broken(app string, problems []message.Error) {
	s.mu.Lock()
	open := s.sessionsOf(app)
	s.mu.Unlock()
	for _, x := range open {
		for _, e := range problems {
			x.show(e)
		}
	}
}

// restart replaces the actor behind a session. It begins on the page that is on top, or as launch says.
func (s *session) restart(ctx context.Context, launch *message.Launch) error {
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
	s.memory = 0
	s.mu.Unlock()
	if old != nil {
		old.Close()
		<-old.Done()
	}
	s.out.discard()
	s.server.shells.send(s.user, ToShell{Renewed: &CloseSession{Session: s.id}})
	if launch == nil {
		launch = &message.Launch{Path: path, Scene: defaultScene}
	}
	if err := s.server.run(ctx, s, *launch); err != nil {
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
