package superapp_test

import (
	"os"
	"path/filepath"
	"testing"

	"go.uber.org/goleak"

	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/core/miniapp/isolate"
	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/hosts/superapp"
	"github.com/dougong-dev/dougong/hosts/web"
)

func TestMain(m *testing.M) {
	isolate.Main()
	goleak.VerifyTestMain(m)
}

// project writes a mini-program of one page.
func project(t *testing.T, id, script string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), id)
	for name, text := range map[string]string{
		"app.json": `{"pages":["p/p"]}`, "app.js": "App({})", "project.config.json": `{"appid":"` + id + `"}`,
		"p/p.js": script, "p/p.wxml": "<view>p</view>",
	} {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// end opens a mini-program and returns its last message.
func end(t *testing.T, app *superapp.App, id string) *message.Error {
	t.Helper()
	closed := make(chan *message.Closed, 1)
	session, err := app.Open(t.Context(), web.OpenOptions{App: id, User: "local", Send: func(m message.FromActor) {
		if m.Closed != nil {
			closed <- m.Closed
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	defer session.Close()
	return (<-closed).Error
}

// memoryBomb is fast: on a busy machine a slow one is ended for its time before the memory is full.
const memoryBomb = `Page({onReady() { let s = "x"; for (;;) s += s }})`

// TestIsolation: a third party's memory bomb ends alone, by default and where the policy or its own entry says so.
func TestIsolation(t *testing.T) {
	t.Parallel()
	for name, edit := range map[string]func(c *config.Config){
		"default": func(*config.Config) {},
		"policy": func(c *config.Config) {
			c.Policy.Isolation, c.MiniApps[0].Trust = config.IsolationProcess, config.TrustFirstParty
		},
		"its own": func(c *config.Config) {
			c.Policy.Isolation, c.MiniApps[0].Isolation = config.IsolationShared, config.IsolationProcess
		},
		"no idle ones": func(c *config.Config) { c.Policy.IsolationPool, c.MiniApps[0].MemoryMB = 0, 128 },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			app, err := open(t, func(c *config.Config) {
				c.Policy.MemoryMB = 96
				c.MiniApps = []config.MiniApp{{Path: project(t, "bomb", memoryBomb)}, {Path: project(t, "calm", `Page({})`)}}
				edit(c)
			})
			if err != nil {
				t.Fatal(err)
			}
			if e := end(t, app, "bomb"); e == nil || e.ID != "process-memory" {
				t.Errorf("the bomb ended with %+v, want process-memory", e)
			}
			ready(t, app, "calm")
		})
	}
}
