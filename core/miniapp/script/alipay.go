package script

import (
	"slices"

	"github.com/dop251/goja"
	"github.com/dougong-dev/dougong/core/miniapp/program"
	"github.com/dougong-dev/dougong/core/miniapp/value"
)

// alipayDefinition is what a component written for Alipay has beside a definition: properties that nobody declares, with
// functions among them, and lifecycles that are told of changes.
type alipayDefinition struct {
	props  *goja.Object // defaults
	init   []goja.Callable
	derive []goja.Callable
	update []goja.Callable
	ref    goja.Callable
}

// alipayTimes are Alipay's names of lifetimes.
var alipayTimes = map[string]string{"didMount": "ready", "didUnmount": "detached", "onError": "error"}

// alipayPageTimes are Alipay's names in pageEvents.
var alipayPageTimes = map[string]string{"onShow": "show", "onHide": "hide", "onResize": "resize"}

// isAlipay tells whether the program is written for Alipay.
func isAlipay(p *program.Program) bool { return p.App.Dialect == program.DialectAlipay }

// absorbAlipay merges one set of options, its mixins first.
func (b *builder) absorbAlipay(opts *goja.Object, own bool) {
	r := b.realm
	if b.alipay == nil {
		b.alipay = &alipayDefinition{props: r.vm.NewObject()}
		b.options.MultipleSlots, b.options.VirtualHost = true, !b.page
		b.options.OpenProperties, b.options.RepeatSlots = !b.page, true
	}
	for _, v := range r.list(r.object(opts, "mixins")) {
		if mixin, ok := v.(*goja.Object); ok && !slices.Contains(b.mixed, mixin) {
			b.mixed = append(b.mixed, mixin)
			b.absorbAlipay(mixin, false)
		}
	}
	b.own = own
	if props := r.object(opts, "props"); props != nil {
		for _, name := range props.Keys() {
			r.set(b.alipay.props, name, r.get(props, name))
		}
	}
	b.takeData(r.get(opts, "data"))
	b.takeMethods(opts)
	b.takeLifetimes(opts)
	b.takeObservers(r.object(opts, "observers"))
	b.takeRelations(r.object(opts, "relations"), b.path)
	b.takeOptions(r.object(opts, "options"))
	for _, c := range r.list(r.object(opts, "externalClasses")) {
		b.external = append(b.external, c.String())
	}
	b.takeAlipayTimes(opts)
}

// takeAlipayTimes reads the lifecycles; those of mixins all run, before the component's own.
func (b *builder) takeAlipayTimes(opts *goja.Object) {
	r := b.realm
	add := func(list *[]goja.Callable, name string) {
		if fn := r.callableOf(opts, name); fn != nil {
			*list = append(*list, fn)
		}
	}
	add(&b.alipay.init, "onInit")
	add(&b.alipay.derive, "deriveDataFromProps")
	add(&b.alipay.update, "didUpdate")
	if fn := r.callableOf(opts, "ref"); fn != nil {
		b.alipay.ref = fn
	}
	for name, time := range alipayTimes {
		if fn := r.callableOf(opts, name); fn != nil {
			b.lifetimes[time] = append(b.lifetimes[time], fn)
		}
	}
	events := r.object(opts, "pageEvents")
	for name, time := range alipayPageTimes {
		if fn := r.callableOf(events, name); fn != nil {
			b.pageTimes[time] = append(b.pageTimes[time], fn)
		}
	}
	if b.page {
		b.takePageEvents(r.object(opts, "events"))
	}
}

// takePageEvents makes methods of a page's events, which Alipay calls before those of the same name.
func (b *builder) takePageEvents(events *goja.Object) {
	if events == nil {
		return
	}
	r := b.realm
	for _, name := range events.Keys() {
		first := r.callableOf(events, name)
		if first == nil {
			continue
		}
		second := r.callableOf(b.proto, name)
		r.set(b.proto, name, r.native(name, func(c goja.FunctionCall) goja.Value {
			v, err := r.call(first, c.This, c.Arguments...)
			if err == nil && second != nil {
				v, err = r.call(second, c.This, c.Arguments...)
			}
			if err != nil {
				r.rethrow(err)
			}
			return v
		}))
	}
}

