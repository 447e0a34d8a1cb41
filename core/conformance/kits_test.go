package conformance_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/core/conformance"
	"github.com/dougong-dev/dougong/core/conformance/project"
	"github.com/dougong-dev/dougong/core/internal/extismtest"
)

// reportsEnv names a folder that the reports of kits and providers are written to; `make conformance` makes a page of them.
const reportsEnv = "DOUGONG_CONFORMANCE_REPORTS"

// TestKits builds the conformance plugin of each kit and holds it against the protocol. A kit is there if its folder is:
// pdk/KIT/conformance, and further folders below that for its other runtimes.
func TestKits(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		return // it builds the plugins of all kits, by their toolchains
	}
	var found []string
	for _, pattern := range []string{"../../pdk/*/conformance/plugin.yaml", "../../pdk/*/conformance/*/plugin.yaml"} {
		list, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, list...)
	}
	if len(found) < 2 {
		t.Fatalf("found %v, want at least the Go kit on two runtimes", found)
	}
	cache := filepath.Join(t.TempDir(), "cache")
	for _, file := range found {
		dir := filepath.Dir(file)
		name := strings.TrimPrefix(filepath.ToSlash(dir), "../../pdk/")
		t.Run(name, func(t *testing.T) { testKit(t, dir, cache) })
	}
	for name := range extismKits {
		t.Run("extism_"+name, func(t *testing.T) { testExtism(t, name, cache) })
	}
}

// extismKits are the official kits of Extism that the tests build plugins with, by the end of the plugin's id.
var extismKits = map[string]func(testing.TB) []byte{"assemblyscript": extismtest.AssemblyScript, "go": extismtest.Go}

// testExtism holds an unmodified Extism plugin against what every plugin has to do and the cases in testdata/extism, as a
// vendor does who has put a plugin.yaml beside it.
func testExtism(t *testing.T, name, cache string) {
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(filepath.Join("testdata", "extism"))); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "plugin.yaml")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for path, data := range map[string][]byte{
		file:                             bytes.Replace(text, []byte("id: ID"), []byte("id: "+extismPrefix+name), 1),
		filepath.Join(dir, "guest.wasm"): extismKits[name](t),
	} {
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	testKit(t, dir, cache)
}

const extismPrefix = "dougong.conformance.extism_"

func testKit(t *testing.T, dir, cache string) {
	p, err := project.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	if err := p.Build(t.Context(), &log); err != nil {
		t.Fatalf("%v\n%s", err, log.String())
	}
	r, err := conformance.Run(t.Context(), conformance.Options{Dir: dir, CacheDir: cache})
	if err != nil {
		t.Fatal(err)
	}
	keep(t, r)
	if !r.OK() {
		var b strings.Builder
		_ = r.WriteText(&b, false)
		t.Error(b.String())
	}
}

// keep writes a report where the page of all reports is made from.
func keep(t *testing.T, r *conformance.Report) {
	t.Helper()
	dir := os.Getenv(reportsEnv)
	if dir == "" {
		return
	}
	if err := os.WriteFile(filepath.Join(dir, r.Plugin.ID+".json"), r.Canonical(), 0o644); err != nil {
		t.Fatal(err)
	}
}
