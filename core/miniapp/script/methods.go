package script

import (
	"fmt"

	"github.com/dop251/goja"
	"github.com/dougong-dev/dougong/core/miniapp/value"
)

// method is a native of every page and component instance.
type method func(in *Instance, c goja.FunctionCall) goja.Value

// setUpMethods fills the prototype that all instances share.
func (r *Realm) setUpMethods() {
	for name, m := range map[string]method{
		"setData":                      (*Instance).mSetData,
		"triggerEvent":                 (*Instance).mTriggerEvent,
		"selectComponent":              (*Instance).mSelectComponent,
		"selectAllComponents":          (*Instance).mSelectAllComponents,
		"selectOwnerComponent":         (*Instance).mSelectOwnerComponent,
		"getRelationNodes":             (*Instance).mGetRelationNodes,
		"createSelectorQuery":          (*Instance).mCreateSelectorQuery,
		"createIntersectionObserver":   (*Instance).mCreateIntersectionObserver,
		"createMediaQueryObserver":     (*Instance).mCreateMediaQueryObserver,
		"animate":                      (*Instance).mAnimate,
		"clearAnimation":               (*Instance).mClearAnimation,
		"getTabBar":                    (*Instance).mGetTabBar,
		"getPageId":                    (*Instance).mGetPageID,
		"groupSetData":                 (*Instance).mGroupSetData,
		"setUpdatePerformanceListener": (*Instance).mSetUpdatePerformanceListener,
		"hasBehavior":                  (*Instance).mHasBehavior,
		"getOpenerEventChannel":        (*Instance).mGetOpenerEventChannel,
		"setInitialRenderingCache":     (*Instance).mNothing,
		"setPassiveEvent":              (*Instance).mNothing,
		"getPassiveEvent":              (*Instance).mGetPassiveEvent,
		"applyAnimatedStyle":           (*Instance).mApplyAnimatedStyle,
		"clearAnimatedStyle":           (*Instance).mClearAnimatedStyle,
		"getAppBar":                    func(*Instance, goja.FunctionCall) goja.Value { return goja.Null() },
	} {
		r.hide(r.model.proto, name, r.onInstance(name, m))
	}
	for name, m := range map[string]method{
		"data":       func(in *Instance, _ goja.FunctionCall) goja.Value { return in.dataObject() },
		"properties": func(in *Instance, _ goja.FunctionCall) goja.Value { return in.dataObject() },
		"is":         func(in *Instance, _ goja.FunctionCall) goja.Value { return in.realm.vm.ToValue(in.def.path) },
		"route":      (*Instance).mRoute,
		"__route__":  (*Instance).mRoute,
		"options":    (*Instance).mOptions,
		"id":         (*Instance).mID,
		"dataset":    (*Instance).mDataset,
		"renderer":   func(in *Instance, _ goja.FunctionCall) goja.Value { return in.realm.vm.ToValue("webview") },
		"router":     (*Instance).mRouter,

		"__wxWebviewId__":      (*Instance).mGetPageID,
		"__wxExparserNodeId__": (*Instance).mNodeID,

		"pageRouter": (*Instance).mPageRouter,
		"exitState":  func(in *Instance, _ goja.FunctionCall) goja.Value { return orUndefined(in.exitState) },
	} {
		r.accessor(name, m)
	}
}

func orUndefined(v goja.Value) goja.Value {
	if v == nil {
		return goja.Undefined()
	}
	return v
}

// onInstance makes a native that works on the instance behind "this".
func (r *Realm) onInstance(name string, m method) goja.Value {
	return r.native(name, func(c goja.FunctionCall) goja.Value {
		in, ok := r.ownerOf(c.This).(*Instance)
		if !ok {
			if c.This == goja.Value(r.model.proto) {
				return goja.Undefined()
			}
			r.throw("%s must be called on a page or component instance, as in this.%s(…)", name, name)
		}
		return m(in, c)
	})
}

// accessor defines a property that is computed, and that an assignment replaces.
func (r *Realm) accessor(name string, m method) {
	set := r.native(name, func(c goja.FunctionCall) goja.Value {
		in, _ := r.ownerOf(c.This).(*Instance)
		switch o, isObject := c.Argument(0).(*goja.Object); {
		case in == nil:
		case name == "data" && isObject:
			in.data = o
		case name == "exitState":
			in.exitState = c.Argument(0)
		default:
			r.set(in.object(), name, c.Argument(0))
		}
		return goja.Undefined()
	})
	_ = r.model.proto.DefineAccessorProperty(name, r.onInstance(name, m), set, goja.FLAG_TRUE, goja.FLAG_FALSE)
}

func (in *Instance) mNothing(goja.FunctionCall) goja.Value { return goja.Undefined() }

func (in *Instance) mSetData(c goja.FunctionCall) goja.Value {
	if data, ok := c.Argument(0).(*goja.Object); ok {
		in.setData(data, c.Argument(1))
	} else if !goja.IsUndefined(c.Argument(0)) && !goja.IsNull(c.Argument(0)) {
		in.realm.throw("setData needs an object, got %s", in.realm.inspect(c.Argument(0)))
	}
	return goja.Undefined()
}

// mGroupSetData runs a function whose setData calls are rendered together; all of a turn's are flushed together anyway.
func (in *Instance) mGroupSetData(c goja.FunctionCall) goja.Value {
	if fn, ok := goja.AssertFunction(c.Argument(0)); ok {
		if _, err := in.realm.call(fn, in.object()); err != nil {
			in.realm.rethrow(err)
		}
	}
	return goja.Undefined()
}

func (in *Instance) mTriggerEvent(c goja.FunctionCall) goja.Value {
	in.triggerEvent(c.Argument(0).String(), c.Argument(1), c.Argument(2))
	return goja.Undefined()
}

