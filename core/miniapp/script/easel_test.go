package script

import (
	_ "embed"
	"fmt"
	"html"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/dop251/goja"
	"github.com/dougong-dev/dougong/core/miniapp/compiler"
	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/npmtest"
	"github.com/dougong-dev/dougong/core/miniapp/value"
	"github.com/dougong-dev/dougong/core/miniapp/view"
	"github.com/dougong-dev/dougong/core/miniapp/view/dom"
	"github.com/evanw/esbuild/pkg/api"
)

var (
	//go:embed testdata/easel-shim.js
	easelShim string
	//go:embed testdata/easel-inapplicable.txt
	easelInapplicable string
	//go:embed testdata/easel-differences.txt
	easelDifferences string
)

// TestGlassEaselsOwnTests runs the tests that the npm packages of glass-easel and its mini-program adapter carry on our
// runtime, through a shim. Those that test what a mini-program has no name for are listed, each with the reason, in
// testdata/easel-inapplicable.txt; those where we differ knowingly, each with WeChat's rule, in easel-differences.txt. All
// others must pass. What is there once for each back end of the framework runs once: ours is one.
func TestGlassEaselsOwnTests(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("npm is for the whole run")
	}
	modules := filepath.Join(npmtest.Install(t, npmtest.GlassEasel), "node_modules")
	var files []string
	for _, pattern := range []string{"glass-easel/tests/*/*.test.[jt]s", "glass-easel-miniprogram-adapter/tests/*.test.ts"} {
		list, err := filepath.Glob(filepath.Join(modules, pattern))
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, list...)
	}
	differs := map[string]bool{}
	for line := range strings.Lines(easelDifferences) {
		if name, _, ok := strings.Cut(strings.TrimSpace(line), " — "); ok {
			differs[name] = true
		}
	}
	var passed, total, different int
	var inapplicable []string
	for _, file := range files {
		name, _ := filepath.Rel(modules, file)
		if strings.Contains(name, "/types/") {
			continue // what TypeScript makes of its declarations
		}
		for _, r := range runEaselFile(t, file) {
			name := filepath.ToSlash(name) + ": " + r.name
			if strings.Contains(name, "(shadow backend)") || strings.Contains(name, "(composed backend)") {
				continue
			}
			total++
			reason, skip := strings.CutPrefix(r.failed, "inapplicable: ")
			switch {
			case skip:
				inapplicable = append(inapplicable, name+" — "+reason)
			case r.failed == "":
				passed++
			case differs[name]:
				different++
				delete(differs, name)
			default:
				t.Errorf("%s\n%s", name, r.failed)
			}
		}
	}
	for name := range differs {
		t.Errorf("%s is listed as different, and is not", name)
	}
	checkInapplicable(t, inapplicable)
	t.Logf("%d of glass-easel's own %d tests pass, %d differ by a rule of WeChat's, %d are inapplicable", passed, total, different, len(inapplicable))
}

// checkInapplicable holds the list to the file.
func checkInapplicable(t *testing.T, list []string) {
	t.Helper()
	slices.Sort(list)
	got := strings.Join(list, "\n") + "\n"
	if got == easelInapplicable {
		return
	}
	to := filepath.Join("testdata", "easel-inapplicable.txt")
	if os.Getenv("UPDATE") == "" {
		t.Errorf("the list of inapplicable tests has changed: run with UPDATE=1 and look at the difference in %s", to)
	} else if err := os.WriteFile(to, []byte(got), 0o600); err != nil {
		t.Fatal(err)
	}
}

// easelResult is the outcome of one test; failed is empty if it passed.
type easelResult struct{ name, failed string }

// easelHost is what the shim asks of the runtime.
type easelHost struct {
	*world
	load     goja.Callable
	one      goja.Callable
	pages    map[*Instance]*Page
	elements *goja.Object // the prototype of built-in elements
}

