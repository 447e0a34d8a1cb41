package program

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"
)

// Parts are Files whose subpackages are files of their own, fetched when they are needed.
type Parts interface {
	Files
	// Part fetches the files of a subpackage. progress, which may be nil, is told how many bytes of how many there are. It is
	// called concurrently, for one package at a time.
	Part(ctx context.Context, sub SubPackage, progress func(done, total int64)) (Files, error)
}

// ErrNotFetched is wrapped by the error about a file of a subpackage that has not been fetched. It is fs.ErrNotExist as well.
var ErrNotFetched = fmt.Errorf("its subpackage has not been fetched: %w", fs.ErrNotExist)

// packages are the files of a program, in one piece or in parts.
type packages struct {
	main Files
	from Parts // nil: everything is in main
	app  *App
	subs map[string]*part
}

// part is a subpackage that is a file of its own.
type part struct {
	sub SubPackage

	mu    sync.Mutex // held while it is being fetched
	state sync.RWMutex
	files Files // nil until it is there
}

func (p *packages) open(app *App) {
	from, ok := p.main.(Parts)
	if !ok {
		return
	}
	p.from, p.app, p.subs = from, app, map[string]*part{}
	for _, sub := range app.SubPackages {
		if sub.File != "" {
			p.subs[sub.Root] = &part{sub: sub}
		}
	}
}

// ReadFile implements Files.
func (p *packages) ReadFile(name string) ([]byte, error) {
	data, err := p.main.ReadFile(name)
	if err == nil || len(p.subs) == 0 || !errors.Is(err, fs.ErrNotExist) {
		return data, err
	}
	sub := p.app.PackageOf(SourcePath(name))
	if sub == nil || p.subs[sub.Root] == nil {
		return nil, err
	}
	files := p.subs[sub.Root].there()
	if files == nil {
		return nil, &fs.PathError{Op: "read", Path: name, Err: ErrNotFetched}
	}
	return files.ReadFile(name)
}

func (p *part) there() Files {
	p.state.RLock()
	defer p.state.RUnlock()
	return p.files
}

// Fetch makes the subpackage with this root readable. Sessions that ask at the same time wait for one another. Without
// parts there is nothing to do. Progress, which may be nil, is told how far it is.
func (p *Program) Fetch(ctx context.Context, root string, progress func(done, total int64)) error {
	part := p.packages.subs[root]
	if part == nil {
		if p.App.Package(root) == nil {
			return fmt.Errorf("subpackage %q is not found", root)
		}
		return nil
	}
	if part.there() != nil {
		return nil
	}
	part.mu.Lock()
	defer part.mu.Unlock()
	if part.there() != nil {
		return nil
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	files, err := p.packages.from.Part(ctx, part.sub, progress)
	if err != nil {
		return fmt.Errorf("subpackage %q: %w", root, err)
	}
	part.state.Lock()
	defer part.state.Unlock()
	part.files = files
	return nil
}

// Absent lists the roots of the subpackages that have not been fetched.
func (p *Program) Absent() []string {
	var out []string
	for root, part := range p.packages.subs {
		if part.there() == nil {
			out = append(out, root)
		}
	}
	slices.Sort(out)
	return out
}

// Needs lists the subpackages among absent that a page cannot be shown without: its own, and those of components that have
// no placeholder. As a component of a package that is absent may use others, it is to be asked again once they are there.
func (p *Program) Needs(page string, absent map[string]bool) []string {
	if len(absent) == 0 {
		return nil
	}
	var out []string
	seen := map[string]bool{}
	for queue := []string{page}; len(queue) > 0; queue = queue[1:] {
		path := strings.TrimPrefix(queue[0], "/")
		if seen[path] {
			continue
		}
		seen[path] = true
		if sub := p.App.PackageOf(path); sub != nil && absent[sub.Root] {
			if !slices.Contains(out, sub.Root) {
				out = append(out, sub.Root)
			}
			continue
		}
		def, err := p.Component(path)
		if err != nil {
			continue
		}
		for tag, used := range def.Using {
			if def.Placeholders[tag] == "" {
				queue = append(queue, used)
			}
		}
		queue = append(queue, sortedValues(def.Generics)...)
	}
	slices.Sort(out)
	return out
}

// compiledDirs hold files that stand for a source file of the project.
var compiledDirs = []string{ComponentDir, TemplateDir, StyleDir, ScriptDir, WXSDir}

// SourcePath is the project's path of a file of the bundle: which package it belongs to follows from it.
func SourcePath(name string) string {
	for _, dir := range compiledDirs {
		if rest, ok := strings.CutPrefix(name, dir+"/"); ok {
			return rest
		}
	}
	return name
}

var _ Files = (*packages)(nil)
