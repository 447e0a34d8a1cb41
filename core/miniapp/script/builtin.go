package script

import (
	"strings"

	"github.com/dougong-dev/dougong/core/miniapp/value"
	"github.com/dougong-dev/dougong/core/miniapp/view"
)

// builtinBehaviors are the names that start with wx://.
var builtinBehaviors = []string{
	"wx://form-field", "wx://form-field-group", "wx://form-field-button", "wx://component-export",
}

// takeBuiltin adds what a built-in behavior declares.
func (b *builder) takeBuiltin(name string) {
	known := false
	for _, n := range builtinBehaviors {
		known = known || n == name
	}
	if !known {
		b.realm.warn("behaviors of " + b.path + ": there is no built-in behavior \"" + name + "\"; there are " + strings.Join(builtinBehaviors, ", "))
		return
	}
	b.builtins[name] = true
	if name == "wx://form-field" {
		b.addProperty(&property{name: "name", kind: kindString, initial: ""})
		b.addProperty(&property{name: "value", kind: kindAny, initial: value.Null})
	}
}

// fillForm adds what components that are form fields ("wx://form-field") hold to the detail of a form's submit event: the
// client knows its own inputs only.
func (l logic) fillForm(e *view.Event) {
	detail, ok := e.Detail.(*value.Object)
	form := e.Target.Node
	if !ok || form == nil {
		return
	}
	v, _ := detail.Get("value")
	fields, ok := v.(*value.Object)
	if !ok {
		fields = value.NewObject(0)
		detail.Set("value", fields)
	}
	for _, c := range l.page.root.comp.Descendants() {
		in := instanceOf(c)
		if in == nil || !in.def.builtins["wx://form-field"] || !form.Contains(c) {
			continue
		}
		name, _ := in.tree().Get("name")
		if held, _ := in.tree().Get("value"); !value.IsNullish(name) && name != "" {
			fields.Set(value.ToString(name), value.Copy(held))
		}
	}
}
