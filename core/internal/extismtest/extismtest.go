// Package extismtest builds Extism plugins with the official kits: Go and AssemblyScript. Their sources, under testdata, are
// those of a vendor who has never heard of this project. It is used by tests and benchmarks only.
package extismtest

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

const patience = 10 * time.Minute

// Go returns the plugin of testdata/go, written with github.com/extism/go-pdk.
func Go(tb testing.TB) []byte { return get(tb, goModule) }

// AssemblyScript returns the plugin of testdata/as, written with @extism/as-pdk.
func AssemblyScript(tb testing.TB) []byte { return get(tb, asModule) }

var (
	goModule = sync.OnceValues(func() ([]byte, error) { return build("go", buildGo) })
	asModule = sync.OnceValues(func() ([]byte, error) { return build("as", buildAS) })
)

func get(tb testing.TB, module func() ([]byte, error)) []byte {
	tb.Helper()
	code, err := module()
	if err != nil {
		tb.Fatalf("build an Extism plugin: %v", err)
	}
	return code
}

// build runs a builder over a copy of a source folder. The copy is in the user's cache, named by its content and the Go
// release, and what was built there is used again.
func build(name string, builder func(dir string) error) ([]byte, error) {
	source, err := sourceDir(name)
	if err != nil {
		return nil, err
	}
	base, err := os.UserCacheDir()
	if err != nil {
		base = os.TempDir()
	}
	version, err := output("", "go", "env", "GOVERSION")
	if err != nil {
		return nil, err
	}
	sum, err := hash(source, version)
	if err != nil {
		return nil, err
	}
	base = filepath.Join(base, "dougong-test", "extism")
	done := filepath.Join(base, fmt.Sprintf("%s-%.16x", name, sum), "guest.wasm")
	if code, err := os.ReadFile(done); err == nil {
		return code, nil
	}
	if err := os.MkdirAll(base, 0o755); err != nil {
		return nil, err
	}
	work, err := os.MkdirTemp(base, "tmp-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(work) }() // what is wanted of it has been renamed
	if err := os.CopyFS(work, os.DirFS(source)); err != nil {
		return nil, err
	}
	if err := builder(work); err != nil {
		return nil, err
	}
	code, err := os.ReadFile(filepath.Join(work, "guest.wasm"))
	if err != nil {
		return nil, err
	}
	_ = os.Rename(work, filepath.Dir(done)) // fails if another test was faster
	return code, nil
}

// sourceDir finds testdata, which cannot be embedded: it is a module of its own.
func sourceDir(name string) (string, error) {
	dir, err := output("", "go", "list", "-f", "{{.Dir}}", "github.com/dougong-dev/dougong/core/internal/extismtest")
	return filepath.Join(dir, "testdata", name), err
}

func hash(dir, version string) (sum [32]byte, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return sum, err
	}
	h := sha256.New()
	h.Write([]byte(version))
	for _, e := range entries {
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			return sum, err
		}
		h.Write(fmt.Appendf(nil, "%s %d\n%s", e.Name(), len(text), text))
	}
	return [32]byte(h.Sum(nil)), nil
}

func buildGo(dir string) error {
	_, err := output(dir, "go", "build", "-buildmode=c-shared", "-o", "guest.wasm", ".")
	return err
}

func buildAS(dir string) error {
	if _, err := exec.LookPath("npm"); err != nil {
		return errors.New("npm is not installed: the tests build a plugin with @extism/as-pdk (apt-get install npm)")
	}
	if _, err := output(dir, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"); err != nil {
		return err
	}
	_, err := output(dir, "node", filepath.Join("node_modules", "assemblyscript", "bin", "asc.js"), "index.ts",
		"--outFile", "guest.wasm", "--optimize", "--use", "abort=index/onAbort")
	return err
}

// output runs a program and returns what it prints, without the end of line.
func output(dir, program string, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir = dir
	if dir != "" && program == "go" {
		cmd.Env = append(os.Environ(), "GOOS=wasip1", "GOARCH=wasm", "CGO_ENABLED=0", "GOWORK=off", "GOFLAGS=-mod=readonly")
	}
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s %s: %w: %s %s", program, strings.Join(args, " "), err, out, stderr.String())
	}
	return strings.TrimSpace(string(out)), nil
}
