package wasm_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/dougong-dev/dougong/pdk/go/manifest"
)

const pdkDir = "../../../pdk"

// kitFolder builds a plugin of a kit, such as "c", "conformance", by the steps of its plugin.yaml, and returns its folder.
func kitFolder(t testing.TB, kit, folder string) string {
	t.Helper()
	top, _, _ := strings.Cut(folder, "/")
	return filepath.Join(builtCopy(t, kit, sources{os.DirFS(filepath.Join(pdkDir, kit)), top}, folder), folder)
}

// building lets one toolchain run at a time, and each plugin be built once.
var building sync.Mutex

// builtCopy copies files into the user's cache, builds the plugin in one of the folders, and returns the place. It is kept under
// the digest of the files: a toolchain runs once for each change.
func builtCopy(t testing.TB, name string, files fs.FS, folder string) string {
	t.Helper()
	building.Lock()
	defer building.Unlock()
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = os.TempDir()
	}
	place := filepath.Join(cache, "dougong-test", "kits", name+"-"+filepath.Base(folder)+"-"+digest(t, files))
	if _, err := os.Stat(filepath.Join(place, "built")); err == nil {
		return place
	}
	if err := os.MkdirAll(filepath.Dir(place), 0o755); err != nil {
		t.Fatal(err)
	}
	work, err := os.MkdirTemp(filepath.Dir(place), "."+name+"-")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(work)
	if err := os.CopyFS(work, files); err != nil {
		t.Fatal(err)
	}
	buildPlugin(t, filepath.Join(work, folder))
	if err := os.RemoveAll(filepath.Join(work, folder, "node_modules")); err != nil { // a hundred megabytes that nobody needs any more
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(work, "built"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	// Another test binary may have been faster; then its folder is as good.
	if err := os.Rename(work, place); err != nil && !errors.Is(err, fs.ErrExist) {
		t.Fatal(err)
	}
	return place
}

// buildPlugin runs the build steps of the plugin in dir.
func buildPlugin(t testing.TB, dir string) {
	t.Helper()
	m, err := manifest.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range m.Build {
		cmd := exec.CommandContext(context.Background(), step.Run[0], step.Run[1:]...)
		cmd.Dir, cmd.Env = dir, os.Environ()
		for k, v := range step.Env {
			cmd.Env = append(cmd.Env, k+"="+v)
		}
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%s in %s: %v\n%s\nnext: .ci/setup.sh installs the toolchains", strings.Join(step.Run, " "), dir, err, out)
		}
	}
}

// sources is what a plugin in a folder of a kit is built from: the kit proper and that folder, without what a build leaves behind.
type sources struct {
	fs.FS
	top string
}

func (s sources) ReadDir(name string) ([]fs.DirEntry, error) {
	entries, err := fs.ReadDir(s.FS, name)
	kept := entries[:0]
	for _, e := range entries {
		n := e.Name()
		foreign := name == "." && n != "dougong" && n != s.top
		if made := n == "node_modules" || filepath.Ext(n) == ".wasm" || filepath.Ext(n) == ".rlib"; !made && !foreign {
			kept = append(kept, e)
		}
	}
	return kept, err
}

// digest names the content of files.
func digest(t testing.TB, files fs.FS) string {
	t.Helper()
	h := sha256.New()
	err := fs.WalkDir(files, ".", func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		text, err := fs.ReadFile(files, path)
		fmt.Fprintf(h, "%s %d\n", path, len(text))
		h.Write(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}
