// Package project finds a mini-program's files: those under its root, and npm packages as WeChat's "npm build" would lay
// them out.
//
// All paths are from the mini-program's root. A package in node_modules appears as miniprogram_npm/<name>, with the
// folder that its package.json names as "miniprogram" (default miniprogram_dist) for its content, so that a project need
// not run the npm build first. It must not know what the files mean.
package project

import (
	"encoding/json"
	"hash/maphash"
	"io/fs"
	"path"
	"sort"
	"strings"
	"sync"
	"time"
)

// MaxFile is the largest file that is read.
const MaxFile = 64 << 20

// File is the content of one file.
type File struct {
	Data   []byte
	Hash   uint64 // of Data; equal in one process only
	TooBig bool
}

// Cache keeps contents between builds; a file is read again when its size or time changed.
type Cache struct {
	mu    sync.Mutex
	files map[string]cached
}

type cached struct {
	size int64
	time time.Time
	file *File
}

var seed = maphash.MakeSeed()

// Project is one look at the files of a project. It remembers what it saw, so that one build sees one state; make a
// new one for the next build. It is safe for concurrent use.
type Project struct {
	fsys fs.FS
	root string // of the mini-program, in fsys; "." is the top
	npm  []string
	keep *Cache

	mu       sync.Mutex
	dirs     map[string]map[string]bool // folder → name → is a folder
	files    map[string]*File           // by physical path
	physical map[string]string
	packages map[string]*npmPackage
}

// New looks at a project. root is the mini-program's folder in fsys; npm lists further folders that hold node_modules.
func New(fsys fs.FS, root string, npm []string, keep *Cache) *Project {
	if keep == nil {
		keep = &Cache{}
	}
	if keep.files == nil {
		keep.files = map[string]cached{}
	}
	return &Project{
		fsys: fsys, root: path.Clean(root), npm: npm, keep: keep,
		dirs: map[string]map[string]bool{}, files: map[string]*File{}, physical: map[string]string{}, packages: map[string]*npmPackage{},
	}
}

// Read gives the content of a file; ok is false if there is none.
func (p *Project) Read(name string) (*File, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	phys, ok := p.find(name)
	if !ok {
		return nil, false
	}
	if strings.HasPrefix(phys, "\x00") { // a main module made up for a package
		return &File{Data: []byte(phys[1:]), Hash: maphash.String(seed, phys)}, true
	}
	f := p.files[phys]
	if f == nil {
		if f = p.load(phys); f == nil {
			return nil, false
		}
		p.files[phys] = f
	}
	return f, true
}

// Exists tells whether there is a file.
func (p *Project) Exists(name string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	_, ok := p.find(name)
	return ok
}

func (p *Project) load(phys string) *File {
	info, err := fs.Stat(p.fsys, phys)
	if err != nil || !info.Mode().IsRegular() {
		return nil
	}
	if info.Size() > MaxFile {
		return &File{TooBig: true}
	}
	p.keep.mu.Lock()
	old, ok := p.keep.files[phys]
	p.keep.mu.Unlock()
	if ok && !info.ModTime().IsZero() && old.size == info.Size() && old.time.Equal(info.ModTime()) {
		return old.file
	}
	data, err := fs.ReadFile(p.fsys, phys)
	if err != nil {
		return nil
	}
	f := &File{Data: data, Hash: maphash.Bytes(seed, data)}
	p.keep.mu.Lock()
	p.keep.files[phys] = cached{info.Size(), info.ModTime(), f}
	p.keep.mu.Unlock()
	return f
}

// find gives the physical path behind a path.
func (p *Project) find(name string) (string, bool) {
	if phys, ok := p.physical[name]; ok {
		return phys, phys != ""
	}
	phys := p.lookup(name)
	p.physical[name] = phys
	return phys, phys != ""
}

