package script

import (
	"fmt"
	"slices"

	"github.com/dop251/goja"
	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/value"
	"github.com/dougong-dev/dougong/core/miniapp/view"
)

// Page is one open page: its instance, its tree, its components.
type Page struct {
	realm   *Realm
	id      int
	path    string
	query   *value.Object
	options *goja.Object
	opener  value.Value
	channel goja.Value  // the opener as scripts see it
	exit    value.Value // what a page of this path left behind; nil: nothing
	root    *Instance
	view    *view.Page
	queued  bool
	closed  bool
}

// OpenPage makes a page: its module and those of its components are evaluated, the tree is built ("created" and
// "attached" run), then onLoad. query is an object of strings, or nil.
//
// Failures of the page's own code are reported and do not keep the page from opening: err is not nil only if there is no
// such page. The error is a *Failure.
func (r *Realm) OpenPage(id int, path string, query value.Value) (*Page, error) {
	config, ok := r.source.component(path)
	if !ok {
		return nil, r.report("open page", r.pageMissing(path))
	}
	q, _ := query.(*value.Object)
	if q == nil {
		q = &value.Object{}
	}
	p := &Page{realm: r, id: id, path: config.Path, query: q, opener: r.opener}
	r.opener = nil
	before := r.current
	r.current = p
	r.pages = append(r.pages, p) // scripts see it in getCurrentPages from now on
	var made bool
	_ = r.Turn("open page "+path, func() error {
		if err := p.build(); err != nil {
			return err
		}
		made = true
		if p.exit != nil {
			_ = p.root.object().Set("exitState", r.toJS(p.exit)) // a page that forbids it does not want it
		}
		return p.start("onLoad", r.objectJS(q))
	})
	if !made {
		r.current = before
		delete(r.open, id)
		r.pages = slices.DeleteFunc(r.pages, func(q *Page) bool { return q == p })
		return nil, r.report("open page", &Failure{Report: message.Error{
			ID: "page-broken", Origin: originApp, Page: path, Message: "page " + path + " could not be built",
		}})
	}
	return p, nil
}

// SetOpener gives the next page that is opened its end of the event channel with the page that opens it.
func (r *Realm) SetOpener(channel value.Value) { r.opener = channel }

// SetExitState gives a page that opens what it finds as this.exitState.
func (p *Page) SetExitState(v value.Value) { p.exit = v }

// build evaluates the module and makes the tree.
func (p *Page) build() error {
	r := p.realm
	r.open[p.id] = p
	if r.o.Opening != nil {
		r.o.Opening(p)
	}
	d := r.definition(p.path)
	page, err := view.NewPage(p.id, r.viewOf(d), logic{r, p}, view.PageOptions{
		AppStyle: r.appStyleFor(d), ClientScripts: r.o.ClientScripts,
	})
	if err != nil {
		return err
	}
	p.view = page
	page.Attach()
	r.touch(p)
	return nil
}

// start runs a lifecycle method of the page, if it has one.
func (p *Page) start(name string, args ...goja.Value) error {
	if fn := p.root.method(name); fn != nil {
		p.root.run(name, fn, args...)
	}
	return nil
}

func (r *Realm) pageMissing(path string) error {
	hint := "list the page in the pages of app.json and check that its files exist"
	return &Failure{Report: message.Error{
		ID: "page-missing", Origin: originApp, Page: path, Message: fmt.Sprintf("there is no page %q", path), Hint: hint,
	}}
}

// pageLifetime is what the components in a page hear of a page's lifecycle.
var pageLifetime = map[string]string{"onShow": "show", "onHide": "hide", "onResize": "resize", "onRouteDone": "routeDone"}

// Call calls a method of the page: onShow, onReady, onReachBottom and so on. found is false if it has none. Components in
// the page hear of show, hide, resize and routeDone as well. What the method throws is reported, and returned.
func (p *Page) Call(method string, args ...value.Value) (result value.Value, found bool, err error) {
	r := p.realm
	err = r.Turn(method+" of "+p.path, func() error {
		js := r.toJSAll(args)
		if name := pageLifetime[method]; name != "" {
			p.tellComponents(name, js)
		}
		fn := p.root.method(method)
		if fn == nil {
			return nil
		}
		found = true
		out, err := r.call(fn, p.root.object(), js...)
		if err == nil {
			result = r.toGo(out)
		}
		return err
	})
	return result, found, err
}

func (p *Page) tellComponents(name string, args []goja.Value) {
	for _, c := range append(p.root.comp.Descendants(), p.root.comp) {
		in := instanceOf(c)
		if in == nil || len(in.def.pageTimes[name]) == 0 {
			continue
		}
		for _, fn := range in.def.pageTimes[name] {
			in.run("pageLifetimes."+name, fn, args...)
		}
	}
}

// Has tells whether the page has a method.
func (p *Page) Has(method string) bool { return p.root.method(method) != nil }

// View is the page's tree.
func (p *Page) View() *view.Page { return p.view }

// ID is the page's number in the session.
func (p *Page) ID() int { return p.id }

// Path is the page's path, without a leading slash.
func (p *Page) Path() string { return p.path }

// Query is what the page was opened with: texts, as they were written.
func (p *Page) Query() *value.Object { return p.query }

// Root is the page's own instance.
func (p *Page) Root() *Instance { return p.root }

// Close takes the page's tree apart: "detached" runs. The caller has called onUnload.
func (p *Page) Close() {
	if p.closed {
		return
	}
	r := p.realm
	_ = r.Turn("close page "+p.path, func() error {
		p.view.Close()
		return nil
	})
	p.closed = true
	delete(r.open, p.id)
	r.pages = slices.DeleteFunc(r.pages, func(q *Page) bool { return q == p })
	if r.current == p {
		r.current = nil
		if n := len(r.pages); n > 0 {
			r.current = r.pages[n-1]
		}
	}
}

// SetPages tells the realm the page stack, bottom first: what getCurrentPages returns. The last one is the page that
// failures are reported for.
func (r *Realm) SetPages(pages []*Page) {
	r.pages = slices.Clone(pages)
	if n := len(pages); n > 0 {
		r.current = pages[n-1]
	}
}

func (r *Realm) getCurrentPages(goja.FunctionCall) goja.Value {
	out := make([]any, 0, len(r.pages))
	for _, p := range r.pages {
		if p.root != nil {
			out = append(out, p.root.object())
		}
	}
	return r.vm.NewArray(out...)
}

func (r *Realm) pagePath() string {
	if r.current != nil {
		return r.current.path
	}
	return ""
}

// touch notes that a page may have something to flush.
func (r *Realm) touch(p *Page) {
	if p != nil && !p.queued {
		p.queued = true
		r.touched = append(r.touched, p)
	}
}

func (r *Realm) dirty() bool { return len(r.touched) > 0 || len(r.attaching) > 0 }

// flushPages sends what changed on each page, then lets what is new become ready.
func (r *Realm) flushPages() {
	for _, p := range r.open {
		r.touch(p)
	}
	slices.SortFunc(r.touched, func(a, b *Page) int { return a.id - b.id })
	list := r.touched
	r.touched = nil // what is touched while flushing is flushed next time
	for _, p := range list {
		p.queued = false
		p.flush()
	}
	r.runReady()
}

func (p *Page) flush() {
	if p.view == nil || p.closed {
		return
	}
	r := p.realm
	_ = r.step("render "+p.path, func() error {
		if patch, ok := p.view.Flush(); ok && r.o.Patch != nil {
			r.o.Patch(patch)
		}
		return nil
	})
}
