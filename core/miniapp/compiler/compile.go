package compiler

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"path"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/dougong-dev/dougong/core/miniapp/compiler/internal/script"
	"github.com/dougong-dev/dougong/core/miniapp/compiler/internal/source"
	"github.com/dougong-dev/dougong/core/miniapp/compiler/internal/wxss"
	"golang.org/x/sync/errgroup"
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
	for _, def := range defs {
		g.goDo(func() { g.definition(def, scopes[def.Path]) })
	}
	if err := g.wait(); err != nil {
		return err
	}
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
	if file := b.firstOf("app", styleEndings); file != "" {
		return b.styleUnit("app", file, "")
	}
	return nil
}

// graph follows references between files while they are being compiled.
type graph struct {
	*build
	group *errgroup.Group
	mu    sync.Mutex
	units map[string]*unit // "script utils/a.js" → unit; nil while being compiled
	edges map[string][]string
	diags source.Diagnostics
	done  <-chan struct{}

	appStyle  *unit
	appScript string
}

func newGraph(b *build) *graph {
	group, ctx := errgroup.WithContext(b.ctx)
	g := &graph{build: b, group: group, units: map[string]*unit{}, edges: map[string][]string{}}
	b.slots = make(chan struct{}, runtime.GOMAXPROCS(0))
	g.done = ctx.Done()
	return g
}

// goDo runs a piece of work when a processor is free. Work may start more work.
func (g *graph) goDo(work func()) {
	g.group.Go(func() error {
		select {
		case g.slots <- struct{}{}:
		case <-g.done:
			return context.Cause(g.ctx)
		}
		defer func() { <-g.slots }()
		work()
		return nil
	})
}

func (g *graph) wait() error { return g.group.Wait() }

// visit compiles a file once, by whoever asks first.
func (g *graph) visit(kind, file string, compile func() *unit, follow func(*unit) []string) {
	key := kind + " " + file
	g.mu.Lock()
	if _, ok := g.units[key]; ok {
		g.mu.Unlock()
		return
	}
	g.units[key] = nil
	g.mu.Unlock()
	u := compile()
	targets := follow(u)
	g.mu.Lock()
	g.units[key], g.edges[key] = u, targets
	g.mu.Unlock()
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
		target := strings.TrimPrefix(path.Join("/", path.Dir(u.path), r.Spec), "/")
		if strings.HasPrefix(r.Spec, "/") {
			target = strings.TrimPrefix(path.Clean(r.Spec), "/")
		}
		if !g.files.Exists(target) {
			g.missing(u, r, "wxs-require-missing", "write the path with its ending, relative to this file")
			continue
		}
		g.goDo(func() { g.wxs(target) })
		targets = append(targets, "wxs "+target)
	}
	return targets
}

func (g *graph) missing(u *unit, r script.Require, id, hint string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.diags.List) >= source.MaxDiagnostics {
		return
	}
	g.diags.Warn(u.source, r.Offset(u.source), id, hint, "require(%q): there is no such module", r.Spec)
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
				g.redirect(file, r.Spec, "/"+redirect)
			}
			g.goDo(func() { g.script(target) })
			targets = append(targets, "script "+target)
		}
		return targets
	})
}

// scriptsBelow compiles all that require("./a/" + b) may mean. What does not compile there breaks nothing else.
func (g *graph) scriptsBelow(from, prefix string) {
	if !strings.HasPrefix(prefix, ".") && !strings.HasPrefix(prefix, "/") {
		return
	}
	start := plainTarget(from, prefix)
	if strings.HasSuffix(prefix, "/") {
		start += "/"
	}
	for _, name := range g.files.List() {
		if strings.HasPrefix(name, start) && slices.Contains(g.scriptEndings(), path.Ext(name)) {
			g.goDo(func() { g.script(name) })
		}
	}
}

// plainTarget is where a realm looks for a module without being told.
func plainTarget(from, spec string) string {
	target := path.Join("/", path.Dir(from), spec)
	if strings.HasPrefix(spec, "/") {
		target = path.Clean(spec)
	}
	return strings.TrimSuffix(strings.TrimPrefix(target, "/"), ".js")
}

