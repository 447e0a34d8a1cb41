package web

import (
	"encoding/json"
	"maps"
	"slices"

	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/view"
)

// shellAsk carries out an ask that concerns the shell rather than the frame; false if it is none.
func (s *Server) shellAsk(x *session, a message.Ask) bool {
	switch a.Kind {
	case message.AskExit:
		x.reply(a, nil, "")
		s.backToOpener(x, nil)
		go x.leave()
	case message.AskRestart:
		x.reply(a, nil, "")
		x.aside(func() { x.begin(a.Args) })
	case message.AskApplyUpdate:
		x.reply(a, nil, "")
		x.aside(func() { x.startOver() })
	case message.AskOpenMiniProgram:
		x.aside(func() { s.openOther(x, a) })
	case message.AskBackMiniProgram:
		var back message.BackMiniProgram
		failure := refusedNotOpened
		if json.Unmarshal(a.Args, &back) == nil && s.backToOpener(x, back.ExtraData) {
			failure = ""
		}
		x.reply(a, nil, failure)
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
	case message.AskSetEnableDebug:
		x.aside(func() { x.enableDebug(a) })
	case message.AskDebugCall:
		x.debugCall(a)
	case message.AskUnwatch:
		x.unwatch(a)
	case message.AskWatch:
		if !x.watchMemory(a) {
			x.askShell(a)
		}
	default:
		if !shellKinds[a.Kind] {
			return false
		}
		x.askShell(a)
	}
	return true
}

// shellKinds are the asks that the shell answers: it shows the dialogs that a mini-program must not be able to draw, and has
// the parts of the device that a frame does not get.
var shellKinds = map[string]bool{
	message.AskScan: true, message.AskChooseLocation: true, message.AskOpenLocation: true, message.AskChooseAddress: true,
	message.AskAddContact: true, message.AskChooseContact: true, message.AskPhoneCall: true, message.AskSendSMS: true, message.AskAddCalendar: true, message.AskKeepScreenOn: true, message.AskBattery: true,
	message.AskGetBrightness: true, message.AskSetBrightness: true,
}

// aside runs f, which waits, beside the actor. It is bound to end with the session's life.
func (s *session) aside(f func()) {
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	if !s.server.closed {
		s.server.starts.Go(f)
	}
}

// askShell passes an ask on to the user's shells, also to those that connect later.
func (s *session) askShell(a message.Ask) {
	if a.ID != 0 {
		s.mu.Lock()
		s.shellAsks[a.ID] = a
		s.mu.Unlock()
	}
	s.server.shells.send(s.user, ToShell{Ask: &SessionAsk{Session: s.id, Ask: a}})
}

// unwatch ends a watch in the shells.
func (s *session) unwatch(a message.Ask) {
	var u message.Unwatch
	if json.Unmarshal(a.Args, &u) != nil {
		return
	}
	s.mu.Lock()
	delete(s.shellAsks, u.Watch)
	own := s.memory == u.Watch
	if own {
		s.memory = 0
	}
	s.mu.Unlock()
	if own {
		return
	}
	s.server.shells.send(s.user, ToShell{Ask: &SessionAsk{Session: s.id, Ask: a}})
}

// shellAnswer passes a shell's answer on: the first to an ask, or every report of a watch.
func (s *session) shellAnswer(a message.Answer) {
	s.mu.Lock()
	ask, ok := s.shellAsks[a.ID]
	if ok && (ask.Kind != message.AskWatch || a.Error != "") {
		delete(s.shellAsks, a.ID)
	}
	s.mu.Unlock()
	if ok {
		s.post(message.ToActor{Answer: &a})
	}
}

// waitingAsks are what a shell that connects has to be asked, in order.
func (s *session) waitingAsks() []message.Ask {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]message.Ask, 0, len(s.shellAsks))
	for _, id := range slices.Sorted(maps.Keys(s.shellAsks)) {
		out = append(out, s.shellAsks[id])
	}
	return out
}

// catchUp tells a shell that has just connected what it may have missed: the page on top, which may have come after the answer to
// the opening and before the connection, and everything that waits for an answer.
func (s *Server) catchUp(c *shellConn) {
	s.mu.Lock()
	open := s.byUse(c.user)
	s.mu.Unlock()
	for _, x := range open {
		x.mu.Lock() // held while it is told, so that what is older is never told after what is newer
		if x.window.Pages > 0 {
			c.out.put(ToShell{Window: &SessionWindow{Session: x.id, windowState: x.window}}) //nolint:errcheck // ToShell always encodes
		}
		x.mu.Unlock()
		for _, a := range x.waitingAsks() {
			c.out.put(ToShell{Ask: &SessionAsk{Session: x.id, Ask: a}}) //nolint:errcheck // ToShell always encodes
		}
	}
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
	s.top, s.window.Share, s.window.Timeline = top.ID, top.Shares, top.Timeline
	s.window.TextStyle = orDefault(top.Window.NavigationBarTextStyle, "black")
	s.window.Title = orDefault(top.Window.NavigationBarTitleText, s.phone.nameOf(s.app))
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
	defer s.mu.Unlock() // see catchUp
	s.server.shells.send(s.user, ToShell{Window: &SessionWindow{Session: s.id, windowState: s.window}})
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
	s.server.looked(s, shown)
}

// share tells the page on top that the user chose to forward it.
func (s *session) share(timeline bool) {
	s.mu.Lock()
	e := &view.ClientEvent{Page: s.top, Type: message.PageShare, Detail: map[string]any{"from": "menu"}}
	s.mu.Unlock()
	if timeline {
		e.Type, e.Detail = message.PageShareTimeline, nil
	}
	s.post(message.ToActor{Event: e})
}
