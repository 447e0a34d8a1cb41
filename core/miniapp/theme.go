package miniapp

import (
	"github.com/dougong-dev/dougong/core/miniapp/program"
	"github.com/dougong-dev/dougong/core/miniapp/value"
)

// The themes of a system.
const (
	themeLight = "light"
	themeDark  = "dark"
)

// themed is a window section in the present theme.
func (a *actor) themed(w program.Window) program.Window {
	dark := w.Dark
	w.Dark = nil
	if dark == nil || a.theme != themeDark {
		return w
	}
	return w.With(program.Window{
		NavigationBarBackgroundColor: dark.NavigationBarBackgroundColor, NavigationBarTextStyle: dark.NavigationBarTextStyle,
		BackgroundColor: dark.BackgroundColor, BackgroundTextStyle: dark.BackgroundTextStyle,
		BackgroundColorTop: dark.BackgroundColorTop, BackgroundColorBottom: dark.BackgroundColorBottom,
	})
}

// themeChanged takes over the system's theme: bars and backgrounds that theme.json has, then the listeners. What the
// program itself has set meanwhile gives way, as the settings are applied again.
func (a *actor) themeChanged(theme string) {
	if a.prog.App.DarkMode && theme != a.theme && (theme == themeLight || theme == themeDark) {
		a.theme = theme
		for _, p := range append(a.router.tabsInOrder(), a.router.stack...) { // a page twice does no harm
			title := p.window.NavigationBarTitleText
			p.window = a.router.windowOf(p.path)
			p.window.NavigationBarTitleText = title
		}
		a.router.bar.themed(theme)
		a.router.changed(actionUpdate)
	}
	_ = a.realm.Emit("themeChange", value.ObjectOf("theme", theme))
	a.appCall("onThemeChange", value.ObjectOf("theme", theme))
}

// themed takes over the colours and icons of a theme.
func (t *tabBar) themed(theme string) {
	if t.bar == nil || t.light == nil || t.light.Dark == nil {
		return
	}
	from := t.light.Colors()
	if theme == themeDark {
		from = *t.light.Dark
	}
	t.bar.Color, t.bar.SelectedColor, t.bar.BackgroundColor, t.bar.BorderStyle = from.Color, from.SelectedColor, from.BackgroundColor, from.BorderStyle
	for i := range min(len(t.bar.List), len(from.List)) {
		t.bar.List[i].IconPath, t.bar.List[i].SelectedIconPath = from.List[i].IconPath, from.List[i].SelectedIconPath
	}
}
