package web

import (
	"encoding/json"
	"time"

	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/hosts/sessions"
)

// latestToo is the restartStrategy of a page that a user who closes the mini-program there finds again.
const latestToo = "homePageAndLatestPage"

// leaves takes down what pages want to find again when they are opened anew.
func (s *session) leaves(e *message.Exit) {
	s.mu.Lock()
	for i := range s.spots {
		s.spots[i].Exit, s.spots[i].Expires = nil, 0
		for _, state := range e.Pages {
			if state.Page == s.spots[i].id {
				s.spots[i].Exit, s.spots[i].Expires = state.Data, state.Expires
			}
		}
	}
	s.mu.Unlock()
	s.server.noteDown(s.user)
}

// leave closes the mini-program because the user, or it, wants that. It begins anew the next time, but for what its pages
// find again.
func (s *session) leave() {
	s.sayGoodbye()
	s.close()
	s.mu.Lock()
	app := sessions.App{ID: s.app.ID, Left: true}
	for i, p := range s.spots {
		if top := i == len(s.spots)-1; p.Exit != nil || top && p.latest {
			p.Scroll, p.Latest = 0, top && p.latest
			app.Pages = append(app.Pages, p.Spot)
		}
	}
	s.mu.Unlock()
	if len(app.Pages) == 0 || s.server.config.Sessions == nil {
		return
	}
	s.server.keepAway(s.user, app)
	s.server.noteDown(s.user)
}

// patienceToEnd is how long a mini-program may take to end by itself.
const patienceToEnd = time.Second

// sayGoodbye lets the mini-program hide and end by itself, so that its pages can say what they want to find again.
func (s *session) sayGoodbye() {
	s.mu.Lock()
	s.closing = true
	actor := s.actor
	s.mu.Unlock()
	if actor != nil {
		farewell(actor)
	}
}

// farewell has an actor hide and end, and waits for that a while.
func farewell(actor Session) {
	actor.Post(message.ToActor{Hide: true})
	actor.Post(message.ToActor{Close: true})
	timer := time.NewTimer(patienceToEnd)
	defer timer.Stop()
	select {
	case <-actor.Done():
	case <-timer.C:
	}
}

// exitsOf are what pages left behind.
func exitsOf(pages []sessions.Spot) (out []message.ExitState) {
	for _, p := range pages {
		if p.Exit != nil {
			out = append(out, message.ExitState{Path: p.Path, Data: p.Exit, Expires: p.Expires})
		}
	}
	return out
}

// latestPages are the pages that are opened where the user had closed the mini-program: none, or the one on top.
func latestPages(pages []sessions.Spot) []sessions.Spot {
	if top := len(pages) - 1; top >= 0 && pages[top].Latest {
		return pages[top:]
	}
	return nil
}

// begin starts the mini-program anew, on the page that it names.
func (s *session) begin(args json.RawMessage) {
	var to message.Restart
	if err := json.Unmarshal(args, &to); err != nil {
		return
	}
	if err := s.restart(s.life, &message.Launch{Path: to.Path, Query: to.Query, Scene: defaultScene}); err != nil {
		s.server.config.Log.Warn("a mini-program could not be started anew", "app", s.app.ID, "error", err)
	}
}
