package compiler

import (
	"context"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/dougong-dev/dougong/core/miniapp/compiler/internal/source"
	"github.com/dougong-dev/dougong/core/miniapp/npmtest"
	"github.com/dougong-dev/dougong/core/miniapp/program"
)

// overlay puts a few files over a folder.
type overlay struct {
	top  fstest.MapFS
	base fs.FS
}

func (o overlay) Open(name string) (fs.File, error) {
	if name != "." {
		if f, err := o.top.Open(name); err == nil {
			return f, nil
		}
	}
	return o.base.Open(name)
}

func (o overlay) ReadDir(name string) ([]fs.DirEntry, error) {
	entries, err := fs.ReadDir(o.base, name)
	if more, topErr := fs.ReadDir(o.top, name); topErr == nil {
		entries, err = append(entries, more...), nil
	}
	return entries, err
}

// allComponents makes a project with one page that uses every component of a package.
func allComponents(t testing.TB, spec, folder string) (fs.FS, int) {
	t.Helper()
	root := npmtest.Install(t, spec)
	name := spec[:strings.LastIndexByte(spec, '@')]
	content := filepath.Join(npmtest.Dir(root, spec), folder)
	using := map[string]string{}
	err := filepath.WalkDir(content, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(p, ".json") {
			return err
		}
		data, err := os.ReadFile(p)
		if err != nil || !strings.Contains(string(data), `"component"`) {
			return err
		}
		rel, _ := filepath.Rel(content, strings.TrimSuffix(p, ".json"))
		using["c-"+strings.ReplaceAll(rel, string(filepath.Separator), "-")] = name + "/" + filepath.ToSlash(rel)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	page, _ := json.Marshal(map[string]any{"usingComponents": using})
	return overlay{fstest.MapFS{
		"app.json": {Data: []byte(`{"pages":["p/p"]}`)},
		"app.js":   {Data: []byte("App({})")},
		"p/p.json": {Data: page},
		"p/p.wxml": {Data: []byte("<view/>")},
		"p/p.js":   {Data: []byte("Page({})")},
	}, os.DirFS(root)}, len(using)
}

// TestRealPackages compiles every component of widely used packages, unmodified.
func TestRealPackages(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		spec, folder string
		atLeast      int
	}{{npmtest.Vant, "lib", 60}, {npmtest.TDesign, "miniprogram_dist", 60}, {npmtest.WeUI, "miniprogram_dist", 20}, {npmtest.Lin, "dist", 40}} {
		t.Run(c.spec, func(t *testing.T) {
			t.Parallel()
			project, n := allComponents(t, c.spec, c.folder)
			if n < c.atLeast {
				t.Fatalf("found %d components, expected %d", n, c.atLeast)
			}
			res, err := Build(context.Background(), Options{FS: project, Dir: "/all"})
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range res.Diagnostics {
				if d.Severity == source.Error || d.ID == "js-require-missing" {
					t.Error(Format(d))
				} else {
					t.Log(Format(d))
				}
			}
			p, err := program.Load(res.Files)
			if err != nil {
				t.Fatal(err)
			}
			loadEverything(t, p, res.Files)
			t.Logf("%+v", res.Stats)
		})
	}
}

// loadEverything reads every part of a program as a host would.
func loadEverything(t *testing.T, p *program.Program, files program.MapFiles) {
	t.Helper()
	for name := range files {
		var err error
		switch {
		case strings.HasPrefix(name, program.TemplateDir+"/"):
			_, err = p.Template(strings.TrimSuffix(strings.TrimPrefix(name, program.TemplateDir+"/"), ".json"))
		case strings.HasPrefix(name, program.ComponentDir+"/"):
			_, err = p.Component(strings.TrimSuffix(strings.TrimPrefix(name, program.ComponentDir+"/"), ".json"))
		case strings.HasPrefix(name, program.StyleDir+"/"):
			_, err = p.Style(strings.TrimSuffix(strings.TrimPrefix(name, program.StyleDir+"/"), ".json"))
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, s := range p.App.Scripts {
		if _, err := p.Script(s); err != nil {
			t.Error(err)
		}
	}
}
