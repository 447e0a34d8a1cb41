package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"github.com/dougong-dev/dougong/core/miniapp/message"
)

// maxRequest bounds the body of a request of the shell.
const maxRequest = 64 << 10

func (s *Server) launcher(w http.ResponseWriter, _ *http.Request, l *login) {
	writeJSON(w, Launcher{
		Brand: s.brand(), Memory: s.memory(l.User()), Apps: s.config.Backend.Apps(), User: l.User(), Users: s.config.Users, Start: s.first(),
		Dev: s.config.Dev, Windows: s.config.Windows != nil, Restore: s.recall(l.User()),
	})
}

// icon serves a mini-program's icon, or the super-app's logo for the name "_brand".
func (s *Server) icon(w http.ResponseWriter, r *http.Request, _ *login) {
	data := s.config.Backend.Brand().Logo
	if id := r.PathValue("app"); id != "_brand" {
		app, _ := s.app(id)
		data = app.Icon
	}
	if len(data) == 0 {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", imageType(data))
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox")
	w.Header().Set("Cache-Control", "private, max-age=60")
	w.Write(data) //nolint:errcheck // the browser may be gone
}

// imageType is the type of an icon by its content; SVG is the one that net/http does not know.
func imageType(data []byte) string {
	detected := http.DetectContentType(data)
	if detected == "text/xml; charset=utf-8" || detected == "text/plain; charset=utf-8" || detected == "text/html; charset=utf-8" {
		return "image/svg+xml"
	}
	return detected
}

func (s *Server) open(w http.ResponseWriter, r *http.Request, l *login) {
	var request OpenRequest
	if !readJSON(w, r, &request) {
		return
	}
	app, ok := s.app(request.App)
	if !ok {
		http.Error(w, fmt.Sprintf("there is no mini-program %q here", request.App), http.StatusNotFound)
		return
	}
	if err := s.agreed(l.User()); err != nil {
		http.Error(w, err.Error(), http.StatusForbidden)
		return
	}
	session, fresh, err := s.openSession(r.Context(), app, l.User(), request)
	if err != nil {
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
		return
	}
	if err := s.agreed(l.User()); err != nil { // taken back while it started, perhaps after endAll looked
		session.aside(session.leave)
		http.Error(w, err.Error(), http.StatusForbidden)
		return
	}
	if !fresh {
		session.joined(request.Launch)
	}
	s.writeOpened(w, session)
}

// openSession finds the user's open session of a mini-program, or starts one.
func (s *Server) openSession(ctx context.Context, app App, user string, request OpenRequest) (*session, bool, error) {
	for {
		x, fresh, err := s.reserve(app, user, request.Phone)
		if err != nil {
			return nil, false, err
		}
		if fresh {
			err := s.start(ctx, x, s.restored(x, request.Launch))
			s.makeRoom(user)
			return x, true, err
		}
		open, err := x.awaitStart(ctx)
		if open || err != nil {
			return x, false, err
		}
	}
}

// reserve finds the user's session of a mini-program. If there is none it makes one, whose start the caller then owes.
func (s *Server) reserve(app App, user string, phone Phone) (x *session, fresh bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, false, errStopping
	}
	for _, x := range s.sessions {
		if x.app.ID == app.ID && x.user == user {
			return x, false, nil
		}
	}
	if len(s.sessions) >= s.config.MaxSessions {
		return nil, false, fmt.Errorf("%d mini-programs are open already; close one first", s.config.MaxSessions)
	}
	x = &session{
		id: newKey(), app: app, user: user, phone: phone.clamp(), server: s, out: newOutbox(),
		starting: make(chan struct{}, 1), done: make(chan struct{}), asks: map[uint64]message.Ask{},
		shellAsks: map[uint64]message.Ask{},
	}
	x.life, x.endLife = context.WithCancel(s.life)
	x.window = windowState{Title: app.Name, TextStyle: "black"}
	s.uses++
	x.used = s.uses
	x.starting <- struct{}{}
	s.starts.Add(1)
	s.sessions[x.id] = x
	return x, true, nil
}

// awaitStart waits until a session that somebody else opened runs. It reports false if the session is gone or about to
// go, once it was forgotten; the error is what kept it from starting.
func (s *session) awaitStart(ctx context.Context) (bool, error) {
	select {
	case s.starting <- struct{}{}:
		<-s.starting
	case <-ctx.Done():
		return false, fmt.Errorf("open %s: %w", s.app.Name, context.Cause(ctx))
	}
	s.mu.Lock()
	failure, closing := s.failure, s.closing || s.ended
	s.mu.Unlock()
	if !closing {
		return true, nil
	}
	select {
	case <-s.done:
	case <-ctx.Done():
		return false, fmt.Errorf("open %s: %w", s.app.Name, context.Cause(ctx))
	}
	if errors.Is(failure, context.Canceled) {
		return false, nil // whoever opened it went away; that is no reason to refuse the next
	}
	return false, failure
}

