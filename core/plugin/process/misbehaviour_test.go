package process

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/plugin"
	"github.com/dougong-dev/dougong/core/plugin/internal/suite"
	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/manifest"
)

// ended waits for the end of the plugin.
func ended(t *testing.T, p *suite.Plugin) {
	t.Helper()
	select {
	case <-p.Done():
	case <-time.After(suite.Patience):
		t.Fatal("the plugin did not end")
	}
}

// TestMisbehaviour lets the plugin do its worst in a call. Its end is seen, and it says why.
func TestMisbehaviour(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, method string
		in           any
		code         int
		want, why    string
	}{
		{"runaway loop", "loop", nil, pdk.CodeCanceled, "loop was canceled", "went on with loop"},
		{"sleeps on", "sleep", map[string]int{"ms": 3600_000}, pdk.CodeCanceled, "sleep was canceled", "went on with sleep"},
		{"memory bomb", "bomb", nil, pdk.CodeUnavailable, "ended during bomb", "out of memory"},
		{"exit", "exit", nil, pdk.CodeUnavailable, "ended during exit (exit status 3)", "exit status 3"},
		{"crash", "crash", nil, pdk.CodeUnavailable, "panic: crash as asked", "crash as asked"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := newSuite().Start(t, func(spec *plugin.Spec) {
				m := *spec.Manifest
				m.Limits.MemoryMB, m.Limits.CallTimeout = 64, suite.Patience
				spec.Manifest = &m
			})
			do := func() error { return p.Do(suite.Info(c.method), c.in, nil) }
			if c.code == pdk.CodeCanceled {
				do = func() error { return p.DoUntilBegun(suite.Info(c.method), c.in) }
			}
			err := do()
			if pdk.Code(err) != c.code || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), `plugin "com.example.sample"`) {
				t.Errorf("got %v, want code %d with %q", err, c.code, c.want)
			}
			ended(t, p)
			if err := p.Err(); err == nil || !strings.Contains(err.Error(), c.why) {
				t.Errorf("Err() = %v, want %q", err, c.why)
			}
			if err := p.Do(suite.Info("echo"), nil, nil); pdk.Code(err) != pdk.CodeUnavailable {
				t.Errorf("a call after the end: got %v, want code %d", err, pdk.CodeUnavailable)
			}
		})
	}
}

func pidOf(t *testing.T, p *suite.Plugin) int {
	t.Helper()
	var w struct {
		PID int `json:"pid"`
	}
	if err := p.Do(suite.Info("world"), nil, &w); err != nil || w.PID == 0 {
		t.Fatalf("world = %+v, %v", w, err)
	}
	return w.PID
}

// mayExec lets the plugin start programs.
func mayExec(spec *plugin.Spec) {
	m := *spec.Manifest
	m.Requires.Exec = true
	spec.Manifest = &m
}

// TestChildrenEndWithThePlugin checks that closing leaves nothing of the group.
func TestChildrenEndWithThePlugin(t *testing.T) {
	t.Parallel()
	p := newSuite().Start(t, mayExec)
	if err := p.Do(suite.Info("children"), nil, nil); err != nil {
		t.Fatal(err)
	}
	family := descendants(t, headOf(p))
	if last := family[len(family)-1]; !strings.Contains(commandOf(last), "sleep") {
		t.Fatalf("the last of %v is %q, not the child", family, commandOf(last))
	}
	if err := p.Close(context.Background()); err != nil {
		t.Fatal(err)
	}
	for _, pid := range family {
		gone(t, pid)
	}
}

// headOf is the process that the host started. A plugin that may execute programs has numbers of its own.
func headOf(p *suite.Plugin) int {
	pid, _ := strconv.Atoi(p.Instance.(*process).runner.ID())
	return pid
}

// descendants lists a process and all that come from it, parents first.
func descendants(t testing.TB, head int) []int {
	t.Helper()
	children := map[int][]int{}
	all, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range all {
		stat, _ := os.ReadFile(file) // it may have ended
		_, rest, _ := strings.Cut(string(stat), ") ")
		var pid, parent int
		var state string
		if n, _ := fmt.Sscan(rest, &state, &parent); n == 2 && state != "Z" {
			pid, _ = strconv.Atoi(filepath.Base(filepath.Dir(file)))
			children[parent] = append(children[parent], pid)
		}
	}
	out := []int{head}
	for i := 0; i < len(out); i++ {
		out = append(out, children[out[i]]...)
	}
	return out
}

func commandOf(pid int) string {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
	return strings.ReplaceAll(string(text), "\x00", " ")
}

// gone waits until a process has ended; a zombie has.
func gone(t *testing.T, pid int) {
	t.Helper()
	for deadline := time.Now().Add(suite.Patience); ; time.Sleep(5 * time.Millisecond) {
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err != nil || strings.Contains(string(stat), ") Z ") {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("process %d is still there: %s", pid, stat)
		}
	}
}

