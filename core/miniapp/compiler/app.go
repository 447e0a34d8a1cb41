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

// readApp reads app.json.
func (b *build) readApp() {
	var diags source.Diagnostics
	s := section{file: b.appUnit.source, node: b.appUnit.json, diags: &diags}
	if loc := s.plain("themeLocation"); loc != "" {
		b.theme = b.jsonUnit(strings.TrimPrefix(path.Clean("/"+loc), "/")).json
		s.theme = b.theme
	}
	b.app = program.App{Format: program.FormatVersion, DarkMode: s.isSet("darkmode"), Style: s.plain("style"), Window: s.below("window").window(b.config.alipay)}
	if b.config.alipay {
		b.app.Dialect = program.DialectAlipay
	}
	b.readPages(s)
	b.readTabBar(s)
	b.readPlugins(s)
	b.readWorkers(s)
	b.readExt()
	b.readExtendedLibs(s)
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
	page := b.withoutEnding(s, n, cleanPage(path.Join(root, text)))
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
		s.diags.Error(s.file, n.Offset, "json-page-missing", "create the page, or remove it from the list", "page %q has no file %s", page, b.templateName(page))
		if n := len(s.diags.List); n > 0 {
			b.broken[b.templateName(page)] = s.diags.List[n-1]
		}
	}
	return page, true
}

// withoutEnding takes off the ending of the page's template, which does not belong there.
func (b *build) withoutEnding(s section, n *jsonfile.Node, page string) string {
	stem, ok := strings.CutSuffix(page, path.Ext(b.templateName("x")))
	if !ok || b.componentExists(page) || !b.componentExists(stem) {
		return page
	}
	s.diags.Warn(s.file, n.Offset, "json-page-ending", "pages are listed without an ending", "page %q is named by its file", page)
	return stem
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
	b.readPreload(s.below("preloadRule"))
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
	if entry := s.plain("entry"); entry != "" {
		if file, ok := b.resolveScript(sub.Root+"/package.json", "./"+cleanPage(entry)); ok {
			sub.Entry = scriptKey(file)
			b.entries = append(b.entries, file)
		} else {
			s.diags.Warn(s.file, n.Get("entry").Offset, "json-file-missing", "the path begins at the subpackage's root", "there is no script %q", entry)
		}
	}
	b.readPlugins(s)
	for _, page := range s.list("pages") {
		if p, ok := b.addPage(s, page, sub.Root); ok {
			sub.Pages = append(sub.Pages, p)
		}
	}
	b.app.SubPackages = append(b.app.SubPackages, sub)
}

// readPreload reads which subpackages are fetched ahead, page by page.
func (b *build) readPreload(s section) {
	if s.node == nil {
		return
	}
	for i, key := range s.node.Keys {
		entry := section{file: s.file, node: s.node.Items[i], diags: s.diags}
		rule := program.Preload{Metered: entry.plain("network") == "all"}
		for _, n := range entry.list("packages") {
			name, _ := n.Text()
			if name == mainPackage {
				continue
			}
			sub := b.app.Package(name)
			if sub == nil {
				s.diags.Warn(s.file, n.Offset, "json-preload-package", "give the root or the name of an entry of subPackages", "preloadRule: there is no subpackage %q", name)
				continue
			}
			rule.Packages = append(rule.Packages, sub.Root)
		}
		if len(rule.Packages) == 0 {
			continue
		}
		if b.app.Preload == nil {
			b.app.Preload = map[string]program.Preload{}
		}
		b.app.Preload[cleanPage(key.Name)] = rule
	}
}

// mainPackage is what preloadRule calls the main package, which is always there.
const mainPackage = "__APP__"

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
	data, err := fs.ReadFile(b.fsys, "package.json")
	if err != nil || json.Unmarshal(data, &info) != nil || info.Version == "" {
		return "1.0.0"
	}
	return info.Version
}
