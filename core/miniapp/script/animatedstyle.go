package script

import (
	"github.com/dop251/goja"

	"github.com/dougong-dev/dougong/core/miniapp/value"
)

// mApplyAnimatedStyle is applyAnimatedStyle(selector, updater, config, callback): the base library knows when the updater has
// to run again, and hands its styles to the nodes. The config tells another renderer when to.
func (in *Instance) mApplyAnimatedStyle(c goja.FunctionCall) goja.Value {
	selector := c.Argument(0).String()
	put := in.realm.native("put", func(c goja.FunctionCall) goja.Value {
		if in.gone {
			return goja.Undefined()
		}
		if style, ok := in.realm.toGo(c.Argument(0)).(*value.Object); ok {
			in.putAnimatedStyle(selector, style)
		}
		return goja.Undefined()
	})
	callback := c.Argument(3)
	if _, ok := goja.AssertFunction(c.Argument(2)); ok {
		callback = c.Argument(2)
	}
	in.fromHost(in.realm.host, "applyAnimatedStyle", c.Argument(1), put, callback)
	return goja.Undefined()
}

// putAnimatedStyle adds declarations to those that nodes have by applyAnimatedStyle; an empty value takes one away.
func (in *Instance) putAnimatedStyle(selector string, style *value.Object) {
	if in.animated == nil {
		in.animated = map[int]*value.Object{}
	}
	for _, node := range in.comp.SelectNodes(selector) {
		all := in.animated[node.ID]
		if all == nil {
			all = value.NewObject(style.Len())
			in.animated[node.ID] = all
		}
		for _, name := range style.Keys() {
			v, _ := style.Get(name)
			if all.Set(name, v); v == "" {
				all.Delete(name)
			}
		}
		node.SetStyle(all)
	}
	in.realm.touch(in.page)
}

// mClearAnimatedStyle is clearAnimatedStyle(selector, ids, callback).
func (in *Instance) mClearAnimatedStyle(c goja.FunctionCall) goja.Value {
	return in.fromHost(in.realm.host, "clearAnimatedStyle", c.Argument(1), c.Argument(2))
}

// mGetPassiveEvent is getPassiveEvent(callback). Whether a touch may scroll is known to the client beforehand, so no event
// has to be passive.
func (in *Instance) mGetPassiveEvent(c goja.FunctionCall) goja.Value {
	if fn, ok := goja.AssertFunction(c.Argument(0)); ok {
		config := value.ObjectOf("touchstart", false, "touchmove", false, "wheel", false)
		in.realm.later(func() { in.run("getPassiveEvent callback", fn, in.realm.toJS(config)) })
	}
	return goja.Undefined()
}
