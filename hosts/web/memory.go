package web

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/dougong-dev/dougong/core/miniapp/message"
)

// Bounds of a Memory.
const (
	maxRecent     = 50
	maxFavourites = 200
	maxDebugged   = 50
)

// Memory is what the shell remembers of a user. It is the same in all windows and browsers of theirs.
type Memory struct {
	Recent     []string `json:"recent"` // mini-programs, the last one first
	Favourites []string `json:"favourites"`
	// Privacy is the version of the privacy text that the user has agreed to; 0: none.
	Privacy int `json:"privacy"`
	// Debug are the mini-programs that are debugged. They change it themselves, and the drawer does: see DebugSwitch.
	Debug []string `json:"debug,omitempty"`
	// Language is the one that the user chose for the shell; "": the one of their browser.
	Language string `json:"language,omitempty"`
	// Addresses, Contacts and Places are those that the user gave to mini-programs, the last one first.
	Addresses []message.Address       `json:"addresses,omitempty"`
	Contacts  []message.ChosenContact `json:"contacts,omitempty"`
	Places    []message.Place         `json:"places,omitempty"`
}

// Memories keep what the shell remembers. A Backend that implements it keeps it for longer than the host runs.
type Memories interface {
	Memory(user string) (Memory, error)
	SetMemory(user string, m Memory) error
}

// memory is what is remembered of a user.
func (s *Server) memory(user string) Memory {
	var m Memory
	if kept, ok := s.config.Backend.(Memories); ok {
		var err error
		if m, err = kept.Memory(user); err != nil {
			s.config.Log.Warn("what the launcher remembers cannot be read; it begins anew", "user", user, "error", err)
		}
	} else {
		s.mu.Lock()
		m = s.memories[user]
		s.mu.Unlock()
	}
	return m.tidy()
}

// remember changes what is kept of a user, and tells all the shells of theirs.
func (s *Server) remember(w http.ResponseWriter, r *http.Request, l *login) {
	var change MemoryChange
	if !readJSON(w, r, &change) {
		return
	}
	if err := change.check(); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	user := l.User()
	s.remembering.Lock()
	defer s.remembering.Unlock()
	before := s.memory(user)
	m := before.with(change)
	if err := s.setMemory(user, m); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	if m.Privacy < before.Privacy {
		s.endAll(user)
	}
	if m.Language != before.Language {
		s.speak(user, m.Language)
	}
	s.shells.send(user, ToShell{Memory: &m})
	writeJSON(w, m)
}

// speak has the frames that are still to come of what a user has open use the language that they chose.
func (s *Server) speak(user, language string) {
	if language == "" {
		return
	}
	s.mu.Lock()
	open := s.byUse(user)
	s.mu.Unlock()
	for _, x := range open {
		x.mu.Lock()
		x.phone.Language = strings.ReplaceAll(language, "-", "_")
		x.mu.Unlock()
	}
}

// tellMemory sends a shell that has connected what is remembered now: it may have changed since it read the launcher.
func (s *Server) tellMemory(c *shellConn) {
	s.remembering.Lock()
	defer s.remembering.Unlock()
	m := s.memory(c.user)
	c.out.put(ToShell{Memory: &m}) //nolint:errcheck // ToShell always encodes
}

// agreed is an error unless a user has agreed to the super-app's privacy text, if it has one.
func (s *Server) agreed(user string) error {
	if p := s.brand().UI.Privacy; s.memory(user).Privacy < p.Version {
		return fmt.Errorf("the privacy text, version %d, is not agreed to: nothing opens before; next: open the super-app's first page and agree there", p.Version)
	}
	return nil
}

// endAll closes all mini-programs of a user, in whichever window: the consent that they ran by was taken back.
func (s *Server) endAll(user string) {
	s.mu.Lock()
	open := s.byUse(user)
	s.mu.Unlock()
	for _, x := range open {
		x.aside(x.leave)
	}
}

// setMemory keeps what is remembered of a user. The caller holds remembering.
func (s *Server) setMemory(user string, m Memory) error {
	if kept, ok := s.config.Backend.(Memories); ok {
		return kept.SetMemory(user, m)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.memories[user] = m
	return nil
}

// list is a list of ids without what is too long, comes twice or is too much.
func list(ids []string, most int) []string {
	out := []string{}
	for _, id := range ids {
		if id != "" && len(id) <= maxAppID && len(out) < most && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}
