package web

import (
	"context"
	"errors"
	"fmt"

	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/hosts/sessions"
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

// restart replaces the actor behind a session. It begins on the page that is on top, or as launch says: then the old one ends by
// itself, and pages find what they saved.
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
	s.renewing = true
	path, scripts := s.window.Path, s.scripts
	s.mu.Unlock()
	if old != nil {
		if launch != nil {
			farewell(old)
		}
		old.Close()
		<-old.Done()
	}
	exits := s.renew()
	s.out.discard()
	s.server.shells.send(s.user, ToShell{Renewed: &CloseSession{Session: s.id}})
	if launch == nil {
		launch = &message.Launch{Path: path, Scene: defaultScene}
	} else {
		launch.Exits = exits
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

// renew forgets what belongs to the actor that has ended, and returns what its pages want to find again. Page ids begin anew
// with the next one.
func (s *session) renew() (exits []message.ExitState) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range s.spots {
		exits = append(exits, exitsOf([]sessions.Spot{p.Spot})...)
	}
	s.generation++
	s.renewing, s.spots, s.memory = false, nil, 0
	clear(s.asks)
	clear(s.shellAsks)
	return exits
}

// refresh tells every shell to read the launcher again.
func (s *shells) refresh() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.conns {
		c.out.put(ToShell{Apps: true}) //nolint:errcheck // ToShell always encodes
	}
}
