package compiler

import (
	"path"
	"strings"

	"github.com/dougong-dev/dougong/core/miniapp/compiler/internal/jsonfile"
	"github.com/dougong-dev/dougong/core/miniapp/compiler/internal/source"
	"github.com/dougong-dev/dougong/core/miniapp/program"
)

// pluginConfig describes a plugin, at the top of its folder.
const pluginConfig = "plugin.json"

// readPlugins reads the plugins of app.json or of a subpackage in it.
func (b *build) readPlugins(s section) {
	list := s.below("plugins").node
	if list == nil {
		return
	}
	for i, key := range list.Keys {
		entry := section{file: s.file, node: list.Items[i], diags: s.diags}
		if !list.Items[i].Object {
			s.wrong(list.Items[i], key.Name, "an object with version and provider")
			continue
		}
		p := program.Plugin{Name: key.Name, Provider: entry.plain("provider"), Version: entry.plain("version")}
		if b.app.Plugin(p.Name) != nil {
			continue
		}
		if export := entry.plain("export"); export != "" {
			b.pluginExport(&p, entry, export)
		}
		if folder := b.pluginFolder(p); folder != "" {
			b.mountPlugin(&p, folder)
		} else {
			s.diags.Warn(s.file, key.Offset, "plugin-missing", pluginHint(p),
				"plugin %q (%s) is not installed: its components and pages are left out, and requirePlugin(%q) gives an empty object", p.Name, p.Provider, p.Name)
		}
		b.app.Plugins = append(b.app.Plugins, p)
	}
}

func pluginHint(p program.Plugin) string {
	return "put its source into plugins/" + p.Provider + " beside app.json, with its plugin.json, or name its folder as pluginRoot in project.config.json"
}

func (b *build) pluginExport(p *program.Plugin, s section, export string) {
	file, ok := b.resolveScript("app.json", "./"+cleanPage(export))
	if !ok {
		s.diags.Error(s.file, s.node.Get("export").Offset, "plugin-export-missing", "the path begins at the folder of app.json", "plugin %q: there is no script %q", p.Name, export)
		return
	}
	p.Export = scriptKey(file)
	b.entries = append(b.entries, file)
}

// pluginFolder finds a plugin's sources: those that are developed in this project, or a copy in plugins/<provider>.
func (b *build) pluginFolder(p program.Plugin) string {
	if dir := b.config.plugin; dir != "" && exists(b.fsys, path.Join(dir, pluginConfig)) && (p.Version == "dev" || p.Provider == b.config.id) {
		return dir
	}
	for _, base := range []string{b.config.root, b.config.base} {
		dir := path.Join(base, "plugins", path.Base(path.Clean("/"+p.Provider)))
		if p.Provider != "" && exists(b.fsys, path.Join(dir, pluginConfig)) {
			return dir
		}
	}
	return ""
}

// mountPlugin lets a plugin's files appear in the project, and reads what it offers.
func (b *build) mountPlugin(p *program.Plugin, folder string) {
	id := path.Base(path.Clean("/" + p.Provider))
	if id == "/" || id == "." {
		id = path.Base(path.Clean("/" + p.Name))
	}
	p.Root = source.PluginDir + "/" + id
	b.files.Mount(p.Root, folder)
	u := b.jsonUnit(p.Root + "/" + pluginConfig)
	var diags source.Diagnostics
	s := section{file: u.source, node: u.json, diags: &diags}
	p.Components = b.pluginPaths(s, "publicComponents", p.Root)
	p.Pages = b.pluginPaths(s, "pages", p.Root)
	if main := s.plain("main"); main != "" {
		if file, ok := b.resolveScript(p.Root+"/"+pluginConfig, "./"+cleanPage(main)); ok {
			p.Main = scriptKey(file)
			b.entries = append(b.entries, file)
		} else {
			diags.Error(s.file, s.node.Get("main").Offset, "plugin-main-missing", "the path begins at the plugin's folder", "there is no script %q", main)
		}
	}
	b.report(diags.List)
}

// pluginPaths reads names and paths; old plugins list paths alone.
func (b *build) pluginPaths(s section, key, root string) map[string]string {
	n := s.node.Get(key)
	if n == nil {
		return nil
	}
	out := map[string]string{}
	add := func(name string, item *jsonfile.Node) {
		text, ok := item.Text()
		if !ok || strings.TrimSpace(text) == "" {
			s.wrong(item, key, "a path")
			return
		}
		target := root + "/" + cleanPage(text)
		if !b.componentExists(target) {
			s.diags.Error(s.file, item.Offset, "plugin-path-missing", "create it, or remove it from the list", "there is no page or component %q", text)
			return
		}
		out[name] = target
	}
	for i, item := range n.Items {
		if n.Object {
			add(n.Keys[i].Name, item)
		} else if text, ok := item.Text(); ok {
			add(cleanPage(text), item)
		}
	}
	return out
}

// pluginComponent is the component that plugin://name/component means.
func (f *finder) pluginComponent(s section, tag, ref string, n *jsonfile.Node) (string, bool) {
	target, ok := f.app.PluginPath(ref, func(p *program.Plugin) map[string]string { return p.Components })
	if ok {
		return target, true
	}
	name, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(ref, "plugin://"), "plugin-private://"), "/")
	hint, text := "", "the plugin %q is not in the plugins of app.json"
	switch p := f.app.Plugin(name); {
	case p == nil:
		hint = "list it there, with version and provider"
	case p.Root == "":
		hint, text = pluginHint(*p), "the plugin %q is not installed"
	default:
		hint, text = "list it in the publicComponents of its plugin.json", "the plugin %q has no such component"
	}
	s.diags.Error(s.file, n.Offset, "json-plugin-component", hint, "component <%s> (%s): "+text, tag, ref, name)
	return "", false
}
