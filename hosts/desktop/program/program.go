// Package program is the dougong-desktop command as a library: it opens the super-app of a superapp.yaml and shows it.
package program

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/hosts/desktop"
	"github.com/dougong-dev/dougong/hosts/superapp"
	"github.com/dougong-dev/dougong/hosts/web"
)

// Run shows the super-app that args name, superapp.yaml in the current folder by default. It must be called on the main
// goroutine.
func Run(args []string) (err error) {
	if len(args) > 1 {
		return fmt.Errorf("usage: dougong-desktop [superapp.yaml], got %d arguments", len(args))
	}
	file := append(args, config.FileName)[0]
	if !desktop.Supported {
		return desktop.ErrNoWindow
	}
	cfg, err := config.Load(file, os.Environ())
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	app, err := superapp.Open(ctx, cfg, superapp.Options{
		Logger: log, Outside: true, Load: func() (*config.Config, error) { return config.Load(file, os.Environ()) },
	})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, app.Close()) }()
	return desktop.Run(ctx, desktop.Config{
		Web:     web.Config{Backend: app, Users: append([]string{cfg.Users.Default}, cfg.Users.Names...), Log: log},
		Started: func(s *web.Server) { app.SetShell(s) },
	})
}
