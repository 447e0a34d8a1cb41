package compiler

import (
	"path"
	"slices"
	"strings"

	"github.com/dougong-dev/dougong/core/miniapp/compiler/internal/script"
	"github.com/dougong-dev/dougong/core/miniapp/compiler/internal/source"
)

func (g *graph) missing(u *unit, r script.Require, id, hint string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.diags.List) >= source.MaxDiagnostics {
		return
	}
	if id == "js-require-missing" {
		g.missPackage(r.Spec)
	}
	g.diags.Warn(u.source, r.Offset(u.source), id, hint, "require(%q): there is no such module", r.Spec)
}

// acrossPackages warns of a require that needs another subpackage at once: in a bundle it has to be fetched first.
func (g *graph) acrossPackages(u *unit, r script.Require, target string) {
	to := g.app.PackageOf(target)
	if to == nil || !r.Sync || to == g.app.PackageOf(u.path) {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.diags.Warn(u.source, r.Offset(u.source), "js-require-package",
		"use require.async, which fetches the subpackage first, or move what is shared into the main package",
		"require(%q): the module is in the subpackage %q, which may not be there yet", r.Spec, to.Root)
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

// redirect rewrites a require whose target only the compiler can know: an alias, a package, a folder's index. A script that
// was kept as it is waits for all of its redirects.
func (g *graph) redirect(u *unit, spec, target string) {
	if u.kept {
		g.mu.Lock()
		defer g.mu.Unlock()
		if g.redirects[u] == nil {
			g.redirects[u] = map[string]string{}
		}
		g.redirects[u][spec] = target
		return
	}
	key := scriptFile(u.path)
	g.build.mu.Lock()
	defer g.build.mu.Unlock()
	if code, ok := g.out[key]; ok {
		g.out[key] = []byte(script.Redirect(string(code), spec, target))
	}
}

// redirectKept applies the redirects of the scripts that were kept.
func (g *graph) redirectKept() {
	for u, to := range g.redirects {
		res := script.Redirected(u.source, to)
		key := scriptFile(u.path)
		g.out[key], g.out[key+".map"] = []byte(res.Code), []byte(res.Map)
	}
}

// moduleEndings are those that a require may spell out.
var moduleEndings = []string{".js", ".ts", ".json", ".cjs", ".mjs"}

// resolveScript finds the file behind a require.
func (b *build) resolveScript(from, spec string) (file string, ok bool) {
	spec = b.alias(spec)
	if slices.Contains(moduleEndings, path.Ext(spec)) {
		if file, _, ok = b.files.ResolveModule(from, spec, []string{""}); ok {
			return file, ok
		}
	}
	file, _, ok = b.files.ResolveModule(from, spec, append(b.scriptEndings(), ".json", ".cjs", ".mjs"))
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
