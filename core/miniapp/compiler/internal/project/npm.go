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
	// browser names what stands for a file, or for another package, where there is no Node; "" is an empty module.
	browser map[string]string
	// exports is package.json's field of that name: it has a say where nothing else leads to a file.
	exports json.RawMessage
}

// Package says where an installed package is.
type Package struct {
	Folder  string // of package.json
	Content string // what the mini-program sees of it
}

// Package finds a package that is installed for the whole project.
func (p *Project) Package(name string) (Package, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if built := path.Join(p.root, npmDir, name); p.isDir(built) {
		return Package{built, built}, true
	}
	pkg, _ := p.packageAt(npmDir+"/"+name, len(npmDir)+1)
	if pkg == nil {
		return Package{}, false
	}
	return Package{pkg.folder, pkg.content}, true
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
		Miniprogram string          `json:"miniprogram"`
		Main        string          `json:"main"`
		Browser     json.RawMessage `json:"browser"`
		Exports     json.RawMessage `json:"exports"`
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
	pkg.browser, pkg.exports = browserMap(info.Browser), info.Exports
	return pkg
}

// browserMap reads the "browser" field of package.json: {"./lib/http.js": "./lib/xhr.js", "crypto": false}. The form that
// names another main module is not used: such a module is often one for <script>.
func browserMap(field json.RawMessage) map[string]string {
	var list map[string]any
	if json.Unmarshal(field, &list) != nil {
		return nil
	}
	out := map[string]string{}
	for from, to := range list {
		key := npmDir + "/" + from + "/index.js"
		if strings.HasPrefix(from, ".") {
			key = inside(from)
			if path.Ext(key) == "" {
				key += ".js"
			}
		}
		switch to := to.(type) {
		case bool:
			if !to {
				out[key] = ""
			}
		case string:
			if strings.HasPrefix(to, ".") && inside(to) != key {
				out[key] = inside(to)
			}
		}
	}
	return out
}

// inside is a path of package.json from the package's folder, which it cannot leave.
func inside(name string) string { return strings.TrimPrefix(path.Clean("/"+name), "/") }

// inPackage gives the physical path of a file in a package, or "\x00" and the text of a module made up for it.
func (p *Project) inPackage(pkg *npmPackage, sub string) string {
	if pkg == nil || sub == "" {
		return ""
	}
	if sub == "index.js" && pkg.main != "" {
		return forward(".", pkg.main)
	}
	if to, ok := pkg.browser[sub]; ok {
		if to == "" {
			return "\x00module.exports = {};\n"
		}
		return forward(path.Dir(sub), to)
	}
	phys := path.Join(pkg.content, sub)
	if p.isFile(phys) {
		return phys
	}
	if made := p.folderMain(pkg, sub); made != "" {
		return made
	}
	if to := exported(pkg.exports, sub); to != "" && to != sub && p.isFile(path.Join(pkg.content, to)) {
		return forward(path.Dir(sub), to)
	}
	return ""
}

// folderMain makes up the index.js of a folder whose package.json names another main module, as rxjs/operators has.
func (p *Project) folderMain(pkg *npmPackage, sub string) string {
	dir, isIndex := strings.CutSuffix(sub, "/index.js")
	if !isIndex || !p.isFile(path.Join(pkg.content, dir, "package.json")) {
		return ""
	}
	var info struct {
		Main string `json:"main"`
	}
	data, err := fs.ReadFile(p.fsys, path.Join(pkg.content, dir, "package.json"))
	if err != nil || len(data) > MaxFile || json.Unmarshal(data, &info) != nil || info.Main == "" {
		return ""
	}
	main := inside(path.Join(dir, info.Main))
	if main == sub || !p.isFile(path.Join(pkg.content, main)) {
		return ""
	}
	return forward(dir, main)
}

// forward is a module in a folder of a package that stands for another one of the package.
func forward(dir, to string) string {
	up := ""
	if dir != "." {
		up = strings.Repeat("../", strings.Count(dir, "/")+1)
	}
	return "\x00module.exports = require(\"./" + up + to + "\");\n"
}

func within(folder, p string) bool { return p == folder || strings.HasPrefix(p, folder+"/") }
