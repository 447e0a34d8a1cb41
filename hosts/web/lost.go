package web

import (
	"time"

	"github.com/dougong-dev/dougong/core/miniapp/message"
)

// lostID is the failure of a mini-program whose frame has gone.
const lostID = "view-lost"

// firstPatience is how many times longer a frame may take that has never been there: it is loaded first.
const firstPatience = 4

// expectFrame arms the timer that misses the frame. The caller holds mu.
func (s *session) expectFrame(patience int) {
	if s.ended || s.closing || s.attached != nil {
		return
	}
	if s.missing != nil {
		s.missing.Stop()
	}
	s.missing = time.AfterFunc(time.Duration(patience)*s.server.config.FrameLost, s.miss)
}

// miss tells the shell that the frame has not come back. A shell that does not show one has lost none.
func (s *session) miss() {
	if s.lose() {
		s.tellLost()
	}
}

// lose notes that the frame has not come back; false if it has, or is not waited for.
func (s *session) lose() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	gone := s.attached == nil && !s.ended && !s.closing
	s.lost = s.lost || gone
	return gone
}

// tellLost tells the shell whether the frame is lost, as it is by now: one that came back after it was missed may have been told of
// first. What is told last is so.
func (s *session) tellLost() {
	s.telling.Lock()
	defer s.telling.Unlock()
	s.mu.Lock()
	back := !s.lost
	s.mu.Unlock()
	s.server.shells.send(s.user, ToShell{Lost: &SessionLost{Session: s.id, Back: back}})
}

// viewLost reports a frame that a shell shows and that has gone, once.
func (s *session) viewLost() {
	s.mu.Lock()
	lost := s.lost && !s.reportedLost
	s.reportedLost = s.reportedLost || lost
	path := s.window.Path
	s.mu.Unlock()
	if told := s.server.config.Crashed; told != nil && lost {
		told(s.app, message.Error{ID: lostID, Origin: "engine", Page: path, Message: "the page's process ended, or does not answer"})
	}
}
