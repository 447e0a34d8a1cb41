package headless_test

import (
	"archive/zip"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/core/miniapp/program"
	"github.com/dougong-dev/dougong/hosts/headless"
)

// bundle writes files as a .dgm.
func bundle(t *testing.T, files map[string]string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "app.dgm")
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w := zip.NewWriter(f)
	for path, text := range files {
		entry, err := w.Create(path)
		if err == nil {
			_, err = io.WriteString(entry, text)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return name
}

// bomb is a small bundle that says it unpacks to a terabyte.
func bomb(t *testing.T) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "bomb.dgm")
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w := zip.NewWriter(f)
	entry, err := w.CreateRaw(&zip.FileHeader{
		Name: program.AppFile, Method: zip.Deflate, CompressedSize64: 1, UncompressedSize64: 1 << 40,
	})
	if err == nil {
		_, err = entry.Write([]byte{0})
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestBundle(t *testing.T) {
	t.Parallel()
	built, _, err := headless.Build(t.Context(), shop)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, path := range []string{program.AppFile, program.ManifestFile} {
		data, err := built.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		files[path] = string(data)
	}
	p, _, err := headless.Build(t.Context(), bundle(t, files))
	if err != nil {
		t.Fatal(err)
	}
	if p.App.ID != built.App.ID || len(p.App.Pages) != len(built.App.Pages) {
		t.Errorf("the bundle holds %q with %d pages, want %q with %d", p.App.ID, len(p.App.Pages), built.App.ID, len(built.App.Pages))
	}
}

func TestBadBundles(t *testing.T) {
	t.Parallel()
	text := filepath.Join(t.TempDir(), "app.dgm")
	if err := os.WriteFile(text, []byte("not a zip"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct{ app, want string }{
		"missing":        {filepath.Join(t.TempDir(), "none"), "no such file"},
		"not a bundle":   {"build_test.go", "is neither a folder nor a bundle (.dgm)"},
		"not a zip":      {text, "not a valid zip file"},
		"empty":          {bundle(t, nil), program.AppFile},
		"path traversal": {bundle(t, map[string]string{"../../evil.js": "x"}), `path "../../evil.js" is absolute, leaves the bundle or is not clean`},
		"absolute path":  {bundle(t, map[string]string{"/etc/passwd": "x"}), `path "/etc/passwd" is absolute, leaves the bundle or is not clean`},
		"zip bomb":       {bomb(t), "has 1099511627776 bytes, the limit is"},
		"other format":   {bundle(t, map[string]string{program.AppFile: `{"format": 99}`}), "99"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, _, err := headless.Build(t.Context(), tt.app)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("Build: %v, want an error with %q", err, tt.want)
			}
		})
	}
}
