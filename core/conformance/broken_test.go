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

	"github.com/dougong-dev/dougong/core/plugin/process/sandbox"
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
	sandbox.Main()
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

// knownContracts is a list that grows with every standard contract.
var knownContracts = regexp.MustCompile(`known are dougong\.account/v1, .*`)

// TestBroken holds plugins with a defect each against the cases, and compares the whole report: the defect has to be found
// in the right case, and explained.
func TestBroken(t *testing.T) {
	t.Parallel()
	extra := strings.Replace(contractText(t), "methods:\n", "methods:\n  extra: {mode: async, summary: {en: x, zh: x}}\n", 1)
	for _, c := range []struct {
		name, only string // the name is the mode
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
			o := conformance.Options{Dir: brokenDir(t, files), Only: c.only}
			switch c.name { // where something does not happen, it is waited for
			case "endless":
				o.Patience = 3 * time.Second
			case "muted":
				o.Grace = 2 * time.Second
			case "stubborn":
				o.StopTimeout = 2 * time.Second
			}
			r, err := conformance.Run(t.Context(), o)
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
			golden(t, c.name, knownContracts.ReplaceAllString(b.String(), "known are …"))
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

// TestBrokenWasm finds the same defects in a module.
func TestBrokenWasm(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		return // it compiles the standard library for modules
	}
	module := filepath.Join(t.TempDir(), "plugin.wasm")
	cmd := exec.Command("go", "build", "-buildmode=c-shared", "-o", module, "./internal/broken")
	cmd.Env = append(os.Environ(), "GOOS=wasip1", "GOARCH=wasm", "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("build the broken plugin: %v\n%s", err, out)
	}
	cache := filepath.Join(t.TempDir(), "cache")
	for mode, c := range map[string]struct{ only, want string }{
		"misfit":   {"protocol/life/state", `result "count": expected integer, found string "many"`},
		"mutating": {"protocol/bytes/many", "they differ from byte 0"},
		"leaking":  {"protocol/services/kv-users", "found: true"},
		"mortal":   {"protocol/unicode/emoji", "the plugin ended during the call"},
		"yielding": {"protocol/life/refused", "it was accepted"},
		"endless":  {"protocol/tasks/session", "no further event"},
	} {
		manifest := strings.Replace(brokenManifest, "process: {any: plugin}", "wasm: {module: plugin.wasm}", 1)
		dir := brokenDir(t, map[string]string{"plugin.yaml": manifest, "tests/conformance.yaml": "config: {mode: " + mode + "}\n"})
		if err := os.Link(module, filepath.Join(dir, "plugin.wasm")); err != nil {
			t.Fatal(err)
		}
		o := conformance.Options{Dir: dir, Only: c.only, CacheDir: cache}
		if mode == "endless" {
			o.Patience = 3 * time.Second
		}
		r, err := conformance.Run(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		_ = r.WriteText(&b, true)
		if r.Failed != 1 || !strings.Contains(b.String(), c.want) {
			t.Errorf("%s: want one failure with %q, got\n%s", mode, c.want, b.String())
		}
	}
}

// TestSettings gives a plugin what its cases need: fixtures of three sources, stand-ins for hosts, a configuration.
func TestSettings(t *testing.T) {
	t.Parallel()
	dir := brokenDir(t, map[string]string{
		"tests/conformance.yaml": `
config: {greeting: "at ${server}"}
hosts: {granted.conformance.example: "${server}/bytes/3?hello="}
fixtures: {written: {word: 写}}
prepare: [echo, '{"printed": "${plugin}"}']
`,
		"tests/own.yaml": `
capability: dougong.conformance/v1
cases:
  - {id: config, name: n, steps: [{call: configured, expect: {greeting: "at ${server}"}}]}
  - {id: more-config, name: n, config: {greeting: over}, steps: [{call: configured, expect: {greeting: over}}]}
  - {id: stand-in, name: n, steps: [{call: fetch, params: {url: "${granted}"}, expect: {status: 200, body: {$bytes: {count: 3}}}}]}
  - {id: fixtures, name: n, fixtures: [written, printed, given], steps: [{call: echo, params: {value: [{$var: written.word}, "${printed}", {$var: given}]}, expect: {value: [写, com.example.broken, {$bytes: g}]}}]}
  - {id: missing, name: n, fixtures: [nobody], steps: [{call: echo}]}
  - {id: wasm, name: n, needs: {runtime: wasm}, steps: [{call: echo}]}
  - {id: unknown-setting, name: n, needs: {config: [colour]}, steps: [{call: echo}]}
  - {id: saved, name: n, steps: [{call: count, save: {n: count}}, {call: echo, params: {value: {$var: n}}, expect: {value: {$var: n}}}]}
`,
	})
	r, err := conformance.Run(t.Context(), conformance.Options{Dir: dir, Only: "tests/...", Fixtures: map[string]any{"given": []byte("g")}})
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	_ = r.WriteText(&b, true)
	for _, want := range []string{
		"5 passed, 0 failed, 3 skipped", `skip  tests/own/missing: needs the fixture "nobody": give it in tests/conformance.yaml`,
		"skip  tests/own/wasm: for wasm plugins", `skip  tests/own/unknown-setting: for plugins that are configured with "colour"`,
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("want %q in\n%s", want, b.String())
		}
	}
}

// TestCannotRun looks that what keeps the cases from running is an error, and says where.
func TestCannotRun(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		files map[string]string
		only  string
		want  string
	}{
		"manifest": {map[string]string{"plugin.yaml": "idd: x\n"}, "", `unknown key "idd"`},
		"missing":  {map[string]string{"plugin.yaml": strings.Replace(brokenManifest, "any: plugin", "any: other", 1)}, "", "other is not there; build it"},
		"cases":    {map[string]string{"tests/a.yaml": "cases: 7\n"}, "", "tests/a.yaml:1:1: capability must look like"},
		"settings": {map[string]string{"tests/conformance.yaml": "confg: {}\n"}, "", `tests/conformance.yaml:1:1: unknown key "confg"; did you mean "config"?`},
		"variable": {map[string]string{"tests/conformance.yaml": "config: {greeting: '${nobody}'}\n"}, "", "settings: config: there is no variable ${nobody}"},
		"prepare":  {map[string]string{"tests/conformance.yaml": "prepare: [echo, no]\n"}, "", "settings: prepare: echo no has to print a JSON object"},
		"program":  {map[string]string{"tests/conformance.yaml": "prepare: [no-such-program]\n"}, "", "no-such-program"},
		"pattern":  {nil, "[", "the pattern \"[\" for cases"},
	} {
		_, err := conformance.Run(t.Context(), conformance.Options{Dir: brokenDir(t, c.files), Only: c.only})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := conformance.Run(ctx, conformance.Options{Dir: brokenDir(t, nil)}); err == nil {
		t.Error("a canceled run gave a report")
	}
}
