package project

import (
	"path"
	"sort"
	"strings"
)

// List gives all files below the mini-program's root in order, without hidden ones and node_modules, and then those of
// the packages that were read, as they appear under miniprogram_npm.
func (p *Project) List() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	seen := map[string]bool{}
	var out []string
	take := func(name string) {
		if !seen[name] {
			seen[name] = true
			out = append(out, name)
		}
	}
	p.walk(p.root, "", 0, take)
	for at, folder := range p.mounts {
		p.walk(folder, at, 0, take)
	}
	for key, pkg := range p.packages {
		if pkg == nil {
			continue
		}
		above, pkgName, _ := strings.Cut(key, "|")
		p.walk(pkg.content, path.Join(above, npmDir, pkgName), 0, take)
	}
	sort.Strings(out)
	return out
}

const maxFolderDepth = 40

func (p *Project) walk(phys, name string, depth int, visit func(string)) {
	if depth > maxFolderDepth {
		return
	}
	for entry, isDir := range p.dir(phys) {
		switch {
		case strings.HasPrefix(entry, ".") || entry == "node_modules":
		case isDir:
			p.walk(path.Join(phys, entry), path.Join(name, entry), depth+1, visit)
		default:
			visit(path.Join(name, entry))
		}
	}
}
