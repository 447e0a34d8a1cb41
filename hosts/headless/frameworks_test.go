package headless_test

import (
	"os"
	"testing"

	"github.com/dougong-dev/dougong/core/miniapp/npmtest"
	"github.com/dougong-dev/dougong/hosts/headless"
	"github.com/dougong-dev/dougong/hosts/headless/scenario"
)

// TestFrameworks: what Taro and uni-app make of a project opens page by page, and behaves as the project says.
func TestFrameworks(t *testing.T) {
	t.Parallel()
	kernel := openKernel(t)
	const script = "testdata/frameworks/sample.test.yaml"
	f, err := os.Open(script)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	steps, err := scenario.Parse(script, f)
	if err != nil {
		t.Fatal(err)
	}
	for name, project := range map[string]npmtest.Project{"uni-app": npmtest.UniApp, "Taro": npmtest.Taro} {
		t.Run(name, func(t *testing.T) {
			dir := npmtest.Build(t, project)
			if r := checkDir(t, kernel, dir); !r.OK || len(r.Pages) != 2 {
				t.Errorf("check: %+v", r)
			}
			p, _, err := headless.Build(t.Context(), dir)
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range steps {
				s.User = name
				if err := headless.Play(t.Context(), headless.Config{Program: p, Kernel: kernel}, s); err != nil {
					t.Errorf("%s: %v", s.Name, err)
				}
			}
		})
	}
}
