package project

import (
	"encoding/json"
	"io/fs"
	"path"
	"strings"
)

const npmDir = "miniprogram_npm"

// npmPackage is an installed package.
type npmPackage struct {
	folder  string // of package.json
	content string // what miniprogram_npm/<name> shows
	main    string // module that the package's name stands for; "" if it is index.js
}

// packageAt finds the package that a path leads into, and the path inside of it; its name begins at an offset, behind
// "miniprogram_npm/".
func (p *Project) packageAt(name string, at int) (*npmPackage, string) {
	above := strings.TrimSuffix(strings.TrimSuffix(name[:at], npmDir+"/"), "/")
	pkgName, sub := splitPackage(name[at:])
	key := above + "|" + pkgName
	if pkg, ok := p.packages[key]; ok {
		return pkg, sub
	}
	p.packages[key] = nil
	for _, dir := range p.nodeModules(above) {
		if folder := path.Join(dir, "node_modules", pkgName); p.isFile(path.Join(folder, "package.json")) {
			p.packages[key] = p.open(folder)
			break
		}
	}
	return p.packages[key], sub
}

// nodeModules lists the folders whose node_modules stand for above/miniprogram_npm.
func (p *Project) nodeModules(above string) []string {
	if above == "" {
		return append([]string{p.root, "."}, p.npm...)
	}
	if i := strings.LastIndex("/"+above, "/"+npmDir+"/"); i >= 0 {
		if pkg, sub := p.packageAt(above, i+len(npmDir)+1); pkg != nil {
			if sub != "" { // only the package's own folder counts, or every folder would get a copy
				return nil
			}
			return []string{pkg.folder}
		}
	}
	return []string{p.real(above)}
}

func splitPackage(rest string) (name, sub string) {
	parts := strings.SplitN(rest, "/", 3)
	if strings.HasPrefix(rest, "@") && len(parts) > 1 {
		name = parts[0] + "/" + parts[1]
	} else {
		name = parts[0]
	}
	return name, strings.TrimPrefix(strings.TrimPrefix(rest, name), "/")
}

func (p *Project) open(folder string) *npmPackage {
	var info struct {
		Miniprogram string `json:"miniprogram"`
		Main        string `json:"main"`
	}
	if data, err := fs.ReadFile(p.fsys, path.Join(folder, "package.json")); err == nil && len(data) < MaxFile {
		_ = json.Unmarshal(data, &info) // a package whose description is broken is read by the defaults
	}
	pkg := &npmPackage{folder: folder, content: folder}
	for _, dir := range []string{info.Miniprogram, "miniprogram_dist"} {
		if content := path.Join(folder, dir); !p.plain && dir != "" && within(folder, content) && p.isDir(content) {
			pkg.content = content
			return pkg
		}
	}
	main := strings.TrimPrefix(path.Clean("/"+info.Main), "/")
	if main != "" && main != "index.js" && main != "index" {
		pkg.main = main
	}
	return pkg
}

func within(folder, p string) bool { return p == folder || strings.HasPrefix(p, folder+"/") }
