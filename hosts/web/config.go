package web

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/hosts/sessions"
)

// Defaults of Config.
const (
	DefaultListen = "127.0.0.1:7700"
	// DefaultGrace is how long a mini-program lives on without a frame, so that a reload or a lost connection resumes it.
	DefaultGrace = 2 * time.Minute
	// DefaultFrameLost is how long a frame may be away before its user is told: it tries three times meanwhile.
	DefaultFrameLost = 5 * time.Second
	// DefaultMaxSessions is how many mini-programs may be open at once.
	DefaultMaxSessions = 64
	// DefaultKeepAlive is how many mini-programs a user may have open at once; beyond it the hidden one that was used the
	// longest ago ends.
	DefaultKeepAlive = 5
	// DefaultKeepHidden is how long a mini-program that is not looked at lives on.
	DefaultKeepHidden = 30 * time.Minute
)

// SessionStore keeps what users have open, so that a host that was killed brings it back: sessions.Store. For one user it is
// called by one at a time.
type SessionStore interface {
	// Load reads what a user had open. An error is shown to the user; the state beside it is used all the same.
	Load(user string) (sessions.State, error)
	// Save keeps it.
	Save(user string, state sessions.State) error
}

// ServerName is what a host calls itself in its answers, so that `dougong doctor` knows one of ours on a port that is taken.
const ServerName = "Dougong"

// Config of a web host. The zero value of every field but Backend is usable.
type Config struct {
	Backend Backend
	// Listen is a TCP address.
	Listen string
	// Hosts are further host[:port] names under which the host may be reached; loopback names are always allowed.
	Hosts []string
	// Users are the local accounts to choose from; the first is the default. Empty means "local" alone.
	Users []string
	// Grace is how long an open mini-program waits for its frame to come back.
	Grace time.Duration
	// Failed is told what goes wrong in a mini-program that goes on, in place of the log; may be nil. It does not block.
	Failed func(app App, e message.Error)
	// Dev has the shell show over a mini-program what goes wrong in it, for its developer.
	Dev bool
	// NoDebug has wx.setEnableDebug fail: mini-programs may not open the debug drawer.
	NoDebug bool
	// Theme lets whoever has the token change the look at /theme: for a developer's own machine. nil: there is no such page.
	Theme Theme
	// Start is the mini-program that a browser shows first in place of the launcher; nil: the launcher.
	Start *LaunchApp
	// Windows shows each mini-program in a window of its own; nil: all are shown where the launcher is.
	Windows Windows
	// FrameLost is how long a frame may be away, which comes back by itself after a broken connection, before the user is
	// told.
	FrameLost time.Duration
	// MaxSessions bounds the mini-programs open at once.
	MaxSessions int
	// KeepAlive and KeepHidden bound the mini-programs of one user that are open but not looked at.
	KeepAlive  int
	KeepHidden time.Duration
	// Sessions keeps what users have open; nil: a host that was killed has forgotten it.
	Sessions SessionStore
	// Crashed is told of a mini-program that did not end by itself, or did not answer; may be nil.
	Crashed func(app App, e message.Error)
	// Ready is called once with the address to open, token included.
	Ready func(url string)
	Log   *slog.Logger
}

func (c Config) withDefaults() Config {
	if len(c.Users) == 0 {
		c.Users = []string{"local"}
	}
	if c.Grace <= 0 {
		c.Grace = DefaultGrace
	}
	if c.FrameLost <= 0 {
		c.FrameLost = DefaultFrameLost
	}
	if c.MaxSessions <= 0 {
		c.MaxSessions = DefaultMaxSessions
	}
	if c.KeepAlive <= 0 {
		c.KeepAlive = DefaultKeepAlive
	}
	if c.KeepHidden <= 0 {
		c.KeepHidden = DefaultKeepHidden
	}
	if c.Log == nil {
		c.Log = slog.New(slog.NewTextHandler(io.Discard, nil))
	}
	return c
}

// Run serves the super-app until ctx ends, then closes every open mini-program.
func Run(ctx context.Context, config Config) error {
	server, err := New(config)
	if err != nil {
		return err
	}
	return server.Run(ctx)
}

// Listen listens where the config's Listen says; "" is DefaultListen. A host that takes its address before it does anything else
// hands it to Serve.
func Listen(address string) (net.Listener, error) {
	address = cmp.Or(address, DefaultListen)
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("web host: listen on %q: %w\nnext: choose another address with --listen, such as 127.0.0.1:0 for any that is free", address, err)
	}
	return listener, nil
}

// Run serves until ctx ends.
func (s *Server) Run(ctx context.Context) error {
	listener, err := Listen(s.config.Listen)
	if err != nil {
		return err
	}
	return s.Serve(ctx, listener)
}

// Serve serves on a listener until ctx ends; it closes the listener.
func (s *Server) Serve(ctx context.Context, listener net.Listener) error {
	s.guard.allow(listener.Addr())
	server := &http.Server{
		Handler:           s.Handler(),
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(s.config.Log.Handler(), slog.LevelDebug),
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	if s.config.Ready != nil {
		s.config.Ready(s.URL(listener.Addr()))
	}
	select {
	case err := <-ended:
		s.Close()
		return fmt.Errorf("web host: %w", err)
	case <-ctx.Done():
	}
	s.Close()
	stop, cancel := context.WithTimeout(context.Background(), 3*time.Second)
	defer cancel()
	if err := server.Shutdown(stop); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("web host: shut down: %w", err)
	}
	return server.Close()
}