// script starts a shell script as a plugin.
func script(t *testing.T, text string) error {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "run"), []byte(text), 0o755); err != nil {
		t.Fatal(err)
	}
	suite.WriteManifest(t, dir, "runtime: {process: {any: run}}\n")
	m, err := manifest.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	s := suite.Suite{Kind: suite.Process, Runtime: New(Options{StartTimeout: 2 * time.Second})}
	_, err = s.TryStart(t, func(spec *plugin.Spec) { spec.Manifest, spec.Dir = m, dir })
	return err
}

func TestBadHandshake(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, script, want string }{
		{"garbage", "#!/bin/sh\necho hello there\nread forever\n", "printed something else than the handshake (Unrecognized remote plugin message: hello there)"},
		{"exits", "#!/bin/sh\necho no licence >&2\nexit 7\n", "ended during the handshake (exit status 7); it printed: no licence"},
		{"silent", "#!/bin/sh\nread forever\n", "did not complete the handshake within 2s"},
		{"flood", "#!/bin/sh\nwhile :; do printf %s 0123456789012345678901234567890123456789; done\n", "handshake"},
		{"other protocol", "#!/bin/sh\necho '1|1|tcp|127.0.0.1:1|netrpc'\nread forever\n", "unsupported plugin protocol"},
		{"other version", "#!/bin/sh\necho '1|9|unix|/nowhere|grpc'\nread forever\n", "Plugin version: 9"},
		{"no socket", "#!/bin/sh\necho '1|1|unix|/nowhere|grpc|'\nread forever\n", "/nowhere"},
		{"no interpreter", "#!/does/not/exist\n", "no such file"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			err := script(t, c.script)
			if err == nil || pdk.Code(err) == 0 || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), `"com.example.sample"`) || strings.Contains(err.Error(), "\n") {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

func TestNotExecutable(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "run"), []byte("#!/bin/sh\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	suite.WriteManifest(t, dir, "runtime: {process: {any: run}}\n")
	m, err := manifest.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	_, err = newSuite().TryStart(t, func(spec *plugin.Spec) { spec.Manifest, spec.Dir = m, dir })
	if err == nil || !strings.Contains(err.Error(), "chmod +x") {
		t.Errorf("got %v", err)
	}
}

// TestEnvironment checks all that a process plugin is given.
func TestEnvironment(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	p := newSuite().Start(t, func(spec *plugin.Spec) { spec.DataDir = data })
	var w struct {
		Env  []string `json:"env"`
		Dir  string   `json:"dir"`
		Args []string `json:"args"`
	}
	if err := p.Do(suite.Info("world"), nil, &w); err != nil {
		t.Fatal(err)
	}
	if w.Dir != data || len(w.Args) != 1 || !strings.HasSuffix(w.Args[0], "/sample") {
		t.Errorf("dir %s, args %v", w.Dir, w.Args)
	}
	env := strings.Join(w.Env, "\n")
	for _, want := range []string{"DOUGONG_DATA_DIR=" + data, "GOMEMLIMIT=128MiB", "DOUGONG_LIFELINE=stdin"} {
		if !strings.Contains(env, want) {
			t.Errorf("the environment lacks %s", want)
		}
	}
}

// TestInterpreter runs a script by the program that its manifest names. The script need not be executable, and reads what is
// beside it.
func TestInterpreter(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, text := range map[string]string{"run": "read why <${0%/*}/why; echo $why $DOUGONG_PLUGIN >&2; exit 7\n", "why": "no licence\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for name, want := range map[string]string{
		"sh":            "ended during the handshake (exit status 7); it printed: no licence dougong.plugin.v1",
		"no-such-shell": `its interpreter "no-such-shell" is not in /usr/bin`,
	} {
		suite.WriteManifest(t, dir, "runtime: {process: {any: run}, interpreter: "+name+"}\n")
		m, err := manifest.Load(dir)
		if err != nil {
			t.Fatal(err)
		}
		_, err = newSuite().StartSpec(t, plugin.Spec{Manifest: m, Dir: dir})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", name, err, want)
		}
	}
}

// TestGoexit has a method end its goroutine. Its call is answered, and those after it.
func TestGoexit(t *testing.T) {
	t.Parallel()
	p := newSuite().Start(t, nil)
	for range 3 {
		if err := p.Do(suite.Info("goexit"), nil, nil); pdk.Code(err) != pdk.CodeInternal || !strings.Contains(err.Error(), "goexit has ended its goroutine") {
			t.Errorf("got %v, want code %d and what has happened", err, pdk.CodeInternal)
		}
	}
	if pid := pidOf(t, p); pid == 0 {
		t.Error("the plugin is gone")
	}
}
