package web

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"sync/atomic"
)

// Server is a web host. Make it with New.
type Server struct {
	config Config
	guard  *guard
	shells *shells
	// exchange are the files on their way between users and mini-programs.
	exchange exchange
	// life ends with the server; sessions and connections hang on it.
	life context.Context //nolint:containedctx // the server's own life
	end  context.CancelFunc

	mu       sync.Mutex
	frames   map[string]*frame // by key
	sessions map[string]*session
	memories map[string]Memory // of users, where the backend keeps none
	// remembering is held while a memory is read and written again.
	remembering sync.Mutex
	openers     map[entry]string // which mini-program opened one, as long as that is open
	closed      bool
	uses        uint64 // counts who was looked at, to tell whose turn is the longest ago
	notes       notes
	// tried are the pictures of the look that the theme editor shows and has not saved.
	tried  atomic.Pointer[map[string][]byte]
	starts sync.WaitGroup // actors being started; added to under mu while not closed
}

var errStopping = errors.New("the host stops")

// New checks a configuration and makes a server of it.
func New(config Config) (*Server, error) {
	if config.Backend == nil {
		return nil, errors.New("web host: Config.Backend is not set")
	}
	config = config.withDefaults()
	life, end := context.WithCancel(context.Background())
	s := &Server{
		config: config, guard: newGuard(config.Hosts), shells: newShells(), life: life, end: end,
		frames: map[string]*frame{}, sessions: map[string]*session{}, openers: map[entry]string{}, memories: map[string]Memory{},
		notes: newNotes(),
	}
	if config.Sessions != nil {
		s.starts.Go(s.takeNotes)
	}
	return s, nil
}

// URL is the address that logs a browser in, for a listening address.
func (s *Server) URL(addr net.Addr) string {
	host := addr.String()
	if tcp, ok := addr.(*net.TCPAddr); ok && tcp.IP.IsUnspecified() {
		host = fmt.Sprintf("127.0.0.1:%d", tcp.Port)
	}
	return "http://" + host + "/?token=" + url.QueryEscape(s.guard.token)
}

// Close ends every mini-program and connection and waits for them.
func (s *Server) Close() {
	s.writeNotes() // while everything is still open: it comes back at the next start
	s.mu.Lock()
	s.closed = true
	open := make([]*session, 0, len(s.sessions))
	for _, session := range s.sessions {
		open = append(open, session)
	}
	s.mu.Unlock()
	for _, session := range open {
		session.close()
	}
	s.end()
	s.starts.Wait()
	s.shells.wait()
}

// Handler serves the host. Every request passes the Host check first.
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", s.index)
	mux.HandleFunc("GET /shell/{file}", s.shellFile)
	mux.HandleFunc("GET /sdk/miniprogram.js", s.webSDK)
	mux.HandleFunc("GET /api/launcher", s.shellOnly(s.launcher))
	mux.HandleFunc("GET /api/icon/{app}", s.shellOnly(s.icon))
	mux.HandleFunc("GET /open", s.openLink)
	mux.HandleFunc("GET /api/picture/{name}", s.shellOnly(s.picture))
	mux.HandleFunc("POST /api/memory", s.shellOnly(s.remember))
	mux.HandleFunc("GET /api/qr", s.shellOnly(s.qr))
	mux.HandleFunc("POST /api/scan", s.shellOnly(s.scan))
	mux.HandleFunc("GET /theme", s.themeOnly(s.themePage))
	mux.HandleFunc("GET /api/theme", s.themeOnly(s.theme))
	mux.HandleFunc("POST /api/theme", s.themeOnly(s.setTheme))
	mux.HandleFunc("POST /api/open", s.shellOnly(s.open))
	mux.HandleFunc("POST /api/window", s.shellOnly(s.window))
	mux.HandleFunc("POST /api/frame", s.shellOnly(s.reframe))
	mux.HandleFunc("POST /api/user", s.shellOnly(s.switchUser))
	mux.HandleFunc("GET /api/permissions/{app}", s.shellOnly(s.permissions))
	mux.HandleFunc("POST /api/permissions/{app}", s.shellOnly(s.setPermission))
	mux.HandleFunc("POST /api/give/{id}", s.shellOnly(s.give))
	mux.HandleFunc("GET /api/take/{id}", s.shellOnly(s.take))
	mux.HandleFunc("GET /api/shell", s.shellSocket)
	mux.HandleFunc("GET /f/{key}/{$}", s.frameOnly(s.frameDocument))
	mux.HandleFunc("GET /f/{key}/client.js", s.frameOnly(s.frameScript))
	mux.HandleFunc("GET /f/{key}/regions.js", s.frameOnly(s.frameRegions))
	mux.HandleFunc("GET /f/{key}/wxs.js", s.frameOnly(s.frameScripts))
	mux.HandleFunc("GET /f/{key}/r/{path...}", s.frameOnly(s.frameAsset))
	mux.HandleFunc("GET /f/{key}/fetch", s.frameOnly(s.frameFetch))
	mux.HandleFunc("GET /f/{key}/h5frame", s.frameOnly(s.h5Frame))
	mux.HandleFunc("GET /f/{key}/h5frame.js", s.frameOnly(s.h5FrameScript))
	mux.HandleFunc("GET /f/{key}/h5/{path...}", s.frameOnly(s.h5File))
	mux.HandleFunc("GET /f/{key}/ws", s.frameSocket)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Server", ServerName)
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("Referrer-Policy", "no-referrer")
		if !s.guard.hostAllowed(r) {
			http.Error(w, fmt.Sprintf("this host does not answer to the name %q; use the printed address", r.Host), http.StatusMisdirectedRequest)
			return
		}
		mux.ServeHTTP(w, r)
	})
}

// shellOnly admits requests of the shell: same origin, with a login.
func (s *Server) shellOnly(next func(http.ResponseWriter, *http.Request, *login)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if !sameOrigin(r, r.Method != http.MethodGet) {
			http.Error(w, "foreign origin", http.StatusForbidden)
			return
		}
		l, ok := s.guard.login(r)
		if !ok {
			http.Error(w, "not logged in: open the printed address with its token", http.StatusUnauthorized)
			return
		}
		next(w, r, l)
	}
}

// frameOnly admits requests of a frame: opaque or no origin, with a key in the path.
func (s *Server) frameOnly(next func(http.ResponseWriter, *http.Request, *frame)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if !opaqueOrigin(r, false) {
			http.Error(w, "foreign origin", http.StatusForbidden)
			return
		}
		f, ok := s.frame(r.PathValue("key"))
		if !ok {
			http.Error(w, "this frame is closed", http.StatusForbidden)
			return
		}
		next(w, r, f)
	}
}

func (s *Server) frame(key string) (*frame, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f, ok := s.frames[key]
	return f, ok
}

func (s *Server) session(id string) (*session, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	session, ok := s.sessions[id]
	return session, ok
}

func (s *Server) app(id string) (App, bool) {
	apps := s.config.Backend.Apps()
	i := slices.IndexFunc(apps, func(a App) bool { return a.ID == id })
	if i < 0 {
		return App{}, false
	}
	return apps[i], true
}