func runEaselFile(t *testing.T, file string) (out []easelResult) {
	t.Helper()
	source, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	loader := api.LoaderTS
	if strings.HasSuffix(file, ".js") {
		loader = api.LoaderJS
	}
	code := api.Transform(string(source), api.TransformOptions{Loader: loader, Format: api.FormatCommonJS, Target: api.ES2017})
	if len(code.Errors) > 0 {
		t.Fatalf("%s: %s", file, code.Errors[0].Text)
	}
	h := &easelHost{world: newWorld(t, scripts(t, map[string]string{"app": "App({})"})), pages: map[*Instance]*Page{}}
	_ = h.realm.StartApp(nil)
	vm := h.realm.vm
	_ = h.realm.Turn("shim", func() error {
		shim, err := vm.RunString("(function (host) {" + easelShim + "\n})")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := must(shim)(goja.Undefined(), h.object()); err != nil {
			t.Fatal(err)
		}
		module, err := vm.RunString("(function (require, expect, jest, describe, it, test, beforeAll, beforeEach, afterEach, afterAll) { var module = { exports: {} }, exports = module.exports;" + string(code.Code) + "\n})")
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		loaded, err := h.load(goja.Undefined(), module)
		if err != nil {
			t.Fatal(err)
		}
		o := loaded.ToObject(vm)
		if failed := o.Get("failed").String(); failed != "" {
			out = append(out, easelResult{"the file as a whole", failed})
		}
		for _, name := range h.realm.list(o.Get("names").ToObject(vm)) {
			out = append(out, easelResult{name: name.String()})
		}
		return nil
	})
	first := 0
	if len(out) > 0 && out[0].name == "the file as a whole" {
		first = 1
	}
	for i := first; i < len(out); i++ {
		out[i].failed = h.run(i - first)
	}
	return out
}

func must(v goja.Value) goja.Callable {
	fn, ok := goja.AssertFunction(v)
	if !ok {
		panic("no function")
	}
	return fn
}

// run runs one test.
func (h *easelHost) run(i int) (failed string) {
	h.errors = nil
	err := h.realm.Turn("test", func() error {
		v, err := h.one(goja.Undefined(), h.realm.vm.ToValue(i))
		if err == nil {
			failed = v.String()
		}
		return err
	})
	if failed == "" && err != nil {
		failed = err.Error()
	}
	for _, e := range h.errors {
		if at := strings.Index(e.Message, "inapplicable: "); at >= 0 {
			return e.Message[at:]
		}
		if failed == "" {
			failed = describe(e)
		}
	}
	return failed
}

