// Package project finds a mini-program's files: those under its root, and npm packages as WeChat's "npm build" would lay
// them out.
//
// All paths are from the mini-program's root. A package in node_modules appears as miniprogram_npm/<name>, with the
// folder that its package.json names as "miniprogram" (default miniprogram_dist) for its content, so that a project need
// not run the npm build first. It must not know what the files mean.
package project

import (
	"hash/maphash"
	"io/fs"
	"path"
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
	// plain projects see packages as npm unpacked them: no folder of them is the mini-program's share.
	plain bool
	// mounts are folders outside of the root that appear below it: path → folder in fsys.
	mounts map[string]string

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
		fsys: fsys, root: path.Clean(root), npm: npm, keep: keep, mounts: map[string]string{},
		dirs: map[string]map[string]bool{}, files: map[string]*File{}, physical: map[string]string{}, packages: map[string]*npmPackage{},
	}
}

// NewPlain looks at a project whose tools read packages as npm unpacked them, as Alipay's do: the "miniprogram" field of
// package.json, which is WeChat's, does not count.
func NewPlain(fsys fs.FS, root string, npm []string, keep *Cache) *Project {
	p := New(fsys, root, npm, keep)
	p.plain = true
	return p
}

// Mount lets a folder of fsys appear as a folder below the root.
func (p *Project) Mount(name, folder string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.mounts[name] = path.Clean(folder)
	clear(p.physical)
}

// real is the physical path of a file or folder, npm packages apart.
func (p *Project) real(name string) string {
	for at, folder := range p.mounts {
		if within(at, name) {
			return path.Join(folder, strings.TrimPrefix(name, at))
		}
	}
	return path.Join(p.root, name)
}

// Physical gives the path in fsys of a file under the root or a mount, whether or not it is there.
func (p *Project) Physical(name string) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if phys, ok := p.find(name); ok && !strings.HasPrefix(phys, "\x00") {
		return phys
	}
	return p.real(name)
}

// Logical gives the path under the root of a path in fsys; ok is false if it lies elsewhere.
func (p *Project) Logical(phys string) (name string, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for at, folder := range p.mounts {
		if within(folder, phys) {
			return path.Join(at, strings.TrimPrefix(phys, folder)), true
		}
	}
	if p.root == "." {
		return phys, true
	}
	return strings.CutPrefix(phys, p.root+"/")
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
	if phys := p.real(name); p.isFile(phys) {
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
