package parcel_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/core/bundle"
	"github.com/dougong-dev/dougong/core/miniapp/parcel"
	"github.com/dougong-dev/dougong/core/miniapp/program"
)

const appJSON = `{"format": 1, "id": "a", "pages": ["p", "sub/p"], "scripts": ["p", "sub/p"], "subPackages": [{"root": "sub", "pages": ["sub/p"]}, {"root": "empty", "pages": []}]}`

// project is a built mini-program of one subpackage, one template script of which the main package uses.
func project() program.MapFiles {
	files := program.MapFiles{
		"manifest.json": []byte("{}"), program.AppFile: []byte(appJSON), "sub/a.png": []byte("picture"),
		program.TemplateDir + "/p.wxml.json":          []byte(`{"v": 1, "path": "p.wxml", "imports": ["sub/shared.wxml"]}`),
		program.TemplateDir + "/sub/shared.wxml.json": []byte(`{"v": 1, "path": "sub/shared.wxml", "scripts": [{"name": "m", "path": "sub/m.wxs"}]}`),
		program.TemplateDir + "/sub/p.wxml.json":      []byte(`{"v": 1, "path": "sub/p.wxml"}`),
		program.WXSDir + "/sub/m.wxs.js":              []byte("m"),
		program.ScriptDir + "/p.js":                   []byte("main"),
		program.ScriptDir + "/sub/p.js":               []byte("sub"),
	}
	return files
}

func write(t *testing.T, files map[string][]byte) string {
	t.Helper()
	var out bytes.Buffer
	if err := bundle.Write(&out, files); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "a.dgm")
	if err := os.WriteFile(name, out.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func split(t *testing.T, files program.MapFiles) program.MapFiles {
	t.Helper()
	out, err := parcel.Split(files)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestFetch(t *testing.T) {
	t.Parallel()
	p, err := parcel.OpenFile(write(t, split(t, project())), bundle.DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Template("sub/shared.wxml"); err != nil {
		t.Errorf("a template of the subpackage that the main package imports: %v", err)
	}
	if _, err := p.WXS("sub/m.wxs"); err != nil {
		t.Errorf("its script: %v", err)
	}
	if _, err := p.Script("sub/p"); !errors.Is(err, program.ErrNotFetched) || !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("script before the fetch: %v", err)
	}
	var done, total int64
	if err := p.Fetch(t.Context(), "sub", func(d, n int64) { done, total = d, n }); err != nil {
		t.Fatal(err)
	}
	if done != total || total == 0 || total != p.App.SubPackages[0].Size {
		t.Errorf("progress ends at %d of %d, want %d", done, total, p.App.SubPackages[0].Size)
	}
	for want, read := range map[string]func() ([]byte, error){
		"sub":     func() ([]byte, error) { return p.Script("sub/p") },
		"picture": func() ([]byte, error) { return p.Asset("/sub/a.png") },
	} {
		if got, err := read(); err != nil || string(got) != want {
			t.Errorf("after the fetch: %q, %v, want %q", got, err, want)
		}
	}
	if err := p.Fetch(t.Context(), "empty", nil); err != nil {
		t.Errorf("a subpackage without files: %v", err)
	}
	if err := p.Fetch(t.Context(), "none", nil); err == nil {
		t.Error("a subpackage that is not there must fail")
	}
}

func TestSplitIsStable(t *testing.T) {
	t.Parallel()
	a, b := split(t, project()), split(t, project())
	for name, data := range a {
		if !bytes.Equal(b[name], data) {
			t.Errorf("%s differs from one time to the next", name)
		}
	}
	whole := program.MapFiles{program.AppFile: []byte(`{"format": 1}`), "x": nil}
	if got := split(t, whole); len(got) != len(whole) {
		t.Errorf("without subpackages: %d files, want %d", len(got), len(whole))
	}
}

// TestReplaced: the file that is there when a subpackage is needed may not be the one that was opened.
func TestReplaced(t *testing.T) {
	t.Parallel()
	name := write(t, split(t, project()))
	p, err := parcel.OpenFile(name, bundle.DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	newer := project()
	newer[program.ScriptDir+"/sub/p.js"] = []byte("another")
	var out bytes.Buffer
	if err := bundle.Write(&out, split(t, newer)); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, out.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := p.Fetch(t.Context(), "sub", nil); !errors.Is(err, bundle.ErrInvalid) || !strings.Contains(err.Error(), "has been replaced since it was opened") {
		t.Errorf("Fetch = %v", err)
	}
	if got := p.Absent(); len(got) != 1 {
		t.Errorf("absent after a failure: %v", got)
	}
}

// TestForeignFiles: a subpackage cannot bring files of another one.
func TestForeignFiles(t *testing.T) {
	t.Parallel()
	lying := split(t, project())
	var part bytes.Buffer
	if err := bundle.Write(&part, map[string][]byte{program.ScriptDir + "/app.js": []byte("evil")}); err != nil {
		t.Fatal(err)
	}
	var app program.App
	if err := json.Unmarshal(lying[program.AppFile], &app); err != nil {
		t.Fatal(err)
	}
	sum, sub := sha256.Sum256(part.Bytes()), &app.SubPackages[0]
	sub.SHA256, sub.Size = hex.EncodeToString(sum[:]), int64(part.Len())
	lying[sub.File] = part.Bytes()
	text, err := json.Marshal(app)
	if err != nil {
		t.Fatal(err)
	}
	lying[program.AppFile] = text
	p, err := parcel.OpenFile(write(t, lying), bundle.DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Fetch(t.Context(), "sub", nil); !errors.Is(err, bundle.ErrInvalid) || !strings.Contains(err.Error(), `which is not in "sub"`) {
		t.Errorf("Fetch = %v", err)
	}
}

func FuzzOpen(f *testing.F) {
	files, err := parcel.Split(project())
	if err != nil {
		f.Fatal(err)
	}
	var out bytes.Buffer
	if err := bundle.Write(&out, files); err != nil {
		f.Fatal(err)
	}
	f.Add(out.Bytes())
	f.Add([]byte("PK"))
	name := filepath.Join(f.TempDir(), "a.dgm")
	f.Fuzz(func(t *testing.T, data []byte) {
		if err := os.WriteFile(name, data, 0o600); err != nil {
			t.Fatal(err)
		}
		p, err := parcel.OpenFile(name, bundle.Limits{Files: 100, File: 1 << 20, Total: 4 << 20, Ratio: 200})
		if err != nil {
			return
		}
		for _, root := range p.Absent() {
			_ = p.Fetch(t.Context(), root, nil)
		}
	})
}
