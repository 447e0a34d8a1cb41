package wxml

import (
	"strings"

	"github.com/dougong-dev/dougong/core/miniapp/compiler/internal/source"
	"github.com/dougong-dev/dougong/core/miniapp/template"
)

// importSJS is <import-sjs name from>. A module's default export is what the name stands for; name="{a, b: c}" takes exports
// by their names. Each name becomes a small module of its own.
func (c *compiler) importSJS(n *node) {
	name, from := n.find("name"), n.find("from")
	if name == nil || from == nil || strings.TrimSpace(name.value) == "" || from.value == "" {
		c.errorAt(n.start, "axml-missing-attribute", `write <import-sjs name="utils" from="./utils.sjs"/>`, "<import-sjs> without name or from")
		return
	}
	target := source.Resolve(c.ctx.File.Path, from.value)
	if !c.read.Exists(target) && c.read.Exists(target+".sjs") {
		target += ".sjs"
	}
	if !c.read.Exists(target) {
		c.out.Missing = append(c.out.Missing, target)
		c.errorAt(from.valuePos, "axml-script-missing", "check the path: it is relative to this file, or begins with / at the project's root", "<import-sjs>: there is no file %q", target)
		return
	}
	for _, b := range sjsNames(name.value) {
		if c.scripts[b.local] {
			c.errorAt(name.valuePos, "axml-duplicate-module", "rename one of them", "script module %q is imported twice", b.local)
			continue
		}
		c.scripts[b.local] = true
		script := template.Script{Name: b.local, Path: c.ctx.File.Path + "." + b.local + ".sjs"}
		c.out.File.Scripts = append(c.out.File.Scripts, script)
		c.out.Modules = append(c.out.Modules, SJSModule{Path: script.Path, Target: target, Export: b.export})
	}
}

// SJSModule is a name that a template gives to an export of a template script; Export "" is the default one.
type SJSModule struct{ Path, Target, Export string }

type sjsName struct{ local, export string }

func sjsNames(text string) []sjsName {
	text = strings.TrimSpace(text)
	inner, ok := strings.CutPrefix(text, "{")
	if !ok {
		return []sjsName{{text, ""}}
	}
	var out []sjsName
	for part := range strings.SplitSeq(strings.TrimSuffix(inner, "}"), ",") {
		export, local, renamed := strings.Cut(part, ":")
		export, local = strings.TrimSpace(export), strings.TrimSpace(local)
		if !renamed {
			local = export
		}
		if local != "" {
			out = append(out, sjsName{local, export})
		}
	}
	return out
}
