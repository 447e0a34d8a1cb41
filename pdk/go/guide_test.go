package pdk_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/pdk/go/manifest"
)

// block returns the n-th fenced block of a language in a guide.
func block(t *testing.T, guide, language string, n int) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "guide", guide))
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile("(?s)```"+language+"\n(.*?)```").FindAllStringSubmatch(string(text), -1)
	if len(found) <= n {
		t.Fatalf("%s has no block %d of %s", guide, n, language)
	}
	return found[n][1]
}

// TestGuide builds the plugin of both guides for both runtimes, and reads its manifest.
func TestGuide(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		return // it builds a plugin and a module
	}
	for _, guide := range []string{"write-a-plugin.md", "write-a-plugin.zh-CN.md"} {
		if _, err := manifest.Parse(guide, []byte(block(t, guide, "yaml", 0))); err != nil {
			t.Error(err)
		}
		dir := t.TempDir()
		file := filepath.Join(dir, "main.go")
		if err := os.WriteFile(file, []byte(block(t, guide, "go", 0)), 0o600); err != nil {
			t.Fatal(err)
		}
		here, err := filepath.Abs(filepath.Join("internal", "guide", "main.go"))
		if err != nil {
			t.Fatal(err)
		}
		overlay, err := json.Marshal(map[string]any{"Replace": map[string]string{here: file}})
		if err != nil {
			t.Fatal(err)
		}
		list := filepath.Join(dir, "overlay.json")
		if err := os.WriteFile(list, overlay, 0o600); err != nil {
			t.Fatal(err)
		}
		for _, target := range []string{"", "GOOS=wasip1 GOARCH=wasm"} {
			cmd := exec.Command("go", "build", "-o", filepath.Join(dir, "out"), "-overlay", list, "./internal/guide")
			cmd.Env = append(append(os.Environ(), "CGO_ENABLED=0"), strings.Fields(target)...)
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%s: %q: %v\n%s", guide, target, err, out)
			}
		}
	}
}
