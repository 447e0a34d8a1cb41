// Package program is the dougong-desktop command as a library: it opens the super-app of a superapp.yaml and shows it.
package program

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"github.com/dougong-dev/dougong/core"
	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/hosts/desktop"
	"github.com/dougong-dev/dougong/hosts/desktop/instance"
	"github.com/dougong-dev/dougong/hosts/desktop/register"
	"github.com/dougong-dev/dougong/hosts/internal/localnet"
	"github.com/dougong-dev/dougong/hosts/pressure"
	"github.com/dougong-dev/dougong/hosts/superapp"
	"github.com/dougong-dev/dougong/hosts/web"
	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/plugins/notification/provider"
)

// handOver bounds how long a second start waits for the first, which may be starting.
const handOver = 20 * time.Second

// Run does what args say: see Usage. It must be called on the main goroutine.
func Run(args []string) (err error) {
	a, err := parse(args)
	if err != nil {
		return err
	}
	if !desktop.Supported {
		return desktop.ErrNoWindow
	}
	cfg, err := superapp.Load(a.file, os.Environ(), a.plugins)
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if a.register {
		return enter(ctx, cfg, a)
	}
	s := &session{args: a, config: cfg, up: make(chan struct{})}
	folder := instance.Folder(classOf(cfg))
	first, err := instance.Claim(ctx, folder, func(r instance.Request) error { return s.asked(ctx, r) })
	if errors.Is(err, instance.ErrTaken) {
		ctx, cancel := context.WithTimeout(ctx, handOver)
		defer cancel()
		return instance.Send(ctx, folder, instance.Request{Link: a.link})
	}
	if err != nil {
		return err
	}
	err = s.run(ctx)
	stop() // whoever waits for the host waits no longer
	return errors.Join(err, first.Close())
}

// session is the first process of a super-app.
type session struct {
	args   arguments
	config *config.Config
	up     chan struct{} // closed once host is there
	host   *desktop.Host
}

// asked does what a later start asks.
func (s *session) asked(ctx context.Context, r instance.Request) error {
	select {
	case <-s.up:
		return s.host.OpenLink(r.Link)
	case <-ctx.Done():
		return fmt.Errorf("the super-app is stopping; start it again")
	}
}

// clicked brings the mini-program whose notification was clicked to the front, or opens it again.
func (s *session) clicked(app, user string) {
	select {
	case <-s.up:
		s.host.Return(app, user)
	default: // nothing is shown yet
	}
}

func (s *session) run(ctx context.Context) (err error) {
	cfg := s.config
	ctx, end := context.WithCancelCause(ctx)
	defer end(nil)
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	app, err := superapp.Open(ctx, cfg, superapp.Options{
		Logger: log, Outside: true, Load: func() (*config.Config, error) { return superapp.Load(s.args.file, os.Environ(), s.args.plugins) },
		// The launcher is there before the plugins: a call waits for its own.
		Kernel: core.Options{Inside: inside(s.clicked), LocalAddress: localnet.Address, Behind: func(err error) {
			if err != nil {
				end(&startError{err})
			}
		}},
	})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, app.Close()) }()
	shown := web.Config{Backend: app, Users: append([]string{cfg.Users.Default}, cfg.Users.Names...), Log: log}
	app.Equip(&shown)
	var watching sync.WaitGroup
	defer watching.Wait()
	watched, unwatch := context.WithCancel(ctx)
	defer unwatch()
	err = desktop.Run(ctx, desktop.Config{
		Web:   shown,
		Class: classOf(cfg), Data: cfg.Abs(cfg.Data), Crashes: app.Crashes(), OneWindow: s.args.oneWindow, Link: s.args.link,
		Started: func(h *desktop.Host) {
			app.SetShell(h)
			s.host = h
			watching.Go(func() { pressure.Watch(watched, pressure.Options{}, h.MemoryWarning) })
		},
		Shown: func() { close(s.up) },
	})
	if failed := (*startError)(nil); errors.As(context.Cause(ctx), &failed) {
		return failed.error
	}
	return err
}

// inside are the plugins whose code is in this program: a sandbox would keep the session bus from them.
func inside(clicked provider.Clicked) map[string]*pdk.Plugin {
	p := provider.Plugin(provider.Session, clicked)
	return map[string]*pdk.Plugin{p.ID: p}
}

// startError ends a host one of whose plugins has not started.
type startError struct{ error }

// classOf names a super-app on the desktop: the same for the same data, another for each other.
func classOf(cfg *config.Config) string {
	data := cfg.Abs(cfg.Data)
	if abs, err := filepath.Abs(data); err == nil {
		data = abs // wherever it is started from
	}
	sum := sha256.Sum256([]byte(data))
	return "dougong-" + hex.EncodeToString(sum[:6])
}

// enter tells the desktop of the super-app.
func enter(ctx context.Context, cfg *config.Config, a arguments) error {
	program, err := os.Executable()
	if err != nil {
		return err
	}
	e := register.Entry{ID: classOf(cfg), Name: cfg.Name, Program: program}
	if e.SuperApp, err = filepath.Abs(a.file); err != nil {
		return err
	}
	if a.plugins != "" {
		if e.Plugins, err = filepath.Abs(a.plugins); err != nil {
			return err
		}
	}
	for _, language := range []string{"zh-CN", "zh", "en"} {
		if title := cfg.Branding.Title[language]; title != "" {
			e.Name = title
			break
		}
	}
	if cfg.Branding.Logo != "" {
		if e.Icon, err = os.ReadFile(cfg.Abs(cfg.Branding.Logo)); err != nil {
			return fmt.Errorf("branding.logo: %w", err)
		}
	}
	written, err := register.Write(ctx, e)
	if written != "" {
		fmt.Println(written)
	}
	return err
}
