package web

import (
	"encoding/json"
	"slices"

	"github.com/dougong-dev/dougong/core/miniapp/message"
)

// refusedDebug is the failure of wx.setEnableDebug where the operator forbids it.
const refusedDebug = "denied by policy.debug"

// debugged tells whether a user debugs a mini-program.
func (s *Server) debugged(user, app string) bool {
	return !s.config.NoDebug && slices.Contains(s.memory(user).Debug, app)
}

// setDebug remembers whether a user debugs a mini-program.
func (s *Server) setDebug(user, app string, on bool) error {
	s.remembering.Lock()
	defer s.remembering.Unlock()
	m, err := s.readMemory(user)
	if err != nil {
		return s.notKept(user, err)
	}
	m.Debug = slices.DeleteFunc(slices.Clone(m.Debug), func(id string) bool { return id == app })
	if on {
		m.Debug = list(append([]string{app}, m.Debug...), maxDebugged)
	}
	if err := s.setMemory(user, m); err != nil {
		return s.notKept(user, err)
	}
	return nil
}

// enableDebug carries out wx.setEnableDebug.
func (s *session) enableDebug(a message.Ask) {
	var to message.EnableDebug
	failure := ""
	if s.server.config.NoDebug {
		failure = refusedDebug
	} else if err := json.Unmarshal(a.Args, &to); err != nil {
		failure = err.Error()
	} else if err := s.debug(to.EnableDebug); err != nil {
		failure = err.Error()
	}
	s.reply(a, nil, failure)
}

// debug opens or closes the drawer, now and whenever the user opens the mini-program again.
func (s *session) debug(on bool) error {
	if err := s.server.setDebug(s.user, s.app.ID, on); err != nil {
		return err
	}
	s.mu.Lock()
	s.window.Debug = on && !s.server.config.NoDebug
	s.mu.Unlock()
	s.sendWindow()
	return nil
}

// switchDebug is what the user decides in the drawer.
func (s *session) switchDebug(on bool) {
	if err := s.debug(on); err != nil {
		s.server.config.Log.Warn("it could not be remembered which mini-programs are debugged", "app", s.app.ID, "error", err)
	}
}

// debugCall shows a call in the drawer.
func (s *session) debugCall(a message.Ask) {
	var call message.DebugCall
	if json.Unmarshal(a.Args, &call) == nil {
		s.server.shells.send(s.user, ToShell{Call: &SessionCall{Session: s.id, Call: call}})
	}
}