func (p *Project) lookup(name string) string {
	if name == "" || !fs.ValidPath(name) {
		return ""
	}
	if phys := path.Join(p.root, name); p.isFile(phys) {
		return phys
	}
	// A package may bring a miniprogram_npm of its own, so every place where the path may enter a package is tried.
	for at := 0; ; {
		i := strings.Index("/"+name[at:], "/"+npmDir+"/")
		if i < 0 {
			return ""
		}
		at += i + len(npmDir) + 1
		if phys := p.inPackage(p.packageAt(name, at)); phys != "" {
			return phys
		}
	}
}

// inPackage gives the physical path of a file in a package.
func (p *Project) inPackage(pkg *npmPackage, sub string) string {
	if pkg == nil || sub == "" {
		return ""
	}
	if sub == "index.js" && pkg.main != "" {
		return "\x00module.exports = require(\"./" + pkg.main + "\");\n"
	}
	if phys := path.Join(pkg.content, sub); p.isFile(phys) {
		return phys
	}
	return ""
}

func (p *Project) isFile(phys string) bool {
	dir, known := p.dir(path.Dir(phys))[path.Base(phys)]
	return known && !dir
}

func (p *Project) isDir(phys string) bool {
	if phys == "." {
		return true
	}
	return p.dir(path.Dir(phys))[path.Base(phys)]
}

// dir lists a folder, once. Folders are only looked into if the one above knows them.
func (p *Project) dir(phys string) map[string]bool {
	if names, ok := p.dirs[phys]; ok {
		return names
	}
	var names map[string]bool
	if p.isDir(phys) {
		entries, _ := fs.ReadDir(p.fsys, phys)
		names = make(map[string]bool, len(entries))
		for _, e := range entries {
			isDir := e.IsDir()
			if e.Type()&fs.ModeSymlink != 0 {
				info, err := fs.Stat(p.fsys, path.Join(phys, e.Name()))
				if err != nil {
					continue
				}
				isDir = info.IsDir()
			}
			names[e.Name()] = isDir
		}
	}
	p.dirs[phys] = names
	return names
}

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
	return []string{path.Join(p.root, above)}
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
		if content := path.Join(folder, dir); dir != "" && within(folder, content) && p.isDir(content) {
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

// List gives all files below the mini-program's root in order, without hidden ones and node_modules, and then those of
// the packages that were read, as they appear under miniprogram_npm.
func (p *Project) List() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	seen := map[string]bool{}
	var out []string
	p.walk(p.root, "", 0, func(name string) { seen[name] = true; out = append(out, name) })
	for key, pkg := range p.packages {
		if pkg == nil {
			continue
		}
		above, pkgName, _ := strings.Cut(key, "|")
		p.walk(pkg.content, path.Join(above, npmDir, pkgName), 0, func(name string) {
			if !seen[name] {
				seen[name] = true
				out = append(out, name)
			}
		})
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

// Resolve finds what a reference in a file stands for, trying each ending in turn: relative to the file, from the root
// if it begins with "/", and for a bare name also in the packages visible from the file. It gives the path with and
// without the ending.
func (p *Project) Resolve(from, ref string, endings []string) (file, base string, ok bool) {
	for _, candidate := range candidates(from, ref) {
		for _, form := range []string{candidate, path.Join(candidate, "index")} {
			for _, ending := range endings {
				if form != "" && p.Exists(form+ending) {
					return form + ending, form, true
				}
			}
		}
	}
	return "", "", false
}

func candidates(from, ref string) []string {
	dir := path.Dir(from)
	if strings.HasPrefix(ref, "/") {
		return []string{strings.TrimPrefix(path.Clean(ref), "/")}
	}
	beside := strings.TrimPrefix(path.Join("/", dir, ref), "/")
	if ref == "." || ref == ".." || strings.HasPrefix(ref, "./") || strings.HasPrefix(ref, "../") {
		return []string{beside}
	}
	out := []string{beside}
	for ; ; dir = path.Dir(dir) {
		if path.Base(dir) != npmDir {
			out = append(out, strings.TrimPrefix(path.Join("/", dir, npmDir, ref), "/"))
		}
		if dir == "." || dir == "/" {
			return append(out, strings.TrimPrefix(path.Clean("/"+ref), "/"))
		}
	}
}
