package headless_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/core/miniapp/npmtest"
	"github.com/dougong-dev/dougong/hosts/headless"
	"github.com/dougong-dev/dougong/hosts/headless/scenario"
)

// realPrograms are whole mini-programs in npm packages, with the folder where they stand.
var realPrograms = map[string]struct {
	spec, dir string
	pages     int
}{
	"WeUI":        {npmtest.WeUIDemo, "dist", 58},
	"WeUI in rpx": {npmtest.WeUIDemo, "dist-rpx-mode", 58},
	"wux 2":       {npmtest.WuxDemo, "dist", 24},
}

// TestRealPrograms opens every page of them, unchanged.
func TestRealPrograms(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("npm is for the whole run")
	}
	kernel := openKernel(t)
	for name, program := range realPrograms {
		t.Run(name, func(t *testing.T) {
			r := checkDir(t, kernel, filepath.Join(npmtest.Dir(npmtest.Install(t, program.spec), program.spec), program.dir))
			if !r.OK || len(r.Pages) != program.pages {
				t.Errorf("%d pages, want %d: %+v", len(r.Pages), program.pages, r)
			}
		})
	}
}

// TestVueMini: a framework that needs no compiler of its own is an npm package like others.
func TestVueMini(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("npm is for the whole run")
	}
	dir := t.TempDir()
	for _, from := range []string{"testdata/vuemini", npmtest.Install(t, npmtest.VueMini)} {
		if err := os.CopyFS(dir, os.DirFS(from)); err != nil {
			t.Fatal(err)
		}
	}
	f, err := os.Open(filepath.Join(dir, "sample.test.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	steps, err := scenario.Parse(f.Name(), f)
	if err != nil {
		t.Fatal(err)
	}
	p, _, err := headless.Build(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	kernel := openKernel(t)
	for _, s := range steps {
		if err := headless.Play(t.Context(), headless.Config{Program: p, Kernel: kernel}, s); err != nil {
			t.Errorf("%s: %v", s.Name, err)
		}
	}
}

// TestRealProgramsAreListed: what these tests open stands in the docs with the version that they open.
func TestRealProgramsAreListed(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../docs/real-programs.md")
	if err != nil {
		t.Fatal(err)
	}
	specs := []string{npmtest.VueMini}
	for _, program := range realPrograms {
		specs = append(specs, program.spec)
	}
	for _, spec := range specs {
		at := strings.LastIndexByte(spec, '@')
		if row := "| `" + spec[:at] + "` | " + spec[at+1:] + " |"; !strings.Contains(string(text), row) {
			t.Errorf("docs/real-programs.md has no row %q", row)
		}
	}
}
