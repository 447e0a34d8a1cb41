package manifest

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
)

const full = `id: com.example.locator
version: 1.2.3-beta.1
publisher: Example Ltd
summary: {en: Finds you, zh-CN: 定位}
provides: [dougong.geolocation/v1]
runtime:
  wasm: {module: bin/locator.wasm}
instances: 1
limits: {memory_mb: 64, call_timeout: 2s, concurrency: 4}
requires:
  http: [api.example.com, "*.example.org:8443"]
  kv: true
  confirm: true
  secrets: [api_key]
config:
  type: object
  required: [source]
  properties:
    source: {type: string, enum: [fixed, ip]}
    point: {type: array, items: {type: number}}
licence: Apache-2.0
icon: icon.png
readme: README.md
`

const small = `id: com.example.p
version: 1.0.0
publisher: Example
summary: {en: x}
provides: [example.p/v1]
runtime: {process: {linux/amd64: bin/p, any: p.sh}}
`

func TestParse(t *testing.T) {
	t.Parallel()
	m, err := Parse("plugin.yaml", []byte(full))
	if err != nil {
		t.Fatal(err)
	}
	if m.ID != "com.example.locator" || m.Summary["zh-CN"] != "定位" || m.Runtime.Wasm.Module != "bin/locator.wasm" ||
		m.Runtime.Wasm.ABI != "native" || m.Instances != "1" || m.Limits != (Limits{64, 2 * time.Second, 4}) ||
		!m.Requires.KV || len(m.Requires.HTTP) != 2 || m.Requires.Net != "" {
		t.Errorf("%+v", m)
	}
	m, err = Parse("plugin.yaml", []byte(small))
	if err != nil {
		t.Fatal(err)
	}
	if m.Instances != DefaultInstances || m.Limits != (Limits{DefaultMemoryMB, DefaultCallTimeout, DefaultConcurrency}) || m.Requires.Net != DefaultNet {
		t.Errorf("defaults: %+v", m)
	}
	for _, c := range [][3]string{{"linux", "amd64", "bin/p"}, {"darwin", "arm64", "p.sh"}} {
		if got, err := m.Executable(c[0], c[1]); err != nil || got != c[2] {
			t.Errorf("Executable(%s, %s) = %q, %v", c[0], c[1], got, err)
		}
	}
	delete(m.Runtime.Process, "any")
	if _, err := m.Executable("darwin", "arm64"); err == nil || !strings.Contains(err.Error(), "darwin/arm64") || !strings.Contains(err.Error(), "linux/amd64") {
		t.Errorf("no executable: %v", err)
	}
}

