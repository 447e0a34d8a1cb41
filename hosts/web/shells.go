package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sync"

	"github.com/coder/websocket"

	"github.com/dougong-dev/dougong/core/miniapp/message"
)

// maxShellMessage bounds what a shell may send at once.
const maxShellMessage = 64 << 10

// shells are the connected launchers, and the questions that wait for an answer of one of them.
type shells struct {
	mu      sync.Mutex
	conns   map[*shellConn]bool
	prompts map[string]*pendingPrompt
	running sync.WaitGroup
}

type shellConn struct {
	user string
	app  string // the only mini-program that it shows; "": the launcher
	out  *outbox
}

// pendingPrompt waits for one answer: to a question, or for the user to leave the permissions.
type pendingPrompt struct {
	user    string
	message ToShell
	answer  chan int
}

func newShells() *shells {
	return &shells{conns: map[*shellConn]bool{}, prompts: map[string]*pendingPrompt{}}
}

// send gives a message to every shell of a user.
func (s *shells) send(user string, m ToShell) {
	s.mu.Lock()
	defer s.mu.Unlock()
	own := s.owner(user, m)
	for c := range s.conns {
		if c.user == user && (own == nil || *own == c.app) {
			c.out.put(m) //nolint:errcheck // ToShell always encodes
		}
	}
}

func (s *shells) wait() { s.running.Wait() }

func (s *shells) add(c *shellConn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.conns[c] = true
	for _, p := range s.prompts {
		if own := s.owner(c.user, p.message); p.user == c.user && (own == nil || *own == c.app) {
			c.out.put(p.message) //nolint:errcheck // ToShell always encodes
		}
	}
}

func (s *shells) remove(c *shellConn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.conns, c)
}

// ask sends a message to a user's shells, also to those that connect later, and waits for the answer or for ctx.
func (s *shells) ask(ctx context.Context, user, id string, m ToShell) (int, error) {
	p := &pendingPrompt{user: user, message: m, answer: make(chan int, 1)}
	s.mu.Lock()
	s.prompts[id] = p
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		delete(s.prompts, id)
		s.mu.Unlock()
		s.send(user, ToShell{Retract: &Retract{ID: id}})
	}()
	s.send(user, m)
	select {
	case button := <-p.answer:
		return button, nil
	case <-ctx.Done():
		return dismissed, fmt.Errorf("ask the user: %w", context.Cause(ctx))
	}
}

// choose answers a prompt on behalf of a user's shell. A button that the prompt does not have dismisses it.
func (s *shells) choose(user, id string, button int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, ok := s.prompts[id]
	if !ok || p.user != user {
		return
	}
	if q := p.message.Prompt; q != nil && (button < 0 || button >= len(q.Buttons)) {
		button = dismissed
	}
	select {
	case p.answer <- button:
	default:
	}
}

// Prompt asks as Confirm does and says whether the user agreed: chose the first button.
func (s *Server) Prompt(ctx context.Context, p Prompt) (bool, error) {
	button, err := s.Confirm(ctx, p)
	return err == nil && button == 0, err
}

// Confirm puts a question to a user in the shell, outside every mini-program's frame, and waits for the answer: the number
// of the chosen button, or -1 if the user closed the question.
func (s *Server) Confirm(ctx context.Context, p Prompt) (int, error) {
	if len(p.Buttons) == 0 {
		return dismissed, fmt.Errorf("prompt %q has no buttons; give it at least one", p.Title)
	}
	name := p.App
	if app, ok := s.app(p.App); ok {
		name = app.Name
	}
	id := newKey()
	return s.shells.ask(ctx, p.User, id, ToShell{Prompt: &ShellPrompt{ID: id, Prompt: p, AppName: name}})
}

// OpenSettings shows a user the permissions of a mini-program and waits until they leave them.
func (s *Server) OpenSettings(ctx context.Context, app, user string) error {
	id := newKey()
	_, err := s.shells.ask(ctx, user, id, ToShell{Setting: &OpenSetting{ID: id, App: app}})
	return err
}

