package compat_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/program"
	"github.com/dougong-dev/dougong/core/plugin/process/sandbox"
	"github.com/dougong-dev/dougong/hosts/headless"
	"github.com/dougong-dev/dougong/hosts/headless/compat"
	"github.com/dougong-dev/dougong/hosts/headless/compat/peer"
)

func TestMain(m *testing.M) {
	sandbox.Main()
	code := m.Run()
	_ = os.RemoveAll(builtPlugins)
	os.Exit(code)
}

// builtPlugins is the folder that the plugins were built into for these tests, if they were.
var builtPlugins string

// firstParty names the folder of the first-party plugins: bin/plugins, as the Makefile builds them before the tests, or
// else a new one.
var firstParty = sync.OnceValues(func() (string, error) {
	built := filepath.Join(root, "bin", "plugins")
	if _, err := os.Stat(built); err == nil {
		return filepath.Abs(built)
	}
	dir, err := os.MkdirTemp("", "dougong-plugins-")
	if err != nil {
		return "", err
	}
	builtPlugins = dir
	cmd := exec.Command("go", "run", "./plugins/internal/build", "-o", dir)
	cmd.Dir = root
	out, err := cmd.CombinedOutput()
	if err != nil {
		return "", errors.New(string(out))
	}
	return dir, nil
})

// project copies the mini-program, with the address of a peer in it.
func project(t *testing.T) string {
	t.Helper()
	server, err := peer.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	dir := t.TempDir()
	if err := os.CopyFS(dir, compat.Project()); err != nil {
		t.Fatal(err)
	}
	text := fmt.Sprintf("module.exports = %q;\n", server.URL)
	if err := os.WriteFile(filepath.Join(dir, "lib", "peer.js"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// superApp writes the configuration of a super-app of the mini-program and every first-party plugin.
func superApp(t *testing.T, dir, plugins string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "superapp.yaml")
	if err := os.WriteFile(name, compat.SuperApp(dir, plugins), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// TestCases runs every case without a screen.
func TestCases(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("builds and starts every plugin")
	}
	plugins, err := firstParty()
	if err != nil {
		t.Fatalf("build the plugins: %v", err)
	}
	dir := project(t)
	kernel, err := headless.OpenKernel(t.Context(), headless.KernelConfig{SuperApp: superApp(t, dir, plugins)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := kernel.Close(); err != nil {
			t.Error(err)
		}
	})
	p, diagnostics, err := headless.Build(t.Context(), dir)
	if err != nil {
		t.Fatal(err, diagnostics)
	}
	cases, err := compat.Cases()
	if err != nil {
		t.Fatal(err)
	}
	groups, err := compat.Groups()
	if err != nil {
		t.Fatal(err)
	}
	for _, group := range groups {
		t.Run(group, func(t *testing.T) { runGroup(t, dir, kernel, p, group, cases) })
	}
}

// patience is how long a group may take. It ends by its last word: this is for one that never says it, on the slowest machine.
const patience = 5 * time.Minute

// outcome is what the mini-program tells of a case.
type outcome struct {
	Space, Title, Error string
	Proves              []string
}

// wish is what the mini-program wants its host to do.
type wish struct {
	Wish   string          `json:"wish"`
	Detail json.RawMessage `json:"detail"`
}

func runGroup(t *testing.T, dir string, kernel *headless.Kernel, p *program.Program, group string, cases []compat.Case) {
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	said := make(chan string, 1024)
	stage, err := headless.NewStage(ctx, headless.Config{
		Program: p, Kernel: kernel, User: group, Dir: filepath.Join(dir, "assets"), Answers: answers[group],
		Launch: message.Launch{Path: "pages/run/run", Query: map[string]string{"group": group}},
		Log: func(m message.FromActor) {
			switch {
			case m.Log != nil:
				said <- m.Log.Message
			case m.Error != nil:
				said <- fmt.Sprintf("[error] %s:%d: %s", m.Error.File, m.Error.Line, m.Error.Message)
			}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stage.Close)
	got := hear(ctx, t, stage.Front(), said)
	i := 0
	for _, c := range cases {
		if c.Group != group || c.Screen {
			continue
		}
		for _, space := range []string{"wx", "ft"} {
			if i >= len(got) {
				t.Fatalf("%s %s (groups/%s.js:%d) did not run", space, c.Title, group, c.Line)
			}
			if got[i].Error != "" {
				t.Errorf("%s %s (groups/%s.js:%d): %s", space, c.Title, group, c.Line, got[i].Error)
			}
			if got[i].Space != space || got[i].Title != c.Title || strings.Join(got[i].Proves, " ") != strings.Join(c.Proves, " ") {
				t.Errorf("ran %s %q %v, want %s %q %v", got[i].Space, got[i].Title, got[i].Proves, space, c.Title, c.Proves)
			}
			i++
		}
	}
	if i != len(got) {
		t.Errorf("%d cases of %s ran, want %d", len(got), group, i)
	}
}

// hear gathers what came of the cases, and grants the wishes in between. What else they say is said if they do not end.
func hear(ctx context.Context, t *testing.T, app *headless.App, said <-chan string) (out []outcome) {
	t.Helper()
	var more []string
	for {
		select {
		case <-ctx.Done():
			t.Errorf("the cases do not end; the page shows %s\nthey said:\n%s", app.Text(), strings.Join(more, "\n"))
			return out
		case line := <-said:
			kind, rest, _ := strings.Cut(line, " ")
			switch kind {
			case "[case]":
				var o outcome
				if err := json.Unmarshal([]byte(rest), &o); err != nil {
					t.Fatal(err)
				}
				out = append(out, o)
			case "[wish]":
				var w wish
				if err := json.Unmarshal([]byte(rest), &w); err != nil {
					t.Fatal(err)
				}
				if err := grant(ctx, app, w); err != nil {
					t.Errorf("%s: %v", w.Wish, err)
				}
			case "[done]":
				return out
			case "[error]":
				if !strings.Contains(line, "on purpose") && !strings.Contains(line, "pages/none/none") {
					t.Error(line)
				}
			default:
				more = append(more, line)
			}
		}
	}
}

// grant does what the mini-program wants, and tells it so.
func grant(ctx context.Context, app *headless.App, w wish) error {
	if act := wishes[w.Wish]; act != nil {
		if err := act(ctx, app, w.Detail); err != nil {
			return err
		}
	} else {
		return fmt.Errorf("the host does not know this wish")
	}
	return app.Post(message.ToActor{Custom: &message.Custom{Event: "granted"}})
}
