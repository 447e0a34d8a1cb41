package pdk_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// TestStandardLibraryOnly holds what a WebAssembly plugin is built from to the standard library.
func TestStandardLibraryOnly(t *testing.T) {
	t.Parallel()
	cmd := exec.Command("go", "list", "-deps", "-f", "{{if not .Standard}}{{.ImportPath}}{{end}}", "./wasm", "./wire", "./serve", "./pdktest")
	cmd.Env = append(os.Environ(), "GOOS=wasip1", "GOARCH=wasm", "CGO_ENABLED=0")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, out)
	}
	const module = "github.com/dougong-dev/dougong/pdk/go"
	seen := 0
	for path := range strings.FieldsSeq(string(out)) {
		seen++
		if path != module && !strings.HasPrefix(path, module+"/") {
			t.Errorf("a WebAssembly plugin would carry %s", path)
		}
	}
	if seen < 5 {
		t.Errorf("go list named %d packages, the check saw nothing:\n%s", seen, out)
	}
}
