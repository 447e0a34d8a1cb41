package web

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/view/client/wire"
)

// session is one open mini-program as the web host sees it: the actor behind, at most one frame before it.
type session struct {
	id     string
	app    App
	user   string
	phone  Phone
	server *Server
	out    *outbox
	// starting is held by whoever puts an actor behind the session; done is closed once the session was forgotten.
	starting chan struct{}
	done     chan struct{}
	// life ends with the session; what waits for the user on its behalf hangs on it.
	life    context.Context //nolint:containedctx // the session's own life
	endLife context.CancelFunc
	// telling is held by whoever tells the shell whether the frame is lost.
	telling sync.Mutex

	mu       sync.Mutex
	actor    Session
	waiting  []message.ToActor // posted before the actor was there
	frame    *frame
	attached *frameConn             // the connection that shows it now
	asks     map[uint64]message.Ask // of the frame, unanswered
	// shellAsks are the shell's: unanswered ones, and watches that go on. The frame cannot answer them.
	shellAsks map[uint64]message.Ask
	scrolls   []message.Ask // to be asked again once their page is there
	replay    bool          // asks are sent again after the next patch
	grace     *time.Timer
	missing   *time.Timer // the frame has not come back yet
	lost      bool        // the shell has been told so
	// reportedLost: a shell has said that it is so.
	reportedLost bool
	window       windowState
	top          int    // the page on top
	spots        []spot // the page stack, for one day when it is brought back
	// used is when the user last looked at it, by the server's count. hidden: the user does not; hiding closes it then.
	used    uint64
	hidden  bool
	hiding  *time.Timer
	memory  uint64 // the ask that wants to hear of memory that runs short; 0: none does
	closing bool   // being closed: nobody may attach any more
	ended   bool
	failure error // why it could not be started
	// scripts is the digest of the template scripts that the frame runs for the present actor, "" if the actor runs them;
	// inFrame of those that the frame has.
	scripts, inFrame string
	// generation tells the present actor's messages from those of one that was replaced.
	generation int
	// renewing: the present actor is being replaced, so its end is not the session's.
	renewing bool
}

// Phone is the stage that the shell shows a mini-program on.
type Phone struct {
	Width      int     `json:"width"`
	Height     int     `json:"height"`
	PixelRatio float64 `json:"pixelRatio"`
	StatusBar  int     `json:"statusBar"`
	Language   string  `json:"language"`
	Platform   string  `json:"platform"`
	Dark       bool    `json:"dark,omitempty"`    // the system's theme
	Network    string  `json:"network,omitempty"` // in the words of wx.getNetworkType, where the browser tells
	// FontSize is the text size that the user's browser is set to, in CSS pixels.
	FontSize float64 `json:"fontSize,omitempty"`
}

// post hands a message to the actor.
func (s *session) post(m message.ToActor) {
	s.mu.Lock()
	actor := s.actor
	if late := s.renewing && m.Answer != nil; actor == nil && !late { // the next actor has not asked that
		s.waiting = append(s.waiting, m)
	}
	s.mu.Unlock()
	if actor != nil {
		actor.Post(m)
	}
}

// asset reads a file of the bundle that the session runs, whatever is installed by now.
func (s *session) asset(name string) ([]byte, error) {
	s.mu.Lock()
	actor := s.actor
	s.mu.Unlock()
	if own, ok := actor.(Files); ok {
		return own.Asset(name)
	}
	return s.server.config.Backend.Asset(s.app.ID, name)
}

// errEnded says that a session was closed before its actor was there.
var errEnded = errors.New("the mini-program was closed while it started")

// started takes over the running actor. If the session was closed meanwhile nobody else would end the actor, so it does.
func (s *session) started(actor Session) error {
	s.mu.Lock()
	if s.ended {
		s.mu.Unlock()
		actor.Close()
		<-actor.Done()
		return errEnded
	}
	s.actor = actor
	waiting := s.waiting
	s.waiting = nil
	s.mu.Unlock()
	for _, m := range waiting {
		actor.Post(m)
	}
	return nil
}

