package compiler

import (
	"slices"
	"strings"

	"github.com/dougong-dev/dougong/core/miniapp/compiler/internal/jsonfile"
	"github.com/dougong-dev/dougong/core/miniapp/compiler/internal/source"
	"github.com/dougong-dev/dougong/core/miniapp/program"
)

// definition is a page or component on its way into the bundle.
type definition struct {
	program.Component
	config *unit // its json; nil if it has none
	files  struct{ template, style, script string }
	units  []*unit         // everything it needs itself: for Broken
	refs   map[string]bool // further files that it needs and that are broken
	style  *unit
	absent []string // tags whose component is missing, which has been reported
}

// Endings of the parts of a component, best first.
var (
	templateEndings  = []string{".wxml", ".fxml"}
	styleEndings     = []string{".wxss", ".ftss", ".scss", ".sass", ".less", ".styl"}
	componentEndings = []string{".json", ".wxml", ".fxml", ".js", ".ts", ".axml"}
)

func (b *build) firstOf(base string, endings []string) string {
	for _, ending := range endings {
		if b.files.Exists(base + ending) {
			return base + ending
		}
	}
	return ""
}

// componentExists tells whether there is anything that makes a page or component at a path.
func (b *build) componentExists(base string) bool {
	return b.firstOf(base, b.templateEndings()) != "" || b.firstOf(base, b.scriptEndings()) != ""
}

func (b *build) scriptEndings() []string {
	if b.config.ts {
		return []string{".ts", ".js"}
	}
	return []string{".js", ".ts"}
}

// findComponents reads the json files of all pages and of every component that can be reached from them.
func (b *build) findComponents() []*definition {
	finder := &finder{build: b, defs: map[string]*definition{}, pages: map[string]bool{}}
	app := section{file: b.appUnit.source, node: b.appUnit.json, diags: &finder.diags}
	b.app.Using = finder.using(app, "app.json", nil)
	for _, page := range b.app.Pages {
		finder.pages[page] = true
		finder.add(page)
	}
	for _, name := range sortedKeys(b.app.Using) {
		finder.add(b.app.Using[name])
	}
	for _, p := range b.app.Plugins {
		for _, name := range sortedKeys(p.Pages) {
			finder.pages[p.Pages[name]] = true
			finder.add(p.Pages[name])
		}
		for _, name := range sortedKeys(p.Components) {
			finder.add(p.Components[name])
		}
	}
	if b.app.TabBar != nil && b.app.TabBar.Custom {
		finder.add("custom-tab-bar/index")
	}
	for len(finder.queue) > 0 {
		def := finder.queue[0]
		finder.queue = finder.queue[1:]
		finder.read(def)
	}
	b.report(finder.diags.List)
	return finder.order
}

type finder struct {
	*build
	defs  map[string]*definition
	pages map[string]bool
	order []*definition
	queue []*definition
	diags source.Diagnostics
}

func (f *finder) add(path string) {
	if path == "" || f.defs[path] != nil {
		return
	}
	def := &definition{Component: program.Component{Path: path, Page: f.pages[path]}, refs: map[string]bool{}}
	f.defs[path] = def
	f.order = append(f.order, def)
	f.queue = append(f.queue, def)
}

