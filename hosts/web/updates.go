package web

import "github.com/dougong-dev/dougong/core/miniapp/message"

// Updated tells those who have a mini-program open that the backend has a new version of it: wx.getUpdateManager. They go on
// with the version that they have until they open it anew, or it applies the update. The launcher is refreshed.
func (s *Server) Updated(app string) {
	for _, x := range s.of(app) {
		x.post(message.ToActor{Update: message.UpdateReady})
	}
	s.shells.refresh()
}

// UpdateFailed tells those who have a mini-program open that its new version could not be used. They go on as they are.
func (s *Server) UpdateFailed(app string) {
	for _, x := range s.of(app) {
		x.post(message.ToActor{Update: message.UpdateFailed})
	}
}

// Withdrawn ends a mini-program wherever it is open; the page that is left says why.
func (s *Server) Withdrawn(app, reason string) {
	for _, x := range s.of(app) {
		x.withdraw(reason)
	}
	s.shells.refresh()
}

// of lists the sessions of a mini-program.
func (s *Server) of(app string) []*session {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.sessionsOf(app)
}

// withdraw ends a session with the reason before the actor's own end can be told without one.
func (s *session) withdraw(reason string) {
	s.mu.Lock()
	s.closing = true
	actor := s.actor
	s.generation++ // what it still says is not heard
	s.mu.Unlock()
	s.finish(&message.Error{ID: "withdrawn", Origin: "host", Message: reason})
	if actor != nil {
		actor.Close()
		<-actor.Done()
	}
}

// startOver starts the mini-program anew from its entry page, in the version that the backend has now.
func (s *session) startOver() {
	if err := s.restart(s.life, &message.Launch{Scene: defaultScene}); err != nil {
		s.server.config.Log.Warn("an update could not be applied", "app", s.app.ID, "error", err)
	}
}
