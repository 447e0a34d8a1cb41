//go:build linux

package isolate

import (
	"bytes"
	"errors"
	"io/fs"
	"reflect"
	"runtime"
	"slices"
	"testing"
	"time"
	"weak"

	"github.com/dougong-dev/dougong/core/miniapp"
	"github.com/dougong-dev/dougong/core/miniapp/program"
)

// TestAhead: what the first session of a program read is sent to the next one at once.
func TestAhead(t *testing.T) {
	t.Parallel()
	pool, p := newPool(t, Options{}), page(t, answering)
	if parts := pool.ahead.files(p, 0); parts != nil {
		t.Errorf("before the first session %d parts are sent", len(parts))
	}
	open(t, pool, p).says("ready")
	names := func() bool {
		_, body, _ := part(bytes.Join(pool.ahead.files(p, 0), nil))
		names, files, err := decodeAhead(body)
		for _, want := range []string{program.AppFile, program.ScriptDir + "/app.js", program.ScriptDir + "/p.js"} {
			data, _ := p.ReadFile(want)
			if err != nil || !slices.Contains(names, want) || !reflect.DeepEqual(files[want], data) {
				return false
			}
		}
		return true
	}
	second := open(t, pool, p)
	second.says("ready")
	second.answers()
	if !names() {
		t.Error("the files of the first session are not sent ahead")
	}
	if other := page(t, answering); pool.ahead.files(other, 0) != nil {
		t.Error("another program gets files of the first")
	}
}

// TestPrepared: the child that waits has compiled the mini-program that was last ready, and serves any other as well.
func TestPrepared(t *testing.T) {
	t.Parallel()
	last, other := page(t, answering), page(t, answering)
	for _, c := range []struct {
		name string
		p    *program.Program
		turn time.Duration
		want bool
	}{
		{"the last one", last, patience, true},
		{"the last one with another budget", last, 2 * patience, false},
		{"another", other, patience, false},
	} {
		pool := newPool(t, Options{})
		open(t, pool, last).says("ready")
		prepared := func() bool {
			if err := pool.Warm(t.Context()); err != nil {
				t.Fatal(err)
			}
			pool.mu.Lock()
			defer pool.mu.Unlock()
			return len(pool.idle) == 1 && pool.idle[0].has(&prospect{weak.Make(c.p), c.turn})
		}
		for deadline := time.Now().Add(patience); c.want && !prepared(); runtime.Gosched() { // the pool hears of ready after the console
			if time.Now().After(deadline) {
				t.Fatalf("%s: no child is prepared", c.name)
			}
		}
		if prepared() != c.want {
			t.Errorf("%s: the child that waits is prepared for it: %v, want %v", c.name, !c.want, c.want)
		}
		second := open(t, pool, c.p, func(o *miniapp.Options) { o.Budget.Turn = c.turn })
		second.says("ready")
		second.answers()
	}
}

// TestPreparation compiles what it was sent, finds the rest later, and can be stopped.
func TestPreparation(t *testing.T) {
	t.Parallel()
	pool, p := newPool(t, Options{}), page(t, answering)
	pool.ahead.learn(p, time.Minute, []string{program.AppFile, program.ScriptDir + "/p.js"})
	made, err := newPreparation(bytes.Join(pool.ahead.files(p, time.Minute), nil))
	if err != nil {
		t.Fatal(err)
	}
	told := false
	made.work(func() { told = true })
	made.stop()
	if !told || made.program == nil || !made.program.HasScript("p") {
		t.Errorf("told %v, program %v", told, made.program)
	}
	if _, err := made.ReadFile("readme.txt"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a file that was not sent, before there is a job: %v", err)
	}
	for name, body := range map[string][]byte{
		"nothing": nil, "a short turn": bytes.Join(appendPart(nil, []byte("1234567")), nil),
		"cut off": bytes.Join(append(appendPart(nil, make([]byte, 8)), []byte{0, 0, 0, 3, 'x'}), nil),
	} {
		if _, err := newPreparation(body); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestBrokenAhead(t *testing.T) {
	t.Parallel()
	for name, body := range map[string][]byte{
		"no content": bytes.Join(appendPart(nil, []byte("name")), nil), "cut off": {0, 0, 0, 9, 'x'}, "no length": {1, 2},
	} {
		if _, _, err := decodeAhead(body); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestPrepareBearsAnything(t *testing.T) {
	t.Parallel()
	p := page(t, "a b c")
	for _, name := range []string{"", "x", program.ScriptDir + "/p.js", program.ScriptDir + "/none.js", program.TemplateDir + "/none.json",
		program.StyleDir + "/none.json", program.ComponentDir + "/none.json", program.WXSDir + "/none.wxs.js"} {
		prepare(p, name)
	}
	s := open(t, newPool(t, Options{}), p)
	s.says("ERROR script-throw")
}

// FuzzPreparation: whatever a kindAhead frame holds, the child says what is wrong with it or prepares what it can.
func FuzzPreparation(f *testing.F) {
	turn := appendPart(nil, make([]byte, 8))
	f.Add(bytes.Join(turn, nil))
	f.Add(bytes.Join(appendPart(appendPart(turn, []byte(program.AppFile)), []byte(`{"format":1,"scripts":["p"]}`)), nil))
	f.Add(bytes.Join(appendPart(appendPart(turn, []byte(program.ScriptDir+"/p.js")), []byte("a b c")), nil))
	f.Fuzz(func(t *testing.T, body []byte) {
		p, err := newPreparation(body)
		if err != nil {
			return
		}
		told := false
		p.work(func() { told = true })
		if p.stop(); !told {
			t.Error("the host is not told of the end")
		}
	})
}
