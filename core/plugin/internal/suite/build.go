// Package suite is the tests that both runtimes have to pass: one table, run over a plugin that is built from one source
// for each. It is used by tests only.
package suite

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/dougong-dev/dougong/core/plugin"
	"github.com/dougong-dev/dougong/pdk/go/manifest"
)

// Kind of a runtime.
type Kind string

// The kinds of runtimes.
const (
	Wasm    Kind = "wasm"
	Process Kind = "process"
)

const sample = "github.com/dougong-dev/dougong/core/plugin/internal/sample"

var (
	mu    sync.Mutex
	built = map[Kind]string{}
)

// Main runs the tests and then removes what they have built. after is called in between and may be nil.
func Main(m *testing.M, after func() error) {
	code := m.Run()
	mu.Lock()
	for _, dir := range built {
		_ = os.RemoveAll(dir)
	}
	mu.Unlock()
	if code == 0 && after != nil {
		if err := after(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}

// Dir builds the sample plugin, once in the life of a test binary, and returns its folder.
func Dir(tb testing.TB, kind Kind) string {
	tb.Helper()
	mu.Lock()
	defer mu.Unlock()
	if dir, ok := built[kind]; ok {
		return dir
	}
	dir, err := os.MkdirTemp("", "dougong-sample-")
	if err != nil {
		tb.Fatal(err)
	}
	cmd := exec.Command("go", "build", "-o", filepath.Join(dir, "sample"), sample)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	runtime := "process: {any: sample}"
	if kind == Wasm {
		cmd = exec.Command("go", "build", "-buildmode=c-shared", "-o", filepath.Join(dir, "sample.wasm"), sample)
		cmd.Env = append(os.Environ(), "GOOS=wasip1", "GOARCH=wasm", "CGO_ENABLED=0")
		runtime = "wasm: {module: sample.wasm}"
	}
	if out, err := cmd.CombinedOutput(); err != nil {
		tb.Fatalf("build the sample plugin: %v\n%s", err, out)
	}
	WriteManifest(tb, dir, "runtime: {"+runtime+"}\n")
	built[kind] = dir
	return dir
}

// WriteManifest writes a plugin.yaml for the sample plugin, with extra lines.
func WriteManifest(tb testing.TB, dir, extra string) {
	tb.Helper()
	text := `id: com.example.sample
version: 1.2.3
publisher: Example
summary: {en: A plugin for tests}
provides: [example.sample/v1]
config: {type: object, properties: {greeting: {type: string}}, additionalProperties: false}
` + extra
	if err := os.WriteFile(filepath.Join(dir, manifest.FileName), []byte(text), 0o644); err != nil {
		tb.Fatal(err)
	}
}

// Manifest loads the sample's manifest.
func Manifest(tb testing.TB, kind Kind) *manifest.Manifest {
	tb.Helper()
	m, err := manifest.Load(Dir(tb, kind))
	if err != nil {
		tb.Fatal(err)
	}
	return m
}

var warmed sync.Once

// Warm compiles the WebAssembly sample into the runtime's cache, once in the life of a test binary, so that parallel tests
// do not all do it.
func Warm(tb testing.TB, s Suite) {
	tb.Helper()
	warmed.Do(func() {
		p, err := s.Runtime.Start(context.Background(), plugin.Spec{Manifest: Manifest(tb, Wasm), Dir: Dir(tb, Wasm), Services: NewHost()})
		if err != nil {
			tb.Fatal(err)
		}
		if err := p.Close(context.Background()); err != nil {
			tb.Fatal(err)
		}
	})
}
