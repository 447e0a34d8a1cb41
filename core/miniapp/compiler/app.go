package compiler

import (
	"encoding/json"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/dougong-dev/dougong/core/miniapp/compiler/internal/jsonfile"
	"github.com/dougong-dev/dougong/core/miniapp/compiler/internal/source"
	"github.com/dougong-dev/dougong/core/miniapp/program"
)

// section reads typed fields of a JSON file and reports wrong types at their place.
type section struct {
	file  *source.File
	node  *jsonfile.Node
	diags *source.Diagnostics
	theme *jsonfile.Node // values of "@name"
}

func (s section) wrong(n *jsonfile.Node, name, want string) {
	s.diags.Error(s.file, n.Offset, "json-type", "", "%q must be %s, got %s", name, want, n.Kind())
}

func (s section) text(name string) *string {
	n := s.node.Get(name)
	if n == nil {
		return nil
	}
	v, ok := n.Text()
	if !ok {
		s.wrong(n, name, "a text")
		return nil
	}
	if variable, isTheme := strings.CutPrefix(v, "@"); isTheme && s.theme != nil {
		if themed, ok := s.theme.Get(variable).Text(); ok {
			v = themed
		}
	}
	return &v
}

func (s section) plain(name string) string {
	if v := s.text(name); v != nil {
		return *v
	}
	return ""
}

func (s section) flag(name string) *bool {
	n := s.node.Get(name)
	if n == nil {
		return nil
	}
	if v, ok := n.Bool(); ok {
		return &v
	}
	if t, ok := n.Text(); ok && (t == "true" || t == "false") { // widely written, and taken by WeChat
		v := t == "true"
		return &v
	}
	s.wrong(n, name, "true or false")
	return nil
}

func (s section) isSet(name string) bool {
	v := s.flag(name)
	return v != nil && *v
}

func (s section) integer(name string) *int {
	n := s.node.Get(name)
	if n == nil {
		return nil
	}
	f, ok := n.Number()
	if !ok || f != float64(int(f)) {
		s.wrong(n, name, "a whole number")
		return nil
	}
	v := int(f)
	return &v
}

// list gives the items of an array; nil if there is none.
func (s section) list(name string) []*jsonfile.Node {
	n := s.node.Get(name)
	if n == nil {
		return nil
	}
	if !n.Array {
		s.wrong(n, name, "a list")
		return nil
	}
	return n.Items
}

// below opens an object in a field.
func (s section) below(name string) section {
	n := s.node.Get(name)
	if n != nil && !n.Object {
		s.wrong(n, name, "an object")
		n = nil
	}
	s.node = n
	return s
}

func (s section) window() program.Window {
	return program.Window{
		NavigationBarBackgroundColor: s.text("navigationBarBackgroundColor"),
		NavigationBarTextStyle:       s.text("navigationBarTextStyle"),
		NavigationBarTitleText:       s.text("navigationBarTitleText"),
		NavigationStyle:              s.text("navigationStyle"),
		HomeButton:                   s.flag("homeButton"),
		BackgroundColor:              s.text("backgroundColor"),
		BackgroundTextStyle:          s.text("backgroundTextStyle"),
		BackgroundColorTop:           s.text("backgroundColorTop"),
		BackgroundColorBottom:        s.text("backgroundColorBottom"),
		EnablePullDownRefresh:        s.flag("enablePullDownRefresh"),
		OnReachBottomDistance:        s.integer("onReachBottomDistance"),
		DisableScroll:                s.flag("disableScroll"),
		PageOrientation:              s.text("pageOrientation"),
	}
}

// readApp reads app.json.
func (b *build) readApp() {
	var diags source.Diagnostics
	s := section{file: b.appUnit.source, node: b.appUnit.json, diags: &diags}
	if loc := s.plain("themeLocation"); loc != "" {
		b.theme = b.jsonUnit(strings.TrimPrefix(path.Clean("/"+loc), "/")).json.Get("light")
		s.theme = b.theme
	}
	b.app = program.App{Format: program.FormatVersion, Window: s.below("window").window()}
	b.readPages(s)
	b.readTabBar(s)
	b.readTimeouts(s)
	if config, ok := b.appUnit.json.Go().(map[string]any); ok {
		b.app.Config = config
	}
	b.app.ID, b.app.Name = b.identity()
	b.app.Version = b.version()
	if len(b.app.Pages) == 0 {
		diags.Error(s.file, s.node.Offset, "json-no-pages", `list them: "pages": ["pages/index/index"]`, "app.json has no pages")
		b.fatal = true
	}
	b.report(diags.List)
}

func cleanPage(p string) string { return strings.TrimPrefix(path.Clean("/"+p), "/") }

// MaxPages is the largest number of pages.
const MaxPages = 5000