func (s *Server) shellSocket(w http.ResponseWriter, r *http.Request) {
	if !sameOrigin(r, true) {
		http.Error(w, "foreign origin: only the launcher may connect here", http.StatusForbidden)
		return
	}
	l, ok := s.guard.login(r)
	if !ok {
		http.Error(w, "not logged in: open the printed address with its token", http.StatusUnauthorized)
		return
	}
	s.shells.running.Add(1)
	defer s.shells.running.Done()
	socket, err := websocket.Accept(w, r, nil)
	if err != nil {
		return
	}
	defer socket.CloseNow() //nolint:errcheck // the browser may be gone
	socket.SetReadLimit(maxShellMessage)
	ctx, cancel := context.WithCancelCause(s.life)
	defer cancel(nil)
	c := &shellConn{user: l.User(), app: r.URL.Query().Get("app"), out: newOutbox()}
	s.shells.add(c)
	s.tellMemory(c)
	s.catchUp(c)
	defer s.shells.remove(c)
	reading, stopReading := context.WithCancel(context.Background())
	read := make(chan struct{})
	go func() {
		defer close(read)
		cancel(s.readShell(reading, socket, c.user))
	}()
	err = writeShell(ctx, socket, c.out)
	how := closing{websocket.StatusGoingAway, "the host stops"}
	errors.As(err, &how)
	socket.Close(how.code, how.reason) //nolint:errcheck // the browser may be gone
	stopReading()
	<-read
}

func writeShell(ctx context.Context, socket *websocket.Conn, out *outbox) error {
	for {
		items, stale, err := out.take(ctx)
		if err != nil {
			return err
		}
		if stale {
			return closing{websocket.StatusTryAgainLater, "the shell is too slow; reload it"}
		}
		for _, item := range items {
			if err := writeMessage(ctx, socket, item); err != nil {
				return err
			}
		}
	}
}

func (s *Server) readShell(ctx context.Context, socket *websocket.Conn, user string) error {
	for {
		kind, data, err := socket.Read(ctx)
		if err != nil {
			return err
		}
		var m FromShell
		if kind != websocket.MessageText || json.Unmarshal(data, &m) != nil {
			return closing{websocket.StatusPolicyViolation, "not a JSON message"}
		}
		s.fromShell(user, m)
	}
}

func (s *Server) fromShell(user string, m FromShell) {
	switch {
	case m.Choice != nil:
		s.shells.choose(user, m.Choice.ID, m.Choice.button())
	case m.Visible != nil:
		s.withSession(user, m.Visible.Session, func(x *session) { x.visible(m.Visible.Shown) })
	case m.Close != nil:
		s.withSession(user, m.Close.Session, func(x *session) { go x.leave() })
	case m.Share != nil:
		s.withSession(user, m.Share.Session, func(x *session) { x.share(m.Share.Timeline) })
	case m.Answer != nil:
		s.withSession(user, m.Answer.Session, func(x *session) { x.shellAnswer(m.Answer.Answer) })
	case m.Setting != nil:
		s.shells.choose(user, m.Setting.ID, 0)
	case m.Emit != nil:
		s.withSession(user, m.Emit.Session, func(x *session) { x.emit(m.Emit.Event) })
	case m.Debug != nil:
		s.withSession(user, m.Debug.Session, func(x *session) { x.switchDebug(m.Debug.On) })
	case m.Lost != nil:
		s.withSession(user, m.Lost.Session, (*session).viewLost)
	case m.Home != nil:
		s.withSession(user, m.Home.Session, func(x *session) { x.post(message.ToActor{Route: &message.Route{Kind: "home"}}) })
	}
}

// withSession runs f on a session of this user.
func (s *Server) withSession(user, id string, f func(*session)) {
	if session, ok := s.session(id); ok && session.user == user {
		f(session)
	}
}

// all gives a message to every shell.
func (s *shells) all(m ToShell) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.conns {
		c.out.put(m) //nolint:errcheck // ToShell always encodes
	}
}
