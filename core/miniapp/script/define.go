package script

import (
	"github.com/dop251/goja"
	"github.com/dougong-dev/dougong/core/miniapp/value"
	"github.com/dougong-dev/dougong/core/miniapp/view"
)

// definition is what one Component or Page call declared, behaviors merged in. Instances share it.
type definition struct {
	realm *Realm
	path  string
	page  bool // made by Page(): functions stand beside the data

	proto *goja.Object // methods; its prototype holds what every component has
	props []*property
	prop  map[string]*property
	data  *value.Object // initial data and property defaults
	// odd are initial data fields with something in them that Go cannot give back, as the script wrote them.
	odd       map[string]goja.Value
	fields    []field // other fields of Page({…}), copied into every instance
	lifetimes map[string][]goja.Callable
	pageTimes map[string][]goja.Callable
	observers []*dataObserver
	relations []*relation
	behaviors map[*behavior]bool
	builtins  map[string]bool // "wx://form-field" …
	options   view.Options
	external  []string
	pure      func(field string) bool // nil: no field is pure
	export    goja.Callable
	watched   bool              // some property has an observer
	noticing  *bool             // the answer of notices, once asked
	alipay    *alipayDefinition // nil: written for WeChat

	view *view.Definition
}

type field struct {
	name string
	v    goja.Value
}

// behavior is what Behavior() returns, as far as Go sees it.
type behavior struct {
	opts *goja.Object
	path string // of the module that made it
}

// builder merges behaviors and a component's own options into a definition. What comes later wins, except lifetimes and
// observers, which all run, in order.
type builder struct {
	*definition
	initial *value.Object
	own     bool
	mixed   []*goja.Object
}

// lifetimeNames may stand at the top level as well as in lifetimes.
var lifetimeNames = []string{"created", "attached", "ready", "moved", "detached", "error"}

// define builds the definition of options given to Component (or Page, with page set) in the module at path.
func (r *Realm) define(path string, opts *goja.Object, page bool) (*definition, error) {
	d := &definition{
		realm: r, path: path, page: page,
		proto:     r.vm.CreateObject(r.model.proto),
		prop:      map[string]*property{},
		lifetimes: map[string][]goja.Callable{},
		pageTimes: map[string][]goja.Callable{},
		behaviors: map[*behavior]bool{},
		builtins:  map[string]bool{},
	}
	b := &builder{definition: d, initial: &value.Object{}}
	if ex := r.vm.Try(func() {
		if isAlipay(r.o.Program) {
			b.absorbAlipay(opts, true)
			return
		}
		r.filterDefinition(opts)
		b.absorb(opts, path, true)
	}); ex != nil {
		return nil, ex
	}
	b.finish()
	return d, nil
}

// finish lays out the initial data: data fields first, then properties.
func (b *builder) finish() {
	b.data = b.initial
	for _, p := range b.props {
		b.data.Set(p.name, p.initial)
		b.watched = b.watched || !p.observer.none()
	}
}