func TestErrors(t *testing.T) {
	t.Parallel()
	edit := func(old, new string) string {
		if !strings.Contains(small, old) {
			t.Fatalf("%q is not in the manifest", old)
		}
		return strings.Replace(small, old, new, 1)
	}
	for _, c := range []struct{ name, text, want string }{
		{"empty", "", "p.yaml:1:1: the file is empty"},
		{"not yaml", "id: [", "p.yaml:1:1: did not find expected node content"},
		{"tab", "id: x\n\tversion: 1", "p.yaml:2:1: found a tab character"},
		{"list", "- a", "p.yaml:1:1: expected `key: value` lines, found a list"},
		{"two documents", small + "---\nid: x\n", "p.yaml:7:1: a manifest is one YAML document"},
		{"unknown key", edit("publisher:", "publihser:"), `p.yaml:3:1: unknown key "publihser"; did you mean "publisher"?`},
		{"unknown nested key", small + "limits: {memory: 5}\n", `p.yaml:7:10: unknown key "limits.memory"; known here: memory_mb, call_timeout, concurrency`},
		{"twice", small + "id: com.example.q\n", `p.yaml:7:1: key "id" is given twice`},
		{"type", edit("[example.p/v1]", "example.p/v1"), "p.yaml:5:11: provides: expected a list, found \"example.p/v1\""},
		{"null", edit("publisher: Example", "publisher:"), "publisher: expected text, found nothing"},
		{"number", small + "limits:\n  memory_mb: many\n", `p.yaml:8:14: limits.memory_mb: expected a whole number, found "many"`},
		{"range", small + "limits: {memory_mb: 5000}\n", "p.yaml:7:21: limits.memory_mb: expected 1 to 4096, found 5000"},
		{"duration", small + "limits: {call_timeout: 10}\n", `limits.call_timeout: expected a duration such as 500ms, 10s or 2m, found "10"`},
		{"long", small + "limits: {call_timeout: 2h}\n", "limits.call_timeout: expected 1ms to 1h0m0s, found 2h"},
		{"bool", small + "requires: {kv: 'yes'}\n", `requires.kv: expected true or false, found "yes"`},
		{"id", edit("com.example.p\n", "Example\n"), `p.yaml:1:5: id: expected a reverse-DNS name such as com.example.locator, found "Example"`},
		{"no id", edit("id: com.example.p\n", ""), "id is missing: a reverse-DNS name"},
		{"version", edit("1.0.0", "v1"), `version: expected a semantic version such as 1.0.0, found "v1"`},
		{"summary", edit("{en: x}", "{english: x}"), `summary: "english" is no language tag`},
		{"capability", edit("[example.p/v1]", "[example.p]"), `p.yaml:5:12: provides[0]: expected a capability such as dougong.payment/v1`},
		{"capability twice", edit("[example.p/v1]", "[example.p/v1, example.p/v1]"), "provides[1]: example.p/v1 is listed twice"},
		{"both runtimes", edit("{process:", "{wasm: {module: x}, process:"), "runtime: give either wasm"},
		{"no runtime", edit("{process: {linux/amd64: bin/p, any: p.sh}}", "{}"), "runtime: give either wasm"},
		{"platform", edit("linux/amd64", "linux-amd64"), `expected any or os/arch such as linux/amd64, found "linux-amd64"`},
		{"escape", edit("bin/p", "../p"), `expected a file in the plugin's folder`},
		{"absolute", edit("bin/p", "/bin/sh"), `expected a file in the plugin's folder`},
		{"backslash", edit("bin/p", `bin\p`), `expected a file in the plugin's folder`},
		{"interpreter path", edit("any: p.sh}", "any: p.sh}, interpreter: /bin/sh"), `runtime.interpreter: expected a program's name such as python3 or node, not a path, found "/bin/sh"`},
		{"interpreter of a module", edit("{process: {linux/amd64: bin/p, any: p.sh}}", "{wasm: {module: x.wasm}, interpreter: node}"), "runtime.interpreter: a WebAssembly module has none"},
		{"build without command", small + "build:\n  - env: {A: b}\n", "p.yaml:8:5: build[0].run is missing: the program and its arguments"},
		{"instances", small + "instances: 2\n", `instances: expected pool or 1, found "2"`},
		{"abi", edit("{process: {linux/amd64: bin/p, any: p.sh}}", "{wasm: {module: x, abi: natve}}"), `runtime.wasm.abi: expected native or extism, found "natve"; did you mean "native"?`},
		{"http", small + "requires: {http: ['https://x.example/']}\n", "without scheme and path"},
		{"secret", small + "requires: {secrets: ['a b']}\n", "requires.secrets[0]: expected a name"},
		{"net", small + "requires: {net: some}\n", `requires.net: expected none or all, found "some"`},
		{"net of wasm", edit("{process: {linux/amd64: bin/p, any: p.sh}}", "{wasm: {module: x}}\nrequires: {net: all}"), "requires.net is for processes"},
		{"exec", small + "requires: {exec: maybe}\n", `requires.exec: expected true or false, found "maybe"`},
		{"exec of wasm", edit("{process: {linux/amd64: bin/p, any: p.sh}}", "{wasm: {module: x}}\nrequires: {exec: true}"), "requires.exec is for processes"},
		{"files of wasm", edit("{process: {linux/amd64: bin/p, any: p.sh}}", "{wasm: {module: x}}\nrequires: {files: true}"), "requires.files is for processes"},
		{"schema", small + "config: {type: objekt}\n", "p.yaml:7:9: config is not a JSON Schema"},
		{"foreign schema", small + "config: {$ref: 'https://x.example/s.json'}\n", "outside of the manifest"},
		{"alias", edit("publisher: Example", "publisher: &a Example"), "anchors and aliases are not allowed"},
		{"icon", small + "icon: a/../../b\n", "icon: expected a file in the plugin's folder"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := Parse("p.yaml", []byte(c.text))
			var list Errors
			if !errors.As(err, &list) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v\nwant %s", err, c.want)
			}
		})
	}
}