// object is the host as the shim sees it.
func (h *easelHost) object() *goja.Object {
	vm := h.realm.vm
	o := vm.NewObject()
	in := func(v goja.Value) *Instance { i, _ := h.realm.ownerOf(v).(*Instance); return i }
	set := func(name string, fn func(c goja.FunctionCall) goja.Value) { _ = o.Set(name, fn) }
	h.elements = vm.NewObject()
	_ = o.Set("prototype", h.realm.model.proto)
	_ = o.Set("elements", h.elements)
	set("dataset", func(c goja.FunctionCall) goja.Value {
		return h.realm.toJS(h.realm.ownerOf(c.Argument(0)).(*view.Node).Dataset())
	})
	set("id", func(c goja.FunctionCall) goja.Value {
		return vm.ToValue(h.realm.ownerOf(c.Argument(0)).(*view.Node).IDAttr())
	})
	set("tests", func(c goja.FunctionCall) goja.Value {
		h.load, h.one = must(c.Argument(0)), must(c.Argument(1))
		return goja.Undefined()
	})
	set("behavior", func(c goja.FunctionCall) goja.Value {
		v, err := must(vm.Get("Behavior"))(goja.Undefined(), c.Argument(0))
		if err != nil {
			panic(err)
		}
		return v
	})
	set("define", h.define)
	set("create", func(c goja.FunctionCall) goja.Value { return h.create(c.Argument(0).String()) })
	set("attach", func(c goja.FunctionCall) goja.Value {
		h.pages[in(c.Argument(0))].view.Attach()
		return goja.Undefined()
	})
	set("detach", func(c goja.FunctionCall) goja.Value { h.pages[in(c.Argument(0))].view.Close(); return goja.Undefined() })
	set("html", func(c goja.FunctionCall) goja.Value { return vm.ToValue(h.html(in(c.Argument(0)))) })
	set("is", func(c goja.FunctionCall) goja.Value {
		return vm.ToValue(in(c.Argument(0)).def.path == c.Argument(1).String())
	})
	set("find", func(c goja.FunctionCall) goja.Value { return h.find(in(c.Argument(0)), c.Argument(1).String()) })
	set("findAll", func(c goja.FunctionCall) goja.Value {
		var list []any
		for _, n := range in(c.Argument(0)).comp.SelectNodes(c.Argument(1).String()) {
			list = append(list, h.node(n))
		}
		return vm.NewArray(list...)
	})
	set("roots", func(c goja.FunctionCall) goja.Value { return h.roots(in(c.Argument(0))) })
	set("lifetime", func(c goja.FunctionCall) goja.Value {
		in(c.Argument(0)).life(c.Argument(1).String())
		return goja.Undefined()
	})
	set("pageLifetime", func(c goja.FunctionCall) goja.Value {
		root := in(c.Argument(0))
		for _, comp := range append([]*view.Component{root.comp}, root.comp.Descendants()...) {
			for _, fn := range instanceOf(comp).def.pageTimes[c.Argument(1).String()] {
				instanceOf(comp).run("page lifetime", fn, h.realm.list(c.Argument(2).ToObject(vm))...)
			}
		}
		return goja.Undefined()
	})
	set("event", h.event)
	return o
}

// define makes a component from options, a template and what its tags mean.
func (h *easelHost) define(c goja.FunctionCall) goja.Value {
	r := h.realm
	path := c.Argument(0).String()
	d, err := r.define(path, c.Argument(1).ToObject(r.vm), false)
	if err != nil {
		panic(err)
	}
	r.defs[path] = d
	file, diags := compiler.CompileTemplate(path+".wxml", c.Argument(2).String(), nil)
	for _, diag := range diags {
		h.logs = append(h.logs, message.Log{Level: "warn", Message: compiler.Format(diag)})
	}
	using, global := c.Argument(3).ToObject(r.vm), c.Argument(4).ToObject(r.vm)
	generics := map[string]*view.Definition{}
	for _, name := range c.Argument(5).ToObject(r.vm).Keys() {
		generics[name] = h.viewOf(c.Argument(5).ToObject(r.vm).Get(name).String())
	}
	d.view = &view.Definition{
		Path: path, Options: d.options, ExternalClasses: d.external, Script: d, Template: file, Properties: map[string]bool{}, Generics: generics,
		Using: func(tag string) (*view.Definition, bool) {
			for _, names := range []*goja.Object{using, global} {
				if target := names.Get(tag); target != nil {
					if v := h.viewOf(target.String()); v != nil {
						return v, true
					}
				}
			}
			return nil, false
		},
	}
	for _, p := range d.props {
		d.view.Properties[p.name] = true
	}
	return goja.Undefined()
}

func (h *easelHost) viewOf(path string) *view.Definition {
	if d := h.realm.defs[path]; d != nil {
		return d.view
	}
	return nil
}

func (h *easelHost) create(path string) goja.Value {
	r := h.realm
	p := &Page{realm: r, id: len(r.open) + 1, path: path, query: &value.Object{}}
	r.open[p.id] = p
	v, err := view.NewPage(p.id, h.viewOf(path), logic{r, p}, view.PageOptions{})
	if err != nil {
		panic(err)
	}
	p.view = v
	h.pages[p.root] = p
	return p.root.object()
}

func (h *easelHost) find(in *Instance, selector string) goja.Value {
	for _, n := range in.comp.SelectNodes(selector) {
		return h.node(n)
	}
	return goja.Null()
}

