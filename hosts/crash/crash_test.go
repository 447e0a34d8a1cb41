package crash

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/miniapp/message"
)

// TestNothingPersonal: whatever a program says or was given, the report has none of it.
func TestNothingPersonal(t *testing.T) {
	t.Parallel()
	const secret = "13800138000"
	for name, r := range map[string]Report{
		"what a script threw": MiniProgram("shop", "1.0.0", message.Error{
			ID: "script-throw", Origin: "app", Message: "no such user " + secret, Page: "pages/pay/pay?phone=" + secret, File: "pages/pay/pay.js", Line: 3, Column: 9,
			Hint: secret, Frame: "3 | login('" + secret + "')", Stack: "Error: no such user " + secret + "\n    at login (pages/pay/pay.js:3:9)\n    at " + secret + "\n",
		}),
		"what functions and files are called": MiniProgram("shop", "", message.Error{
			ID: "script-throw", Page: "pages/" + secret + "/x", File: "pages/" + secret + ".js",
			Stack: "Error: x\n    at u" + secret + ".call (p/" + secret + ".js:3:9)\n at " + secret + ":1:1\n    at tom@example.com:3\n",
		}),
		"what a process wrote": MiniProgram("shop", "", message.Error{ID: "process-killed", Origin: "engine", Message: "the mini-program's process ended: signal: killed: panic: " + secret}),
		"what a plugin wrote":  Plugin("com.acme.pay", "1.0.0", "exit status 2: cannot pay for "+secret),
		"what a window said":   Window(KindWindow, ShowedMiniProgram, "signal: killed: "+secret, "WebKitGTK 2.50.6 "+secret, time.Minute),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			data, err := json.Marshal(r.completed(time.Unix(0, 0)))
			if err != nil || strings.Contains(string(data), secret) || strings.Contains(string(data), "tom@") || len(data) > maxSize {
				t.Errorf("the report is %s, %v; want nothing of %s", data, err, secret)
			}
		})
	}
}

func TestReports(t *testing.T) {
	t.Parallel()
	app := MiniProgram("shop", "1.0.0", message.Error{
		ID: "process-killed", Origin: "engine", Message: "the mini-program's process ended: signal: killed", Page: "p/a?x=1",
		File: "p/a.js", Line: 3, Column: 9, Stack: "Error: x\n    at Page.onLoad (p/a.js:3:9)\n    at p/b.js:1:1\n",
	})
	if app.Exit != "signal: killed" || app.Page != "p/a" || strings.Join(app.Stack, ", ") != "Page.onLoad p/a.js:3:9, p/b.js:1:1" {
		t.Errorf("report %+v", app)
	}
	if p := Plugin("com.acme.pay", "2", "plugin ended: exit status 7"); p.Exit != "exit status 7" || p.Reason != "plugin-ended" {
		t.Errorf("report %+v", p)
	}
	if w := Window(KindWindow, ShowedLauncher, "signal: killed", "WebKitGTK 2.50.6", 90*time.Second); w.Exit != "signal: killed" || w.Reason != "window-ended" || w.Engine != "WebKitGTK 2.50.6" || w.Seconds != 90 {
		t.Errorf("report %+v", w)
	}
	if w := Window(KindWebView, ShowedMiniProgram, "exceeded-memory", "", 0); w.Reason != "web-view-exceeded-memory" || w.ID != "mini-program" {
		t.Errorf("report %+v", w)
	}
	if r := MiniProgram(strings.Repeat("x", 900), "", message.Error{Stack: strings.Repeat("  at f (a.js:1:1)\n", 99)}); len(r.ID) != maxName || len(r.Stack) != maxFrames {
		t.Errorf("id of %d bytes, %d frames; want %d, %d", len(r.ID), len(r.Stack), maxName, maxFrames)
	}
}

func TestStore(t *testing.T) {
	t.Parallel()
	s := Open(filepath.Join(t.TempDir(), Folder))
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	s.now = func() time.Time { return at }
	if list, damaged, err := s.List(); len(list)+len(damaged) != 0 || err != nil {
		t.Errorf("an empty store has %v, %v, %v", list, damaged, err)
	}
	for i := range MaxReports + 5 {
		at = at.Add(time.Minute)
		if err := s.Add(Plugin("p", "1", "exit status "+string(rune('0'+i%10)))); err != nil {
			t.Fatal(err)
		}
	}
	list, _, err := s.List()
	if err != nil || len(list) != MaxReports || !list[0].Time.Equal(at) {
		t.Fatalf("%d reports, the first of %v, %v; want the last %d", len(list), list[0].Time, err, MaxReports)
	}
	at = at.Add(MaxAge - 10*time.Minute)
	if err := s.Add(Plugin("p", "1", "")); err != nil {
		t.Fatal(err)
	}
	if list, _, _ := s.List(); len(list) != 12 {
		t.Errorf("%d reports, want those of the last 30 days: 12", len(list))
	}
	if err := os.WriteFile(filepath.Join(s.dir, "x.json"), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if list, damaged, err := s.List(); err != nil || len(list) != 12 || len(damaged) != 1 || !strings.Contains(damaged[0], "x.json: not a crash report") {
		t.Errorf("%d reports, damaged %q, %v; want 12 and the one", len(list), damaged, err)
	}
	if n, err := s.Clear(); n != 13 || err != nil {
		t.Errorf("cleared %d, %v; want 13", n, err)
	}
}

// TestBurst: what ends again and again does not push out all else.
func TestBurst(t *testing.T) {
	t.Parallel()
	s := Open(t.TempDir())
	at := time.Unix(1, 0)
	s.now = func() time.Time { at = at.Add(time.Second); return at }
	for range 3 * maxBurst {
		if err := s.Add(Plugin("p", "1", "")); err != nil {
			t.Fatal(err)
		}
	}
	if list, _, _ := s.List(); len(list) != maxBurst {
		t.Errorf("%d reports within a minute, want %d", len(list), maxBurst)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(`{"format":1,"time":"2026-01-01T00:00:00Z","kind":"plugin","id":"x","reason":"plugin-ended","system":"linux/amd64"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		if r, err := Parse(data); err == nil && r.Format != 1 {
			t.Errorf("%q was read as %+v", data, r)
		}
	})
}
