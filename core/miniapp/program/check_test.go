package program

import (
	"errors"
	"fmt"
	"io/fs"
	"sync"
	"testing"
	"testing/fstest"
)

// broken is a program whose page a uses b, which uses c and a again; c's style and the app's script are broken.
func broken(t *testing.T, app string) *Program {
	t.Helper()
	p, err := Load(FS(fstest.MapFS{
		AppFile:                  {Data: []byte(app)},
		ComponentDir + "/a.json": {Data: []byte(`{"path":"a","page":true,"using":{"x-b":"b","x-gone":"gone"}}`)},
		ComponentDir + "/b.json": {Data: []byte(`{"path":"b","using":{"x-a":"a"},"generics":{"g":"c","h":""}}`)},
		ComponentDir + "/c.json": {Data: []byte(`{"path":"c","broken":["c.wxss","not-listed"]}`)},
		ComponentDir + "/d.json": {Data: []byte(`{"path":"d","page":true}`)},
		WXSDir + "/m.wxs.js":     {Data: []byte(`module.exports = 1;`)},
		"images/a.png":           {Data: []byte("png")},
		ManifestFile:             {Data: []byte("{}")},
	}))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestCheck(t *testing.T) {
	t.Parallel()
	p := broken(t, `{"format":1,"id":"x","pages":["a","d"],"broken":{"c.wxss":{"id":"style","file":"c.wxss"},"app.js":{"id":"script","file":"app.js"}}}`)
	if got := fmt.Sprint(p.Check("a"), p.Check("d")); got != "[{style   c.wxss 0 0  }] []" {
		t.Errorf("Check = %s", got)
	}
	p = broken(t, `{"format":1,"id":"x","pages":["a"],"broken":{"app.js":{"id":"script","file":"app.js"}},"brokenApp":["app.js"]}`)
	if got := p.Check("d"); len(got) != 1 || got[0].ID != "script" {
		t.Errorf("a broken app.js breaks every page, Check = %v", got)
	}
}

func TestAssets(t *testing.T) {
	t.Parallel()
	p := broken(t, `{"format":1,"id":"x","pages":["a"]}`)
	for _, name := range []string{"images/a.png", "/images/a.png", "/x/../images/./a.png", "/../images/a.png"} {
		if data, err := p.Asset(name); err != nil || string(data) != "png" {
			t.Errorf("Asset(%q) = %q, %v", name, data, err)
		}
	}
	for _, name := range []string{"", "/", ".", "images", "manifest.json", "/_dougong/app.json", "x/../_dougong/app.json", "../secret", "images/b.png"} {
		if _, err := p.Asset(name); err == nil {
			t.Errorf("Asset(%q) must fail", name)
		}
	}
	if code, err := p.WXS("m.wxs"); err != nil || string(code) != "module.exports = 1;" {
		t.Errorf("WXS = %q, %v", code, err)
	}
}

func TestConcurrentReaders(t *testing.T) {
	t.Parallel()
	p := broken(t, `{"format":1,"id":"x","pages":["a"]}`)
	var wg sync.WaitGroup
	got := make([]*Component, 8)
	for i := range got {
		wg.Go(func() {
			got[i], _ = p.Component("a")
			if _, err := p.Component("none"); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("error = %v, want fs.ErrNotExist", err)
			}
		})
	}
	wg.Wait()
	for _, c := range got {
		if c == nil || c != got[0] {
			t.Fatal("all readers must get the same component")
		}
	}
}

func FuzzLoad(f *testing.F) {
	f.Add([]byte(`{"format":1,"id":"x","pages":["a"],"scripts":["a"],"window":{"onReachBottomDistance":3},"broken":{"a":{}}}`))
	f.Add([]byte(`{"format":1,"tabBar":{"list":[{}]},"subPackages":[{"pages":null}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := Load(MapFiles{AppFile: data, ComponentDir + "/a.json": data})
		if err != nil {
			return
		}
		for _, page := range p.App.Pages {
			p.Check(page)
		}
		p.Check("a")
	})
}