// node is a component's instance, or what there is of a built-in element.
func (h *easelHost) node(n *view.Node) *goja.Object {
	if c := n.Component(); c != nil {
		return instanceOf(c).object()
	}
	o := h.realm.vm.CreateObject(h.elements)
	h.realm.own(o, n)
	return o
}

// event sends an event: of a component, or of a built-in element as the client would.
func (h *easelHost) event(c goja.FunctionCall) goja.Value {
	options := c.Argument(3).ToObject(h.realm.vm)
	flag := func(name string) bool { v := options.Get(name); return v != nil && v.ToBoolean() }
	detail := h.realm.toGo(c.Argument(2))
	switch owner := h.realm.ownerOf(c.Argument(0)).(type) {
	case *Instance:
		owner.comp.TriggerEvent(c.Argument(1).String(), detail, view.TriggerOptions{Bubbles: flag("bubbles"), Composed: flag("composed"), CapturePhase: flag("capturePhase")})
	case *view.Node:
		owner.Page().Dispatch(view.ClientEvent{Node: owner.ID, Type: c.Argument(1).String(), Bubbles: flag("bubbles"), Detail: value.ToGo(detail)})
	}
	return goja.Undefined()
}

// roots are the nodes of an instance's template that stand in nothing, null for a text; or undefined, if there are some that
// the framework has nodes for and we have not: slots, conditions, loops.
func (h *easelHost) roots(in *Instance) goja.Value {
	tree := dom.New()
	if err := tree.Apply(in.page.view.Snapshot()); err != nil {
		h.t.Fatal(err)
	}
	at := tree.Root
	if !in.comp.Root() {
		at, _ = tree.Node(in.comp.Host().ID)
	}
	byID := map[int]*view.Node{}
	for _, n := range in.comp.SelectNodes("*") {
		byID[n.ID] = n
	}
	var out []any
	for _, n := range at.Children[:max(len(at.Children)-1, 0)] { // the last one is the anchor of the tree itself
		switch {
		case n.Kind == dom.Text:
			out = append(out, goja.Null())
		case n.Kind == dom.Element && byID[n.ID] != nil:
			out = append(out, h.node(byID[n.ID]))
		default:
			return goja.Undefined()
		}
	}
	return h.realm.vm.NewArray(out...)
}

// html is the inside of an instance as the page's client has it.
func (h *easelHost) html(in *Instance) string {
	tree := dom.New()
	if err := tree.Apply(in.page.view.Snapshot()); err != nil {
		h.t.Fatal(err)
	}
	if in.comp.Root() {
		return easelHTML(tree.Root.Seen())
	}
	n, ok := tree.Node(in.comp.Host().ID)
	if !ok {
		return ""
	}
	return easelHTML(n.Seen())
}

func easelHTML(nodes []*dom.Node) string {
	var b strings.Builder
	for _, n := range nodes {
		if n.Kind == dom.Text {
			b.WriteString(strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(n.Text))
			continue
		}
		tag := n.Name
		if is, ok := n.Attrs["is"].(string); ok && tag == "*" {
			tag = is
		}
		names := make([]string, 0, len(n.Attrs))
		for name := range n.Attrs {
			names = append(names, name)
		}
		slices.Sort(names)
		b.WriteString("<" + tag)
		for _, name := range names {
			text := value.Text(n.Attrs[name])
			switch v := n.Attrs[name]; {
			case name == "is" || name == "id" || v == nil || v == false:
				continue
			case name == "class":
				if text = strings.TrimSpace(strings.ReplaceAll(" "+text+" ", " host ", " ")); text == "" {
					continue
				}
			case v == true:
				text = ""
			}
			fmt.Fprintf(&b, ` %s="%s"`, name, html.EscapeString(text))
		}
		fmt.Fprintf(&b, ">%s</%s>", easelHTML(n.Seen()), tag)
	}
	return b.String()
}
