package python

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/pdk/internal/kittest"
)

// interpreter is the one that a host takes, whatever else is on the PATH.
const interpreter = "/usr/bin/python3"

// TestTemplate makes a project and runs its own tests.
func TestTemplate(t *testing.T) {
	t.Parallel()
	dir := kittest.Project(t, Template(), Kit())
	kittest.Run(t, dir, interpreter, "-B", "-m", "unittest")
}

// TestExample runs the example's own tests beside a copy of the kit.
func TestExample(t *testing.T) {
	t.Parallel()
	dir := kittest.Copy(t, os.DirFS("example"), Kit())
	kittest.Run(t, dir, interpreter, "-B", "-m", "unittest")
}

// TestDescriptors fails when plugin.proto has changed and the Python kit has not been generated anew.
func TestDescriptors(t *testing.T) {
	t.Parallel()
	made := filepath.Join(t.TempDir(), "_descriptors.py")
	kittest.Run(t, ".", "go", "run", "./internal/descriptors", made)
	kittest.Same(t, "dougong/_descriptors.py", made)
}

// TestVendor puts the kit into a plugin's folder twice, and not over something else.
func TestVendor(t *testing.T) {
	t.Parallel()
	script, err := filepath.Abs("vendor.py")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for range 2 {
		kittest.Run(t, dir, interpreter, script)
	}
	files, err := filepath.Glob(filepath.Join(dir, "dougong", "*.py"))
	want, wantErr := fs.Glob(Kit(), "dougong/*.py")
	if err != nil || wantErr != nil || len(files) != len(want) {
		t.Errorf("vendor.py copied %v, want %v", files, want)
	}
	other := t.TempDir()
	if err := os.MkdirAll(filepath.Join(other, "dougong", "mine"), 0o755); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(interpreter, script)
	cmd.Dir = other
	if out, err := cmd.CombinedOutput(); err == nil || !strings.Contains(string(out), "is not the kit") {
		t.Errorf("vendor.py over a folder that is not the kit: %s, %v", out, err)
	}
}

// TestManual carries out what the README tells to do in five minutes.
func TestManual(t *testing.T) {
	t.Parallel()
	for _, readme := range []string{"README.md", "README.zh-CN.md"} {
		dir := kittest.Manual(t, readme, Kit(), map[string]string{"python": "main.py", "yaml": "plugin.yaml"})
		kittest.Run(t, dir, interpreter, "-c", `
import main
from dougong import testing

out = testing.Host(main.plugin).call("com.acme.face/v1", "greet", {"name": "Ada"})
assert out == {"greeting": "hello, Ada"}, out
`)
	}
}