// alipayInstance is what an instance of such a component keeps.
type alipayInstance struct {
	id       int
	props    *goja.Object      // this.props
	handlers map[string]string // property → the owner's method that it calls
	ref      goja.Value        // who wants to have the instance

	deriving bool
	// pending: didUpdate will be called with what was there before.
	pending   bool
	prevProps *goja.Object
	prevData  *goja.Object
}

// setUpAlipay adds what instances have in Alipay, and Mixin, which only gives back what it is given.
func (r *Realm) setUpAlipay() {
	global := r.vm.GlobalObject()
	r.set(global, "Mixin", r.native("Mixin", func(c goja.FunctionCall) goja.Value { return c.Argument(0) }))
	for name, m := range map[string]method{
		"$spliceData":                   (*Instance).mSpliceData,
		"$batchedUpdates":               (*Instance).mGroupSetData,
		"selectComposedParentComponent": (*Instance).mComposedParent,
	} {
		r.hide(r.model.proto, name, r.onInstance(name, m))
	}
	r.accessor("props", func(in *Instance, _ goja.FunctionCall) goja.Value {
		if in.alipay == nil || in.alipay.props == nil {
			return r.vm.NewObject()
		}
		return in.alipay.props
	})
	r.accessor("$id", func(in *Instance, _ goja.FunctionCall) goja.Value {
		if in.alipay == nil {
			return goja.Undefined()
		}
		return r.vm.ToValue(in.alipay.id)
	})
	r.accessor("$page", func(in *Instance, _ goja.FunctionCall) goja.Value {
		if in.page == nil || in.page.root == nil {
			return goja.Undefined()
		}
		return in.page.root.object()
	})
}

func (in *Instance) mComposedParent(goja.FunctionCall) goja.Value {
	if p := in.composedParent(); p != nil {
		return p.object()
	}
	return goja.Null()
}

// mSpliceData is this.$spliceData({path: [start, deleteCount, …items]}, callback).
func (in *Instance) mSpliceData(c goja.FunctionCall) goja.Value {
	r := in.realm
	edits, ok := c.Argument(0).(*goja.Object)
	if !ok {
		r.throw("$spliceData needs an object, got %s", r.inspect(c.Argument(0)))
	}
	changes := r.vm.NewObject()
	for _, key := range edits.Keys() {
		path, err := r.path(key)
		if err != nil {
			r.warn(err.Error())
			continue
		}
		list, isList := r.lookJS(in.dataObject(), path).(*goja.Object)
		args := r.list(edits.Get(key).ToObject(r.vm))
		if !isList || list.ClassName() != "Array" {
			r.throw("$spliceData: %q is no array, but %s", key, r.inspect(r.lookJS(in.dataObject(), path)))
		}
		items := r.vm.NewArray(anySlice(r.list(list))...)
		if _, err := r.call(r.callableOf(items, "splice"), items, args...); err != nil {
			r.rethrow(err)
		}
		r.set(changes, key, items)
	}
	in.setData(changes, c.Argument(1))
	return goja.Undefined()
}

func anySlice(list []goja.Value) []any {
	out := make([]any, len(list))
	for i, v := range list {
		if v == nil {
			v = goja.Undefined()
		}
		out[i] = v
	}
	return out
}

// alipayEvents are event types whose names in Alipay have capitals.
var alipayEvents = map[string]string{
	"touchstart": "touchStart", "touchmove": "touchMove", "touchend": "touchEnd", "touchcancel": "touchCancel", "longpress": "longTap",
	"scrolltolower": "scrollToLower", "scrolltoupper": "scrollToUpper", "animationstart": "animationStart", "animationend": "animationEnd",
	"animationiteration": "animationIteration", "transitionend": "transitionEnd", "columnchange": "columnChange", "timeupdate": "timeUpdate",
	"view-appear": "appear", "view-disappear": "disappear", "view-firstappear": "firstAppear",
	"regionchange": "regionChange", "markertap": "markerTap",
}

// alipayEvent gives an event the names that Alipay has for it.
func (r *Realm) alipayEvent(o *goja.Object, kind string, dataset *value.Object) {
	if name := alipayEvents[kind]; name != "" {
		_ = o.Set("type", name)
	}
	if target := r.object(o, "target"); target != nil {
		_ = target.Set("targetDataset", r.objectJS(dataset))
	}
}
