package compiler

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dougong-dev/dougong/core/miniapp/compiler/internal/source"
	"github.com/dougong-dev/dougong/core/miniapp/compiler/internal/wxml"
	"github.com/dougong-dev/dougong/core/miniapp/compiler/internal/wxss"
)

// compile compiles everything that the definitions need, files side by side.
func (b *build) compile(defs []*definition) error {
	g := newGraph(b)
	scopes := scopeIDs(defs)
	g.goDo(func() { g.appStyle = b.appStyle() })
	if app := b.firstOf("app", b.scriptEndings()); app != "" {
		g.appScript = app
		g.goDo(func() { g.script(app) })
	}
	for _, file := range b.entries {
		g.goDo(func() { g.script(file) })
	}
	for _, def := range defs {
		g.goDo(func() { g.definition(def, scopes[def.Path]) })
	}
	if err := g.wait(); err != nil {
		return err
	}
	g.redirectKept()
	for _, def := range defs {
		g.collect(def)
		b.checkTags(def)
	}
	b.app.BrokenApp = b.brokenOf(append(g.closure(g.appScript, "script"), g.appStyle), nil)
	b.app.Scripts = g.scriptList()
	b.report(g.diags.List)
	return nil
}

func (b *build) appStyle() *unit {
	file := b.firstOf("app", b.styleEndings())
	if file == "" && len(b.extendedStyles) == 0 {
		return nil
	}
	return b.styleUnit("app", file, "", b.extendedStyles...)
}

func (g *graph) definition(def *definition, scope string) {
	if def.files.template != "" {
		def.Template = def.files.template
		g.template(def.Template)
	}
	if def.files.script != "" {
		def.Script = scriptKey(def.files.script)
		g.script(def.files.script)
	}
	if g.config.alipay && sharesStyle(def.StyleIsolation) {
		scope = ""
	}
	if def.files.style != "" || scope != "" {
		def.Style = def.Path
		def.style = g.styleUnit(def.Path, def.files.style, scope)
	}
}

func (g *graph) template(file string) {
	g.visit("template", file, func() *unit { return g.templateUnit(file) }, func(u *unit) []string {
		var targets []string
		for _, t := range u.imports {
			g.goDo(func() { g.template(t) })
			targets = append(targets, "template "+t)
		}
		for _, t := range u.scripts {
			g.goDo(func() { g.wxs(t) })
			targets = append(targets, "wxs "+t)
		}
		return append(targets, g.wxsRequires(u)...)
	})
}

func (g *graph) wxs(file string) {
	g.visit("wxs", file, func() *unit { return g.wxsUnit(file) }, g.wxsRequires)
}

// wxsRequires follows the requires of template scripts, which are paths with ending.
func (g *graph) wxsRequires(u *unit) []string {
	var targets []string
	for _, r := range u.requires {
		target := source.Resolve(u.path, r.Spec)
		if !g.files.Exists(target) {
			g.missing(u, r, "wxs-require-missing", "write the path with its ending, relative to this file")
			continue
		}
		g.goDo(func() { g.wxs(target) })
		targets = append(targets, "wxs "+target)
	}
	return targets
}

func (g *graph) script(file string) {
	g.visit("script", file, func() *unit { return g.scriptUnit(file) }, func(u *unit) []string {
		var targets []string
		for _, r := range u.requires {
			if r.Prefix {
				g.scriptsBelow(file, r.Spec)
				continue
			}
			target, ok := g.resolveScript(file, r.Spec)
			if !ok {
				g.missing(u, r, "js-require-missing", missingHint(r.Spec))
				continue
			}
			if redirect := scriptKey(target); redirect != plainTarget(file, r.Spec) {
				g.redirect(u, r.Spec, "/"+redirect)
			}
			g.acrossPackages(u, r, target)
			g.goDo(func() { g.script(target) })
			targets = append(targets, "script "+target)
		}
		return targets
	})
}

// checkTags warns about tags that are neither the platform's nor in usingComponents, where a slip of the pen is likely.
func (b *build) checkTags(def *definition) {
	u := def.templateUnit()
	if u == nil {
		return
	}
	var diags source.Diagnostics
	for _, use := range u.tags {
		_, using := def.Using[use.Tag]
		if b.config.alipay && !using {
			wxml.NoEquivalent(use, &diags)
		}
		_, generic := def.Generics[use.Tag]
		if b.badTags[use.Tag] && !using {
			def.refs[appTag(use.Tag)] = true
			def.Broken = b.brokenOf(def.units, def.refs)
		}
		if using || generic || wxss.Builtin(use.Tag) || !strings.Contains(use.Tag, "-") || b.badTags[use.Tag] || slices.Contains(def.absent, use.Tag) {
			continue
		}
		f := source.New(use.File, nil)
		diags.Warn(f, -1, "wxml-unknown-component", fmt.Sprintf("add it to usingComponents in %s.json", def.Path), "<%s> is no component that this file knows", use.Tag)
		last := &diags.List[len(diags.List)-1]
		last.Line, last.Column = use.Line, use.Column
	}
	b.report(diags.List)
}

func (d *definition) templateUnit() *unit {
	for _, u := range d.units {
		if u.path == d.files.template && u.path != "" {
			return u
		}
	}
	return nil
}
