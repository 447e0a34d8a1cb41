package web

import (
	"errors"
	"maps"
	"math"
	"slices"
	"sync"
	"time"

	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/value"
	"github.com/dougong-dev/dougong/core/miniapp/view"
	"github.com/dougong-dev/dougong/hosts/sessions"
)

const (
	// noteDelay is how much of what a user did last may be lost with the host.
	noteDelay = 300 * time.Millisecond
	// maxTries is how often a mini-program is brought back that does not come up before the host ends again.
	maxTries = 2
)

// notes are what users have open, as it is kept on disk.
type notes struct {
	wake chan struct{}
	// write is held while notes are written, so that those of one user are written by one at a time.
	write sync.Mutex

	mu    sync.Mutex
	dirty map[string]bool
	held  bool // nothing is noted any more
	// failing are the users whose last note could not be written, which has been said.
	failing map[string]bool
	// away is what a user left without closing it, and has not opened again: it comes back where it was.
	away map[string]sessions.State
	// rising is the mini-program in front that is being brought back.
	rising map[string]string
}

func newNotes() notes {
	return notes{wake: make(chan struct{}, 1), dirty: map[string]bool{}, failing: map[string]bool{}, away: map[string]sessions.State{}, rising: map[string]string{}}
}

// spot is a page of the stack.
type spot struct {
	id     int
	latest bool // comes back even if the user closes the mini-program there
	sessions.Spot
}

// note takes down the page stack.
func (s *session) note(stack *message.Stack) {
	s.mu.Lock()
	before := map[int]sessions.Spot{}
	for i, p := range s.spots {
		if p.id == 0 && i < len(stack.Pages) && stack.Pages[i].Path == p.Path { // it was brought back
			before[stack.Pages[i].ID] = p.Spot
		}
		before[p.id] = p.Spot
	}
	s.spots = nil
	for _, p := range stack.Pages {
		was := before[p.ID]
		latest := p.Window.RestartStrategy != nil && *p.Window.RestartStrategy == latestToo && !p.Tab
		s.spots = append(s.spots, spot{p.ID, latest, sessions.Spot{Path: p.Path, Query: p.Query, Scroll: was.Scroll, Views: was.Views}})
	}
	s.mu.Unlock()
	s.server.noteDown(s.user)
}

// scrolled takes down how far a page, or a scroll-view of it, is scrolled; true if that is nothing for the mini-program.
func (s *session) scrolled(e *view.ClientEvent) (own bool) {
	if e.Node != 0 || e.Type != message.PageScroll && e.Type != message.PageViewScroll {
		return false
	}
	own = e.Type == message.PageViewScroll
	detail, err := value.From(e.Detail)
	o, ok := detail.(*value.Object)
	if err != nil || !ok {
		return own
	}
	number := func(name string) float64 {
		at, _ := o.Get(name)
		n := value.ToNumber(at)
		if math.IsNaN(n) || math.IsInf(n, 0) {
			return 0
		}
		return n
	}
	s.mu.Lock()
	for i := range s.spots {
		switch p := &s.spots[i]; {
		case p.id != e.Page:
		case own:
			id, _ := o.Get("id")
			p.Set(value.ToString(id), sessions.Offset{Left: number("left"), Top: number("top")})
		default:
			p.Scroll = max(0, number("scrollTop"))
		}
	}
	s.mu.Unlock()
	s.server.noteDown(s.user)
	return own
}

// noted is what was taken down of a mini-program. The caller holds mu, and the server's.
func (s *session) noted() sessions.App {
	app := sessions.App{ID: s.app.ID, Pages: make([]sessions.Spot, len(s.spots)), Opener: s.server.openers[entry{s.user, s.app.ID}]}
	for i, p := range s.spots {
		app.Pages[i] = p.Spot
	}
	return app
}

// noteDown has a user's notes written soon.
func (s *Server) noteDown(user string) {
	if s.config.Sessions == nil {
		return
	}
	s.notes.mu.Lock()
	s.notes.dirty[user] = true
	s.notes.mu.Unlock()
	select {
	case s.notes.wake <- struct{}{}:
	default:
	}
}

// takeNotes writes notes until the server ends.
func (s *Server) takeNotes() {
	for {
		select {
		case <-s.life.Done():
			return
		case <-s.notes.wake:
		}
		delay := time.NewTimer(noteDelay)
		select {
		case <-s.life.Done():
			delay.Stop()
			return
		case <-delay.C:
		}
		s.writeNotes()
	}
}

// writeNotes writes what has changed, unless the server is being closed: what is closed by that is not closed by a user.
func (s *Server) writeNotes() {
	s.notes.write.Lock()
	defer s.notes.write.Unlock()
	s.notes.mu.Lock()
	users := slices.Sorted(maps.Keys(s.notes.dirty))
	clear(s.notes.dirty)
	s.notes.mu.Unlock()
	for _, user := range users {
		if state, ok := s.stateOf(user); ok {
			s.save(user, state)
		}
	}
}

func (s *Server) save(user string, state sessions.State) {
	err := s.config.Sessions.Save(user, state)
	s.notes.mu.Lock()
	was := s.notes.failing[user]
	if err != nil {
		s.notes.failing[user] = true
	} else {
		delete(s.notes.failing, user)
	}
	s.notes.mu.Unlock()
	switch {
	case err != nil && !was: // a disk stays full for long
		s.config.Log.Warn("what is open could not be noted; it does not come back if the host is killed", "err", err)
	case err == nil && was:
		s.config.Log.Info("what is open is noted again")
	}
}

// HoldNotes notes down what is open, for the last time: what is closed afterwards comes back at the next start. It is for a
// host that closes its windows in order to end.
func (s *Server) HoldNotes() {
	s.writeNotes()
	s.notes.mu.Lock()
	s.notes.held = true
	s.notes.mu.Unlock()
}

