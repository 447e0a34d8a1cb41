package script

import (
	"encoding/json"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/core/miniapp/compiler"
	"github.com/dougong-dev/dougong/core/miniapp/program"
	"github.com/dougong-dev/dougong/core/miniapp/value"
	"github.com/dougong-dev/dougong/core/miniapp/view"
)

// project compiles source files by path. A page or component is what has a .wxml; those under pages/ are pages.
func project(t testing.TB, files map[string]string) *program.Program {
	t.Helper()
	app := program.App{Format: program.FormatVersion, ID: "test"}
	out := program.MapFiles{}
	put := func(name string, v any) {
		data, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		out[name] = data
	}
	for name, src := range files {
		stem := strings.TrimSuffix(name, path.Ext(name))
		switch path.Ext(name) {
		case ".js":
			app.Scripts = append(app.Scripts, stem)
			out[program.ScriptDir+"/"+name] = []byte(src)
		case ".wxs":
			out[program.WXSDir+"/"+name+".js"] = []byte(src)
		case ".wxml":
			f, diagnostics := compiler.CompileTemplate(name, src, files)
			for _, d := range diagnostics {
				t.Fatalf("%s:%d:%d: %s", d.File, d.Line, d.Column, d.Message)
			}
			put(program.TemplateDir+"/"+name+".json", f)
			c := program.Component{Path: stem, Page: strings.HasPrefix(stem, "pages/"), Template: name, Script: stem}
			var config struct {
				UsingComponents   map[string]string
				ComponentGenerics map[string]any
			}
			if text, ok := files[stem+".json"]; ok {
				if err := json.Unmarshal([]byte(text), &config); err != nil {
					t.Fatal(err)
				}
			}
			c.Using = config.UsingComponents
			put(program.ComponentDir+"/"+stem+".json", c)
			if c.Page {
				app.Pages = append(app.Pages, stem)
			}
		}
	}
	slices.Sort(app.Scripts)
	slices.Sort(app.Pages)
	put(program.AppFile, app)
	p, err := program.Load(out)
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
	w.realm.SetPages(append(slices.Clone(w.realm.pages), p))
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
	tree := newMirror(p.View().Snapshot())
	return strings.Join(tree.texts(), " ")
}

func (w *world) wantText(p *Page, want string) {
	w.t.Helper()
	if got := w.text(p); got != want {
		w.t.Errorf("the page shows %q, want %q", got, want)
	}
}

// mirror is the client's side of the patch protocol, as far as texts go.
type mirror struct {
	fragments map[int]any
	order     []string
}

func newMirror(p view.Patch) *mirror {
	m := &mirror{fragments: map[int]any{}}
	data, err := json.Marshal(p.Ops)
	if err != nil {
		panic(err)
	}
	var ops [][]any
	if err := json.Unmarshal(data, &ops); err != nil {
		panic(err)
	}
	m.apply(ops)
	return m
}

// node is an element, text or anchor of the mirror.
type node struct {
	text     string
	isText   bool
	children []*node // of an element; the clones of an anchor
}

func (m *mirror) apply(ops [][]any) {
	root := &node{}
	byID := map[int]*node{0: root}
	for _, op := range ops {
		switch view.Op(op[0].(float64)) {
		case view.OpFragment:
			m.fragments[int(op[1].(float64))] = op[2]
		case view.OpClone:
			var holes []any
			if len(op) > 5 {
				holes = op[5].([]any)
			}
			c := &cloner{byID: byID, id: int(op[2].(float64)), holes: holes}
			box := &node{}
			for _, n := range m.fragments[int(op[1].(float64))].([]any) {
				box.children = append(box.children, c.clone(n))
			}
			at := byID[int(op[3].(float64))]
			at.children = append(at.children, box)
		}
	}
	root.collect(&m.order)
}

type cloner struct {
	byID  map[int]*node
	id    int
	holes []any
}

func (c *cloner) clone(tmpl any) *node {
	n := &node{}
	c.byID[c.id] = n
	c.id++
	switch t := tmpl.(type) {
	case string:
		n.text, n.isText = t, true
	case map[string]any:
		n.text, n.isText = value.Text(must(value.From(c.holes[0]))), true
		c.holes = c.holes[1:]
	case []any:
		// An element's own holes come before its children's.
		if len(t) > 4 {
			if names, ok := t[4].([]any); ok {
				c.holes = c.holes[len(names):]
			}
		}
		if len(t) > 2 {
			kids, _ := t[2].([]any)
			for _, k := range kids {
				n.children = append(n.children, c.clone(k))
			}
		}
	}
	return n
}

func (n *node) collect(out *[]string) {
	if n.isText {
		if s := strings.TrimSpace(n.text); s != "" {
			*out = append(*out, s)
		}
	}
	for _, c := range n.children {
		c.collect(out)
	}
}

func (m *mirror) texts() []string { return m.order }

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
