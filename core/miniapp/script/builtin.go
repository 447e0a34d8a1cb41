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

// FormField tells a component's name and value in a form, if it is a form field ("wx://form-field").
func FormField(c *view.Component) (name string, v value.Value, ok bool) {
	in := instanceOf(c)
	if in == nil || !in.def.builtins["wx://form-field"] {
		return "", nil, false
	}
	n, _ := in.tree().Get("name")
	v, _ = in.tree().Get("value")
	return value.ToString(n), v, true
}
