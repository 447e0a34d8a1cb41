package script

import (
	"slices"
	"strings"

	"github.com/dop251/goja"
	"github.com/dougong-dev/dougong/core/miniapp/value"
	"github.com/dougong-dev/dougong/core/miniapp/view"
)

// descriptor is an element as template scripts see it: node is nil for the page itself, in is the component whose methods
// callMethod reaches.
type descriptor struct {
	realm *Realm
	in    *Instance
	node  *view.Node
}

// handleWXS runs a template script's event handler: fn(event, ownerInstance). It reports whether the event goes on: not if
// the handler returns false.
func (r *Realm) handleWXS(in *Instance, fn value.Func, e *view.Event) bool {
	f, ok := fn.(function)
	if !ok {
		return true
	}
	event := r.eventJS(e)
	_ = event.Set("instance", r.nodeDescriptor(in, e.CurrentTarget.Node))
	out, err := r.call(f.callable(), goja.Undefined(), event, r.ownerDescriptor(in))
	if err != nil {
		r.report("handler "+f.FuncName(), err)
		return true
	}
	return out == nil || !out.StrictEquals(r.vm.ToValue(false))
}

// ChangeObserver implements view.Logic: fn(newValue, oldValue, ownerInstance, instance).
func (l logic) ChangeObserver(c *view.Component, node *view.Node, fn value.Func, newValue, oldValue value.Value) {
	in := instanceOf(c)
	f, ok := fn.(function)
	if in == nil || !ok {
		return
	}
	l.realm.run("observer "+f.FuncName(), f.callable(), goja.Undefined(),
		l.realm.toJS(newValue), l.realm.toJS(oldValue), l.realm.ownerDescriptor(in), l.realm.nodeDescriptor(in, node))
}

// ownerDescriptor is the component in whose template the handler stands.
func (r *Realm) ownerDescriptor(in *Instance) *goja.Object {
	return r.describeNode(&descriptor{r, in, in.comp.Host()})
}

// nodeDescriptor is an element of in's template. Of a component, the methods are its own.
func (r *Realm) nodeDescriptor(in *Instance, node *view.Node) goja.Value {
	if node == nil {
		return r.ownerDescriptor(in)
	}
	if own := instanceOf(node.Component()); own != nil {
		in = own
	}
	return r.describeNode(&descriptor{r, in, node})
}

func (r *Realm) describeNode(d *descriptor) *goja.Object {
	if r.descriptorProto == nil {
		r.descriptorProto = r.makeDescriptorProto()
	}
	o := r.vm.CreateObject(r.descriptorProto)
	r.own(o, d)
	return o
}

func (r *Realm) makeDescriptorProto() *goja.Object {
	proto := r.vm.NewObject()
	for name, fn := range map[string]func(*descriptor, goja.FunctionCall) goja.Value{
		"callMethod":            (*descriptor).callMethod,
		"triggerEvent":          (*descriptor).triggerEvent,
		"getDataset":            (*descriptor).getDataset,
		"getState":              (*descriptor).getState,
		"selectComponent":       (*descriptor).selectComponent,
		"selectAllComponents":   (*descriptor).selectAllComponents,
		"setStyle":              (*descriptor).setStyle,
		"addClass":              (*descriptor).addClass,
		"removeClass":           (*descriptor).removeClass,
		"hasClass":              (*descriptor).hasClass,
		"requestAnimationFrame": (*descriptor).requestAnimationFrame,
		"setTimeout":            (*descriptor).setTimeout,
		"clearTimeout":          (*descriptor).clearTimeout,
	} {
		r.set(proto, name, r.native(name, func(c goja.FunctionCall) goja.Value {
			d, ok := r.ownerOf(c.This).(*descriptor)
			if !ok {
				r.throw("%s must be called on a component descriptor", name)
			}
			return fn(d, c)
		}))
	}
	return proto
}

func (d *descriptor) callMethod(c goja.FunctionCall) goja.Value {
	if fn := d.in.method(c.Argument(0).String()); fn != nil {
		d.in.run("method "+c.Argument(0).String(), fn, c.Argument(1))
	}
	return goja.Undefined()
}

func (d *descriptor) triggerEvent(c goja.FunctionCall) goja.Value {
	d.in.triggerEvent(c.Argument(0).String(), c.Argument(1), c.Argument(2))
	return goja.Undefined()
}

func (d *descriptor) getDataset(goja.FunctionCall) goja.Value {
	if d.node == nil {
		return d.realm.vm.NewObject()
	}
	return d.realm.objectJS(d.node.Dataset())
}

// getState is an object that the template scripts of a node share for as long as the page lives.
func (d *descriptor) getState(goja.FunctionCall) goja.Value {
	id := 0
	if d.node != nil {
		id = d.node.ID
	}
	if d.in.states == nil {
		d.in.states = map[int]*goja.Object{}
	}
	if d.in.states[id] == nil {
		d.in.states[id] = d.realm.vm.NewObject()
	}
	return d.in.states[id]
}

func (d *descriptor) selectComponent(c goja.FunctionCall) goja.Value {
	if found := d.in.comp.SelectNodes(c.Argument(0).String()); len(found) > 0 {
		return d.realm.nodeDescriptor(d.in, found[0])
	}
	return goja.Null()
}

func (d *descriptor) selectAllComponents(c goja.FunctionCall) goja.Value {
	out := []any{}
	for _, node := range d.in.comp.SelectNodes(c.Argument(0).String()) {
		out = append(out, d.realm.nodeDescriptor(d.in, node))
	}
	return d.realm.vm.NewArray(out...)
}

func (d *descriptor) setStyle(c goja.FunctionCall) goja.Value {
	return d.change(c.This, func(n *view.Node) { n.SetStyle(d.realm.toGo(c.Argument(0))) })
}

func (d *descriptor) addClass(c goja.FunctionCall) goja.Value {
	return d.change(c.This, func(n *view.Node) { n.AddClass(c.Argument(0).String()) })
}

func (d *descriptor) removeClass(c goja.FunctionCall) goja.Value {
	return d.change(c.This, func(n *view.Node) { n.RemoveClass(c.Argument(0).String()) })
}

func (d *descriptor) change(this goja.Value, f func(*view.Node)) goja.Value {
	if d.node != nil {
		f(d.node)
		d.realm.touch(d.in.page)
	}
	return this
}

func (d *descriptor) hasClass(c goja.FunctionCall) goja.Value {
	has := d.node != nil && slices.Contains(strings.Fields(d.node.Class()), c.Argument(0).String())
	return d.realm.vm.ToValue(has)
}

func (d *descriptor) requestAnimationFrame(c goja.FunctionCall) goja.Value {
	return d.realm.setTimer(goja.FunctionCall{Arguments: []goja.Value{c.Argument(0), d.realm.vm.ToValue(16)}}, false)
}

func (d *descriptor) setTimeout(c goja.FunctionCall) goja.Value { return d.realm.setTimer(c, false) }

func (d *descriptor) clearTimeout(c goja.FunctionCall) goja.Value {
	d.realm.clearTimer(c.Argument(0).ToInteger())
	return goja.Undefined()
}
