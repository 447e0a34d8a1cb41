package main

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

const (
	code      = "package main\n\nfunc main() {}\n"
	process   = "id: com.example.p\nversion: 1.0.0\npublisher: x\nsummary: {en: x}\nprovides: [com.example.p/v1]\nruntime: {process: {any: bin/p}}\nreadme: README.md\n"
	wasm      = "id: com.example.w\nversion: 1.0.0\npublisher: x\nsummary: {en: x}\nprovides: [com.example.w/v1]\nruntime: {wasm: {module: w.wasm}}\n"
	elsewhere = "id: com.example.e\nversion: 1.0.0\npublisher: x\nsummary: {en: x}\nprovides: [com.example.e/v1]\nruntime: {process: {plan9/arm: e}}\n"
)

func write(t *testing.T, dir string, files map[string]string) string {
	t.Helper()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestBuild(t *testing.T) {
	t.Parallel()
	src := write(t, t.TempDir(), map[string]string{
		"go.mod": "module x\n\ngo 1.26\n", "p/plugin.yaml": process, "p/main.go": code, "p/README.md": "read", "p/contracts/p.yaml": "capability: x",
		"w/plugin.yaml": wasm, "w/main.go": code,
	})
	out := t.TempDir()
	var log bytes.Buffer
	b := builder{out: out, platform: runtime.GOOS + "/" + runtime.GOARCH, jobs: 2, log: &log}
	if err := b.run([]string{src}); err != nil {
		t.Fatal(err)
	}
	for name, begin := range map[string]string{
		"com.example.p/bin/p": "", "com.example.p/plugin.yaml": "id:", "com.example.p/README.md": "read", "com.example.p/contracts/p.yaml": "capability",
		"com.example.w/w.wasm": "\x00asm", "com.example.w/plugin.yaml": "id:",
	} {
		text, err := os.ReadFile(filepath.Join(out, name))
		if err != nil || !strings.HasPrefix(string(text), begin) {
			t.Errorf("%s begins %.10q: %v", name, text, err)
		}
	}
	if info, err := os.Stat(filepath.Join(out, "com.example.p/bin/p")); err != nil || info.Mode()&0o100 == 0 {
		t.Errorf("the executable cannot be executed: %v %v", info.Mode(), err)
	}
	if !strings.Contains(log.String(), "[2/2]") {
		t.Errorf("progress: %s", log.String())
	}
}

func TestErrors(t *testing.T) {
	t.Parallel()
	for want, files := range map[string]map[string]string{
		"no plugin.yaml below":               {"x": ""},
		"names no executable for":            {"plugin.yaml": elsewhere, "main.go": code},
		"com.example.w: go build":            {"go.mod": "module x\n\ngo 1.26\n", "plugin.yaml": wasm, "main.go": "package main\n\nfunc main() { nothing }\n"},
		"plugin.yaml:1:1: unknown key \"x\"": {"plugin.yaml": "x: 1\n"},
	} {
		b := builder{out: t.TempDir(), platform: "linux/amd64", jobs: 1, log: &bytes.Buffer{}}
		if err := b.run([]string{write(t, t.TempDir(), files)}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}
