package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
)

// TestKits makes a project of each kit: its templates can be filled in, and give a manifest with build commands and cases.
func TestKits(t *testing.T) {
	t.Parallel()
	for _, k := range kits() {
		dir := filepath.Join(t.TempDir(), "acme-face")
		var out bytes.Buffer
		if err := makePlugin(&out, k, dir, "com.acme.face", ""); err != nil {
			t.Errorf("%s: %v", k.lang, err)
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, "plugin.yaml"))
		if err != nil || !strings.Contains(string(text), "id: com.acme.face\n") ||
			!strings.Contains(string(text), "\nbuild:") && !strings.Contains(string(text), "interpreter: ") {
			t.Errorf("%s: plugin.yaml is\n%s\n%v", k.lang, text, err)
		}
		if cases, err := filepath.Glob(filepath.Join(dir, "tests", "*.yaml")); err != nil || len(cases) == 0 {
			t.Errorf("%s: the project has no cases (%v)", k.lang, err)
		}
		if !strings.Contains(out.String(), "dougong plugin test "+dir) {
			t.Errorf("%s: %s", k.lang, out.String())
		}
	}
}

// TestVendored copies a kit's own files as they are, beside what the templates give.
func TestVendored(t *testing.T) {
	t.Parallel()
	k := kit{lang: "x", name: "X", template: fstest.MapFS{
		"plugin.yaml": {Data: []byte("provides: [<< .Capability >>]\n")}, "src/__name__.x.tmpl": {Data: []byte("<< .Name >>")},
	}, vendored: fstest.MapFS{"kit/lib.x": {Data: []byte("<< not filled in >>")}}}
	dir := filepath.Join(t.TempDir(), "acme-face")
	if err := makePlugin(&bytes.Buffer{}, k, dir, "", ""); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"plugin.yaml": "provides: [com.example.acme_face/v1]\n", "src/acme-face.x": "acme-face", "kit/lib.x": "<< not filled in >>",
	} {
		if got, err := os.ReadFile(filepath.Join(dir, name)); err != nil || string(got) != want {
			t.Errorf("%s = %q, %v; want %q", name, got, err, want)
		}
	}
}
