package node

import (
	"encoding/json"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/pdk/internal/kittest"
)

// TestTemplate makes a project and runs its own tests.
func TestTemplate(t *testing.T) {
	t.Parallel()
	kittest.Run(t, kittest.Project(t, Template(), Kit()), "node", "--test")
}

// TestExample runs the example's own tests beside a copy of the kit.
func TestExample(t *testing.T) {
	t.Parallel()
	kittest.Run(t, kittest.Copy(t, os.DirFS("example"), Kit()), "node", "--test")
}

// TestProto fails when plugin.proto has changed and the kit's copy has not.
func TestProto(t *testing.T) {
	t.Parallel()
	kittest.Same(t, "dougong/proto/plugin.proto", "../proto/dougong/plugin/v1/plugin.proto")
}

// TestPins checks that every project of the kit names the same versions, and has them in its lock file.
func TestPins(t *testing.T) {
	t.Parallel()
	type project struct {
		Dependencies map[string]string
		Packages     map[string]struct {
			Version, Integrity string
			Dependencies       map[string]string
		}
	}
	read := func(file string) (p project) {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(text, &p); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		return p
	}
	want := read("package.json").Dependencies
	if len(want) == 0 {
		t.Fatal("package.json names no dependency")
	}
	locked := read("package-lock.json").Packages
	for name, version := range want {
		if got := locked["node_modules/"+name]; got.Version != version || got.Integrity == "" {
			t.Errorf("package-lock.json has %s %+v, want %s", name, got, version)
		}
	}
	delete(locked, "")
	for _, place := range []string{"conformance/%", "example/%", "template/%.tmpl"} {
		file := func(name string) string { return strings.Replace(place, "%", name, 1) }
		if got := read(file("package.json")).Dependencies; !reflect.DeepEqual(got, want) {
			t.Errorf("%s has %v, want %v", file("package.json"), got, want)
		}
		packages := read(file("package-lock.json")).Packages
		if got := packages[""].Dependencies; !reflect.DeepEqual(got, want) {
			t.Errorf("%s is of %v, want %v", file("package-lock.json"), got, want)
		}
		if delete(packages, ""); !reflect.DeepEqual(packages, locked) {
			t.Errorf("%s differs from package-lock.json: copy it", file("package-lock.json"))
		}
	}
}

// TestVendor puts the kit into a plugin's folder twice, and not over something else.
func TestVendor(t *testing.T) {
	t.Parallel()
	script, err := filepath.Abs("vendor.js")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for range 2 {
		kittest.Run(t, dir, "node", script)
	}
	files, err := filepath.Glob(filepath.Join(dir, "dougong", "*"))
	want, wantErr := fs.Glob(Kit(), "dougong/*")
	if err != nil || wantErr != nil || len(files) != len(want) {
		t.Errorf("vendor.js copied %v, want %v", files, want)
	}
	other := t.TempDir()
	if err := os.MkdirAll(filepath.Join(other, "dougong", "mine"), 0o755); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("node", script)
	cmd.Dir = other
	if out, err := cmd.CombinedOutput(); err == nil || !strings.Contains(string(out), "is not the kit") {
		t.Errorf("vendor.js over a folder that is not the kit: %s, %v", out, err)
	}
}

// TestManual carries out what the README tells to do in five minutes.
func TestManual(t *testing.T) {
	t.Parallel()
	for _, readme := range []string{"README.md", "README.zh-CN.md"} {
		dir := kittest.Manual(t, readme, Kit(), map[string]string{"js": "main.js", "yaml": "plugin.yaml", "json": "package.json"})
		kittest.Run(t, dir, "node", "--input-type=module", "-e", `
import assert from 'node:assert/strict'
import { Plugin } from './dougong/index.js'
import { Host } from './dougong/testing.js'

Plugin.prototype.run = async () => {} // started by hand, it would say so and exit
const { plugin } = await import('./main.js')
assert.deepEqual(await new Host(plugin).call('com.acme.face/v1', 'greet', { name: 'Ada' }), { greeting: 'hello, Ada' })
`)
		manual, err := os.ReadFile(filepath.Join(dir, "package.json"))
		if err != nil {
			t.Fatal(err)
		}
		kit, err := os.ReadFile("package.json")
		if err != nil {
			t.Fatal(err)
		}
		var want, got struct{ Dependencies map[string]string }
		if json.Unmarshal(manual, &got) != nil || json.Unmarshal(kit, &want) != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s names the packages %v, want %v", readme, got, want)
		}
	}
}
