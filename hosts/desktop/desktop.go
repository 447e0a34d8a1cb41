// Package desktop is the desktop host: the web host on a loopback address, shown in windows of its own, one for the launcher
// and one for each mini-program.
//
//	err := desktop.Run(ctx, desktop.Config{Web: web.Config{Backend: app}, Title: "My super-app", Data: cfg.Data})
//
// A window needs the system's web view and therefore cgo; it is built with the tag "desktop" only. Without the tag the
// package compiles everywhere and Run says how to get the window. It must not know anything of mini-programs that the web
// host does not.
package desktop

import (
	"context"
	"errors"

	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/hosts/crash"
	"github.com/dougong-dev/dougong/hosts/desktop/link"
	"github.com/dougong-dev/dougong/hosts/desktop/window"
	"github.com/dougong-dev/dougong/hosts/web"
)

// Size of a window at first, in CSS pixels: the phone stage with some air around it.
const (
	DefaultWidth  = 460
	DefaultHeight = 920
)

// Supported reports whether this program can open a window.
const Supported = window.Supported

// ErrNoWindow says that the program was built without the window.
var ErrNoWindow = errors.New("this program was built without the desktop window: build it with " +
	"`CGO_ENABLED=1 PKG_CONFIG_PATH=$(.ci/webkit.sh .cache/pkgconfig) go build -tags desktop ./hosts/cmd/dougong-desktop` " +
	"with GTK 3, WebKitGTK 4.1 or 4.0 and a C++ compiler, or use `dougong run` and a browser\n" +
	"  Debian, Ubuntu: apt-get install g++ pkg-config libgtk-3-dev libwebkit2gtk-4.1-dev (where there is none: libwebkit2gtk-4.0-dev)\n" +
	"  Fedora: dnf install gcc-c++ pkgconf-pkg-config gtk3-devel webkit2gtk4.1-devel\n" +
	"  Arch: pacman -S base-devel gtk3 webkit2gtk-4.1\n" +
	"webkit.sh prints where pkg-config finds 4.1 under the name 4.0, which the library asks for")

// Config of a desktop host.
type Config struct {
	Web web.Config
	// Title is the launcher window's; the super-app's name if empty.
	Title string
	// Class is the launcher's on the desktop, and begins that of a mini-program's window; letters, digits, dots and dashes.
	Class string
	// Width and Height are a window's at first; 0 means the default. Later it is what the user last gave it.
	Width, Height int
	// Data is the folder that keeps sizes; "" keeps none.
	Data string
	// Crashes keeps reports of windows that did not end by themselves: the super-app's own store; nil: they are logged alone.
	Crashes *crash.Store
	// OneWindow shows mini-programs where the launcher is, as a phone does.
	OneWindow bool
	// Link is opened first; nil: the launcher.
	Link *link.Link
	// Started is called once with the host, before a window opens; may be nil.
	Started func(*Host)
	// Shown is called once the first window is being opened and Host.OpenLink may be used; may be nil.
	Shown func()
}

func (c Config) withDefaults() Config {
	if c.Title == "" && c.Web.Backend != nil {
		c.Title = c.Web.Backend.Brand().Name
	}
	if c.Class == "" {
		c.Class = "dougong-desktop"
	}
	if c.Width <= 0 {
		c.Width = DefaultWidth
	}
	if c.Height <= 0 {
		c.Height = DefaultHeight
	}
	if len(c.Web.Users) == 0 {
		c.Web.Users = []string{"local"}
	}
	// Nobody else needs the address: any free port will do.
	c.Web.Listen = "127.0.0.1:0"
	return c
}

// Host is a desktop host that runs. It is a superapp.Shell whose file dialogs are the system's own.
type Host struct {
	*web.Server
	config  Config
	windows *windows
}

// Run shows the super-app until the last window is closed or ctx ends.
func Run(ctx context.Context, config Config) error {
	config = config.withDefaults()
	addresses := make(chan string, 1)
	config.Web.Ready = func(url string) { addresses <- url }
	w := newWindows(config)
	if !config.OneWindow {
		config.Web.Windows = w
	}
	server, err := web.New(config.Web)
	if err != nil {
		return err
	}
	w.changed, w.hold = server.WindowsChanged, server.HoldNotes
	host := &Host{Server: server, config: config, windows: w}
	if config.Started != nil {
		config.Started(host)
	}
	if !Supported {
		server.Close()
		return ErrNoWindow
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	ended := make(chan error, 1)
	go func() { ended <- server.Run(ctx) }()
	select {
	case url := <-addresses:
		err = host.show(ctx, url)
	case err = <-ended:
		return err
	}
	stop()
	return errors.Join(err, <-ended)
}

// show opens the first window and waits until there is none left, or ctx ends.
func (h *Host) show(ctx context.Context, url string) error {
	h.windows.begin(url)
	err := h.OpenLink(h.config.Link)
	if err != nil {
		// A bad link is no reason to show nothing.
		h.config.Web.Log.Warn("deep link", "error", err)
		err = h.OpenLink(nil)
	}
	if err != nil {
		return err
	}
	if h.config.Shown != nil {
		h.config.Shown()
	}
	return h.windows.wait(ctx)
}

// Return brings a mini-program to the front as it is, or opens it again if it is there no more.
func (h *Host) Return(app, user string) {
	if err := h.Launch(user, app, message.Launch{}); err != nil {
		h.config.Web.Log.Warn("return to a mini-program", "error", err)
	}
}

// Updated is the web host's, whose windows learn first where the pages of the new version may go.
func (h *Host) Updated(app string) {
	h.windows.updated()
	h.Server.Updated(app)
}

// OpenLink shows what a deep link asks for; nil is the launcher.
func (h *Host) OpenLink(l *link.Link) error {
	user := h.config.Web.Users[0]
	if l == nil || l.App == "" {
		h.windows.Show(user, web.LaunchApp{})
		return nil
	}
	if h.config.OneWindow {
		h.windows.Show(user, web.LaunchApp{})
	}
	return h.Launch(user, l.App, launchOf(*l))
}
