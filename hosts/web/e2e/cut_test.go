package e2e

import (
	"bytes"
	"context"
	"log/slog"
	"net"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/hosts/superapp"
	"github.com/dougong-dev/dougong/hosts/web"
	"github.com/dougong-dev/dougong/hosts/web/internal/browser"
)

// cutter is a listener that cuts the connections of frames in the middle of what is written to them.
type cutter struct {
	net.Listener
	left atomic.Int32 // cuts to come
	made chan struct{}
	// frames counts the connections of frames.
	frames atomic.Int32
}

// Accept implements net.Listener.
func (c *cutter) Accept() (net.Conn, error) {
	conn, err := c.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &cuttable{Conn: conn, cutter: c}, nil
}

// cuttable is a connection that may be cut.
type cuttable struct {
	net.Conn
	cutter *cutter
	mu     sync.Mutex
	frame  bool // it is a frame's, whose address has /f/ and ends in /ws
	writes int  // since it was opened; the first ones are its hello
}

// Read looks at what the connection is for.
func (c *cuttable) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	line, _, _ := bytes.Cut(p[:n], []byte("\r\n"))
	if bytes.HasPrefix(line, []byte("GET /f/")) && bytes.Contains(line, []byte("/ws?")) {
		c.mu.Lock()
		if !c.frame {
			c.cutter.frames.Add(1)
		}
		c.frame = true
		c.mu.Unlock()
	}
	return n, err
}

// Write cuts the connection in the middle of a large message, if a cut is due.
func (c *cuttable) Write(p []byte) (int, error) {
	c.mu.Lock()
	c.writes++
	due := c.frame && c.writes > 3 && len(p) > 200
	c.mu.Unlock()
	if !due || c.cutter.left.Load() <= 0 || c.cutter.left.Add(-1) < 0 {
		return c.Conn.Write(p)
	}
	n, _ := c.Conn.Write(p[:len(p)/2])
	_ = c.Conn.Close() // as a network does that is gone
	c.cutter.made <- struct{}{}
	return n, net.ErrClosed
}

// TestConnectionIsCut: the frame's connection is cut again and again in the middle of a message, while the page changes. What is
// shown in the end is what the mini-program has: nothing is missing, nothing is there twice.
func TestConnectionIsCut(t *testing.T) {
	if testing.Short() {
		t.Skip("needs a browser")
	}
	t.Parallel()
	cfg := config.Default()
	cfg.Data, cfg.Dir = t.TempDir(), t.TempDir()
	cfg.MiniApps = []config.MiniApp{{Path: write(t, map[string]string{
		"project.config.json": `{"appid": "one", "projectname": "One"}`,
		"app.json":            `{"pages": ["pages/home/home"]}`,
		"pages/home/home.js": `Page({ data: { rows: [], said: "" }, end() { this.enough = true }, go() {
			let n = 0
			const tick = () => {
				const change = {}
				for (let i = 0; i < 25; i++, n++) change["rows[" + n % 1500 + "]"] = "row " + n % 1500 + " of many that are long enough not to be squeezed " + Math.random()
				this.setData(change)
				n < 1500 || !this.enough ? setTimeout(tick, 40) : this.setData({ said: "done" })
			}
			tick()
		} })`,
		"pages/home/home.wxml": `<view id="home">home {{said}}</view><button id="go" bindtap="go">go</button><button id="end" bindtap="end">end</button><view wx:for="{{rows}}" wx:key="*this" class="row">{{item}}</view>`,
	})}}
	app, err := superapp.Open(t.Context(), cfg, superapp.Options{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := app.Close(); err != nil {
			t.Error(err)
		}
	})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	const cuts = 4
	c := &cutter{Listener: l, made: make(chan struct{}, cuts)}
	login := serve(t, web.Config{Backend: app}, c)
	b := browser.Start(t, 1000, 920)
	b.Open(login)
	open(b, "one")
	c.left.Store(cuts)
	b.Tap(`$("#go")`)
	for range cuts {
		<-c.made
	}
	// Only once the last cut is over is a tap heard by somebody: until then what is said may go the way of the connection.
	until(t, "a frame's connection after the last cut", func() bool { return c.frames.Load() > cuts })
	b.Wait(`!$(".stage").classList.contains("lost")`)
	b.Tap(`$("#end")`)
	b.Wait(`$("#home")?.textContent === "home done" && $$(".row").length === 1500`)
	var wrong []string
	b.Eval(`$$(".row").map((el) => el.textContent).filter((text, i) => !text.startsWith("row " + i + " "))`, &wrong)
	if len(wrong) != 0 {
		t.Errorf("%d rows are not where they should be, as %q", len(wrong), wrong[0])
	}
	b.Screenshot("connection-cut")
}

// serve serves a host on a listener, and returns the address to open.
func serve(t *testing.T, c web.Config, l net.Listener) (login string) {
	t.Helper()
	urls, ended := make(chan string, 1), make(chan error, 1)
	c.Ready = func(url string) { urls <- url }
	server, err := web.New(c)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	go func() { ended <- server.Serve(ctx, l) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Errorf("web host: %v", err)
		}
	})
	return <-urls
}
