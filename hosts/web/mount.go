package web

import (
	"net/url"
	"strings"
)

// Under lets browsers reach the host by another name, host or host:port, and returns the address that logs one in there: for
// who serves Handler on a server of his own, at its root.
func (s *Server) Under(host string) string {
	s.guard.mu.Lock()
	defer s.guard.mu.Unlock()
	s.guard.name(strings.ToLower(host))
	return "http://" + host + "/?token=" + url.QueryEscape(s.guard.token)
}
