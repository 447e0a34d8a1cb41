package compiler

import (
	"reflect"
	"slices"

	"github.com/dougong-dev/dougong/core/miniapp/compiler/internal/jsonfile"
	"github.com/dougong-dev/dougong/core/miniapp/compiler/internal/source"
	"github.com/dougong-dev/dougong/core/miniapp/program"
)

func (b *build) readTabBar(s section) {
	bar := s.below("tabBar")
	if bar.node == nil {
		return
	}
	tab := b.tabBar(bar)
	if n := len(bar.list(b.tabList())); n < 2 || n > 5 {
		s.diags.Warn(s.file, bar.node.Offset, "json-tabbar-count", "", "a tab bar has two to five tabs, this one has %d", n)
	}
	if s.theme != nil {
		dark := s
		dark.dark, dark.diags = true, &source.Diagnostics{} // what is wrong has been said
		if other := b.tabBar(dark.below("tabBar")).Colors(); !reflect.DeepEqual(other, tab.Colors()) {
			tab.Dark = &other
		}
	}
	b.app.TabBar = tab
}

func (b *build) tabBar(bar section) *program.TabBar {
	tab := &program.TabBar{
		Color: bar.plain("color"), SelectedColor: bar.plain("selectedColor"), BackgroundColor: bar.plain("backgroundColor"),
		BorderStyle: bar.plain("borderStyle"), Position: bar.plain("position"), Custom: bar.isSet("custom"),
	}
	if b.config.alipay {
		tab.Color = bar.plain("textColor")
	}
	for _, n := range bar.list(b.tabList()) {
		if item, ok := b.tabItem(bar, n); ok {
			tab.List = append(tab.List, item)
		}
	}
	return tab
}

// tabList is the key of the tabs.
func (b *build) tabList() string {
	if b.config.alipay {
		return "items"
	}
	return "list"
}

func (b *build) tabItem(s section, n *jsonfile.Node) (program.TabItem, bool) {
	s.node = n
	if !n.Object {
		s.wrong(n, "list", "a list of objects")
		return program.TabItem{}, false
	}
	text, icon, selected := "text", "iconPath", "selectedIconPath"
	if b.config.alipay {
		text, icon, selected = "name", "icon", "activeIcon"
	}
	item := program.TabItem{PagePath: cleanPage(s.plain("pagePath")), Text: s.plain(text), IconPath: s.icon(icon, b), SelectedIconPath: s.icon(selected, b)}
	if !slices.Contains(b.app.Pages, item.PagePath) {
		s.diags.Error(s.file, n.Offset, "json-page-missing", "list it in pages", "tab page %q is no page", item.PagePath)
		return item, false
	}
	return item, true
}

// icon gives the bundle path of a picture.
func (s section) icon(name string, b *build) string {
	text := s.plain(name)
	if text == "" {
		return ""
	}
	file := cleanPage(text)
	if !b.files.Exists(file) {
		s.diags.Warn(s.file, s.node.Get(name).Offset, "json-file-missing", "the path begins at the folder of app.json", "there is no file %q", file)
	}
	return file
}
