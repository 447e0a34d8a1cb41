package web

import (
	"fmt"
	"net/http"
	"slices"

	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/hosts/sessions"
)

// Windows shows mini-programs in windows of their own. A window is a browser that opens Server.URL with &user=USER and the
// fragment #/window/APP; it shows that mini-program alone, and gets the questions of that one alone. The methods do not block.
type Windows interface {
	// Show brings a user's window of a mini-program to the front, and makes it first if there is none. What l.Session names
	// runs and has been told how it is entered.
	Show(user string, l LaunchApp)
	// Close closes the window; the mini-program lives on as KeepAlive and KeepHidden say.
	Close(user, app string)
	// Open lists the mini-programs of a user that have a window. Whenever that changes, Server.WindowsChanged is to be called.
	Open(user string) []string
}

// WindowRequest asks for the window of a mini-program.
type WindowRequest struct {
	App    string         `json:"app"`
	Launch message.Launch `json:"launch"`
	// Close closes the window in place of showing it.
	Close bool `json:"close,omitempty"`
}

// WindowsChanged notes down which mini-programs of a user have a window now: they have one again after the next start. Those
// whose window was closed are in the background from now on.
func (s *Server) WindowsChanged(user string) {
	s.rest(user)
	s.noteDown(user)
}

// rest moves the mini-programs of a user to the background whose window was closed. A host without windows has none: there a
// frame that is lost may come back.
func (s *Server) rest(user string) {
	if s.config.Windows == nil {
		return
	}
	windows := s.windowsOf(user)
	s.mu.Lock()
	open := s.byUse(user)
	s.mu.Unlock()
	for _, x := range open {
		x.mu.Lock()
		idle := x.attached == nil && !x.closing && !x.ended
		rests, uncounted := idle && !x.hidden, idle && x.hidden && x.hiding == nil
		x.mu.Unlock()
		switch {
		case slices.Contains(windows, x.app.ID):
		case rests:
			x.visible(false)
		case uncounted: // hidden while it had its window: its time begins now
			s.looked(x, false)
		}
	}
}

// windowless tells whether the window of a mini-program was closed: then it ends as one in the background does.
func (s *Server) windowless(x *session) bool {
	return s.config.Windows != nil && !slices.Contains(s.windowsOf(x.user), x.app.ID)
}

// joined tells a mini-program that is open how it is entered. A window is opened to be looked at.
func (s *session) joined(launch message.Launch) {
	s.mu.Lock()
	rests := s.hidden
	s.mu.Unlock()
	back := rests && s.server.config.Windows != nil
	if launch.Path == "" && back {
		launch.Scene = defaultScene
	}
	if launch.Path != "" || back {
		s.post(message.ToActor{Show: &launch})
	}
	if back {
		s.server.looked(s, true)
	}
}

// windowsOf are the mini-programs of a user that have a window.
func (s *Server) windowsOf(user string) []string {
	if s.config.Windows == nil {
		return nil
	}
	return s.config.Windows.Open(user)
}

// reopen opens the windows that a user had when the host ended, the one in front last.
func (s *Server) reopen(user string, state sessions.State) {
	if s.config.Windows == nil {
		return
	}
	var ids []string
	for _, a := range state.Apps {
		if _, there := s.app(a.ID); there && a.Window && a.ID != state.Front {
			ids = append(ids, a.ID)
		}
	}
	if state.Front != "" {
		ids = append(ids, state.Front)
	}
	for _, id := range ids {
		s.config.Windows.Show(user, LaunchApp{App: id})
	}
}

// Launch shows a user a mini-program as if another program had asked for it: a link, say. One that is open is told.
func (s *Server) Launch(user, app string, launch message.Launch) error {
	if _, ok := s.app(app); !ok {
		return fmt.Errorf("there is no mini-program %q here", app)
	}
	if x := s.sessionOf(user, app); x != nil && launch.Path == "" && s.config.Windows != nil {
		s.config.Windows.Show(user, LaunchApp{App: app, Session: x.id}) // brought to the front, not entered anew
		return nil
	}
	s.bring(user, app, launch)
	return nil
}

func (s *Server) window(w http.ResponseWriter, r *http.Request, l *login) {
	var request WindowRequest
	if !readJSON(w, r, &request) {
		return
	}
	if s.config.Windows == nil {
		http.Error(w, "this host has no windows of its own", http.StatusNotFound)
		return
	}
	if request.Close {
		s.config.Windows.Close(l.User(), request.App)
	} else if err := s.Launch(l.User(), request.App, request.Launch); err != nil {
		http.Error(w, err.Error(), http.StatusNotFound)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// alone tells whether a shell is connected that shows this mini-program alone.
func (s *shells) alone(user, app string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.conns {
		if c.user == user && c.app == app {
			return true
		}
	}
	return false
}

// owner is the mini-program whose window alone a message is for, "" for the launcher's; nil: it is for all. The caller holds mu.
func (s *shells) owner(user string, m ToShell) *string {
	var app string
	switch {
	case m.Prompt != nil:
		app = m.Prompt.App
	case m.Choose != nil:
		app = m.Choose.App
	case m.Deliver != nil:
		app = m.Deliver.App
	case m.Record != nil:
		app = m.Record.App
	case m.Setting != nil:
		app = m.Setting.App
	case m.Launch != nil:
		app = m.Launch.App
	default:
		return nil
	}
	for c := range s.conns {
		if c.user == user && c.app == app {
			return &app
		}
	}
	app = ""
	return &app
}