// addPage notes a page unless it is there already.
func (b *build) addPage(s section, n *jsonfile.Node, root string) (string, bool) {
	text, ok := n.Text()
	if !ok || strings.TrimSpace(text) == "" {
		s.wrong(n, "pages", "a list of paths")
		return "", false
	}
	page := cleanPage(path.Join(root, text))
	if len(b.app.Pages) >= MaxPages {
		s.diags.Error(s.file, n.Offset, "json-too-many-pages", "", "more than %d pages", MaxPages)
		return "", false
	}
	if slices.Contains(b.app.Pages, page) {
		s.diags.Warn(s.file, n.Offset, "json-duplicate-page", "remove one of them", "page %q is listed twice", page)
		return page, true
	}
	b.app.Pages = append(b.app.Pages, page)
	if !b.componentExists(page) {
		s.diags.Error(s.file, n.Offset, "json-page-missing", "create the page, or remove it from the list", "page %q has no file %s.wxml", page, page)
		if n := len(s.diags.List); n > 0 {
			b.broken[page+".wxml"] = s.diags.List[n-1]
		}
	}
	return page, true
}

func (b *build) readPages(s section) {
	for _, n := range s.list("pages") {
		b.addPage(s, n, "")
	}
	for _, key := range []string{"subPackages", "subpackages"} {
		for _, n := range s.list(key) {
			b.readSubPackage(s, n)
		}
	}
	entry := s.node.Get("entryPagePath")
	if text, ok := entry.Text(); ok {
		page := strings.TrimSuffix(cleanPage(text), ".html")
		i := slices.Index(b.app.Pages, page)
		if i < 0 {
			s.diags.Error(s.file, entry.Offset, "json-page-missing", "list it in pages", "the entry page %q is no page", page)
			return
		}
		b.app.Pages = append([]string{page}, slices.Delete(b.app.Pages, i, i+1)...)
	}
}

func (b *build) readSubPackage(s section, n *jsonfile.Node) {
	s.node = n
	if !n.Object {
		s.wrong(n, "subPackages", "a list of objects")
		return
	}
	sub := program.SubPackage{Root: cleanPage(s.plain("root")), Name: s.plain("name"), Independent: s.isSet("independent")}
	if sub.Root == "" {
		s.diags.Error(s.file, n.Offset, "json-subpackage-root", `add "root": "folder"`, "a subpackage without root")
		return
	}
	for _, page := range s.list("pages") {
		if p, ok := b.addPage(s, page, sub.Root); ok {
			sub.Pages = append(sub.Pages, p)
		}
	}
	b.app.SubPackages = append(b.app.SubPackages, sub)
}

func (b *build) readTabBar(s section) {
	bar := s.below("tabBar")
	if bar.node == nil {
		return
	}
	tab := &program.TabBar{
		Color: bar.plain("color"), SelectedColor: bar.plain("selectedColor"), BackgroundColor: bar.plain("backgroundColor"),
		BorderStyle: bar.plain("borderStyle"), Position: bar.plain("position"), Custom: bar.isSet("custom"),
	}
	items := bar.list("list")
	for _, n := range items {
		if item, ok := b.tabItem(bar, n); ok {
			tab.List = append(tab.List, item)
		}
	}
	if len(items) < 2 || len(items) > 5 {
		s.diags.Warn(s.file, bar.node.Offset, "json-tabbar-count", "", "a tab bar has two to five tabs, this one has %d", len(items))
	}
	b.app.TabBar = tab
}

func (b *build) tabItem(s section, n *jsonfile.Node) (program.TabItem, bool) {
	s.node = n
	if !n.Object {
		s.wrong(n, "list", "a list of objects")
		return program.TabItem{}, false
	}
	item := program.TabItem{PagePath: cleanPage(s.plain("pagePath")), Text: s.plain("text"), IconPath: s.icon("iconPath", b), SelectedIconPath: s.icon("selectedIconPath", b)}
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

func (b *build) readTimeouts(s section) {
	timeouts := s.below("networkTimeout")
	for _, kind := range []string{"request", "connectSocket", "uploadFile", "downloadFile"} {
		if v := timeouts.integer(kind); v != nil {
			if b.app.NetworkTimeout == nil {
				b.app.NetworkTimeout = map[string]int{}
			}
			b.app.NetworkTimeout[kind] = *v
		}
	}
	permission := s.below("permission")
	if permission.node == nil {
		return
	}
	b.app.Permission = map[string]string{}
	for i, key := range permission.node.Keys {
		desc, _ := permission.node.Items[i].Get("desc").Text()
		b.app.Permission[key.Name] = desc
	}
}

// version is that of package.json; mini-programs have no place of their own for it.
func (b *build) version() string {
	var info struct {
		Version string `json:"version"`
	}
	data, err := fs.ReadFile(b.builder.o.FS, "package.json")
	if err != nil || json.Unmarshal(data, &info) != nil || info.Version == "" {
		return "1.0.0"
	}
	return info.Version
}
