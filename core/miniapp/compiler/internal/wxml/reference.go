package wxml

import (
	"strings"

	"github.com/dougong-dev/dougong/core/miniapp/compiler/internal/source"
	"github.com/dougong-dev/dougong/core/miniapp/template"
)

// InlineScript is a template script written inside of a template.
type InlineScript struct {
	Path string // where the module goes: "<file>.<name>.wxs"
	Text string // padded, so that its lines are those of the template
}

func (c *compiler) importFile(n *node) {
	target, ok := c.reference(n, "wxml-import-missing")
	if ok && !c.imports[target] && target != c.out.File.Path {
		c.imports[target] = true
		c.out.File.Imports = append(c.out.File.Imports, target)
	}
}

func (c *compiler) include(n *node) []*template.Node {
	target, ok := c.reference(n, "wxml-include-missing")
	if !ok {
		return nil
	}
	for _, p := range c.active {
		if p == target {
			c.warnAt(n.start, "wxml-include-cycle", "break the circle", "<include> goes round in a circle: %s → %s", strings.Join(c.active, " → "), target)
			return nil
		}
	}
	text, _ := c.read.Read(target)
	if c.total += len(text); c.total > maxIncluded {
		c.errorAt(n.start, "wxml-too-big", "use components or templates", "the included files add up to more than %d MiB", maxIncluded>>20)
		return nil
	}
	if !c.seen[target] {
		c.seen[target] = true
		c.out.Include = append(c.out.Include, target)
	}
	return c.file(source.Read(target, text, c.diags), false)
}

// maxIncluded bounds what nested includes can blow up to.
const maxIncluded = 8 << 20

// reference resolves the src attribute of an import or include.
func (c *compiler) reference(n *node, id string) (string, bool) {
	src := n.find("src")
	if src == nil || src.value == "" {
		c.warnAt(n.start, "wxml-missing-attribute", `write src="…"`, "<%s> without src", n.tag)
		return "", false
	}
	base := source.Resolve(c.ctx.File.Path, src.value)
	for _, candidate := range c.templates(base) {
		if c.read.Exists(candidate) {
			return candidate, true
		}
	}
	c.out.Missing = append(c.out.Missing, base)
	// WeChat's own compiler goes on without the file.
	c.warnAt(src.valuePos, id, "check the path: it is relative to this file, or begins with / at the project's root", "<%s>: there is no file %q", n.tag, base)
	return "", false
}

func (c *compiler) scriptTag(n *node) {
	module := n.find("module")
	if module == nil || module.value == "" {
		c.warnAt(n.start, "wxml-missing-attribute", `write <wxs module="name">`, "<%s> without module", n.tag)
		return
	}
	name := module.value
	if c.scripts[name] {
		if c.main {
			c.errorAt(module.valuePos, "wxml-duplicate-module", "rename one of them", "script module %q is defined twice", name)
		}
		return
	}
	script := template.Script{Name: name}
	if src := n.find("src"); src != nil && src.value != "" {
		script.Path = source.Resolve(c.ctx.File.Path, src.value)
		if !c.read.Exists(script.Path) {
			c.out.Missing = append(c.out.Missing, script.Path)
			c.errorAt(src.valuePos, "wxml-script-missing", "check the path", "<%s>: there is no file %q", n.tag, script.Path)
			return
		}
	} else {
		script.Path = c.ctx.File.Path + "." + name + ".wxs"
		line, _ := c.ctx.File.Position(n.textAt)
		c.out.Inline = append(c.out.Inline, InlineScript{Path: script.Path, Text: strings.Repeat("\n", line-1) + n.text})
	}
	c.scripts[name] = true
	c.out.File.Scripts = append(c.out.File.Scripts, script)
}
