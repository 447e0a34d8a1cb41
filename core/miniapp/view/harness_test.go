package view_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/core/miniapp/compiler"
	"github.com/dougong-dev/dougong/core/miniapp/template"
	"github.com/dougong-dev/dougong/core/miniapp/value"
	"github.com/dougong-dev/dougong/core/miniapp/view"
	"github.com/dougong-dev/dougong/core/miniapp/view/dom"
)

// source is a component of a test program.
type source struct {
	wxml     string
	props    string        // names, separated by spaces
	data     string        // JSON: data and property defaults
	start    *value.Object // the same as a value
	options  view.Options
	scope    string
	external []string
	generics map[string]string // name → default tag or ""
	style    *view.Stylesheet
	script   hooks
}

// hooks is what a test wants to do in the logic layer.
type hooks struct {
	created  func(c *view.Component)
	attached func(c *view.Component)
	detached func(c *view.Component)
	changed  func(c *view.Component, props []view.Prop)
	methods  map[string]func(c *view.Component, e *view.Event)
}

// app is a test program: components by tag, the page is "page".
type app struct {
	tb      testing.TB
	defs    map[string]*view.Definition
	files   map[string]*template.File
	scripts map[string]value.Value

	clientScripts bool
	logs          []string
	errs          []string
}

type fn struct {
	name string
	call func(args []value.Value) value.Value
}

func (f *fn) FuncName() string { return f.name }

func newApp(tb testing.TB, sources map[string]source, files map[string]string) *app {
	tb.Helper()
	a := &app{tb: tb, defs: map[string]*view.Definition{}, files: map[string]*template.File{}, scripts: map[string]value.Value{}}
	for path := range files {
		a.files[path] = a.compile(path, files[path], files)
	}
	for tag := range sources {
		a.defs[tag] = &view.Definition{Path: tag}
	}
	for tag, s := range sources {
		d := a.defs[tag]
		d.Template = a.compile(tag+".wxml", s.wxml, files)
		d.Using = func(tag string) (*view.Definition, bool) { def, ok := a.defs[tag]; return def, ok }
		d.Templates = func(path string) (*template.File, bool) { f, ok := a.files[path]; return f, ok }
		d.Options, d.ScopeID, d.ExternalClasses, d.Style = s.options, s.scope, s.external, s.style
		d.Properties = map[string]bool{}
		for name := range strings.FieldsSeq(s.props) {
			d.Properties[name] = true
		}
		for name, def := range s.generics {
			if d.Generics == nil {
				d.Generics = map[string]*view.Definition{}
			}
			d.Generics[name] = a.defs[def]
		}
		d.Script = s
	}
	return a
}

func (a *app) compile(path, wxml string, files map[string]string) *template.File {
	a.tb.Helper()
	f, diags := compiler.CompileTemplate(path, wxml, files)
	for _, d := range diags {
		if d.Severity == "error" {
			a.tb.Fatalf("%s:%d:%d: %s", d.File, d.Line, d.Column, d.Message)
		}
	}
	return f
}

func (a *app) log(format string, args ...any) { a.logs = append(a.logs, fmt.Sprintf(format, args...)) }

// takeLogs empties the log and gives what was in it.
func (a *app) takeLogs() string {
	s := strings.Join(a.logs, " ")
	a.logs = nil
	return s
}

func (a *app) Create(c *view.Component, props []view.Prop) (*value.Object, bool, error) {
	s := c.Def.Script.(source)
	data := value.NewObject(0)
	if s.data != "" {
		data = parse(a.tb, s.data).(*value.Object)
	}
	if s.start != nil {
		data = s.start.Copy()
	}
	for _, p := range props {
		data.Set(p.Name, p.Value)
	}
	if s.script.created != nil {
		s.script.created(c)
	}
	return data, false, nil
}

func (a *app) Created(*view.Component, []view.Prop) {}

func (a *app) PropsChanged(c *view.Component, props []view.Prop) {
	s := c.Def.Script.(source)
	var changes []view.Change
	defaults := value.ObjectOf()
	if s.data != "" {
		defaults = parse(a.tb, s.data).(*value.Object)
	}
	for _, p := range props {
		if p.Value == nil {
			p.Value, _ = defaults.Get(p.Name)
		}
		changes = append(changes, view.Change{Path: []any{p.Name}, Value: p.Value})
	}
	if err := c.SetData(changes); err != nil {
		a.Report(c, view.Position{}, err)
	}
	if s.script.changed != nil {
		s.script.changed(c, props)
	}
}

func (a *app) Attached(c *view.Component) {
	if f := c.Def.Script.(source).script.attached; f != nil {
		f(c)
	}
}

func (a *app) Moved(c *view.Component) { a.log("moved:%s", c.Def.Path) }

func (a *app) Detached(c *view.Component) {
	if f := c.Def.Script.(source).script.detached; f != nil {
		f(c)
	}
}

func (a *app) Handle(c *view.Component, method string, f value.Func, e *view.Event) bool {
	if f != nil {
		a.log("wxs:%s", f.FuncName())
		return f.FuncName() != "stop"
	}
	h, ok := c.Def.Script.(source).script.methods[method]
	if ok {
		h(c, e)
	}
	return ok
}

