package headless_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/dougong-dev/dougong/hosts/headless"
	"github.com/dougong-dev/dougong/hosts/headless/scenario"
)

// TestExamples: every page of every example opens, and every test script that comes with one passes.
func TestExamples(t *testing.T) {
	t.Parallel()
	kernel := openKernel(t)
	dirs, err := filepath.Glob(root + "/examples/miniapps/*")
	if err != nil || len(dirs) == 0 {
		t.Fatalf("no examples: %v", err)
	}
	for _, dir := range dirs {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			if r := checkDir(t, kernel, dir); !r.OK {
				t.Errorf("check: %+v", r)
			}
			playAll(t, kernel, dir)
		})
	}
}

func playAll(t *testing.T, kernel *headless.Kernel, dir string) {
	t.Helper()
	files, err := filepath.Glob(dir + "/tests/*" + scenario.Suffix)
	if err != nil {
		t.Fatal(err)
	}
	p, _, err := headless.Build(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		list, err := scenario.Parse(name, f)
		if err != nil {
			t.Fatal(err)
		}
		for i, s := range list {
			s.User = fmt.Sprintf("example-%d", i)
			if err := headless.Play(t.Context(), headless.Config{Program: p, Kernel: kernel}, s); err != nil {
				t.Errorf("%s: %v", s.Name, err)
			}
		}
	}
}
