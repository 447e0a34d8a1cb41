package script

import (
	"slices"

	"github.com/dop251/goja"
	"github.com/dougong-dev/dougong/core/miniapp/value"
)

// absorb merges one set of options, its behaviors first.
func (b *builder) absorb(opts *goja.Object, path string, own bool) {
	r := b.realm
	for _, u := range b.used(opts) {
		if !b.behaviors[u] {
			b.behaviors[u] = true
			b.absorb(u.opts, u.path, false)
		}
	}
	b.own = own
	b.takeProperties(r.object(opts, "properties"))
	b.takeData(r.get(opts, "data"))
	b.takeMethods(opts)
	b.takeLifetimes(opts)
	b.takeObservers(r.object(opts, "observers"))
	b.takeRelations(r.object(opts, "relations"), path)
	b.takeOptions(r.object(opts, "options"))
	for _, c := range r.list(r.object(opts, "externalClasses")) {
		if name := c.String(); !slices.Contains(b.external, name) {
			b.external = append(b.external, name)
		}
	}
	if fn := r.callableOf(opts, "export"); fn != nil {
		b.export = fn
	}
}

// used lists the behaviors of options; strings are built-in ones.
func (b *builder) used(opts *goja.Object) []*behavior {
	var out []*behavior
	for _, v := range b.realm.list(b.realm.object(opts, "behaviors")) {
		switch {
		case v == nil:
		case goja.IsString(v):
			b.takeBuiltin(v.String())
		default:
			if u, ok := b.realm.ownerOf(v).(*behavior); ok {
				out = append(out, u)
			} else {
				b.realm.warn("behaviors of " + b.path + ": " + b.realm.inspect(v) + " is not a behavior; is the module that makes it required in a cycle?")
			}
		}
	}
	return out
}

// filterDefinition runs the definitionFilter of every behavior that options use on these options. A filter is given the
// filters of its own behavior's behaviors, to call them if it likes.
func (r *Realm) filterDefinition(opts *goja.Object) {
	for _, v := range r.list(r.object(opts, "behaviors")) {
		u, ok := r.ownerOf(v).(*behavior)
		if !ok {
			continue
		}
		fn := r.callableOf(u.opts, "definitionFilter")
		if fn == nil {
			continue
		}
		if _, err := fn(u.opts, opts, r.vm.NewArray(r.filtersOf(u)...)); err != nil {
			r.rethrow(err)
		}
	}
}

func (r *Realm) filtersOf(u *behavior) (filters []any) {
	for _, v := range r.list(r.object(u.opts, "behaviors")) {
		if sub, ok := r.ownerOf(v).(*behavior); ok {
			if f := r.get(sub.opts, "definitionFilter"); !goja.IsUndefined(f) {
				filters = append(filters, f)
			}
		}
	}
	return filters
}

func (b *builder) takeProperties(decls *goja.Object) {
	if decls == nil {
		return
	}
	for _, name := range decls.Keys() {
		b.addProperty(b.realm.parseProperty(name, decls.Get(name)))
	}
}

func (b *builder) addProperty(p *property) {
	if old := b.prop[p.name]; old != nil {
		b.props[slices.Index(b.props, old)] = p
	} else {
		b.props = append(b.props, p)
	}
	b.prop[p.name] = p
}

func (b *builder) takeData(v goja.Value) {
	if fn, ok := goja.AssertFunction(v); ok {
		made, err := fn(goja.Undefined())
		if err != nil {
			b.realm.rethrow(err)
		}
		v = made
	}
	o, ok := v.(*goja.Object)
	if !ok {
		return
	}
	fresh := value.NewObject(0)
	for _, key := range o.Keys() {
		im := b.realm.importing(0)
		field := o.Get(key)
		fresh.Set(key, im.copy(field))
		delete(b.odd, key)
		if im.odd {
			if b.odd == nil {
				b.odd = map[string]goja.Value{}
			}
			b.odd[key] = field
		}
	}
	mergeData(b.initial, fresh)
}

