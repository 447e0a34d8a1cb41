package web

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"syscall"

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

// ErrMemoryDamaged is what Memories wrap where there is something that is no Memory. It counts as nothing.
var ErrMemoryDamaged = errors.New("damaged")

// Memories keep what the shell remembers. A Backend that implements it keeps it for longer than the host runs.
type Memories interface {
	// Memory fails where something is kept that cannot be read; it is no failure if nothing is kept.
	Memory(user string) (Memory, error)
	// SetMemory keeps what is remembered, whole or not at all. What is damaged is put aside first.
	SetMemory(user string, m Memory) error
}

// memory is what is remembered of a user; nothing, if it cannot be read.
func (s *Server) memory(user string) Memory {
	m, err := s.readMemory(user)
	if err != nil {
		s.config.Log.Warn("what the launcher remembers cannot be read; it is shown as if it were nothing, and nothing new is kept", "user", user, "error", err)
	}
	return m
}

// readMemory is what is remembered of a user. Where it fails there may be something, which must not be written over.
func (s *Server) readMemory(user string) (Memory, error) {
	kept, ok := s.config.Backend.(Memories)
	if !ok {
		s.mu.Lock()
		defer s.mu.Unlock()
		return s.memories[user].tidy(), nil
	}
	m, err := kept.Memory(user)
	if errors.Is(err, ErrMemoryDamaged) {
		s.config.Log.Warn("what the launcher remembers cannot be read; it begins anew", "user", user, "error", err)
		m, err = Memory{}, nil
	}
	return m.tidy(), err
}

// notKept logs why a choice of a user's could not be kept, and is what the user is told of it: no names of the host's files.
func (s *Server) notKept(user string, err error) error {
	s.config.Log.Warn("what a user chose is not kept", "user", user, "error", err)
	return fmt.Errorf("it is not kept: %s; next: see that the super-app's data folder has space and can be read and written, then choose again", reason(err))
}

// reason is why what is remembered could not be read or written, as users may know it.
func reason(err error) string {
	if system := syscall.Errno(0); errors.As(err, &system) {
		return system.Error()
	}
	return err.Error()
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
	before, err := s.readMemory(user)
	m := before.with(change)
	if err == nil {
		err = s.setMemory(user, m)
	}
	if err != nil {
		http.Error(w, s.notKept(user, err).Error(), http.StatusInternalServerError)
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
	m, err := s.readMemory(c.user)
	if err != nil {
		return // it keeps what it has read before
	}
	c.out.put(ToShell{Memory: &m}) //nolint:errcheck // ToShell always encodes
}

// agreed is an error unless a user has agreed to the super-app's privacy text, if it has one.
func (s *Server) agreed(user string) error {
	p := s.brand().UI.Privacy
	if p.Version == 0 {
		return nil
	}
	m, err := s.readMemory(user)
	if err != nil {
		s.config.Log.Warn("whether the privacy text is agreed to cannot be read", "user", user, "error", err)
		return fmt.Errorf("whether the privacy text is agreed to cannot be read: %s; next: see that the super-app's data folder can be read", reason(err))
	}
	if m.Privacy < p.Version {
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