// deliver takes a message of the actor: to the frame, to the shell, or to the log. It does not block.
func (s *session) deliver(generation int, m message.FromActor) {
	s.mu.Lock()
	current, renewing := s.generation, s.renewing
	s.mu.Unlock()
	again := m.Ask != nil && (m.Ask.Kind == message.AskRestart || m.Ask.Kind == message.AskApplyUpdate) // from its onHide
	if generation != current || renewing && (m.Closed != nil || again) {
		return
	}
	switch {
	case m.Stack != nil:
		s.toFrame(wire.ToFrame{Stack: m.Stack})
		s.showWindow(m.Stack)
		s.note(m.Stack)
	case m.Patch != nil:
		s.toFrame(wire.ToFrame{Patch: m.Patch})
		s.replayAsks(m.Patch.Page)
	case m.Ask != nil:
		s.ask(*m.Ask)
	case m.Ready != nil:
		s.toFrame(wire.ToFrame{Ready: m.Ready})
		s.server.cameUp(s)
	case m.Exit != nil:
		s.leaves(m.Exit)
	case m.Log != nil:
		s.server.shells.send(s.user, ToShell{Log: &SessionLog{Session: s.id, Log: *m.Log}})
	case m.Error != nil:
		s.problem(*m.Error)
	case m.Closed != nil:
		s.toFrame(wire.ToFrame{Closed: m.Closed})
		if m.Closed.Error != nil {
			s.fell()
		}
		s.finish(m.Closed.Error)
	}
}

func (s *session) toFrame(m wire.ToFrame) {
	if _, err := s.out.put(m); err != nil {
		s.server.config.Log.Error("mini-program message", "app", s.app.ID, "err", err)
	}
}

// ask routes what the mini-program wants of its surroundings.
func (s *session) ask(a message.Ask) {
	if s.server.shellAsk(s, a) {
		return
	}
	s.mu.Lock()
	if a.ID != 0 {
		s.asks[a.ID] = a
	}
	delete(s.asks, ended(a))
	s.mu.Unlock()
	s.toFrame(wire.ToFrame{Ask: &a})
}

// ended is the observer's or player's ask that another ask ends; 0 if it ends none.
func ended(a message.Ask) uint64 {
	switch a.Kind {
	case message.AskUnobserve:
		var m message.Unobserve
		if json.Unmarshal(a.Args, &m) == nil {
			return m.Observer
		}
	case message.AskAudioDo:
		var m message.AudioDo
		if json.Unmarshal(a.Args, &m) == nil && m.What == "destroy" {
			return m.Player
		}
	}
	return 0
}

// replayAsks sends unanswered asks again once a reconnected frame has something to show them on.
// One that scrolls a page waits for that page.
func (s *session) replayAsks(page int) {
	s.mu.Lock()
	var asks []message.Ask
	if s.replay {
		s.replay = false
		s.scrolls = nil
		for _, id := range slices.Sorted(maps.Keys(s.asks)) {
			if a := s.asks[id]; a.Kind == message.AskScrollTo && a.Page != page {
				s.scrolls = append(s.scrolls, a)
			} else {
				asks = append(asks, a)
			}
		}
	}
	s.scrolls = slices.DeleteFunc(s.scrolls, func(a message.Ask) bool {
		if a.Page == page {
			asks = append(asks, a)
		}
		return a.Page == page
	})
	s.mu.Unlock()
	for _, a := range asks {
		s.toFrame(wire.ToFrame{Ask: &a})
	}
}

// answer passes a frame's answer on. An observer's and a player's asks are answered many times.
func (s *session) answer(a message.Answer) {
	s.mu.Lock()
	if ask, ok := s.asks[a.ID]; ok && ask.Kind != message.AskObserve && ask.Kind != message.AskAudio {
		delete(s.asks, a.ID)
	}
	_, foreign := s.shellAsks[a.ID]
	s.mu.Unlock()
	if foreign {
		return // what the shell is asked only the shell answers
	}
	s.post(message.ToActor{Answer: &a})
}

// reply answers an ask from the host's side.
func (s *session) reply(ask message.Ask, result any, failure string) {
	if ask.ID == 0 {
		return
	}
	data, err := json.Marshal(result)
	if err != nil {
		failure = err.Error()
	}
	s.post(message.ToActor{Answer: &message.Answer{ID: ask.ID, Result: data, Error: failure}})
}

