package web

import (
	"encoding/json"

	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/view"
)

// shellAsk carries out an ask that concerns the shell rather than the frame; false if it is none.
func (s *Server) shellAsk(x *session, a message.Ask) bool {
	switch a.Kind {
	case message.AskExit:
		x.reply(a, nil, "")
		go x.close()
	case message.AskShareMenu:
		var menu message.ShareMenu
		if json.Unmarshal(a.Args, &menu) == nil {
			x.setShare(menu.Shown)
		}
		x.reply(a, nil, "")
	case message.AskShare:
		var share message.Share
		if json.Unmarshal(a.Args, &share) == nil {
			s.shells.send(x.user, ToShell{Share: &SessionShare{Session: x.id, Share: share}})
		}
		x.reply(a, nil, "")
	default:
		return false
	}
	return true
}

// showWindow tells the shell about the page on top.
func (s *session) showWindow(stack *message.Stack) {
	if len(stack.Pages) == 0 {
		return
	}
	top := stack.Pages[len(stack.Pages)-1]
	s.mu.Lock()
	s.window.Pages = len(stack.Pages)
	s.window.Path = top.Path
	s.window.TextStyle = orDefault(top.Window.NavigationBarTextStyle, "black")
	s.window.Title = orDefault(top.Window.NavigationBarTitleText, s.app.Name)
	s.mu.Unlock()
	s.sendWindow()
}

func (s *session) setShare(shown bool) {
	s.mu.Lock()
	s.window.Share = shown
	s.mu.Unlock()
	s.sendWindow()
}

func (s *session) sendWindow() {
	s.mu.Lock()
	window := s.window
	s.mu.Unlock()
	s.server.shells.send(s.user, ToShell{Window: &SessionWindow{Session: s.id, windowState: window}})
}

func orDefault(s *string, fallback string) string {
	if s == nil || *s == "" {
		return fallback
	}
	return *s
}

// visible moves the mini-program to the foreground or the background.
func (s *session) visible(shown bool) {
	if shown {
		s.post(message.ToActor{Show: &message.Launch{Scene: defaultScene}})
	} else {
		s.post(message.ToActor{Hide: true})
	}
}

// share tells the page on top that the user chose to forward it.
func (s *session) share() {
	s.post(message.ToActor{Event: &view.ClientEvent{Type: message.PageShare, Detail: map[string]any{"from": "menu"}}})
}
