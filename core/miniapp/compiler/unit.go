package compiler

import (
	"encoding/json"
	"path"
	"strings"

	"github.com/dougong-dev/dougong/core/miniapp/compiler/internal/jsonfile"
	"github.com/dougong-dev/dougong/core/miniapp/compiler/internal/script"
	"github.com/dougong-dev/dougong/core/miniapp/compiler/internal/sheets"
	"github.com/dougong-dev/dougong/core/miniapp/compiler/internal/source"
	"github.com/dougong-dev/dougong/core/miniapp/compiler/internal/wxml"
	"github.com/dougong-dev/dougong/core/miniapp/compiler/internal/wxs"
	"github.com/dougong-dev/dougong/core/miniapp/compiler/internal/wxss"
	"github.com/dougong-dev/dougong/core/miniapp/program"
)

// MaxSource is the largest source file that is compiled.
const MaxSource = 8 << 20

// unit is one compiled file, of any kind, with what it needs. A unit is shared between builds and never changed.
type unit struct {
	path  string
	diags []program.Diagnostic
	files program.MapFiles // what goes into the bundle

	requires []script.Require // scripts and template scripts
	scripts  []string         // template: template scripts by src
	inline   []string         // template: template scripts inside of it
	imports  []string         // template: imported templates
	tags     []wxml.TagUse    // template
	json     *jsonfile.Node   // json
	source   *source.File     // json, scripts: for diagnostics about what they refer to
	kept     bool             // scripts: the source is the code
	bytes    int              // of source
}

func (u *unit) put(name string, data []byte) {
	if u.files == nil {
		u.files = program.MapFiles{}
	}
	u.files[name] = data
}

// open reads the file of a unit and checks its size.
func (u *unit) open(t *tracker, diags *source.Diagnostics) (*source.File, bool) {
	data, ok := t.Read(u.path)
	if !ok {
		return nil, false
	}
	u.bytes = len(data)
	if f, _ := t.files.Read(u.path); f != nil && f.TooBig || len(data) > MaxSource {
		diags.Error(source.New(u.path, nil), -1, "file-too-big", "split it", "the file is larger than %d MiB", MaxSource>>20)
		return nil, false
	}
	return source.Read(u.path, data, diags), true
}

// unit compiles a file once per content.
func (b *build) unit(kind, name string, compile func(u *unit, t *tracker, diags *source.Diagnostics)) *unit {
	u, fresh := remember(&b.builder.memo, b.files, kind+" "+name, func(t *tracker) *unit {
		u := &unit{path: name}
		var diags source.Diagnostics
		compile(u, t, &diags)
		u.diags = diags.List
		return u
	})
	b.count(u, fresh)
	return u
}

func (b *build) jsonUnit(name string) *unit {
	return b.unit("json", name, func(u *unit, t *tracker, diags *source.Diagnostics) {
		u.source = source.New(name, nil)
		if f, ok := u.open(t, diags); ok {
			u.source = f
		}
		u.json = jsonfile.Parse(u.source, diags)
		if !u.json.Object {
			diags.Error(u.source, u.json.Offset, "json-type", "write { … }", "expected an object, got %s", u.json.Kind())
		}
	})
}

// usesEasel tells whether the page or component of a template asks for glass-easel, or else app.json: by itself or by the
// renderer that needs it.
func (b *build) usesEasel(name string) bool {
	own := strings.TrimSuffix(name, path.Ext(name)) + ".json"
	if b.files.Exists(own) {
		if easel, said := asksEasel(b.jsonUnit(own).json); said {
			return easel
		}
	}
	easel, _ := asksEasel(b.appUnit.json)
	return easel
}

// asksEasel reads which framework a JSON file asks for; said is false if it leaves that to others. A component may list
// those that it works with.
func asksEasel(n *jsonfile.Node) (easel, said bool) {
	if framework, ok := n.Get("componentFramework").Text(); ok {
		return framework == "glass-easel", true
	}
	renderer, _ := n.Get("renderer").Text()
	return renderer == "skyline", renderer == "skyline"
}

