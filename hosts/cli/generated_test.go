package cli_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/dougong-dev/dougong/core/miniapp/baselib"
	"github.com/dougong-dev/dougong/pdk/contracts"
	"github.com/dougong-dev/dougong/pdk/go/contract"
	"github.com/dougong-dev/dougong/pdk/go/contract/generate"
)

func standardContracts(t *testing.T) []*contract.Contract {
	t.Helper()
	list, err := contract.Load(contracts.Files)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// TestGeneratedIsCurrent: the committed API pages and types are what the contracts say.
func TestGeneratedIsCurrent(t *testing.T) {
	t.Parallel()
	const pages, typings = "../../docs/api", "scaffold/app/typings"
	want := map[string][]byte{filepath.Join(typings, "globals.d.ts"): generate.Globals(baselib.Names())}
	var injecting []*contract.Contract
	for _, c := range standardContracts(t) {
		f, err := generate.One(generate.Markdown, c, generate.Options{})
		if err != nil {
			t.Fatal(err)
		}
		want[filepath.Join(pages, f.Name)] = f.Data
		if len(c.APIs()) > 0 {
			injecting = append(injecting, c)
		}
	}
	want[filepath.Join(typings, "dougong.d.ts")] = generate.Types(injecting)
	for name, data := range want {
		got, err := os.ReadFile(name)
		if err != nil || !bytes.Equal(got, data) {
			t.Errorf("%s is not what the contracts say (%v): run go generate ./hosts/cli", name, err)
		}
	}
	for _, dir := range []string{pages, typings} {
		files, err := filepath.Glob(filepath.Join(dir, "*"))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range files {
			if want[name] == nil && filepath.Base(name) != "README.md" {
				t.Errorf("%s belongs to no contract; remove it", name)
			}
		}
	}
}
