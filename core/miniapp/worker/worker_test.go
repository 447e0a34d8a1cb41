package worker_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/dougong-dev/dougong/core/miniapp/program"
	"github.com/dougong-dev/dougong/core/miniapp/script"
	"github.com/dougong-dev/dougong/core/miniapp/value"
	"github.com/dougong-dev/dougong/core/miniapp/worker"
)

// The clock of regular expressions stops by itself, a second after the last match.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("github.com/dlclark/regexp2/v2.runClock"))
}

// scripts makes a program of modules only.
func scripts(t *testing.T, modules map[string]string) *program.Program {
	t.Helper()
	app := program.App{Format: program.FormatVersion, ID: "test", Workers: "w"}
	files := program.MapFiles{}
	for path, src := range modules {
		app.Scripts = append(app.Scripts, path)
		files[program.ScriptDir+"/"+path+".js"] = []byte(src)
	}
	data, err := json.Marshal(app)
	if err != nil {
		t.Fatal(err)
	}
	files[program.AppFile] = data
	p, err := program.Load(files)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func start(t *testing.T, src string, budget script.Budget) (*worker.Worker, chan worker.Event) {
	t.Helper()
	events := make(chan worker.Event)
	w, err := worker.Start(worker.Options{
		Program: scripts(t, map[string]string{"w/main": src, "w/lib": "exports.name = 'lib'"}), Script: "w/main",
		Budget: budget, ID: 7, Events: events,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.Stop)
	return w, events
}

// next is the next event, as text.
func next(t *testing.T, events chan worker.Event) string {
	t.Helper()
	select {
	case e := <-events:
		if e.ID != 7 {
			t.Errorf("event of worker %d, want 7", e.ID)
		}
		switch {
		case e.Message != nil:
			return "message " + string(value.AppendJSON(nil, e.Message.Data))
		case e.Error != nil:
			return fmt.Sprintf("error %s %s:%d", e.Error.ID, e.Error.File, e.Error.Line)
		case e.Log != nil:
			return "log " + e.Log.Message
		case e.Sleep != nil:
			return fmt.Sprint("sleep ", !e.Sleep.IsZero())
		case e.Killed:
			return "killed"
		}
		return "done"
	case <-time.After(10 * time.Second):
		t.Fatal("the worker says nothing")
		return ""
	}
}

func want(t *testing.T, events chan worker.Event, list ...string) {
	t.Helper()
	for _, w := range list {
		if got := next(t, events); got != w {
			t.Fatalf("event %q, want %q", got, w)
		}
	}
}

func TestMessages(t *testing.T) {
	t.Parallel()
	w, events := start(t, `
const lib = require("./lib");
worker.onMessage((m) => { m.n++; worker.postMessage({ n: m.n, lib: lib.name, fn() {}, bytes: m.bytes.byteLength }); });
worker.onMessage(() => console.log("second"));`, script.Budget{})
	want(t, events, "done")
	data := value.ObjectOf("n", float64(1), "bytes", value.Bytes("abc"))
	if err := w.Post(data); err != nil {
		t.Fatal(err)
	}
	want(t, events, `message {"n":2,"lib":"lib","bytes":3}`, "log second", "done")
	if n, _ := data.Get("n"); n != value.Value(float64(1)) {
		t.Errorf("the worker has changed the mini-program's data: n = %v", n)
	}
}

// A worker looks at the last picture as often as it likes, and what it does to it stays with it.
func TestCameraFrame(t *testing.T) {
	t.Parallel()
	w, events := start(t, `
worker.onMessage(() => {
  const f = worker.getCameraFrameData();
  if (!f) return worker.postMessage({ none: f === null });
  const bytes = new Uint8Array(f.data);
  worker.postMessage({ width: f.width, first: bytes[0], same: worker.getCameraFrameData().data === f.data });
  bytes[0] = 9;
});`, script.Budget{})
	want(t, events, "done")
	for _, c := range []struct {
		frame value.Value
		says  string
	}{
		{nil, `{"none":true}`},
		{value.ObjectOf("width", 2.0, "data", value.Bytes("\x01abc")), `{"width":2,"first":1,"same":false}`},
		{nil, `{"width":2,"first":1,"same":false}`}, // the same picture
		{value.ObjectOf("width", 3.0, "data", value.Bytes("\x02abc")), `{"width":3,"first":2,"same":false}`},
		{value.Null, `{"none":true}`},
	} {
		if c.frame != nil {
			w.Show(c.frame)
		}
		if err := w.Post(value.NewObject(0)); err != nil {
			t.Fatal(err)
		}
		want(t, events, "message "+c.says, "done")
	}
}

func TestEnvironment(t *testing.T) {
	t.Parallel()
	_, events := start(t, `
console.log([typeof wx, typeof Page, typeof App, typeof getApp, typeof worker, typeof setTimeout, typeof require, worker.env.USER_DATA_PATH].join());
try { worker.postMessage("text") } catch (e) { console.log(e.message) }
setTimeout(() => console.log("later"), 5);`, script.Budget{})
	want(t, events, "log undefined,undefined,undefined,undefined,object,function,function,wxfile://usr",
		"log worker.postMessage: parameter should be Object instead of string", "done", "sleep true", "log later", "sleep false")
}

func TestFailures(t *testing.T) {
	t.Parallel()
	w, events := start(t, `worker.onMessage(() => { null.x });
throw new Error("boom")`, script.Budget{})
	want(t, events, "error script-throw w/main.js:2", "done")
	if err := w.Post(value.NewObject(0)); err != nil {
		t.Fatal(err)
	}
	want(t, events, "error script-throw w/main.js:1", "done")
}

func TestMissingScript(t *testing.T) {
	t.Parallel()
	events := make(chan worker.Event)
	w, err := worker.Start(worker.Options{Program: scripts(t, nil), Script: "w/none", ID: 7, Events: events})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Stop()
	want(t, events, "error module-missing :0", "done")
}

// TestBudget: a worker that does not come back is ended, and says so.
func TestBudget(t *testing.T) {
	t.Parallel()
	_, events := start(t, "\nlet n = 0; for (;;) n++", script.Budget{Turn: 50 * time.Millisecond})
	want(t, events, "error turn-timeout w/main.js:2", "done", "killed")
}

// TestStop: a worker ends at once, whatever it is doing.
func TestStop(t *testing.T) {
	t.Parallel()
	for name, src := range map[string]string{
		"computing": `console.log("go"); for (;;) {}`,
		"asleep":    `console.log("go"); setInterval(() => {}, 3600000)`,
		"talking":   `console.log("go"); for (;;) worker.postMessage({})`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, events := start(t, src, script.Budget{})
			want(t, events, "log go")
			w.Stop()
			w.Stop()
			select {
			case e := <-events:
				t.Errorf("event after the end: %+v", e)
			default:
			}
		})
	}
}

func TestQueueLimit(t *testing.T) {
	t.Parallel()
	w, events := start(t, `console.log("go"); for (;;) {}`, script.Budget{})
	want(t, events, "log go")
	for range worker.MaxQueue {
		if err := w.Post(value.NewObject(0)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Post(value.NewObject(0)); !errors.Is(err, worker.ErrBusy) {
		t.Errorf("Post = %v, want ErrBusy", err)
	}
}
