package npmtest

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// Project is a project of a framework that makes mini-programs of its own sources.
type Project struct {
	name   string // its folder in projects
	output string // where its tools put the mini-program
}

// Projects of frameworks, with pinned packages.
var (
	UniApp = Project{"uni", "dist/build/mp-weixin"} // Vue 3
	Taro   = Project{"taro", "dist"}                // React
)

//go:embed all:projects
var projects embed.FS

const buildTime = 10 * time.Minute

// Build gives the folder of the mini-program that a framework's own tools make of a project. It is made once and shared:
// read only.
func Build(t testing.TB, p Project) string {
	t.Helper()
	dir, err := p.build()
	if err != nil {
		t.Fatalf("project %s: %v", p.name, err)
	}
	return dir
}

func (p Project) build() (string, error) {
	src, err := fs.Sub(projects, "projects/"+p.name)
	if err != nil {
		return "", err
	}
	digest, err := digestOf(src)
	if err != nil {
		return "", err
	}
	base, err := cacheDir()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(base, "built-"+p.name+"-"+digest)
	if _, err := os.Stat(filepath.Join(dir, "app.json")); err == nil {
		return dir, nil
	}
	tmp, err := os.MkdirTemp(base, "tmp-")
	if err != nil {
		return "", err
	}
	defer func() { _ = os.RemoveAll(tmp) }() // what is wanted has been moved out
	if err := os.CopyFS(tmp, src); err != nil {
		return "", err
	}
	install := []string{"install", "--ignore-scripts", "--legacy-peer-deps", "--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error"}
	for _, args := range [][]string{install, {"run", "build"}} {
		if err := npm(tmp, args...); err != nil {
			return "", err
		}
	}
	if err := os.Rename(filepath.Join(tmp, p.output), dir); err != nil { // another test binary was faster
		if _, there := os.Stat(filepath.Join(dir, "app.json")); there != nil {
			return "", err
		}
	}
	return dir, nil
}

func npm(dir string, args ...string) error {
	ctx, cancel := context.WithTimeout(context.Background(), buildTime)
	defer cancel()
	cmd := exec.CommandContext(ctx, "npm", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "CI=1", "NODE_ENV=production", "npm_config_include=dev")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("npm %s: %w: %s", args[0], err, out)
	}
	return nil
}

// digestOf names the sources.
func digestOf(src fs.FS) (string, error) {
	sum := sha256.New()
	err := fs.WalkDir(src, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(src, name)
		sum.Write(fmt.Appendf(nil, "%s %d\n%s", name, len(data), data))
		return err
	})
	return hex.EncodeToString(sum.Sum(nil))[:16], err
}
