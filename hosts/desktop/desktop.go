// Package desktop is the desktop host: the web host on a loopback address, shown in a window of its own.
//
//	err := desktop.Run(ctx, desktop.Config{Web: web.Config{Backend: app}, Title: "My super-app"})
//
// The window needs the system's web view and therefore cgo; it is built with the tag "desktop" only. Without the tag the
// package compiles everywhere and Run says how to get the window. It must not know anything of mini-programs that the web
// host does not.
package desktop

import (
	"context"
	"errors"

	"github.com/dougong-dev/dougong/hosts/web"
)

// Size of the window at start, in CSS pixels: the phone stage with some air around it.
const (
	DefaultWidth  = 460
	DefaultHeight = 920
)

// ErrNoWindow says that the program was built without the window.
var ErrNoWindow = errors.New("this program was built without the desktop window: build it with " +
	"`CGO_ENABLED=1 go build -tags desktop ./hosts/cmd/dougong-desktop` (on Debian: apt-get install libgtk-3-dev libwebkit2gtk-4.0-dev), " +
	"or use `dougong run` and a browser")

// Config of a desktop host.
type Config struct {
	Web web.Config
	// Title is the window's; the super-app's name if empty.
	Title string
	// Width and Height are the window's at start; 0 means the default.
	Width, Height int
	// Started is called once with the web host, before the window opens; may be nil.
	Started func(*web.Server)
}

func (c Config) withDefaults() Config {
	if c.Title == "" && c.Web.Backend != nil {
		c.Title = c.Web.Backend.Brand().Name
	}
	if c.Width <= 0 {
		c.Width = DefaultWidth
	}
	if c.Height <= 0 {
		c.Height = DefaultHeight
	}
	// Nobody else needs the address: any free port will do.
	c.Web.Listen = "127.0.0.1:0"
	return c
}

// Run shows the super-app until the window is closed or ctx ends. It must be called on the main goroutine.
func Run(ctx context.Context, config Config) error {
	config = config.withDefaults()
	addresses := make(chan string, 1)
	config.Web.Ready = func(url string) { addresses <- url }
	server, err := web.New(config.Web)
	if err != nil {
		return err
	}
	if config.Started != nil {
		config.Started(server)
	}
	ctx, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- server.Run(ctx) }()
	select {
	case url := <-addresses:
		err = show(ctx, config, url)
	case err = <-ended:
		stop()
		return err
	}
	stop()
	if serveErr := <-ended; err == nil {
		err = serveErr
	}
	return err
}
