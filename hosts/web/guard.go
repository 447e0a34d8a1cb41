package web

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"net"
	"net/http"
	"strings"
	"sync"
)

// cookieName holds the login that the token was exchanged for.
const cookieName = "dougong"

// maxLogins bounds the logins remembered; the oldest is forgotten first.
const maxLogins = 64

// guard decides which requests may pass: by the Host they name, the Origin they come from, and the login they carry.
type guard struct {
	token string

	mu     sync.Mutex
	hosts  map[string]bool
	logins map[string]*login
	order  []string
}

// login is one browser that showed the token.
type login struct {
	id   string
	mu   sync.Mutex
	user string
}

func (l *login) User() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.user
}

func (l *login) setUser(user string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.user = user
}

func newGuard(hosts []string) *guard {
	g := &guard{token: newKey(), hosts: map[string]bool{}, logins: map[string]*login{}}
	for _, h := range hosts {
		g.name(strings.ToLower(h))
	}
	return g
}

// name adds a host[:port]. Browsers leave the port 80 out of the Host and the Origin that they send.
func (g *guard) name(host string) {
	g.hosts[host] = true
	if bare, ok := strings.CutSuffix(host, ":80"); ok && (!strings.Contains(bare, ":") || strings.HasSuffix(bare, "]")) {
		g.hosts[bare] = true
	}
}

// newKey makes an unguessable key of 256 bits.
func newKey() string {
	var b [32]byte
	rand.Read(b[:]) // never fails since Go 1.24
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// allow adds the names of a listening address.
func (g *guard) allow(addr net.Addr) {
	tcp, ok := addr.(*net.TCPAddr)
	if !ok {
		return
	}
	_, port, err := net.SplitHostPort(addr.String())
	if err != nil {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, name := range []string{"127.0.0.1", "localhost", "::1"} {
		g.name(net.JoinHostPort(name, port))
	}
	if !tcp.IP.IsUnspecified() {
		g.name(addr.String())
	}
}

// hostAllowed reports whether a request names this host. Anything else is a rebound name or a stray proxy.
func (g *guard) hostAllowed(r *http.Request) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.hosts[strings.ToLower(r.Host)]
}

// sameOrigin reports whether a request comes from the shell itself. Browsers leave Origin out of plain GETs of the same
// origin, never out of a WebSocket or a POST; required says that it must be there. The host serves plain HTTP alone: the same name under
// https is another origin.
func sameOrigin(r *http.Request, required bool) bool {
	if site := r.Header.Get("Sec-Fetch-Site"); site != "" && site != "same-origin" && site != "none" {
		return false
	}
	origin := r.Header.Get("Origin")
	if origin == "" {
		return !required
	}
	return strings.EqualFold(origin, "http://"+r.Host)
}

// opaqueOrigin reports whether a request may come from a sandboxed frame: its origin is "null".
func opaqueOrigin(r *http.Request, required bool) bool {
	origin := r.Header.Get("Origin")
	if origin == "" {
		return !required
	}
	return origin == "null"
}

// exchange makes a login out of the token.
func (g *guard) exchange(token, user string) (*login, bool) {
	if subtle.ConstantTimeCompare([]byte(token), []byte(g.token)) != 1 {
		return nil, false
	}
	l := &login{id: newKey(), user: user}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.logins[l.id] = l
	g.order = append(g.order, l.id)
	if len(g.order) > maxLogins {
		delete(g.logins, g.order[0])
		g.order = g.order[1:]
	}
	return l, true
}

// login finds the login of a request's cookie.
func (g *guard) login(r *http.Request) (*login, bool) {
	cookie, err := r.Cookie(cookieName)
	if err != nil {
		return nil, false
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	l, ok := g.logins[cookie.Value]
	return l, ok
}

func setCookie(w http.ResponseWriter, l *login) {
	http.SetCookie(w, &http.Cookie{
		Name: cookieName, Value: l.id, Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode,
	})
}
