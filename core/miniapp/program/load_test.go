package program

import (
	"errors"
	"io/fs"
	"testing"
)

func TestLoad(t *testing.T) {
	t.Parallel()
	p, err := Load(MapFiles{
		AppFile:                        []byte(`{"format":1,"id":"a","pages":["pages/a"],"scripts":["app"]}`),
		ComponentDir + "/pages/a.json": []byte(`{"path":"pages/a","page":true,"template":"pages/a.wxml","script":"pages/a"}`),
		ScriptDir + "/app.js":          []byte(`App({})`),
		StyleDir + "/app.json":         []byte(`{"path":`),
	})
	if err != nil {
		t.Fatal(err)
	}
	if c, err := p.Component("pages/a"); err != nil || !c.Page {
		t.Errorf("Component = %+v, %v", c, err)
	}
	if !p.HasScript("app") || p.HasScript("pages/a") {
		t.Error("HasScript must follow app.json's list")
	}
	for name, read := range map[string]func() error{
		"component": func() error { _, err := p.Component("x"); return err },
		"template":  func() error { _, err := p.Template("x.wxml"); return err },
		"script":    func() error { _, err := p.Script("x"); return err },
		"map":       func() error { _, err := p.SourceMap("app"); return err },
	} {
		if err := read(); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("missing %s: got %v, want fs.ErrNotExist", name, err)
		}
	}
	if _, err := p.Style("app"); err == nil || errors.Is(err, fs.ErrNotExist) {
		t.Errorf("broken style: got %v, want a JSON error", err)
	}
}

func TestLoadRefuses(t *testing.T) {
	t.Parallel()
	for name, files := range map[string]MapFiles{
		"no app.json":    {},
		"broken JSON":    {AppFile: []byte("{")},
		"another format": {AppFile: []byte(`{"format":99}`)},
	} {
		if _, err := Load(files); err == nil {
			t.Errorf("%s: Load must fail", name)
		}
	}
}
