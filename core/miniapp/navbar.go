package miniapp

import (
	"fmt"

	"github.com/dougong-dev/dougong/core/miniapp/program"
	"github.com/dougong-dev/dougong/core/miniapp/value"
)

// windowOf is the window of a page as the json files set it.
func (r *router) windowOf(path string) program.Window {
	app := r.a.themed(r.a.prog.App.Window)
	c, err := r.a.prog.Component(path)
	if err != nil {
		return app
	}
	return app.With(r.a.themed(c.Window))
}

// changeBar carries out wx.setNavigationBarTitle, wx.setTabBarBadge and their kin on the page on top.
func (r *router) changeBar(kind string, o *value.Object) error {
	p := r.current()
	if handled, err := r.bar.change(kind, o, p != nil && p.tab); handled {
		if err == nil {
			r.changed(actionUpdate)
		}
		return err
	}
	if p == nil {
		return fmt.Errorf("no page is open")
	}
	change, ok := barChanges[kind]
	if !ok {
		return fmt.Errorf("unknown change %q", kind)
	}
	if err := change(p, o); err != nil {
		return err
	}
	r.changed(actionUpdate)
	return nil
}

var barChanges = map[string]func(*page, *value.Object) error{
	"setNavigationBarTitle": func(p *page, o *value.Object) error {
		title, _ := o.Get("title")
		if _, ok := title.(string); !ok {
			return fmt.Errorf("parameter error: parameter.title should be String instead of %s;", typeName(title))
		}
		return windowText(&p.window.NavigationBarTitleText, o, "title")
	},
	"setNavigationBarColor":    setNavigationBarColor,
	"showNavigationBarLoading": func(p *page, _ *value.Object) error { p.loading = true; return nil },
	"hideNavigationBarLoading": func(p *page, _ *value.Object) error { p.loading = false; return nil },
	"hideHomeButton":           func(p *page, _ *value.Object) error { p.noHome = true; return nil },
	"showShareMenu":            func(p *page, o *value.Object) error { p.hideShare(o, false); return nil },
	"hideShareMenu":            func(p *page, o *value.Object) error { p.hideShare(o, true); return nil },
	"setBackgroundTextStyle": func(p *page, o *value.Object) error {
		if style := text(o, "textStyle"); style != "dark" && style != "light" {
			return fmt.Errorf("parameter error: parameter.textStyle should be dark or light instead of %.40q;", style)
		}
		return windowText(&p.window.BackgroundTextStyle, o, "textStyle")
	},
	"setBackgroundColor": func(p *page, o *value.Object) error {
		_ = windowText(&p.window.BackgroundColor, o, "backgroundColor")
		_ = windowText(&p.window.BackgroundColorTop, o, "backgroundColorTop")
		return windowText(&p.window.BackgroundColorBottom, o, "backgroundColorBottom")
	},
}

// setNavigationBarColor takes the front colour as black or white, the only ones WeChat has.
func setNavigationBarColor(p *page, o *value.Object) error {
	var style string
	switch front := text(o, "frontColor"); front {
	case "#ffffff", "#FFFFFF", "#fff":
		style = "white"
	case "#000000", "#000":
		style = "black"
	default:
		return fmt.Errorf("invalid frontColor %q, should be #ffffff or #000000", front)
	}
	p.window.NavigationBarTextStyle = &style
	return windowText(&p.window.NavigationBarBackgroundColor, o, "backgroundColor")
}

func windowText(to **string, o *value.Object, key string) error {
	if s, ok := o.Get(key); ok {
		if s, ok := s.(string); ok {
			*to = &s
		}
	}
	return nil
}

func typeName(v value.Value) string {
	switch v.(type) {
	case nil:
		return "Undefined"
	case string:
		return "String"
	case float64:
		return "Number"
	case bool:
		return "Boolean"
	case *value.Array:
		return "Array"
	}
	return "Object"
}

// hideShare hides entries of the menu, or shows them again: those of `menus`, or all.
func (p *page) hideShare(o *value.Object, hidden bool) {
	menus := texts(at1(o, "menus"))
	if len(menus) == 0 {
		menus = []string{"shareAppMessage", "shareTimeline"}
	}
	if p.hides == nil {
		p.hides = map[string]bool{}
	}
	for _, menu := range menus {
		p.hides[menu] = hidden
	}
}

// navigationBar takes over what a page's <navigation-bar> says.
func (r *router) navigationBar(p *page, o *value.Object) {
	before, loading := p.window, p.loading
	_ = windowText(&p.window.NavigationBarTitleText, o, "title")
	_ = windowText(&p.window.NavigationBarBackgroundColor, o, "backgroundColor")
	if _, ok := o.Get("frontColor"); ok {
		colors := value.ObjectOf("frontColor", text(o, "frontColor"))
		_ = setNavigationBarColor(p, colors) // a colour that is none leaves the bar as it is
	}
	if v, ok := o.Get("loading"); ok {
		p.loading = value.ToBool(v)
	}
	if p.window != before || p.loading != loading {
		r.changed(actionUpdate)
	}
}
