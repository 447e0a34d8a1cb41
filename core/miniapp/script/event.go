package script

import (
	"github.com/dop251/goja"
	"github.com/dougong-dev/dougong/core/miniapp/value"
	"github.com/dougong-dev/dougong/core/miniapp/view"
)

// eventJS makes the object an event handler gets.
func (r *Realm) eventJS(e *view.Event) *goja.Object {
	o := r.vm.NewObject()
	_ = o.Set("type", e.Type)
	at := e.Time
	if at == 0 {
		at = r.uptime() // a component's own event
	}
	_ = o.Set("timeStamp", at)
	_ = o.Set("target", r.targetJS(e.Target))
	_ = o.Set("currentTarget", r.targetJS(e.CurrentTarget))
	_ = o.Set("mark", r.objectJS(e.Mark))
	_ = o.Set("detail", r.detailJS(e.Detail))
	if e.Touches != nil || e.ChangedTouches != nil {
		_ = o.Set("touches", r.touchesJS(e.Touches))
		_ = o.Set("changedTouches", r.touchesJS(e.ChangedTouches))
	}
	if r.alipay {
		r.alipayEvent(o, e.Type, e.Target.Dataset)
	}
	if e.Type == "regionchange" {
		regionChange(o, e.Detail)
	}
	return o
}

// regionChange: a map's event says "begin" or "end" in place of its own name.
func regionChange(o *goja.Object, detail value.Value) {
	for _, name := range [...]string{"type", "causedBy"} {
		if text, ok := value.Member(detail, name).(string); ok {
			_ = o.Set(name, text)
		}
	}
}

// detailJS is an event's detail: an object even if there is none.
func (r *Realm) detailJS(v value.Value) goja.Value {
	if v == nil {
		return r.vm.NewObject()
	}
	return r.toJS(v)
}

func (r *Realm) targetJS(t view.Target) *goja.Object {
	o := r.vm.NewObject()
	_ = o.Set("id", t.ID)
	_ = o.Set("offsetLeft", t.OffsetLeft)
	_ = o.Set("offsetTop", t.OffsetTop)
	_ = o.Set("dataset", r.objectJS(t.Dataset))
	return o
}

func (r *Realm) touchesJS(touches []view.Touch) *goja.Object {
	out := make([]any, len(touches))
	for i, t := range touches {
		o := r.vm.NewObject()
		_ = o.Set("identifier", t.Identifier)
		_ = o.Set("pageX", t.PageX)
		_ = o.Set("pageY", t.PageY)
		_ = o.Set("clientX", t.ClientX)
		_ = o.Set("clientY", t.ClientY)
		if t.X != nil && t.Y != nil {
			_ = o.Set("x", *t.X)
			_ = o.Set("y", *t.Y)
		}
		out[i] = o
	}
	return r.vm.NewArray(out...)
}

// triggerEvent is this.triggerEvent(name, detail, options). The detail reaches handlers as it is.
func (in *Instance) triggerEvent(name string, detail, options goja.Value) {
	var o view.TriggerOptions
	if opts, ok := options.(*goja.Object); ok {
		r := in.realm
		o.Bubbles = r.get(opts, "bubbles").ToBoolean()
		o.Composed = r.get(opts, "composed").ToBoolean()
		o.CapturePhase = r.get(opts, "capturePhase").ToBoolean()
	}
	var v value.Value
	if detail != nil && !goja.IsUndefined(detail) {
		v = detailOf(in.realm, detail)
	}
	in.comp.TriggerEvent(name, v, o)
}

// detailOf keeps an object as it is and copies anything else.
func detailOf(r *Realm, v goja.Value) value.Value {
	if _, ok := v.(*goja.Object); ok {
		return opaque{v}
	}
	return r.toGo(v)
}
