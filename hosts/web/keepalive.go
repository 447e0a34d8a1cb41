package web

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/dougong-dev/dougong/core/miniapp/message"
)

// Levels of MemoryWarning, as wx.onMemoryWarning has them.
const (
	MemoryModerate = 5  // mini-programs are told
	MemoryLow      = 10 // and half of those that nobody looks at end
	MemoryCritical = 15 // and all of them
)

// byUse lists a user's sessions, the one looked at last coming last. The caller holds mu.
func (s *Server) byUse(user string) []*session {
	var out []*session
	for _, x := range s.sessions {
		if x.user == user {
			out = append(out, x)
		}
	}
	slices.SortFunc(out, func(a, b *session) int { return int(int64(a.used) - int64(b.used)) })
	return out
}

// looked notes that a user looks at a mini-program, or no longer does.
func (s *Server) looked(x *session, shown bool) {
	s.mu.Lock()
	if shown {
		s.uses++
		x.used = s.uses
	}
	s.mu.Unlock()
	kept := slices.Contains(s.windowsOf(x.user), x.app.ID) // the user sees where it is
	x.mu.Lock()
	x.hidden = !shown
	if x.hiding != nil {
		x.hiding.Stop()
		x.hiding = nil
	}
	if !shown && !x.ended && !kept {
		x.hiding = time.AfterFunc(s.config.KeepHidden, func() {
			s.evict(x, "it was not looked at for long")
		})
	}
	x.mu.Unlock()
	if !shown {
		s.makeRoom(x.user)
	}
	s.noteDown(x.user)
}

// makeRoom ends the hidden mini-programs of a user that are too many.
func (s *Server) makeRoom(user string) {
	windows := s.windowsOf(user)
	s.mu.Lock()
	over := s.living(user) - s.config.KeepAlive
	gone := s.hiddenOf(user, windows)
	s.mu.Unlock()
	for _, x := range gone[:max(0, min(over, len(gone)))] {
		s.evict(x, "others were used since")
	}
}

// living is how many mini-programs of a user are open and stay so. The caller holds mu.
func (s *Server) living(user string) (n int) {
	for _, x := range s.byUse(user) {
		x.mu.Lock()
		if !x.closing && !x.ended {
			n++
		}
		x.mu.Unlock()
	}
	return n
}

// hiddenOf are a user's mini-programs that may end: first those used the longest ago, last those that another one that is
// open would go back to. Those that are named are left out. The caller holds mu.
func (s *Server) hiddenOf(user string, but []string) []*session {
	waiting := map[string]bool{}
	for opened, opener := range s.openers {
		waiting[opener] = waiting[opener] || opened.user == user
	}
	var first, last []*session
	for _, x := range s.byUse(user) {
		x.mu.Lock()
		ends := x.hidden && !x.closing && !x.ended && !slices.Contains(but, x.app.ID)
		x.mu.Unlock()
		switch {
		case !ends:
		case waiting[x.app.ID]:
			last = append(last, x)
		default:
			first = append(first, x)
		}
	}
	return append(first, last...)
}

// evict ends a mini-program for the host's sake. Whoever opens it again finds it where it was.
func (s *Server) evict(x *session, why string) {
	x.mu.Lock()
	ends := x.hidden && !x.closing && !x.ended
	x.closing = x.closing || ends // it does not count any more, and no frame comes back
	x.mu.Unlock()
	if !ends {
		return // the user was faster
	}
	s.config.Log.Info("a mini-program in the background was ended", "app", x.app.ID, "why", why)
	s.putAway(x)
	x.aside(x.close)
}

// fell notes where a mini-program was that nobody looked at when it ended by itself: the system may have ended its process to
// have its memory, and whoever opens it again finds it there. One that ends before the user's eyes begins anew.
func (s *session) fell() {
	s.mu.Lock()
	unseen := s.hidden && !s.closing
	s.mu.Unlock()
	if unseen {
		s.server.putAway(s)
	}
}

// watchMemory takes an ask to hear of memory that runs short; false if it is another watch.
func (s *session) watchMemory(a message.Ask) bool {
	var w message.Watch
	if json.Unmarshal(a.Args, &w) != nil || w.Source != message.WatchMemory {
		return false
	}
	s.mu.Lock()
	s.memory = a.ID
	s.mu.Unlock()
	s.reply(a, nil, "") // it has begun
	return true
}

// MemoryWarning says that memory runs short, by one of the levels: mini-programs hear of it, and those that nobody looks
// at end, more of them the worse it is. What has a window of its own ends last, when nothing else helps.
func (s *Server) MemoryWarning(level int) {
	s.mu.Lock()
	users := map[string]bool{}
	var open []*session
	for _, x := range s.sessions {
		open = append(open, x)
		users[x.user] = true
	}
	s.mu.Unlock()
	var gone []*session
	for user := range users {
		gone = append(gone, s.endedBy(level, user)...)
	}
	for _, x := range open {
		x.mu.Lock()
		watch := x.memory
		x.mu.Unlock()
		if watch != 0 && !slices.Contains(gone, x) {
			x.reply(message.Ask{ID: watch}, map[string]int{"level": level}, "")
		}
	}
	for _, x := range gone {
		s.evict(x, "memory runs short")
	}
}

// endedBy are a user's mini-programs that end for memory that runs short.
func (s *Server) endedBy(level int, user string) []*session {
	windows := s.windowsOf(user)
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case level >= MemoryCritical:
		return s.hiddenOf(user, nil)
	case level >= MemoryLow:
		hidden := s.hiddenOf(user, windows)
		return hidden[:(len(hidden)+1)/2]
	}
	return nil
}