func (b *build) templateUnit(name string) *unit {
	kind, compile := "template", wxml.Compile
	switch {
	case b.config.alipay:
		compile = wxml.CompileAlipay
	case b.usesEasel(name):
		kind, compile = "glass-easel template", wxml.CompileEasel
	}
	return b.unit(kind, name, func(u *unit, t *tracker, diags *source.Diagnostics) {
		f, ok := u.open(t, diags)
		if !ok {
			return
		}
		res := compile(name, []byte(f.Text), t, diags)
		if err := res.File.Link(); err != nil {
			diags.Error(f, -1, "wxml-too-deep", "use components to flatten it", "%v", err)
			return
		}
		data, err := json.Marshal(res.File)
		if err != nil {
			diags.Error(f, -1, "wxml-internal", "please report this with the file", "%v", err)
			return
		}
		u.put(path.Join(program.TemplateDir, name)+".json", data)
		u.tags, u.imports = res.Tags, res.File.Imports
		inline := map[string]bool{}
		for _, s := range res.Inline {
			inline[s.Path] = true
			u.compileWXS(s.Path, source.New(s.Path, []byte(s.Text)), name, diags)
			u.inline = append(u.inline, s.Path)
		}
		for _, m := range res.Modules {
			inline[m.Path] = true
			u.nameSJS(m)
		}
		for _, s := range res.File.Scripts {
			if !inline[s.Path] {
				u.scripts = append(u.scripts, s.Path)
			}
		}
		u.source = f
	})
}

// compileWXS adds a template script to a unit. Diagnostics of one inside of a template name the template.
func (u *unit) compileWXS(name string, f *source.File, reportAs string, diags *source.Diagnostics) {
	f.Path = reportAs
	res := wxs.Compile(f, diags)
	f.Path = name
	if res == nil {
		return
	}
	u.put(path.Join(program.WXSDir, name)+".js", []byte(res.Code))
	u.requires = append(u.requires, res.Requires...)
}

func (b *build) wxsUnit(name string) *unit {
	return b.unit("wxs", name, func(u *unit, t *tracker, diags *source.Diagnostics) {
		f, ok := u.open(t, diags)
		if !ok {
			return
		}
		if u.source = f; path.Ext(name) == sjsEnding {
			u.compileSJS(f, t, diags)
		} else {
			u.compileWXS(name, f, name, diags)
		}
	})
}

// styleUnit compiles the style of a page, component or the app; file is "" if it has none, which for a component is
// still a style: it says how its classes are prefixed.
func (b *build) styleUnit(key, file, scope string, before ...string) *unit {
	return b.unit("style "+scope+strings.Join(before, " "), key, func(u *unit, t *tracker, diags *source.Diagnostics) {
		style := program.Style{Path: key, ScopeID: scope}
		u.path = file
		for _, name := range before {
			if text, ok := t.Read(name); ok {
				res := wxss.Compile(name, text, scope, t.Read, diags)
				style.CSS, style.Fonts = style.CSS+res.CSS, append(style.Fonts, res.Fonts...)
			}
		}
		if file != "" {
			f, ok := u.open(t, diags)
			if _, other := sheets.Packages[path.Ext(file)]; other && ok {
				var css []byte
				css, ok = b.preprocess(u, t, diags)
				f = source.New(file, css)
			}
			if ok {
				res := wxss.Compile(file, []byte(f.Text), scope, t.Read, diags)
				style.CSS, style.Fonts = style.CSS+res.CSS, append(style.Fonts, res.Fonts...)
			}
		}
		data, err := json.Marshal(style)
		if err == nil {
			u.put(path.Join(program.StyleDir, key)+".json", data)
		}
	})
}

func (b *build) scriptUnit(name string) *unit {
	kind := "script"
	if b.config.sloppy {
		kind = "sloppy script"
	}
	return b.unit(kind, name, func(u *unit, t *tracker, diags *source.Diagnostics) {
		f, ok := u.open(t, diags)
		if !ok {
			return
		}
		u.source = f
		res := script.Compile(f, b.config.sloppy, diags)
		if res == nil {
			return
		}
		key := path.Join(program.ScriptDir, scriptKey(name))
		u.put(key+".js", []byte(res.Code))
		if u.kept = res.Map == ""; !u.kept {
			u.put(key+".js.map", []byte(res.Map))
		}
		u.requires = res.Requires
	})
}

// scriptKey is a module's path in the bundle. A JSON module gets another name: WeChat's require knows no JSON, so the realm
// refuses paths that end in it, and a.json must be no rival of a.js.
func scriptKey(file string) string {
	switch ext := path.Ext(file); ext {
	case ".js", ".ts", ".mjs", ".cjs":
		return file[:len(file)-len(ext)]
	}
	return file + ".module"
}
