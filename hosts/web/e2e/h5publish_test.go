package e2e

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/hosts/web/internal/browser"
)

// desk is a folder where the real command is used, with its environment.
type desk struct {
	t   *testing.T
	dir string
	env []string
}

func (d *desk) command(args ...string) *exec.Cmd {
	cmd := exec.CommandContext(d.t.Context(), os.Args[0], args...)
	cmd.Dir, cmd.Env = d.dir, append(append(os.Environ(), hostKey+"=1"), d.env...)
	return cmd
}

// dougong runs a command that has to succeed, and returns what it printed.
func (d *desk) dougong(args ...string) string {
	d.t.Helper()
	cmd := d.command(args...)
	var said strings.Builder
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		d.t.Fatalf("dougong %s: %v\n%s%s", strings.Join(args, " "), err, out, said.String())
	}
	return string(out)
}

// refused runs a command that has to fail, and returns what it said.
func (d *desk) refused(args ...string) string {
	d.t.Helper()
	out, err := d.command(args...).CombinedOutput()
	if err == nil {
		d.t.Fatalf("dougong %s succeeds: %s", strings.Join(args, " "), out)
	}
	return string(out)
}

// registry serves a registry of its own, where an organisation may publish com.acme; the environment says where it is.
func (d *desk) registry() {
	d.t.Helper()
	d.env = append(d.env, "DOUGONG_PASSWORD=correct horse battery", "XDG_CACHE_HOME="+filepath.Join(d.dir, "cache"))
	token := strings.TrimSpace(d.dougong("registry", "user", "add", "chief", "--admin", "--data", "data"))
	serve := d.command("registry", "serve", "--listen", "127.0.0.1:0", "--data", "data")
	serve.Stderr = os.Stderr
	if err := serve.Start(); err != nil {
		d.t.Fatal(err)
	}
	d.t.Cleanup(func() {
		_ = serve.Process.Kill() // it may be gone
		_ = serve.Wait()
	})
	var address []byte
	until(d.t, "the registry's address", func() bool {
		address, _ = os.ReadFile(filepath.Join(d.dir, "data", "address"))
		return len(address) > 0
	})
	d.env = append(d.env, "DOUGONG_REGISTRY="+strings.TrimSpace(string(address)), "DOUGONG_REGISTRY_TOKEN="+token, "DOUGONG_PASSPHRASE=another secret")
	for _, line := range []string{
		"trust key acme.key", "trust csr acme.key --name acme --org Acme --namespace com.acme -o acme.csr",
		"trust issue acme.csr --dir data/house --passphrase-file data/house/passphrase -o acme.pem",
		"registry org create acme Acme", "registry org claim acme com.acme", "registry org verify acme", "registry org approve com.acme",
		"registry org add-key acme acme.key",
	} {
		d.dougong(strings.Fields(line)...)
	}
}

// TestH5IsPublished: a folder of web pages goes the whole way of a bundle by the commands alone: checked, packed, signed,
// published, composed into a super-app and installed into another, and runs in a browser from what was verified.
func TestH5IsPublished(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("needs a browser")
	}
	files := map[string]string{
		"notes/manifest.json": `{"app_id": "com.acme.notes", "name": "Notes", "version": {"name": "1.2.0"}, "icons": [{"src": "icon.png"}]}`,
		"notes/index.html":    `<!doctype html><title>Notes</title><h1>Notes</h1><script type="module" src="app.js"></script>`,
		"notes/app.js":        `const { version } = wx.getAccountInfoSync().miniProgram; document.title = "published " + version;`,
		"notes/icon.png":      string(tinyPNG(t)),
		"broken/manifest.json": `{"app_id": "com.acme.broken", "name": "Broken", "version": {"name": "1.0.0"},
  "csp": {"script-src": ["cdn.example.com"]}}`,
		"broken/index.html": "x",
		"host":              "stands for the host's program",
	}
	yaml := "name: House\nlisten: 127.0.0.1:0\ntrust: {root: data/house/root.json}\nregistry: {address: ADDRESS}\nminiapps:\n  - {id: com.acme.notes, version: ^1}\n"
	d := &desk{t: t, dir: write(t, files)}
	d.registry()
	address, err := os.ReadFile(filepath.Join(d.dir, "data", "address"))
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"superapp.yaml": yaml, "other/superapp.yaml": strings.Replace(yaml, "data/house", "../data/house", 1)} {
		file := filepath.Join(d.dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(strings.Replace(text, "ADDRESS", strings.TrimSpace(string(address)), 1)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if said := d.refused("pack", "broken", "-o", "broken.dgm"); !strings.Contains(said, `manifest.json:2:11`) || !strings.Contains(said, `cannot widen "script-src"`) {
		t.Errorf("a broken manifest: %s", said)
	}
	d.dougong("check", "notes")
	d.dougong("pack", "notes", "-o", "notes.dgm")
	d.dougong("check", "notes.dgm")
	d.dougong("publish", "notes.dgm", "--key", "acme.key", "--cert", "acme.pem")
	if said := d.dougong("registry", "search", "notes"); !strings.Contains(said, "com.acme.notes") {
		t.Errorf("the registry finds %s", said)
	}
	platform := runtime.GOOS + "/" + runtime.GOARCH
	d.dougong("compose", "-o", "dist", "--no-archive", "--platform", platform, "--host-binary", platform+"=host")
	dist, err := filepath.Glob(filepath.Join(d.dir, "dist", "*", "superapp.yaml"))
	if err != nil || len(dist) != 1 {
		t.Fatalf("composed is %q, %v", dist, err)
	}
	d.dougong("install", "com.acme.notes", "-c", "other/superapp.yaml")

	b := browser.Start(t, 1000, 920)
	for name, file := range map[string]string{"composed": dist[0], "installed": filepath.Join(d.dir, "other", "superapp.yaml")} {
		k := startKillable(t, file)
		b.Open(k.address)
		b.WaitShell(`still($(".tile[data-app='com.acme.notes']"))`)
		b.TapShell(`$(".tile[data-app='com.acme.notes']")`)
		b.Wait(`$(".nav-title")?.textContent === "published 1.2.0"`)
		b.WaitShell(`!document.querySelector(".app.shown .splash")`)
		b.Screenshot("h5-" + name)
		k.kill()
		if said := d.dougong("trust", "status", file); !strings.Contains(said, "verified  com.acme.notes@1.2.0") {
			t.Errorf("%s: %s", name, said)
		}
	}
}

// tinyPNG is a picture of one colour.
func tinyPNG(t *testing.T) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 8, 8))
	draw.Draw(img, img.Rect, image.NewUniform(color.RGBA{0x0b, 0x6e, 0x4f, 255}), image.Point{}, draw.Src)
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
