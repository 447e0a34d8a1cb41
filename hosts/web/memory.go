package web

import (
	"fmt"
	"net/http"
	"slices"
)

// Bounds of a Memory.
const (
	maxRecent     = 50
	maxFavourites = 200
	maxDebugged   = 50
)

// Memory is what the shell remembers of a user.
type Memory struct {
	Recent     []string `json:"recent"` // mini-programs, the last one first
	Favourites []string `json:"favourites"`
	// Privacy is the version of the privacy text that the user has agreed to; 0: none.
	Privacy int `json:"privacy"`
	// Debug are the mini-programs that are debugged. They change it themselves, and the drawer does: see DebugSwitch.
	Debug []string `json:"debug,omitempty"`
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
	m.Recent, m.Favourites = list(m.Recent, maxRecent), list(m.Favourites, maxFavourites)
	return m
}

// remember takes over what a user's shell remembers. Consent changes only if the shell says that the user gave it or took it back:
// another shell of that user may not have heard yet, and its favourites must not bring consent back.
func (s *Server) remember(w http.ResponseWriter, r *http.Request, l *login) {
	var said struct {
		Memory
		Privacy *int `json:"privacy"`
	}
	if !readJSON(w, r, &said) {
		return
	}
	m := said.Memory
	if said.Privacy != nil {
		m.Privacy = *said.Privacy
	}
	if m.Privacy < 0 {
		http.Error(w, fmt.Sprintf("privacy: expected a version from 0, found %d", m.Privacy), http.StatusBadRequest)
		return
	}
	m.Recent, m.Favourites = list(m.Recent, maxRecent), list(m.Favourites, maxFavourites)
	s.remembering.Lock()
	defer s.remembering.Unlock()
	before := s.memory(l.User())
	m.Debug = before.Debug
	if said.Privacy == nil {
		m.Privacy = before.Privacy
	}
	if err := s.setMemory(l.User(), m); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	if m.Privacy < before.Privacy {
		s.endAll(l.User())
		s.shells.refresh() // the user's other shells put the question, too
	}
	w.WriteHeader(http.StatusNoContent)
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
		if id != "" && len(id) <= 256 && len(out) < most && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}
