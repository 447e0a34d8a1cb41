package script

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/dougong-dev/dougong/core/miniapp/compiler"
	"github.com/dougong-dev/dougong/core/miniapp/program"
	"github.com/dougong-dev/dougong/core/miniapp/value"
	"github.com/dougong-dev/dougong/core/miniapp/view"
	"github.com/dougong-dev/dougong/core/miniapp/view/dom"
)

// project builds source files by path. Without an app.json, the pages are what stands under pages/.
func project(t testing.TB, files map[string]string) *program.Program {
	t.Helper()
	fsys := fstest.MapFS{}
	app := struct {
		Pages []string `json:"pages"`
	}{[]string{}}
	for name, src := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(src)}
		if stem, ok := strings.CutSuffix(name, ".wxml"); ok {
			if strings.HasPrefix(name, "pages/") {
				app.Pages = append(app.Pages, stem)
			}
			if _, ok := files[stem+".json"]; !ok {
				fsys[stem+".json"] = &fstest.MapFile{Data: []byte(`{"component":true}`)}
			}
		}
	}
	slices.Sort(app.Pages)
	if files["app.json"] == "" {
		data, err := json.Marshal(app)
		if err != nil {
			t.Fatal(err)
		}
		fsys["app.json"] = &fstest.MapFile{Data: data}
	}
	if files["app.js"] == "" {
		fsys["app.js"] = &fstest.MapFile{Data: []byte("App({})")}
	}
	return build(t, compiler.Options{FS: fsys, Dir: "test"})
}

func build(t testing.TB, o compiler.Options) *program.Program {
	t.Helper()
	result, err := compiler.Build(context.Background(), o)
	if result != nil {
		for _, d := range result.Diagnostics {
			t.Log(compiler.Format(d))
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	p, err := program.Load(result.Files)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// open compiles a project and opens pages/index.
func open(t testing.TB, files map[string]string, change ...func(*Options)) (*world, *Page) {
	t.Helper()
	w := newWorld(t, project(t, files), change...)
	_ = w.realm.StartApp(nil)
	p := w.openPage("pages/index", nil)
	return w, p
}

func (w *world) openPage(path string, query *value.Object) *Page {
	w.t.Helper()
	var q value.Value
	if query != nil {
		q = query
	}
	p, err := w.realm.OpenPage(len(w.realm.open)+1, path, q)
	if err != nil {
		w.t.Fatal(err)
	}
	w.realm.SetPages(w.realm.pages)
	for _, method := range []string{"onShow", "onReady"} {
		_, _, _ = p.Call(method)
	}
	return p
}

// do calls a method of the page.
func (w *world) do(p *Page, method string, args ...value.Value) value.Value {
	w.t.Helper()
	v, found, err := p.Call(method, args...)
	if !found {
		w.t.Errorf("the page has no method %s", method)
	}
	if err != nil {
		w.t.Errorf("%s: %v", method, err)
	}
	return v
}

// text is what the page shows, the texts of its nodes joined by spaces.
func (w *world) text(p *Page) string {
	w.t.Helper()
	return strings.Join(strings.Fields(w.tree(p).VisibleText()), " ")
}

// tree is the page as a client that connects now gets it.
func (w *world) tree(p *Page) *dom.Tree {
	w.t.Helper()
	tree := dom.New()
	if err := tree.Apply(p.View().Snapshot()); err != nil {
		w.t.Fatal(err)
	}
	return tree
}

// tap taps the first node that a selector finds.
func (w *world) tap(p *Page, selector string) { w.t.Helper(); w.event(p, selector, 0, "tap", nil) }

func (w *world) tapNth(p *Page, selector string, n int) {
	w.t.Helper()
	w.event(p, selector, n, "tap", nil)
}

func (w *world) event(p *Page, selector string, n int, kind string, detail any) {
	w.t.Helper()
	nodes, err := w.tree(p).Find(selector)
	if err != nil || len(nodes) <= n {
		w.t.Fatalf("no node %q: %v\n%s", selector, err, w.tree(p).HTML())
	}
	_ = w.realm.Turn(kind, func() error {
		p.View().Dispatch(view.ClientEvent{Page: p.ID(), Node: nodes[n].ID, Type: kind, Detail: detail, Bubbles: kind == "tap"})
		return nil
	})
}

func (w *world) wantText(p *Page, want string) {
	w.t.Helper()
	if got := w.text(p); got != want {
		w.t.Errorf("the page shows %q, want %q", got, want)
	}
}
