package headless

import (
	"errors"
	"path"
	"strconv"
	"strings"

	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/value"
	"github.com/dougong-dev/dougong/core/miniapp/view"
	"github.com/dougong-dev/dougong/core/miniapp/view/dom"
)

// A browser's built-in components do things of their own when they are tapped or typed into: a navigator navigates, a
// button submits its form, a switch changes. This file does the same without a screen.

// state is what a user did to a control since its attributes said something: text typed, a choice made.
type state map[*dom.Node]any

// tapped is what follows a tap on a node beside the tap event itself.
func (a *App) tapped(page int, n *dom.Node) ([]message.ToActor, error) {
	for ; n != nil; n = n.Parent {
		switch n.Name {
		case "navigator":
			return a.navigator(n), nil
		case "label":
			if control := labelled(n); control != nil {
				return a.activate(page, control), nil
			}
		case "button":
			if flag(n, "disabled") {
				return nil, errors.New("the button is disabled")
			}
			return a.activate(page, n), nil
		case "switch", "radio", "checkbox":
			return a.activate(page, n), nil
		}
	}
	return nil, nil
}

// activate does what a control does when tapped.
func (a *App) activate(page int, n *dom.Node) []message.ToActor {
	emit := func(n *dom.Node, kind string, v value.Value) []message.ToActor {
		return []message.ToActor{{Event: &view.ClientEvent{
			Page: page, Node: n.ID, Type: kind, Detail: value.ObjectOf("value", v),
		}}}
	}
	if flag(n, "disabled") {
		return nil
	}
	switch n.Name {
	case "button":
		if attr(n, "open-type") == "share" {
			return []message.ToActor{{Event: &view.ClientEvent{
				Page: page, Type: message.PageShare, Detail: map[string]any{"from": "button", "node": n.ID},
			}}}
		}
		if event := openEvents[attr(n, "open-type")]; event != "" {
			return []message.ToActor{{Event: &view.ClientEvent{
				Page: page, Node: n.ID, Type: event,
				Detail: map[string]any{"errMsg": attr(n, "open-type") + ":fail not supported"},
			}}}
		}
		form := above(n, "form")
		switch kind := attr(n, "form-type"); {
		case form == nil || kind == "":
		case kind == "submit":
			return emit(form, "submit", a.formValues(form))
		case kind == "reset":
			each(form, func(c *dom.Node) { delete(a.state, c) })
			return emit(form, "reset", nil)
		}
	case "switch":
		a.state[n] = !a.checked(n)
		return emit(n, "change", a.state[n])
	case "radio":
		group := above(n, "radio-group")
		if group == nil || a.checked(n) {
			return nil
		}
		each(group, func(c *dom.Node) {
			if c.Name == "radio" {
				a.state[c] = c == n
			}
		})
		return emit(group, "change", attr(n, "value"))
	case "checkbox":
		a.state[n] = !a.checked(n)
		if group := above(n, "checkbox-group"); group != nil {
			return emit(group, "change", &value.Array{Items: a.chosen(group)})
		}
	}
	return nil
}

// openEvents are the open-types that are events of the button; the mini-program finds out what comes of them.
var openEvents = map[string]string{
	"contact": "contact", "getUserInfo": "getuserinfo", "getPhoneNumber": "getphonenumber", "launchApp": "launchapp",
	"openSetting": "opensetting", "chooseAvatar": "chooseavatar", "agreePrivacyAuthorization": "agreeprivacyauthorization",
}

// navigator is where a <navigator> leads.
func (a *App) navigator(n *dom.Node) []message.ToActor {
	kind, url := attr(n, "open-type"), attr(n, "url")
	if kind == "" {
		kind = "navigate"
	}
	if kind == "navigateBack" {
		delta, err := strconv.Atoi(attr(n, "delta"))
		if err != nil {
			delta = 1
		}
		return []message.ToActor{{Route: &message.Route{Kind: "back", Delta: delta}}}
	}
	if url == "" {
		return nil
	}
	to := url
	if !strings.HasPrefix(url, "/") {
		from := a.stack.Pages[len(a.stack.Pages)-1].Path
		file, query, has := strings.Cut(url, "?")
		if to = path.Join("/", path.Dir(from), file); has {
			to += "?" + query
		}
	}
	if kind == "switchTab" {
		to = strings.TrimPrefix(to, "/")
	}
	return []message.ToActor{{Route: &message.Route{Kind: kind, Path: to}}}
}

// formValues collects the fields of a form that have a name, in document order.
func (a *App) formValues(form *dom.Node) *value.Object {
	values := value.NewObject(0)
	each(form, func(n *dom.Node) {
		name := attr(n, "name")
		if v, ok := a.fieldValue(n); ok && name != "" {
			values.Set(name, v)
		}
	})
	return values
}

// fieldValue is the value of a form field; ok is false if n is none.
func (a *App) fieldValue(n *dom.Node) (v value.Value, ok bool) {
	switch n.Name {
	case "input", "textarea", "slider", "picker", "picker-view":
		if typed, ok := a.state[n]; ok {
			return typed, true
		}
		v, err := value.From(n.Attrs["value"])
		if err != nil || value.IsNullish(v) {
			return "", true
		}
		return v, true
	case "switch":
		return a.checked(n), true
	case "radio-group":
		v = ""
		each(n, func(c *dom.Node) {
			if c.Name == "radio" && a.checked(c) {
				v = attr(c, "value")
			}
		})
		return v, true
	case "checkbox-group":
		return &value.Array{Items: a.chosen(n)}, true
	}
	return nil, false
}

// chosen lists the values of the checked boxes of a group.
func (a *App) chosen(group *dom.Node) []value.Value {
	out := []value.Value{}
	each(group, func(c *dom.Node) {
		if c.Name == "checkbox" && a.checked(c) {
			out = append(out, attr(c, "value"))
		}
	})
	return out
}

func (a *App) checked(n *dom.Node) bool {
	if on, ok := a.state[n].(bool); ok {
		return on
	}
	return flag(n, "checked")
}

// labelled is the control that a label belongs to: the first inside it.
func labelled(label *dom.Node) (control *dom.Node) {
	each(label, func(n *dom.Node) {
		switch n.Name {
		case "switch", "radio", "checkbox", "button":
			if control == nil {
				control = n
			}
		}
	})
	return control
}

func above(n *dom.Node, name string) *dom.Node {
	for n != nil && n.Name != name {
		n = n.Parent
	}
	return n
}

// each visits everything below a node that is seen.
func each(n *dom.Node, visit func(*dom.Node)) {
	for _, c := range n.Seen() {
		visit(c)
		each(c, visit)
	}
}

func attr(n *dom.Node, name string) string {
	s, _ := n.Attrs[name].(string)
	return s
}

func flag(n *dom.Node, name string) bool {
	switch v := n.Attrs[name].(type) {
	case bool:
		return v
	case string:
		return v != ""
	}
	return false
}