// hungID is the failure of a mini-program that does not come back from a piece of work.
const hungID = "turn-timeout"

// problem reports a failure to the shell and the log.
func (s *session) problem(e message.Error) {
	if told := s.server.config.Crashed; told != nil && e.ID == hungID {
		told(s.app, e)
	}
	if told := s.server.config.Failed; told != nil {
		told(s.app, e)
	} else {
		s.server.config.Log.Warn("mini-program problem", "app", s.app.ID, "id", e.ID, "origin", e.Origin,
			"message", e.Message, "file", e.File, "line", e.Line)
	}
	s.show(e)
}

// show shows a failure to whoever looks at the mini-program.
func (s *session) show(e message.Error) {
	s.server.shells.send(s.user, ToShell{Problem: &SessionProblem{Session: s.id, Error: e}})
}

// close ends the actor and waits for it.
func (s *session) close() {
	s.mu.Lock()
	s.closing = true
	actor := s.actor
	s.mu.Unlock()
	if actor != nil {
		actor.Close()
		<-actor.Done()
	}
	s.finish(nil)
}

// finish forgets an ended session and tells the shell why it ended.
func (s *session) finish(failure *message.Error) {
	s.mu.Lock()
	if s.ended {
		s.mu.Unlock()
		return
	}
	s.ended = true
	for _, timer := range []*time.Timer{s.grace, s.hiding, s.missing} {
		if timer != nil {
			timer.Stop()
		}
	}
	conn := s.attached
	s.mu.Unlock()
	s.server.forget(s)
	s.server.noteDown(s.user)
	if told := s.server.config.Crashed; told != nil && failure != nil {
		told(s.app, *failure)
	}
	close(s.done)
	s.endLife()
	if conn != nil {
		conn.end(closeEnded, "the mini-program was closed")
	}
	s.server.shells.send(s.user, ToShell{Ended: &SessionEnded{Session: s.id, Error: failure}})
}

// attach makes a connection the one that shows the session; an older one is closed.
func (s *session) attach(c *frameConn) bool {
	s.mu.Lock()
	if s.ended || s.closing {
		s.mu.Unlock()
		return false
	}
	old := s.attached
	s.attached = c
	if s.grace != nil {
		s.grace.Stop()
		s.grace = nil
	}
	if s.missing != nil {
		s.missing.Stop()
		s.missing = nil
	}
	wasLost := s.lost
	s.lost, s.reportedLost = false, false
	s.mu.Unlock()
	if wasLost {
		s.tellLost()
	}
	if old != nil {
		old.end(closeReplaced, "another frame shows this mini-program now")
		<-old.silent
		s.out.discard()
	}
	return true
}

// resume makes the actor send everything again if anything was lost since the last connection.
func (s *session) resume() {
	if !s.out.restart() {
		return
	}
	s.mu.Lock()
	s.replay = true
	s.mu.Unlock()
	s.post(message.ToActor{Resume: true})
}

// detach begins the grace period if c is still the connection that shows the session.
func (s *session) detach(c *frameConn) {
	if s.let(c) {
		s.server.rest(s.user)
	}
}

func (s *session) let(c *frameConn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.attached != c {
		return false
	}
	s.attached = nil
	s.out.discard()
	s.startGrace()
	s.expectFrame(1)
	return true
}

// startGrace arms the timer that closes a session nobody looks at. The caller holds mu.
func (s *session) startGrace() {
	if s.ended || s.attached != nil {
		return
	}
	if s.grace != nil {
		s.grace.Stop()
	}
	var timer *time.Timer
	timer = time.AfterFunc(s.server.config.Grace, func() { s.graceOver(&timer) })
	s.grace = timer
}

func (s *session) graceOver(timer **time.Timer) {
	if s.server.windowless(s) {
		s.server.rest(s.user)
	} else if s.expire(timer) {
		s.close()
	}
}

// expire decides under mu whether a timer that fired may close the session: not if a frame came back before it got here.
// From then on none can. The timer is read through a pointer because it may fire before it was stored.
func (s *session) expire(timer **time.Timer) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.grace != *timer || s.attached != nil {
		return false
	}
	s.closing = true
	return true
}