func TestAllErrorsAtOnce(t *testing.T) {
	t.Parallel()
	_, err := Parse("p.yaml", []byte("idd: x\nversion: [1]\nrequires: {kv: 3}\n"))
	var list Errors
	if !errors.As(err, &list) || len(list) != 3 || list[2].Line != 3 || list[2].Column != 16 {
		t.Errorf("got %v", err)
	}
}

func TestCheckConfig(t *testing.T) {
	t.Parallel()
	m, err := Parse("p.yaml", []byte(full))
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		`{"source":"ip"}`:                    "",
		`{"source":"gps"}`:                   "config.source",
		`{"source":"ip","point":[1,"x"]}`:    "config.point.1",
		``:                                   "missing property 'source'",
		`{"source":`:                         "not valid JSON",
		`{"source":"fixed","point":[1.5,2]}`: "",
	} {
		err := m.CheckConfig([]byte(text))
		if (want == "") != (err == nil) || err != nil && (!strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), m.ID)) {
			t.Errorf("CheckConfig(%s) = %v, want %q", text, err, want)
		}
	}
	m.Config = nil
	for text, ok := range map[string]bool{``: true, `{}`: true, `null`: true, `{"a":1}`: false, `3`: false} {
		if err := m.CheckConfig([]byte(text)); (err == nil) != ok {
			t.Errorf("without a schema: CheckConfig(%s) = %v", text, err)
		}
	}
}

func TestLoad(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if _, err := Load(dir); !errors.Is(err, os.ErrNotExist) || !strings.Contains(err.Error(), "plugin's folder has one at its top") {
		t.Errorf("no manifest: %v", err)
	}
	path := filepath.Join(dir, FileName)
	if err := os.WriteFile(path, []byte(small), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(path); err == nil || !strings.Contains(err.Error(), "is a file; expected a plugin's folder") {
		t.Errorf("a file in place of a folder: %v", err)
	}
	m, err := Load(dir)
	want, _ := Parse("", []byte(small))
	if err != nil || !reflect.DeepEqual(m, want) {
		t.Errorf("got %+v, %v", m, err)
	}
	if err := os.WriteFile(path, []byte(strings.Repeat("#", MaxSize+1)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(dir); err == nil || !strings.Contains(err.Error(), "over 1048576 bytes") {
		t.Errorf("a huge manifest: %v", err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(full))
	f.Add([]byte(small))
	f.Add([]byte("a: &a [*a]\n<<: *a\n? [x]\n: y"))
	f.Fuzz(func(t *testing.T, text []byte) {
		m, err := Parse("p.yaml", text)
		var list Errors
		switch {
		case err == nil && (m.ID == "" || len(m.Provides) == 0):
			t.Errorf("%q was accepted as %+v", text, m)
		case err != nil && !errors.As(err, &list):
			t.Errorf("%q: %T %v", text, err, err)
		}
		for _, e := range list {
			if e.Line < 1 || e.Column < 1 {
				t.Errorf("%q: no place in %v", text, e)
			}
		}
	})
}