// mergeData lets objects of the same name merge, everything else is replaced.
func mergeData(into, from *value.Object) {
	for key, v := range from.All() {
		if old, ok := into.Get(key); ok {
			a, okA := old.(*value.Object)
			c, okC := v.(*value.Object)
			if okA && okC {
				mergeData(a, c)
				continue
			}
		}
		into.Set(key, v)
	}
}

// notMethods are the fields of Page({…}) that mean something else.
var notMethods = []string{"data", "options", "behaviors", "observers", "properties", "lifetimes", "pageLifetimes",
	"relations", "externalClasses", "methods", "definitionFilter", "export", "mixins", "events", "pageEvents", "props"}

func (b *builder) takeMethods(opts *goja.Object) {
	if methods := b.realm.object(opts, "methods"); methods != nil {
		for _, name := range methods.Keys() {
			b.realm.set(b.proto, name, methods.Get(name))
		}
	}
	if !b.page || !b.own {
		return
	}
	for _, name := range opts.Keys() {
		if slices.Contains(notMethods, name) {
			continue
		}
		v := opts.Get(name)
		if _, ok := goja.AssertFunction(v); ok {
			b.realm.set(b.proto, name, v)
		} else {
			b.fields = append(b.fields, field{name, v})
		}
	}
}

func (b *builder) takeLifetimes(opts *goja.Object) {
	life := b.realm.object(opts, "lifetimes")
	for _, name := range lifetimeNames {
		fn := b.realm.callableOf(life, name)
		if fn == nil && !(b.page && b.own) { // in Page({…}) it is a method that happens to be called "ready"
			fn = b.realm.callableOf(opts, name)
		}
		if fn != nil {
			b.lifetimes[name] = append(b.lifetimes[name], fn)
		}
	}
	if times := b.realm.object(opts, "pageLifetimes"); times != nil {
		for _, name := range times.Keys() {
			if fn := b.realm.callableOf(times, name); fn != nil {
				b.pageTimes[name] = append(b.pageTimes[name], fn)
			}
		}
	}
}

// takeObservers reads {"a, b.c": fn} or [{fields, observer}].
func (b *builder) takeObservers(o *goja.Object) {
	if o == nil {
		return
	}
	if o.ClassName() == "Array" {
		for _, v := range b.realm.list(o) {
			if entry, ok := v.(*goja.Object); ok {
				b.addObserver(textOf(entry, "fields"), entry.Get("observer"))
			}
		}
		return
	}
	for _, key := range o.Keys() {
		b.addObserver(key, o.Get(key))
	}
}

func (b *builder) addObserver(key string, v goja.Value) {
	if fn := b.realm.observerOf(v); !fn.none() {
		b.observers = append(b.observers, parseObserver(key, fn))
	}
}

func (b *builder) takeOptions(o *goja.Object) {
	if o == nil {
		return
	}
	for _, key := range o.Keys() {
		v := o.Get(key)
		switch key {
		case "dynamicSlots":
			b.options.DynamicSlots = v.ToBoolean()
		case "multipleSlots":
			b.options.MultipleSlots = v.ToBoolean()
		case "virtualHost":
			b.options.VirtualHost = v.ToBoolean()
		case "addGlobalClass":
			b.options.AddGlobalClass = v.ToBoolean()
		case "styleIsolation":
			b.options.StyleIsolation = v.String()
		case "pureDataPattern":
			b.pure = b.realm.purePattern(v)
		}
	}
}

// purePattern makes a test of a pureDataPattern; answers are kept, since field names are few.
func (r *Realm) purePattern(v goja.Value) func(string) bool {
	re, ok := v.(*goja.Object)
	if !ok || re.ClassName() != "RegExp" {
		return nil
	}
	test := r.callableOf(re, "test")
	known := map[string]bool{}
	return func(name string) bool {
		pure, ok := known[name]
		if !ok {
			if v, err := test(re, r.vm.ToValue(name)); err == nil {
				pure = v.ToBoolean()
			}
			known[name] = pure
		}
		return pure
	}
}