func (a *app) CallMethod(c *view.Component, method string, arg value.Value) bool {
	a.log("call:%s.%s:%s", c.Def.Path, method, value.AppendJSON(nil, arg))
	return method != "missing"
}

func (a *app) Plain(detail value.Value) value.Value { return detail }

func (a *app) Script(path string) (value.Value, error) {
	v, ok := a.scripts[path]
	if !ok {
		return nil, fmt.Errorf("no script %q", path)
	}
	return v, nil
}

func (a *app) Apply(f value.Func, args []value.Value) (value.Value, error) {
	v := f.(*fn).call(args)
	if err, failed := v.(error); failed {
		return nil, err
	}
	return v, nil
}

func (a *app) ChangeObserver(c *view.Component, n *view.Node, f value.Func, now, old value.Value) {
	a.log("change:%s:%s<%s", f.FuncName(), value.Text(now), value.Text(old))
}

func (a *app) Model(c *view.Component, path string, v value.Value) {
	a.log("model:%s:%s=%s", c.Def.Path, path, value.Text(v))
}

func (a *app) Report(c *view.Component, pos view.Position, err error) {
	a.errs = append(a.errs, fmt.Sprintf("%s:%d:%d: %v", pos.File, pos.Line, pos.Column, err))
}

// screen is an open page with a client.
type screen struct {
	*app
	page *view.Page
	dom  *dom.Tree
	size int // bytes of the last patch
	ops  int
}

func open(tb testing.TB, sources map[string]source, files map[string]string) *screen {
	tb.Helper()
	return newApp(tb, sources, files).open()
}

func (a *app) open() *screen {
	a.tb.Helper()
	p, err := view.NewPage(1, a.defs["page"], a, view.PageOptions{ClientScripts: a.clientScripts})
	if err != nil {
		a.tb.Fatal(err)
	}
	s := &screen{app: a, page: p, dom: dom.New()}
	p.Attach()
	s.flush()
	return s
}

// flush brings the client up to date, over JSON, as a browser gets it.
func (s *screen) flush() {
	s.tb.Helper()
	patch, ok := s.page.Flush()
	s.size, s.ops = 0, 0
	if !ok {
		return
	}
	text, err := json.Marshal(patch)
	if err != nil {
		s.tb.Fatal(err)
	}
	s.size, s.ops = len(text), len(patch.Ops)
	var back view.Patch
	if err := json.Unmarshal(text, &back); err != nil {
		s.tb.Fatal(err)
	}
	if err := s.dom.Apply(back); err != nil {
		s.tb.Fatalf("%v\n%s", err, text)
	}
}

// set calls setData on the page with alternating paths and JSON values.
func (s *screen) set(pairs ...string) {
	s.tb.Helper()
	s.setOn(s.page.Root(), pairs...)
}

func (s *screen) setOn(c *view.Component, pairs ...string) {
	s.tb.Helper()
	if err := c.SetData(changes(s.tb, pairs...)); err != nil {
		s.tb.Fatal(err)
	}
	s.flush()
}

func changes(tb testing.TB, pairs ...string) []view.Change {
	tb.Helper()
	var out []view.Change
	for i := 0; i < len(pairs); i += 2 {
		path, err := value.ParsePath(pairs[i])
		if err != nil {
			tb.Fatal(err)
		}
		out = append(out, view.Change{Path: path, Value: parse(tb, pairs[i+1])})
	}
	return out
}

func parse(tb testing.TB, text string) value.Value {
	tb.Helper()
	v, err := value.DecodeJSON([]byte(text))
	if err != nil {
		tb.Fatalf("%s: %v", text, err)
	}
	return v
}

// html is the page without its own tag, indentation and line ends.
func (s *screen) html() string {
	var b strings.Builder
	for _, c := range s.dom.Root.Seen() {
		for line := range strings.SplitSeq(c.HTML(), "\n") {
			b.WriteString(strings.TrimSpace(line))
		}
	}
	return b.String()
}

func (s *screen) want(html string) {
	s.tb.Helper()
	if got := s.html(); got != html {
		s.tb.Errorf("page shows\n%s\nwant\n%s", got, html)
	}
	s.noErrors()
}

func (s *screen) noErrors() {
	s.tb.Helper()
	if len(s.errs) > 0 {
		s.tb.Errorf("reported: %v", s.errs)
		s.errs = nil
	}
}

// fresh is what a page opened on the present data would show.
func (s *screen) snapshot() string {
	s.tb.Helper()
	text, err := json.Marshal(s.page.Snapshot())
	if err != nil {
		s.tb.Fatal(err)
	}
	var back view.Patch
	if err := json.Unmarshal(text, &back); err != nil {
		s.tb.Fatal(err)
	}
	if err := s.dom.Apply(back); err != nil {
		s.tb.Fatalf("%v\n%s", err, text)
	}
	return s.html()
}

func newDOM() *dom.Tree { return dom.New() }

// logOf is the program an instance belongs to.
func logOf(c *view.Component) *app { return c.Page().Logic().(*app) }
