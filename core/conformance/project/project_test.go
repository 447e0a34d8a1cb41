package project

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/pdk/go/manifest"
)

// folder writes a plugin's folder. RUNTIME in a manifest is left to the case.
func folder(t *testing.T, runtime string, files ...string) *Project {
	t.Helper()
	dir := t.TempDir()
	all := map[string]string{"plugin.yaml": "id: com.example.p\nversion: 1.0.0\npublisher: x\nsummary: {en: x}\nprovides: [com.example.p/v1]\nruntime: " + runtime + "\n"}
	for _, name := range files {
		all[name] = "content of " + name
	}
	for name, text := range all {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	p, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestFiles(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		runtime string
		files   []string
		want    string
	}{
		{"{wasm: {module: a.wasm}}", []string{"a.wasm", "main.go", "README.md"}, "README.md a.wasm plugin.yaml"},
		{"{wasm: {module: a.wasm}}\nreadme: docs/me.md\nicon: i.png", []string{"README.md"}, "a.wasm docs/me.md i.png plugin.yaml"},
		{"{process: {linux/amd64: l, darwin/arm64: d, plan9/arm: l}}", []string{"x"}, "d l plugin.yaml"},
		{"{process: {any: main.py}, interpreter: python3}", []string{"main.py", "lib/a.py", "lib/__pycache__/a.pyc", "tests/t.yaml", "lib/tests/kept.py", ".git/config", "old.dgp", ReportFile},
			"lib/a.py lib/tests/kept.py main.py plugin.yaml"},
	} {
		names, err := folder(t, c.runtime, c.files...).Files()
		if got := strings.Join(names, " "); err != nil || got != c.want {
			t.Errorf("%s: %s, %v; want %s", c.runtime, got, err, c.want)
		}
	}
}

// TestOtherSystems: what is for other systems may be missing when the plugin is tested, not when it is packed.
func TestOtherSystems(t *testing.T) {
	t.Parallel()
	p := folder(t, "{process: {"+runtime.GOOS+"/"+runtime.GOARCH+": here, plan9/arm: there}}", "here")
	files, err := p.ReadHere()
	if err != nil || len(files) != 2 {
		t.Errorf("ReadHere = %d files, %v", len(files), err)
	}
	if _, err := p.Pack(); !errors.Is(err, errMissing) || !strings.Contains(err.Error(), "there is not there") {
		t.Errorf("Pack = %v", err)
	}
	p = folder(t, "{process: {"+runtime.GOOS+"/"+runtime.GOARCH+": here, plan9/arm: there}}", "there")
	if _, err := p.ReadHere(); !errors.Is(err, errMissing) {
		t.Errorf("without its own executable: %v", err)
	}
}

func TestBuildSteps(t *testing.T) {
	t.Parallel()
	p := folder(t, "{process: {any: made}}\nbuild: [{run: [cp, plugin.yaml, made], env: {B: '2', A: '1'}}]")
	var log bytes.Buffer
	if err := p.Build(t.Context(), &log); err != nil {
		t.Fatal(err)
	}
	if want := "[1/1] A=1 B=2 cp plugin.yaml made\n"; log.String() != want {
		t.Errorf("progress %q, want %q", log.String(), want)
	}
	for program, want := range map[string]string{
		"no-such-program": "install it, or correct `build`", "/no/such/rustc": `the program "/no/such/rustc" is not installed; apt-get install rustc libstd-rust-dev-wasm32`,
	} {
		p := folder(t, "{process: {any: made}}\nbuild: [{run: ["+program+"]}]")
		if err := p.Build(t.Context(), &log); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", program, err, want)
		}
	}
}

func TestPackIsReproducible(t *testing.T) {
	t.Parallel()
	a := folder(t, "{process: {any: main.py}, interpreter: python3}", "main.py", "lib/b.py")
	b := folder(t, "{process: {any: main.py}, interpreter: python3}", "lib/b.py", "main.py", "tests/x.yaml")
	x, err1 := a.Pack()
	y, err2 := b.Pack()
	if err1 != nil || err2 != nil || !slices.Equal(x.Data, y.Data) || x.Digest != y.Digest || x.Files != 3 || x.Tested {
		t.Errorf("two folders with the same files: %+v, %v and %+v, %v", x, err1, y, err2)
	}
}

// TestBuildMakesAnotherFile has build steps that work, and make something else than `runtime` names.
func TestBuildMakesAnotherFile(t *testing.T) {
	t.Parallel()
	p := folder(t, "{wasm: {module: plugn.wasm}}", "plugin.wasm")
	p.Manifest.Build = []manifest.Step{{Run: []string{"go", "version"}}}
	err := p.Build(t.Context(), io.Discard)
	want := "the steps under `build` in plugin.yaml were run and none made plugn.wasm, which `runtime` names; plugin.wasm is there; correct the one or the other"
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v, want %q", err, want)
	}
}