// defaultScene is WeChat's scene value for an entry without a better one.
const defaultScene = 1001

// start runs the mini-program behind a session of reserve and lets go of it.
func (s *Server) start(ctx context.Context, x *session, launch message.Launch) error {
	defer s.starts.Done()
	defer func() { <-x.starting }()
	if launch.Scene == 0 {
		launch.Scene = defaultScene
	}
	if err := s.run(ctx, x, launch); err != nil {
		x.mu.Lock()
		x.failure = err
		x.mu.Unlock()
		x.finish(&message.Error{ID: "open", Origin: "app", Message: err.Error()})
		return err
	}
	x.mu.Lock()
	x.startGrace()
	x.expectFrame(firstPatience)
	x.mu.Unlock()
	return nil
}

// run puts an actor behind a session. The caller holds x.starting; the server's end cuts the start short.
func (s *Server) run(ctx context.Context, x *session, launch message.Launch) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(s.life, cancel)()
	debugged := s.debugged(x.user, x.app.ID)
	x.mu.Lock()
	generation := x.generation
	x.window.Debug = debugged
	x.mu.Unlock()
	actor, err := s.config.Backend.Open(ctx, OpenOptions{
		App: x.app.ID, User: x.user, Launch: launch, System: x.stage().system(s.brand().UI, debugged), ClientScripts: x.chooseScripts(),
		Send: func(m message.FromActor) { x.deliver(generation, m) },
	})
	if err != nil {
		return fmt.Errorf("open %s: %w", x.app.Name, err)
	}
	if err := x.started(actor); err != nil {
		return fmt.Errorf("open %s: %w", x.app.Name, err)
	}
	return nil
}

// reframe gives a session a new frame: after the shell was reloaded, or a frame lost its way.
func (s *Server) reframe(w http.ResponseWriter, r *http.Request, l *login) {
	var request CloseSession
	if !readJSON(w, r, &request) {
		return
	}
	session, ok := s.session(request.Session)
	if !ok || session.user != l.User() {
		http.Error(w, "this mini-program is not open any more", http.StatusNotFound)
		return
	}
	s.writeOpened(w, session)
}

func (s *Server) writeOpened(w http.ResponseWriter, x *session) {
	f := &frame{key: newKey(), session: x, next: newKey()}
	s.mu.Lock()
	x.mu.Lock()
	if x.ended {
		x.mu.Unlock()
		s.mu.Unlock()
		http.Error(w, "this mini-program was closed just now; open it again", http.StatusGone)
		return
	}
	if x.frame != nil {
		delete(s.frames, x.frame.key)
	}
	x.frame = f
	window := x.window
	x.mu.Unlock()
	s.frames[f.key] = f
	s.mu.Unlock()
	writeJSON(w, Opened{Session: x.id, Frame: "/f/" + f.key + "/", App: x.app, windowState: window})
}

// forget drops a session and its frame.
func (s *Server) forget(x *session) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.sessions, x.id)
	delete(s.openers, entry{x.user, x.app.ID})
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.frame != nil {
		delete(s.frames, x.frame.key)
	}
}

func (s *Server) switchUser(w http.ResponseWriter, r *http.Request, l *login) {
	var request struct {
		User string `json:"user"`
	}
	if !readJSON(w, r, &request) {
		return
	}
	if !slices.Contains(s.config.Users, request.User) {
		http.Error(w, fmt.Sprintf("there is no account %q", request.User), http.StatusNotFound)
		return
	}
	l.setUser(request.User)
	w.WriteHeader(http.StatusNoContent)
}

func (s *Server) permissions(w http.ResponseWriter, r *http.Request, l *login) {
	list, err := s.config.Backend.Permissions(r.PathValue("app"), l.User())
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	if list == nil {
		list = []Permission{}
	}
	writeJSON(w, list)
}

func (s *Server) setPermission(w http.ResponseWriter, r *http.Request, l *login) {
	var request Permission
	if !readJSON(w, r, &request) {
		return
	}
	if err := s.config.Backend.SetPermission(r.PathValue("app"), l.User(), request.Scope, request.Granted); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

func readJSON(w http.ResponseWriter, r *http.Request, into any) bool {
	return readJSONUpTo(w, r, into, maxRequest)
}

// readJSONUpTo is readJSON with a bound of its own.
func readJSONUpTo(w http.ResponseWriter, r *http.Request, into any, most int64) bool {
	decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, most))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		http.Error(w, fmt.Sprintf("malformed request: %v", err), http.StatusBadRequest)
		return false
	}
	return true
}

func writeJSON(w http.ResponseWriter, v any) {
	data, err := json.Marshal(v)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.Write(data) //nolint:errcheck // the browser may be gone
}
