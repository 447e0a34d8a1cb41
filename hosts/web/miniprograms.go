package web

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/dougong-dev/dougong/core/miniapp/message"
)

// Answers to a mini-program that does not get to another one.
const (
	refusedCancel    = "cancel"
	refusedNotOpened = "not opened by another mini-program"
)

// openOther opens another mini-program of this super-app if the user agrees, and answers the ask. It waits for the user.
func (s *Server) openOther(x *session, a message.Ask) {
	var to message.OpenMiniProgram
	if err := json.Unmarshal(a.Args, &to); err != nil {
		x.reply(a, nil, "malformed arguments")
		return
	}
	app, ok := s.linked(to)
	if !ok || app.ID == x.app.ID {
		x.reply(a, nil, fmt.Sprintf("there is no other mini-program %q here", cmp.Or(to.ShortLink, to.AppID)))
		return
	}
	button, err := s.Confirm(x.life, Prompt{
		App: x.app.ID, User: x.user, Kind: "confirm", Opens: app.ID, Title: fmt.Sprintf("即将打开「%s」小程序", app.Name),
		Buttons: []string{"允许", "取消"},
	})
	if err != nil || button != 0 {
		x.reply(a, nil, refusedCancel)
		return
	}
	s.mu.Lock()
	s.openers[entry{x.user, app.ID}] = x.app.ID
	s.mu.Unlock()
	launch := message.LaunchFrom(x.app.ID, to.Path, message.SceneFromMiniProgram, to.ExtraData)
	launch.Embedded = to.Embedded
	s.bring(x.user, app.ID, launch)
	x.reply(a, nil, "")
}

// linked finds the mini-program that another one names by its id, or by a short link with its name in any language. A name that
// two have leads to neither.
func (s *Server) linked(to message.OpenMiniProgram) (found App, ok bool) {
	if to.ShortLink == "" {
		return s.app(to.AppID)
	}
	name := message.ShortLinkName(to.ShortLink)
	for _, app := range s.config.Backend.Apps() {
		if name == "" || name != app.Name && !slices.Contains(slices.Collect(maps.Values(app.Names)), name) {
			continue
		}
		if ok {
			return App{}, false
		}
		found, ok = app, true
	}
	return found, ok
}

// backToOpener returns to the mini-program that opened x and tells whether there is one. If it was ended meanwhile, it starts
// where it was.
func (s *Server) backToOpener(x *session, extra json.RawMessage) bool {
	key := entry{x.user, x.app.ID}
	s.mu.Lock()
	opener, ok := s.openers[key]
	delete(s.openers, key)
	s.mu.Unlock()
	if _, there := s.app(opener); !ok || !there {
		return false
	}
	s.bring(x.user, opener, message.LaunchFrom(x.app.ID, "", message.SceneBack, extra))
	return true
}

// entry is a mini-program of a user.
type entry struct{ user, app string }

// bring has the shell show a mini-program. One that is open is told at once how it is entered.
func (s *Server) bring(user, app string, launch message.Launch) {
	m := &LaunchApp{App: app, Launch: launch}
	if x := s.sessionOf(user, app); x != nil {
		m.Session = x.id
		s.looked(x, true)
		x.post(message.ToActor{Show: &launch})
	}
	if s.config.Windows != nil {
		s.config.Windows.Show(user, *m)
		if !s.shells.alone(user, app) {
			return // the window that is made opens it
		}
	}
	s.shells.send(user, ToShell{Launch: m})
}

// sessionOf is the open session of a mini-program that a user has looked at last, or nil.
func (s *Server) sessionOf(user, app string) (last *session) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, x := range s.sessions {
		if x.app.ID == app && x.user == user && (last == nil || x.used > last.used) {
			last = x
		}
	}
	return last
}