// stateOf is what a user has open, and has left open before; false if the server is being closed, or what was left open has
// not been read.
func (s *Server) stateOf(user string) (sessions.State, bool) {
	windows := s.windowsOf(user)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return sessions.State{}, false
	}
	s.notes.mu.Lock()
	defer s.notes.mu.Unlock()
	if s.notes.held {
		return sessions.State{}, false
	}
	away, recalled := s.notes.away[user]
	if !recalled {
		return sessions.State{}, false // what is kept has not been read yet
	}
	state := sessions.State{Apps: slices.Clone(away.Apps)}
	if s.notes.rising[user] != "" {
		state.Front, state.Tries = away.Front, away.Tries
	}
	for _, x := range s.byUse(user) {
		x.mu.Lock()
		state.Apps = append(slices.DeleteFunc(state.Apps, func(a sessions.App) bool { return a.ID == x.app.ID }), x.noted())
		seen := s.config.Windows == nil || slices.Contains(windows, x.app.ID)
		if seen && !x.hidden && s.notes.rising[user] != x.app.ID {
			state.Front, state.Tries = x.app.ID, 0
		}
		x.mu.Unlock()
	}
	for i := range state.Apps {
		state.Apps[i].Window = slices.Contains(windows, state.Apps[i].ID)
	}
	return state, true
}

// recall reads what a user had open when the host was killed, the first time that it is asked; nil if that is nothing.
func (s *Server) recall(user string) *Restore {
	if s.config.Sessions == nil {
		return nil
	}
	s.notes.write.Lock()
	defer s.notes.write.Unlock()
	s.notes.mu.Lock()
	_, known := s.notes.away[user]
	s.notes.mu.Unlock()
	if known {
		return nil
	}
	state, err := s.config.Sessions.Load(user)
	var out Restore
	if err != nil {
		s.config.Log.Warn("what was open cannot be brought back", "err", err)
		var broken *sessions.BrokenError
		if errors.As(err, &broken) {
			out.Failed = RestoreBroken
			if broken.Aside == "" {
				out.Failed = RestoreStuck
			}
		}
	}
	if state.Front != "" && state.Tries >= maxTries {
		out.Failed = RestoreFailed
		state = state.Without(state.Front)
	}
	if _, there := s.app(state.Front); !there {
		state.Front, state.Tries = "", 0
	}
	if out.Front = state.Front; out.Front != "" {
		state.Tries++
		s.save(user, state) // before it is tried: who ends the host by coming up is not tried for ever
	}
	s.notes.mu.Lock()
	s.notes.away[user] = state
	if out.Front != "" {
		s.notes.rising[user] = out.Front
	}
	s.notes.mu.Unlock()
	s.reopen(user, state)
	if s.config.Windows != nil {
		out.Front = "" // its window opens it
	}
	if out == (Restore{}) {
		return nil
	}
	return &out
}

// cameUp notes that a page of a mini-program is ready: bringing it back has not ended the host.
func (s *Server) cameUp(x *session) {
	s.notes.mu.Lock()
	rising := s.notes.rising[x.user] == x.app.ID
	if rising {
		delete(s.notes.rising, x.user)
	}
	s.notes.mu.Unlock()
	if rising {
		s.noteDown(x.user)
	}
}

// restored is how a mini-program is started: where the user left it, unless the launch says where to. It goes back to who had
// opened it.
func (s *Server) restored(x *session, launch message.Launch) message.Launch {
	s.mu.Lock() // before that of the notes
	defer s.mu.Unlock()
	s.notes.mu.Lock()
	defer s.notes.mu.Unlock()
	away, ok := s.notes.away[x.user]
	app := away.App(x.app.ID)
	if !ok || app == nil {
		return launch
	}
	pages := app.Pages
	launch.Exits = exitsOf(pages)
	if app.Left {
		pages = latestPages(pages)
	}
	left := away.Without(x.app.ID)
	left.Front, left.Tries = away.Front, away.Tries
	s.notes.away[x.user] = left
	key := entry{x.user, x.app.ID}
	if _, known := s.openers[key]; app.Opener != "" && !known {
		s.openers[key] = app.Opener
	}
	if launch.Path != "" || launch.Scene != 0 && launch.Scene != message.SceneBack || len(pages) == 0 {
		return launch
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if app.Left {
		launch.Pages = []message.Spot{{}}
		x.spots = append(x.spots, spot{})
	}
	for _, p := range pages {
		p.Exit, p.Expires, p.Latest = nil, 0, false // it has it now
		x.spots = append(x.spots, spot{Spot: p})
		at := message.Spot{Path: p.Path, Query: p.Query, Scroll: p.Scroll, Views: map[string]message.Offset{}}
		for id, o := range p.Views {
			at.Views[id] = message.Offset(o)
		}
		launch.Pages = append(launch.Pages, at)
	}
	top := pages[len(pages)-1]
	launch.Path, launch.Query = top.Path, top.Query
	return launch
}

// putAway notes where a mini-program is that the host ends for its own reasons.
func (s *Server) putAway(x *session) {
	s.mu.Lock()
	x.mu.Lock()
	app := x.noted()
	x.mu.Unlock()
	s.mu.Unlock()
	s.keepAway(x.user, app)
}

// keepAway notes a mini-program that is not open and is to come back.
func (s *Server) keepAway(user string, app sessions.App) {
	s.notes.mu.Lock()
	defer s.notes.mu.Unlock()
	away := s.notes.away[user]
	away = sessions.State{Front: away.Front, Tries: away.Tries, Apps: append(away.Without(app.ID).Apps, app)}
	away.Apps = away.Apps[max(0, len(away.Apps)-sessions.MaxApps):]
	s.notes.away[user] = away
}
