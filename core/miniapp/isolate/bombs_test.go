//go:build linux

package isolate

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/miniapp"
	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/script"
)

// TestBombs: a mini-program that uses up what it can ends alone, with the reason; its neighbour answers all the while.
func TestBombs(t *testing.T) {
	t.Parallel()
	pool := newPool(t, Options{Memory: MinMemory, Hang: patience}) // near its limit a process is slow, which is not the matter here
	neighbour := open(t, pool, page(t, answering))
	neighbour.says("ready")
	for name, tt := range map[string]struct{ code, want, says string }{
		"array":          {`const a = []; for (;;) a.push({n: [a.length]})`, "process-memory", "MB of memory"},
		"doubled text":   {`let s = "x"; for (;;) s += s`, "process-memory", "MB of memory"},
		"repeated text":  {`const s = "x".repeat(2 ** 29)`, "process-memory", "MB of memory"},
		"a large buffer": {`const b = []; for (;;) b.push(new Uint8Array(1 << 24).fill(1))`, "process-memory", "MB of memory"},
	} {
		checkBomb(t, pool, neighbour, name, tt.code, tt.want, tt.says)
	}
	roomy := newPool(t, Options{Memory: 1 << 30, Hang: 3 * time.Second})
	for name, tt := range map[string]struct{ code, want, says string }{
		"sort without an end": {`const a = Array.from({length: 5e5}, (_, i) => i); for (;;) a.sort((x, y) => (x * 7919) % 104729 - (y * 7919) % 104729)`, "process-hang", "did not come back"},
	} {
		checkBomb(t, roomy, neighbour, name, tt.code, tt.want, tt.says)
	}
}

func checkBomb(t *testing.T, pool *Pool, neighbour *running, name, code, want, says string) {
	t.Run(name, func(t *testing.T) {
		t.Parallel()
		bomb := open(t, pool, page(t, `Page({onLoad() { console.log("lit"); setTimeout(() => {`+code+`}, 0) }})`))
		bomb.says("lit")
		neighbour.answers()
		e := bomb.ends()
		if e == nil || e.ID != want || !strings.Contains(e.Message, says) || e.Hint == "" {
			t.Errorf("ended with %+v, want %s that says %q and a hint", e, want, says)
		}
		neighbour.answers()
	})
}

// TestSurvivable: what the engine stops by itself does not cost the process.
func TestSurvivable(t *testing.T) {
	t.Parallel()
	pool := newPool(t, Options{})
	for name, tt := range map[string]struct{ code, want string }{
		"endless loop":       {`for (;;) {}`, "ERROR turn-timeout"},
		"regular expression": {`console.log("match", /(?=x)?(a+)+$/.test("a".repeat(40) + "!"))`, "ERROR turn-timeout"},
		"fork of timers":     {`const f = () => { setTimeout(f, 1); setTimeout(f, 1) }; f(); for (let i = 0; i < 2e4; i++) setTimeout(() => {}, 1e6)`, "ERROR timer-limit"},
		"deep JSON":          {`let a = []; for (let i = 0; i < 2e4; i++) a = [a]; JSON.stringify(a)`, "ERROR script-throw"},
		"deep text":          {`JSON.parse("[".repeat(5e6))`, "ERROR script-throw"},
		"recursion":          {`const f = () => f() + 1; f()`, "ERROR stack-overflow"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			turn := patience // only what is to run into it has a short one
			if tt.want == "ERROR turn-timeout" {
				turn = time.Second
			}
			s := open(t, pool, page(t, `Page({onLoad() { setTimeout(() => console.log("goes on"), 1);`+tt.code+`}})`), func(o *miniapp.Options) {
				o.Budget = script.Budget{Turn: turn}
			})
			s.says(tt.want)
			s.says("goes on")
			s.session.Close()
			if e := s.ends(); e != nil {
				t.Errorf("ended with %+v after Close, want no error", e)
			}
		})
	}
}

// TestMemoryOfOneSession: a session may have a limit of its own.
func TestMemoryOfOneSession(t *testing.T) {
	t.Parallel()
	pool := newPool(t, Options{Memory: MinMemory})
	code := `Page({onLoad() { const b = new Uint8Array(200 << 20); b.fill(1); console.log("fits", b.length) }})`
	if e := open(t, pool, page(t, code)).ends(); e == nil || e.ID != "process-memory" {
		t.Errorf("200 MB of %d: %+v, want process-memory", MinMemory, e)
	}
	open(t, pool, page(t, code), func(o *miniapp.Options) { o.Memory = 512 << 20 }).says("fits 209715200")
}

// TestKilled: a child that somebody kills takes its own session along, no other.
func TestKilled(t *testing.T) {
	t.Parallel()
	pool := newPool(t, Options{Idle: -1})
	one, two := open(t, pool, page(t, answering)), open(t, pool, page(t, answering))
	one.says("ready")
	two.says("ready")
	pool.mu.Lock()
	var used []*process
	for c := range pool.children {
		used = append(used, c)
	}
	pool.mu.Unlock()
	if err := used[0].cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	dead, alive := one, two
	select {
	case <-one.session.Done():
	case <-two.session.Done():
		dead, alive = two, one
	case <-time.After(patience):
		t.Fatal("no session ends with its process")
	}
	if e := dead.ends(); e == nil || e.ID != "process-killed" || !strings.Contains(e.Message, "killed") {
		t.Errorf("ended with %+v, want process-killed", e)
	}
	alive.answers()
	if err := dead.session.Post(message.ToActor{Hide: true}); !errors.Is(err, miniapp.ErrClosed) {
		t.Errorf("Post to the dead: %v, want ErrClosed", err)
	}
}

// TestClosedPool: sessions end with their pool, and say so; new ones do not start.
func TestClosedPool(t *testing.T) {
	t.Parallel()
	pool := newPool(t, Options{})
	s := open(t, pool, page(t, answering))
	s.says("ready")
	pool.Close()
	if e := s.ends(); e == nil || e.ID != "process-ended" {
		t.Errorf("ended with %+v, want process-ended", e)
	}
	if e := open(t, pool, page(t, answering)).ends(); e == nil || e.ID != "process-start" || !strings.Contains(e.Message, "closed") {
		t.Errorf("a session of a closed pool ended with %+v, want process-start", e)
	}
}