func (f *finder) read(def *definition) {
	def.files.template = f.firstOf(def.Path, f.templateEndings())
	def.files.style = f.firstOf(def.Path, f.styleEndings())
	def.files.script = f.firstOf(def.Path, f.scriptEndings())
	if def.Page && !f.componentExists(def.Path) {
		def.refs[f.templateName(def.Path)] = true
	}
	def.Using = map[string]string{}
	name := def.Path + ".json"
	if f.files.Exists(name) {
		def.config = f.jsonUnit(name)
		def.units = append(def.units, def.config)
		s, before := section{file: def.config.source, node: def.config.json, diags: &f.diags, theme: f.theme}, len(f.diags.List)
		def.Window = s.window(f.config.alipay)
		def.StyleIsolation = s.plain("styleIsolation")
		def.Using = f.using(s, name, def)
		def.Placeholders = f.placeholders(s)
		f.generics(s, def)
		if source.HasErrors(f.diags.List[before:]) {
			def.refs[name] = true
		}
	}
	def.Window = def.Window.With(f.extPages[def.Path])
	for tag, target := range f.app.Using {
		if f.app.PluginOf(def.Path) != nil { // a plugin knows its own components only
			break
		}
		if _, own := def.Using[tag]; !own && target != def.Path {
			def.Using[tag] = target
		}
	}
	for _, tag := range sortedKeys(def.Using) {
		f.add(def.Using[tag])
	}
	for _, tag := range sortedKeys(def.Generics) {
		f.add(def.Generics[tag])
	}
}

// using reads usingComponents. What is missing is reported at its line and left out.
func (f *finder) using(s section, name string, def *definition) map[string]string {
	out := map[string]string{}
	list := s.below("usingComponents").node
	if list == nil {
		return out
	}
	for i, key := range list.Keys {
		if target, ok := f.component(s, name, key.Name, list.Items[i]); ok {
			out[key.Name] = target
		} else if def == nil {
			f.missingApp(key.Name)
		} else {
			def.absent = append(def.absent, key.Name)
		}
	}
	return out
}

// missingApp notes a tag of app.json whose component is missing: what uses it is broken.
func (f *finder) missingApp(tag string) {
	f.badTags[tag] = true
	if n := len(f.diags.List); n > 0 {
		f.broken[appTag(tag)] = f.diags.List[n-1]
	}
}

// appTag is the key under which a missing component of app.json stands in App.Broken.
func appTag(tag string) string { return "app.json <" + tag + ">" }

func (f *finder) component(s section, from, tag string, n *jsonfile.Node) (string, bool) {
	ref, ok := n.Text()
	if !ok || ref == "" {
		s.wrong(n, tag, "the path of a component")
		return "", false
	}
	if strings.HasPrefix(ref, "plugin://") || strings.HasPrefix(ref, "plugin-private://") {
		return f.pluginComponent(s, tag, ref, n)
	}
	_, base, ok := f.files.Resolve(from, f.alias(ref), componentEndings)
	if !ok {
		if bare := strings.TrimSuffix(strings.TrimSuffix(ref, ".js"), ".wxml"); bare != ref {
			_, base, ok = f.files.Resolve(from, f.alias(bare), componentEndings)
		}
	}
	if !ok {
		f.missPackage(ref)
		s.diags.Error(s.file, n.Offset, "json-component-missing", missingHint(ref), "component <%s>: there is no %q", tag, ref)
	}
	return base, ok
}

func missingHint(ref string) string {
	if strings.HasPrefix(ref, ".") || strings.HasPrefix(ref, "/") {
		return "check the path: it is relative to this file, or begins with / at the project's root, and has no ending"
	}
	name := packageName(ref)
	return "a path without ./ or / is an npm package: run npm install " + name + ", or correct the path"
}

func (f *finder) placeholders(s section) map[string]string {
	list := s.below("componentPlaceholder").node
	if list == nil || len(list.Keys) == 0 {
		return nil
	}
	out := map[string]string{}
	for i, key := range list.Keys {
		if text, ok := list.Items[i].Text(); ok {
			out[key.Name] = text
		}
	}
	return out
}

// generics reads componentGenerics: true, or an object with a default.
func (f *finder) generics(s section, def *definition) {
	list := s.below("componentGenerics").node
	if list == nil {
		return
	}
	def.Generics = map[string]string{}
	for i, key := range list.Keys {
		def.Generics[key.Name] = ""
		if fallback := list.Items[i].Get("default"); fallback != nil {
			if target, ok := f.component(s, def.config.path, key.Name, fallback); ok {
				def.Generics[key.Name] = target
			}
		}
	}
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
