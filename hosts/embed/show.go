package embed

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/hosts/superapp"
	"github.com/dougong-dev/dougong/hosts/web"
)

// Handler shows the super-app to browsers: the program mounts it at the root of a server of its own ("/"; more specific
// patterns of its mux still win) that is reached by one of the names, host or host:port. url is the address to open, on the
// first name; its token logs the browser in and is valid until the host is closed.
func (h *Host) Handler(names ...string) (handler http.Handler, url string, err error) {
	if len(names) == 0 {
		return nil, "", errors.New("embed: Handler needs the host:port by which browsers reach it")
	}
	screen, err := h.show()
	if err != nil {
		return nil, "", err
	}
	for i, name := range names {
		if address := screen.Under(name); i == 0 {
			url = address
		}
	}
	return screen.Handler(), url, nil
}

// Listen serves the super-app to browsers and web views at a TCP address of its own, "127.0.0.1:0" for instance, until the
// host is closed. url is the address to open.
func (h *Host) Listen(address string) (url string, err error) {
	done, err := h.begin()
	if err != nil {
		return "", err
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		done()
		return "", fmt.Errorf("embed: listen on %q: %w", address, err)
	}
	handler, url, err := h.Handler(listener.Addr().String())
	if err != nil {
		done()
		return "", errors.Join(err, listener.Close())
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute,
		MaxHeaderBytes: 64 << 10, ErrorLog: slog.NewLogLogger(h.options.Logger.Handler(), slog.LevelDebug)}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		done()
		return "", errors.Join(ErrClosed, listener.Close())
	}
	h.servers = append(h.servers, server)
	go func() {
		defer done()
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			h.options.Logger.Error("the address of an embedded super-app is not served any more", "address", address, "error", err)
		}
	}()
	return url, nil
}

// show makes the web host, once.
func (h *Host) show() (*web.Server, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return nil, ErrClosed
	}
	if h.screen != nil {
		return h.screen, nil
	}
	users := h.super.Config().Users
	shown := web.Config{Backend: backend{h.super, h}, Users: append([]string{users.Default}, users.Names...),
		Log: h.options.Logger, Failed: func(web.App, message.Error) {}} // Backend.Open tells it
	h.super.Equip(&shown)
	screen, err := web.New(shown)
	if err != nil {
		return nil, err
	}
	h.screen = screen
	if h.options.Ask == nil {
		h.super.SetShell(screen)
	} else {
		h.super.SetShell(screenAsker{screen, asker{h.options.Ask}})
	}
	return screen, nil
}

// backend is the super-app as the web host sees it: each mini-program that is opened is an App of the host as well.
type backend struct {
	*superapp.App
	host *Host
}

// Open implements web.Backend.
func (b backend) Open(ctx context.Context, o web.OpenOptions) (web.Session, error) {
	app := b.host.newApp(o.App, o.User)
	send := o.Send
	o.Send = func(m message.FromActor) {
		app.hear(m)
		send(m)
	}
	session, err := b.App.Open(ctx, o)
	if err != nil {
		return nil, err
	}
	app.begun(func(m message.ToActor) error { session.Post(m); return nil }, session.Close)
	return session, nil
}

// asker is a shell that is a function of the program.
type asker struct {
	ask func(context.Context, Question) (int, error)
}

// Prompt implements superapp.Shell.
func (a asker) Prompt(ctx context.Context, p web.Prompt) (bool, error) {
	button, err := a.Confirm(ctx, p)
	return button == 0, err
}

// Confirm implements superapp.Shell.
func (a asker) Confirm(ctx context.Context, p web.Prompt) (int, error) {
	return a.ask(ctx, Question{Kind: p.Kind, App: p.App, User: p.User, Plugin: p.Plugin, Title: p.Title, Text: p.Text, Buttons: p.Buttons})
}

// OpenSettings implements superapp.Shell.
func (a asker) OpenSettings(context.Context, string, string) error {
	return errors.New("embed: there is no screen that shows the permissions of a mini-program")
}

// screenAsker is the web host's shell with questions put by the program.
type screenAsker struct {
	*web.Server
	asker asker
}

// Prompt implements superapp.Shell.
func (s screenAsker) Prompt(ctx context.Context, p web.Prompt) (bool, error) {
	return s.asker.Prompt(ctx, p)
}

// Confirm implements superapp.Shell.
func (s screenAsker) Confirm(ctx context.Context, p web.Prompt) (int, error) {
	return s.asker.Confirm(ctx, p)
}

var (
	_ web.Backend        = backend{}
	_ superapp.Shell     = asker{}
	_ superapp.Exchanger = screenAsker{}
	_ superapp.Refresher = screenAsker{}
)
