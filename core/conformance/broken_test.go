package conformance_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/dougong-dev/dougong/core/conformance"
	cases "github.com/dougong-dev/dougong/pdk/conformance"
)

var update = flag.Bool("update", false, "write the golden files")

var brokenBuilt string // the folder of the broken plugin, once it was asked for

// brokenPlugin builds the broken plugin, once.
var brokenPlugin = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "dougong-broken-")
	if err != nil {
		return "", err
	}
	brokenBuilt = dir
	program := filepath.Join(dir, "plugin")
	cmd := exec.Command("go", "build", "-o", program, "./internal/broken")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the broken plugin: %w\n%s", err, out)
	}
	return program, nil
})

func TestMain(m *testing.M) {
	code := m.Run()
	if brokenBuilt != "" {
		_ = os.RemoveAll(brokenBuilt)
	}
	if code == 0 {
		if err := goleak.Find(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}

// brokenDir makes a folder with the plugin and a manifest; more is added to that.
func brokenDir(t *testing.T, files map[string]string) string {
	t.Helper()
	program, err := brokenPlugin()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.Link(program, filepath.Join(dir, "plugin")); err != nil {
		t.Fatal(err)
	}
	all := map[string]string{"plugin.yaml": brokenManifest}
	for name, text := range files {
		all[name] = text
	}
	for name, text := range all {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

const brokenManifest = `id: com.example.broken
version: 1.0.0
publisher: Test
summary: {en: A plugin with a defect}
provides: [dougong.conformance/v1]
runtime: {process: {any: plugin}}
limits: {memory_mb: 512}
requires: {kv: true, http: ["*"]}
config: {type: object, additionalProperties: false, properties: {greeting: {type: string}, mode: {type: string}}}
`

// TestBroken holds plugins with a defect each against the cases, and compares the whole report: the defect has to be found
// in the right case, and explained.
func TestBroken(t *testing.T) {
	t.Parallel()
	extra := strings.Replace(contractText(t), "methods:\n", "methods:\n  extra: {mode: async, summary: {en: x, zh: x}}\n", 1)
	for _, c := range []struct {
		name, only string
		files      map[string]string
	}{
		{"version", "generic/*", map[string]string{"plugin.yaml": strings.Replace(brokenManifest, "1.0.0", "2.0.0", 1)}},
		{"id", "generic/*", map[string]string{"plugin.yaml": strings.Replace(brokenManifest, "example.broken", "example.other", 1)}},
		{"capability", "generic/*", map[string]string{"plugin.yaml": strings.Replace(brokenManifest, "[dougong", "[com.example.nothing/v1, dougong", 1)}},
		{"method", "generic/*", map[string]string{"contracts/conformance.yaml": extra}},
		{"not-granted", "protocol/services/*", map[string]string{"plugin.yaml": strings.Replace(brokenManifest, "{kv: true, http: [\"*\"]}", "{}", 1)}},
		{"picky", "generic/*", nil}, {"fragile", "generic/*", nil}, {"stubborn", "generic/shutdown", nil}, {"misfit", "protocol/life/state", nil},
		{"undeclared", "protocol/calls/repeated", nil}, {"mutating", "protocol/bytes/many", nil}, {"ascii", "protocol/unicode/chinese", nil},
		{"utf16", "protocol/unicode/*", nil}, {"deaf", "protocol/time/heeds", nil}, {"leaking", "protocol/services/kv-users", nil},
		{"muted", "protocol/services/log", nil}, {"sticky", "protocol/calls/whoami-changes", nil}, {"nameless", "protocol/errors/declared", nil},
		{"swallowing", "protocol/services/fetch-denied", nil}, {"once", "protocol/life/reconfigured", nil}, {"yielding", "protocol/life/refused", nil},
		{"backwards", "protocol/tasks/countdown", nil}, {"endless", "protocol/tasks/session", nil}, {"mortal", "protocol/unicode/emoji", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			files := map[string]string{"tests/conformance.yaml": "config: {mode: " + c.name + "}\n"}
			for name, text := range c.files {
				files[name] = text
			}
			r, err := conformance.Run(t.Context(), conformance.Options{Dir: brokenDir(t, files), Only: c.only, Patience: 3 * time.Second, StopTimeout: 2 * time.Second})
			if err != nil {
				t.Fatal(err)
			}
			if r.OK() || r.Failed == 0 {
				t.Error("the defect was not found")
			}
			var b strings.Builder
			if err := r.WriteText(&b, false); err != nil {
				t.Fatal(err)
			}
			golden(t, c.name, b.String())
		})
	}
}

func contractText(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../../pdk/conformance/contracts/conformance.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// changing are the parts of a report that differ from run to run.
var changing = regexp.MustCompile(`[0-9a-f]{32}|/tmp/[^ "]*|pid [0-9]+`)

func golden(t *testing.T, name, got string) {
	t.Helper()
	got = changing.ReplaceAllString(got, "…")
	path := filepath.Join("testdata", "broken", name+".golden")
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("the report is\n%s\nwant\n%s", got, want)
	}
}

// TestGoodTwin makes sure that the broken plugin without a defect passes what finds the defects.
func TestGoodTwin(t *testing.T) {
	t.Parallel()
	r, err := conformance.Run(context.Background(), conformance.Options{Dir: brokenDir(t, nil)})
	if err != nil {
		t.Fatal(err)
	}
	if !r.OK() {
		var b strings.Builder
		_ = r.WriteText(&b, true)
		t.Error(b.String())
	}
	if files, err := cases.Protocol(); err != nil || len(files) == 0 {
		t.Errorf("protocol cases: %d files, %v", len(files), err)
	}
}