func (in *Instance) mGetRelationNodes(c goja.FunctionCall) goja.Value {
	return in.related(c.Argument(0).String())
}

func (in *Instance) mCreateSelectorQuery(goja.FunctionCall) goja.Value {
	return in.fromHost(in.realm.host, "createSelectorQuery", in.object())
}

func (in *Instance) mCreateIntersectionObserver(c goja.FunctionCall) goja.Value {
	space := in.realm.object(in.realm.vm.GlobalObject(), in.realm.namespace())
	return in.fromHost(space, "createIntersectionObserver", in.object(), c.Argument(0))
}

func (in *Instance) mCreateMediaQueryObserver(goja.FunctionCall) goja.Value {
	wx := in.realm.object(in.realm.vm.GlobalObject(), "wx")
	return in.fromHost(wx, "createMediaQueryObserver", in.object())
}

func (in *Instance) mAnimate(c goja.FunctionCall) goja.Value {
	return in.fromHost(in.realm.host, "animateNodes", append([]goja.Value{in.object()}, c.Arguments...)...)
}

func (in *Instance) mClearAnimation(c goja.FunctionCall) goja.Value {
	return in.fromHost(in.realm.host, "clearAnimatedNodes", append([]goja.Value{in.object()}, c.Arguments...)...)
}

// fromHost calls a function of the base library.
func (in *Instance) fromHost(o *goja.Object, name string, args ...goja.Value) goja.Value {
	r := in.realm
	var fn goja.Callable
	if o != nil {
		fn = r.callableOf(o, name)
	}
	if fn == nil {
		r.throwMarked("api-missing", originUnsupported, "", name+" is not there: no base library is loaded")
	}
	v, err := fn(o, args...)
	if err != nil {
		r.rethrow(err)
	}
	return v
}

func (in *Instance) mGetTabBar(c goja.FunctionCall) goja.Value {
	bar := goja.Null()
	if in.page != nil {
		if tabBar := in.realm.tabBar(in.page); tabBar != nil {
			bar = tabBar.object()
		}
	}
	if fn, ok := goja.AssertFunction(c.Argument(0)); ok && !goja.IsNull(bar) {
		in.realm.later(func() { in.run("getTabBar callback", fn, bar) })
		return goja.Undefined()
	}
	return bar
}

func (in *Instance) mGetPageID(goja.FunctionCall) goja.Value {
	return in.realm.vm.ToValue(in.page.id)
}

// mNodeID is what programs tell pages and components apart by, though WeChat does not document it.
func (in *Instance) mNodeID(goja.FunctionCall) goja.Value {
	node := 0
	if host := in.comp.Host(); host != nil {
		node = host.ID
	}
	return in.realm.vm.ToValue(fmt.Sprintf("%04x%04x", in.page.id, node))
}

// mSetUpdatePerformanceListener is setUpdatePerformanceListener({withDataPaths}, listener).
func (in *Instance) mSetUpdatePerformanceListener(c goja.FunctionCall) goja.Value {
	in.onUpdate, _ = goja.AssertFunction(c.Argument(1))
	o, ok := c.Argument(0).(*goja.Object)
	in.updatePaths = ok && in.realm.get(o, "withDataPaths").ToBoolean()
	return goja.Undefined()
}

// timeUpdate tells the performance listener of a setData, once it has been flushed.
func (in *Instance) timeUpdate(paths []string) {
	r, began := in.realm, in.realm.uptime()
	r.updates++
	id := r.updates
	r.later(func() {
		o := r.vm.NewObject()
		_ = o.Set("updateProcessId", id)
		_ = o.Set("isMergedUpdate", false)
		_ = o.Set("pendingStartTimestamp", began)
		_ = o.Set("updateStartTimestamp", began)
		_ = o.Set("updateEndTimestamp", r.uptime())
		if in.updatePaths {
			_ = o.Set("dataPaths", paths)
		}
		in.run("update performance listener", in.onUpdate, o)
	})
}

func (in *Instance) mHasBehavior(c goja.FunctionCall) goja.Value {
	v := c.Argument(0)
	if goja.IsString(v) {
		return in.realm.vm.ToValue(in.def.builtins[v.String()])
	}
	b, ok := in.realm.ownerOf(v).(*behavior)
	return in.realm.vm.ToValue(ok && in.def.behaviors[b])
}

func (in *Instance) mGetOpenerEventChannel(goja.FunctionCall) goja.Value {
	if in.page != nil && in.page.opener != nil {
		if in.page.channel == nil {
			in.page.channel = in.realm.toJS(in.page.opener)
		}
		return in.page.channel
	}
	return in.realm.quietChannel()
}

func (in *Instance) mRoute(goja.FunctionCall) goja.Value {
	if in.page == nil || in.page.root != in {
		return goja.Undefined()
	}
	return in.realm.vm.ToValue(in.page.path)
}

func (in *Instance) mOptions(goja.FunctionCall) goja.Value {
	if in.page == nil || in.page.root != in {
		return goja.Undefined()
	}
	if in.page.options == nil {
		in.page.options = in.realm.objectJS(in.page.query)
	}
	return in.page.options
}

func (in *Instance) mID(goja.FunctionCall) goja.Value {
	id := ""
	if host := in.comp.Host(); host != nil {
		id = host.IDAttr()
	}
	return in.realm.vm.ToValue(id)
}

func (in *Instance) mDataset(goja.FunctionCall) goja.Value {
	var dataset *value.Object
	if host := in.comp.Host(); host != nil {
		dataset = host.Dataset()
	}
	return in.realm.objectJS(dataset)
}
