package embed_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/hosts/embed"
	"github.com/dougong-dev/dougong/pdk/go"
)

func TestRefused(t *testing.T) {
	t.Parallel()
	good := []string{project(t, "com.example.good")}
	nothing := func(*pdk.Context, pdk.Payload) (pdk.Payload, error) { return pdk.Payload{}, nil }
	for _, c := range []struct {
		name    string
		options embed.Options
		want    string
	}{
		{"nothing to open", embed.Options{}, "neither Options.Config nor Options.MiniPrograms"},
		{"no such folder", embed.Options{MiniPrograms: []string{"nowhere"}}, "name a project's folder or a .dgm bundle"},
		{"no such configuration", embed.Options{Config: "nowhere.yaml"}, "nowhere.yaml"},
		{"a contract that is none", embed.Options{MiniPrograms: good, Capabilities: []embed.Capability{{Contract: "capability: [\n"}}},
			"Options.Capabilities[0].Contract"},
		{"neither contract nor name", embed.Options{MiniPrograms: good, Capabilities: []embed.Capability{{}}}, `no standard capability ""`},
		{"a method without function", embed.Options{MiniPrograms: good, Capabilities: []embed.Capability{{Contract: echoContract, Methods: pdk.Methods{"echo": nothing}}}},
			`its method "whisper" has no function`},
		{"a function without method", embed.Options{MiniPrograms: good, Capabilities: []embed.Capability{{Contract: echoContract,
			Methods: pdk.Methods{"echo": nothing, "whisper": nothing, "shout": nothing}}}}, `its contract has no method "shout"`},
		{"twice the same", embed.Options{MiniPrograms: good, Capabilities: []embed.Capability{echo, echo}}, "registered twice"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			host, err := embed.Open(t.Context(), c.options)
			if err == nil {
				_ = host.Close()
			}
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q in it", err, c.want)
			}
		})
	}
}

func TestStartRefused(t *testing.T) {
	t.Parallel()
	host, _ := open(t, embed.Options{MiniPrograms: []string{project(t, "com.example.good")}})
	for _, c := range []struct {
		name, id string
		launch   embed.Launch
		want     string
	}{
		{"no such mini-program", "com.example.other", embed.Launch{}, `these are here: ["com.example.good"]`},
		{"data that is no JSON", "com.example.good", embed.Launch{Data: func() {}}, "Launch.Data"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := host.Start(t.Context(), c.id, c.launch); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q in it", err, c.want)
			}
		})
	}
	app := start(t, host, "com.example.good", embed.Launch{})
	if err := app.Send("news", func() {}); err == nil || !strings.Contains(err.Error(), `send "news"`) {
		t.Errorf("sent what is no JSON: %v", err)
	}
	if err := app.Tap(t.Context(), ".nowhere", ""); err == nil || !strings.Contains(err.Error(), "com.example.good") {
		t.Errorf("tapped what is not there: %v", err)
	}
}

// TestConfig opens a superapp.yaml, one of whose standard capabilities the program provides.
func TestConfig(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	app := project(t, "com.example.kept")
	page := `Page({ data: { text: "" }, onLoad() { this.setData({ text: "" + ft.getStorageSync("name") }) } })`
	for name, text := range map[string]string{
		filepath.Join(dir, "superapp.yaml"): "name: Embedded\ndata: data\nusers: {default: bob}\nminiapps:\n  - {id: com.example.kept, path: " + app + ", isolation: process}\n",
		filepath.Join(app, "one.js"):        page,
	} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	methods := pdk.Methods{"getStorage": pdk.Func(func(ctx *pdk.Context, in struct{ Key string }) (map[string]any, error) {
		return map[string]any{"data": in.Key + " of " + ctx.User}, nil
	})}
	for _, shared := range []bool{true, false} { // inside this process, and in a child of it
		host, _ := open(t, embed.Options{Config: filepath.Join(dir, "superapp.yaml"), Shared: shared,
			Capabilities: []embed.Capability{{Name: "dougong.storage/v1", Methods: methods}}})
		kept := start(t, host, "com.example.kept", embed.Launch{})
		if got := kept.Text(); !strings.Contains(got, "name of bob") {
			t.Errorf("shared %v: text is %q", shared, got)
		}
		if err := host.Close(); err != nil {
			t.Error(err)
		}
	}
}
