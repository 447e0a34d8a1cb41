package script

import (
	"regexp"
	"strings"

	"github.com/dougong-dev/dougong/core/miniapp/program"
	"github.com/dougong-dev/dougong/core/miniapp/template"
	"github.com/dougong-dev/dougong/core/miniapp/view"
)

// viewOf is the definition as the renderer needs it.
func (r *Realm) viewOf(d *definition) *view.Definition {
	if d.view != nil {
		return d.view
	}
	v := &view.Definition{
		Path: d.path, Options: d.options, ExternalClasses: d.external, Script: d,
		Properties: make(map[string]bool, len(d.props)),
		Templates:  r.templateFile,
		Apart:      r.source.p.App.Apart,
	}
	d.view = v
	for _, p := range d.props {
		v.Properties[p.name] = true
	}
	config, ok := r.source.component(d.path)
	if !ok {
		return v
	}
	if config.Template != "" {
		v.Template, _ = r.templateFile(config.Template)
	}
	tabBar := r.tabBarOf(d.path)
	if tabBar != nil {
		v.Template = withTabBar(v.Template)
	}
	if v.Options.StyleIsolation == "" {
		v.Options.StyleIsolation = config.StyleIsolation
	}
	r.styleOf(v, config.Style, config.Page)
	v.DataSelectors = r.dataSelectors(v, config.Page)
	v.Generics = r.genericsOf(config)
	v.Using = func(tag string) (*view.Definition, bool) {
		if tag == customTabBarTag && tabBar != nil {
			return tabBar, true
		}
		path, ok := config.Using[tag]
		if !ok {
			return nil, false
		}
		return r.used(path)
	}
	v.Placeholder = func(tag string) (*view.Placeholder, bool) { return r.placeholder(v, config, tag) }
	return v
}

// placeholder is what stands in for a component whose subpackage has not been fetched (componentPlaceholder).
func (r *Realm) placeholder(v *view.Definition, config *program.Component, tag string) (*view.Placeholder, bool) {
	path, instead := strings.TrimPrefix(config.Using[tag], "/"), config.Placeholders[tag]
	if path == "" || instead == "" || r.ready(path) {
		return nil, false
	}
	p := &view.Placeholder{Tag: instead}
	if instead != tag {
		p.Instead, _ = v.Using(instead)
	}
	p.Find = func() (*view.Definition, bool) {
		if !r.ready(path) {
			return nil, false
		}
		return r.used(path)
	}
	p.Wanted = func() { r.o.Packages.Fetch(path, func(error) {}) } // a failure has been reported
	return p, true
}

// used is the component at the path that a json file names.
func (r *Realm) used(path string) (*view.Definition, bool) {
	path = strings.TrimPrefix(path, "/")
	if _, ok := r.source.component(path); !ok {
		return nil, false
	}
	return r.viewOf(r.definition(path)), true
}

func (r *Realm) genericsOf(config *program.Component) map[string]*view.Definition {
	if len(config.Generics) == 0 {
		return nil
	}
	out := make(map[string]*view.Definition, len(config.Generics))
	for name, path := range config.Generics {
		out[name] = nil
		if path != "" {
			out[name], _ = r.used(path)
		}
	}
	return out
}

// appStyle is app.wxss.
func (r *Realm) appStyle() *view.Stylesheet {
	style, ok := r.source.style("app")
	if !ok {
		return nil
	}
	return r.stylesheet(style)
}

// dataSelector is the beginning of an attribute selector by an element's data.
var dataSelector = regexp.MustCompile(`\[\s*(data-[\w-]+)`)

// dataSelectors are the attributes data-… by which a component's own style selects, and app.wxss where that applies.
func (r *Realm) dataSelectors(v *view.Definition, page bool) map[string]bool {
	sheets := []*view.Stylesheet{v.Style}
	if page || v.Options.AddGlobalClass || v.Options.StyleIsolation == "apply-shared" || v.Options.StyleIsolation == "shared" {
		sheets = append(sheets, r.appStyle())
	}
	var out map[string]bool
	for _, sheet := range sheets {
		if sheet == nil {
			continue
		}
		for _, m := range dataSelector.FindAllStringSubmatch(sheet.CSS, -1) {
			if out == nil {
				out = map[string]bool{}
			}
			out[strings.ToLower(m[1])] = true
		}
	}
	return out
}

// appStyleFor is app.wxss for a page: one that is a component may ask to be left alone.
func (r *Realm) appStyleFor(d *definition) *view.Stylesheet {
	switch r.viewOf(d).Options.StyleIsolation {
	case "page-isolated", "page-apply-shared", "page-shared":
		return nil
	}
	return r.appStyle()
}

// stylesheet is a style as the client gets it. A program without a dark theme is light in a dark system, too.
func (r *Realm) stylesheet(style *program.Style) *view.Stylesheet {
	css := style.CSS
	if !r.source.p.App.DarkMode && strings.Contains(css, "prefers-color-scheme") {
		css = colorScheme.ReplaceAllStringFunc(css, func(query string) string {
			if strings.HasSuffix(query, "dark)") {
				return "(max-width:0)"
			}
			return "(min-width:0)"
		})
	}
	return &view.Stylesheet{Key: style.Path, CSS: css, Fonts: style.Fonts}
}

var colorScheme = regexp.MustCompile(`\(\s*prefers-color-scheme\s*:\s*(?:light|dark)\)`)

func (r *Realm) styleOf(v *view.Definition, key string, page bool) {
	style, ok := r.source.style(key)
	if !ok {
		return
	}
	v.Style = r.stylesheet(style)
	if !page {
		v.ScopeID = style.ScopeID
	}
}

// templateFile reads a template; one that cannot be read is reported.
func (r *Realm) templateFile(path string) (*template.File, bool) {
	f, err := r.source.template(path)
	if err != nil {
		r.report("template "+path, err)
		return nil, false
	}
	return f, f != nil
}

func scriptPath(p string) string { return strings.TrimSuffix(p, ".js") }