// redirect rewrites a require whose target only the compiler can know: an alias, a package, a folder's index.
func (g *graph) redirect(file, spec, target string) {
	key := scriptFile(file)
	g.build.mu.Lock()
	defer g.build.mu.Unlock()
	if code, ok := g.out[key]; ok {
		g.out[key] = []byte(script.Redirect(string(code), spec, target))
	}
}

// resolveScript finds the file behind a require.
func (g *graph) resolveScript(from, spec string) (file string, ok bool) {
	spec = g.alias(spec)
	if ext := path.Ext(spec); ext == ".json" || ext == ".js" || ext == ".ts" {
		if file, _, ok = g.files.Resolve(from, spec, []string{""}); ok {
			return file, ok
		}
	}
	file, _, ok = g.files.Resolve(from, spec, append(g.scriptEndings(), ".json", ".cjs"))
	return file, ok
}

// alias applies app.json's resolveAlias: "@/*" → "/*".
func (b *build) alias(spec string) string {
	list := b.appUnit.json.Get("resolveAlias")
	if list == nil {
		return spec
	}
	for i, key := range list.Keys {
		target, ok := list.Items[i].Text()
		if !ok {
			continue
		}
		prefix, wild := strings.CutSuffix(key.Name, "*")
		if rest, found := strings.CutPrefix(spec, prefix); wild && found {
			return "/" + strings.TrimPrefix(strings.TrimSuffix(target, "*"), "/") + rest
		}
		if spec == key.Name {
			return "/" + strings.TrimPrefix(target, "/")
		}
	}
	return spec
}

// closure lists the units that a file needs, itself included.
func (g *graph) closure(file, kind string) []*unit {
	var out []*unit
	seen := map[string]bool{}
	queue := []string{kind + " " + file}
	for len(queue) > 0 {
		key := queue[0]
		queue = queue[1:]
		if seen[key] {
			continue
		}
		seen[key] = true
		if u := g.units[key]; u != nil {
			out = append(out, u)
		}
		queue = append(queue, g.edges[key]...)
	}
	return out
}

// collect gathers the units that a definition needs.
func (g *graph) collect(def *definition) {
	def.units = append(def.units, g.closure(def.files.template, "template")...)
	def.units = append(def.units, g.closure(def.files.script, "script")...)
	if def.style != nil {
		def.units = append(def.units, def.style)
	}
	def.Broken = g.brokenOf(def.units, def.refs)
}

// brokenOf lists the files with errors among the units' own and those they inlined.
func (b *build) brokenOf(units []*unit, refs map[string]bool) []string {
	found := map[string]bool{}
	for file := range refs {
		found[file] = true
	}
	for _, u := range units {
		if u == nil {
			continue
		}
		for _, d := range u.diags {
			if d.Severity == source.Error {
				found[d.File] = true
			}
		}
	}
	if len(found) == 0 {
		return nil
	}
	return sortedKeys(found)
}

// scriptList lists the modules in the bundle in order.
func (g *graph) scriptList() []string {
	list := []string{}
	for key, u := range g.units {
		if file, ok := strings.CutPrefix(key, "script "); ok && u != nil && len(u.files) > 0 {
			list = append(list, scriptKey(file))
		}
	}
	slices.Sort(list)
	g.stats.Scripts = len(list)
	return list
}

var scopeEncoding = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// scopeIDs gives every component a prefix for its class names. It depends on the path alone, so that builds are alike.
func scopeIDs(defs []*definition) map[string]string {
	out, taken := map[string]string{}, map[string]bool{}
	for _, def := range defs {
		if def.Page {
			continue
		}
		id := scopeID(def.Path)
		for n := 2; taken[id]; n++ {
			id = scopeID(fmt.Sprintf("%s#%d", def.Path, n))
		}
		taken[id] = true
		out[def.Path] = id
	}
	return out
}

func scopeID(path string) string {
	sum := sha256.Sum256([]byte(path))
	return "c" + scopeEncoding.EncodeToString(sum[:])[:7]
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
		_, generic := def.Generics[use.Tag]
		if b.badTags[use.Tag] && !using {
			def.refs[appTag(use.Tag)] = true
			def.Broken = b.brokenOf(def.units, def.refs)
		}
		if using || generic || wxss.Builtin(use.Tag) || !strings.Contains(use.Tag, "-") || b.badTags[use.Tag] {
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
