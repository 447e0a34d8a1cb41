package compose_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/trust"
)

const compiledIn = `package do

import "github.com/dougong-dev/dougong/pdk/go"

// Plugin is compiled in.
func Plugin() *pdk.Plugin {
	return pdk.New("com.acme.do", "1.0.0").Provide("com.acme.do/v1", pdk.Methods{
		"do": func(*pdk.Context, pdk.Payload) (pdk.Payload, error) { return pdk.Payload{JSON: []byte("{}")}, nil },
	})
}
`

// The main.go that is written builds, and the host runs the plugin that is compiled into it: the one in the bundle is no
// WebAssembly at all.
func TestMainOfAHost(t *testing.T) {
	t.Parallel()
	h := newHouseAt(t, time.Now()) // the host has no other clock
	h.put(trust.KindPlugin, "com.acme.do", "1.0.0", h.anywhere(plugin("com.acme.do", "1.0.0", "com.acme.do/v1")), nil)
	p := h.saved(head + "plugins: [{id: com.acme.do, version: ^1, apis: ['*']}]\n")
	for id, pkg := range map[string]string{"com.acme.du": "example.com/do", "com.acme.do": "example.com/do\"; import \"os"} {
		if _, err := p.Main(map[string]string{id: pkg}); err == nil {
			t.Errorf("%s=%s makes a main.go", id, pkg)
		}
	}
	const below = "github.com/dougong-dev/dougong/hosts/cmd/composed"
	text, err := p.Main(map[string]string{"com.acme.do": below + "/do"})
	check(t, err)
	host := buildHost(t, map[string]string{"hosts/cmd/composed/main.go": string(text), "hosts/cmd/composed/do/do.go": compiledIn})
	made := h.build(p, "dist")
	cmd := exec.Command(host, "plugin", "call", made[0].Folder, "wx.acmeDo")
	cmd.Env = append(os.Environ(), "XDG_CACHE_HOME="+t.TempDir())
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "{}") {
		t.Errorf("%v\n%s", err, out)
	}
}

// buildHost builds hosts/cmd/composed of this module with files laid over it.
func buildHost(t *testing.T, files map[string]string) string {
	t.Helper()
	repo, err := filepath.Abs("../..")
	check(t, err)
	dir := t.TempDir()
	over := map[string]string{}
	for name, text := range files {
		file := filepath.Join(dir, filepath.Base(name))
		check(t, os.WriteFile(file, []byte(text), 0o600))
		over[filepath.Join(repo, name)] = file
	}
	overlay, err := json.Marshal(map[string]any{"Replace": over})
	check(t, err)
	check(t, os.WriteFile(filepath.Join(dir, "overlay.json"), overlay, 0o600))
	host := filepath.Join(dir, "host")
	cmd := exec.Command("go", "build", "-overlay", filepath.Join(dir, "overlay.json"), "-o", host, "./hosts/cmd/composed")
	cmd.Dir = repo
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return host
}
