package script

import (
	"slices"

	"github.com/dougong-dev/dougong/core/miniapp/program"
	"github.com/dougong-dev/dougong/core/miniapp/template"
	"github.com/dougong-dev/dougong/core/miniapp/view"
)

const (
	// customTabBar is where a mini-program has its own tab bar, if app.json says tabBar.custom.
	customTabBar = "custom-tab-bar/index"
	// customTabBarTag stands for it at the end of each tab page. No template can spell it.
	customTabBarTag = "custom-tab-bar "
)

// tabBarOf is the custom tab bar of a page; nil if it has none.
func (r *Realm) tabBarOf(page string) *view.Definition {
	bar := r.source.p.App.TabBar
	if bar == nil || !bar.Custom || !slices.ContainsFunc(bar.List, func(i program.TabItem) bool { return i.PagePath == page }) {
		return nil
	}
	def, _ := r.used(customTabBar)
	return def
}

// withTabBar is the page's template with the tab bar as its last element.
func withTabBar(f *template.File) *template.File {
	if f == nil {
		return nil
	}
	out := *f
	out.Nodes = append(slices.Clone(f.Nodes), &template.Node{Kind: template.Element, Tag: customTabBarTag})
	return &out
}

// tabBar is the custom tab bar in a page, if it has one.
func (r *Realm) tabBar(p *Page) *Instance {
	if p.root == nil {
		return nil
	}
	for _, c := range p.root.comp.Descendants() {
		if in := instanceOf(c); in != nil && in.def.path == customTabBar {
			return in
		}
	}
	return nil
}
