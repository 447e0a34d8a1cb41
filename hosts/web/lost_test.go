package web

import (
	"encoding/json"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/miniapp/message"
)

// crashes are the ends and troubles that a host is told of.
type crashes struct {
	mu  sync.Mutex
	ids []string
}

func (c *crashes) told(_ App, e message.Error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ids = append(c.ids, e.ID)
}

func (c *crashes) count(id string) (n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, x := range c.ids {
		if x == id {
			n++
		}
	}
	return n
}

// TestFrameLost: a frame that does not come back is told to the shell, and reported once a shell says that it shows that frame.
// The mini-program goes on, and another frame has it all.
func TestFrameLost(t *testing.T) {
	t.Parallel()
	seen := &crashes{}
	h := startHost(t, func(c *Config) { c.FrameLost, c.Crashed = 50*time.Millisecond, seen.told })
	socket, _, actor, opened := h.connect("shop")
	x, _ := h.server.session(opened.Session)
	d := &desk{host: h, shell: &shellConn{user: x.user, out: newOutbox()}}
	h.server.shells.add(d.shell)
	socket.CloseNow() // as a process that ends
	if m := d.said(func(m ToShell) bool { return m.Lost != nil }).Lost; m.Session != opened.Session || m.Back {
		t.Errorf("the shell is told %+v, want that the frame is lost", m)
	}
	if seen.count(lostID) != 0 {
		t.Error("it is reported though no shell says that it shows it")
	}
	for range 3 {
		d.server.fromShell(x.user, FromShell{Lost: &CloseSession{Session: opened.Session}})
	}
	d.server.fromShell("guest", FromShell{Lost: &CloseSession{Session: opened.Session}})
	if n := seen.count(lostID); n != 1 {
		t.Errorf("%d reports, want one", n)
	}
	again, _, same, _ := h.connect("shop")
	if same != actor {
		t.Error("another mini-program was started")
	}
	if m := d.said(func(m ToShell) bool { return m.Lost != nil }).Lost; !m.Back {
		t.Errorf("the shell is told %+v, want that it is back", m)
	}
	d.server.fromShell(x.user, FromShell{Lost: &CloseSession{Session: opened.Session}})
	if n := seen.count(lostID); n != 1 {
		t.Errorf("%d reports after it came back, want one", n)
	}
	again.CloseNow() // the test is over
}

// TestFrameNeverThere: a frame that is lost before it has connected is missed, too.
func TestFrameNeverThere(t *testing.T) {
	t.Parallel()
	d := newTable(t, func(c *Config) { c.FrameLost = time.Millisecond })
	d.opened("a0")
	if m := d.said(func(m ToShell) bool { return m.Lost != nil }).Lost; m.Back {
		t.Errorf("the shell is told %+v", m)
	}
}

// TestFrameLostAndBackAtOnce: a frame that comes back in the moment in which it is missed, so that the shell hears first that it is
// back, is not lost to the shell.
func TestFrameLostAndBackAtOnce(t *testing.T) {
	t.Parallel()
	d := newTable(t, func(c *Config) { c.FrameLost = time.Hour })
	d.opened("a0")
	x := d.server.sessionOf("local", "a0")
	conn := &frameConn{cancel: func(error) {}, silent: make(chan struct{})}
	if !x.lose() {
		t.Fatal("nobody misses the frame that has not come")
	}
	if !x.attach(conn) {
		t.Fatal("the frame may not come back")
	}
	x.tellLost() // as miss goes on
	if told := d.lostTold(); len(told) == 0 || !told[len(told)-1].Back {
		t.Errorf("the shell is told %+v, want at last that it is back", told)
	}
	close(conn.silent)
	x.detach(conn)
	if x.miss(); !slices.Contains(d.lostTold(), SessionLost{Session: x.id}) {
		t.Error("one that goes again is not missed")
	}
}

// lostTold is what the shell was told of lost frames since it was asked last.
func (d *desk) lostTold() (told []SessionLost) {
	d.Helper()
	items, _, err := d.shell.out.take(d.Context())
	if err != nil {
		d.Fatal(err)
	}
	for _, item := range items {
		var m ToShell
		if err := json.Unmarshal(item, &m); err != nil {
			d.Fatal(err)
		}
		if m.Lost != nil {
			told = append(told, *m.Lost)
		}
	}
	return told
}

// until waits for what becomes true of a session. What is asked holds mu.
func (s *session) until(so func() bool) {
	for {
		s.mu.Lock()
		is := so()
		s.mu.Unlock()
		if is {
			return
		}
		runtime.Gosched()
	}
}
