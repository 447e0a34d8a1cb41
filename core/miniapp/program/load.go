package program

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"sync"

	"github.com/dougong-dev/dougong/core/miniapp/template"
)

// Files is where a program's files come from: an opened bundle, or a build in memory. It is safe for concurrent use.
type Files interface {
	// ReadFile returns a file's content. The error is fs.ErrNotExist for one that is not there.
	ReadFile(name string) ([]byte, error)
}

// MapFiles are files in memory.
type MapFiles map[string][]byte

// ReadFile implements Files.
func (m MapFiles) ReadFile(name string) ([]byte, error) {
	if data, ok := m[name]; ok {
		return data, nil
	}
	return nil, &fs.PathError{Op: "read", Path: name, Err: fs.ErrNotExist}
}

// Program is a loaded mini-program. Its fields are read-only; what its methods return is shared, too.
type Program struct {
	App   App
	files Files

	scripts map[string]bool

	mu         sync.Mutex
	components map[string]*Component
	templates  map[string]*template.File
	styles     map[string]*Style
}

// Load reads a program's configuration. Everything else is read when it is first asked for.
func Load(files Files) (*Program, error) {
	p := &Program{
		files: files, scripts: map[string]bool{}, components: map[string]*Component{},
		templates: map[string]*template.File{}, styles: map[string]*Style{},
	}
	if err := p.readJSON(AppFile, &p.App); err != nil {
		return nil, err
	}
	if p.App.Format != FormatVersion {
		return nil, fmt.Errorf("%s has format %d, this host reads format %d: build the mini-program again with this version", AppFile, p.App.Format, FormatVersion)
	}
	for _, s := range p.App.Scripts {
		p.scripts[s] = true
	}
	return p, nil
}

// ReadFile returns any file of the program: assets by their own paths.
func (p *Program) ReadFile(name string) ([]byte, error) { return p.files.ReadFile(name) }

// Component finds the compiled json of a page or component. The error is fs.ErrNotExist if there is none.
func (p *Program) Component(path string) (*Component, error) {
	return cached(p, p.components, path, func() (*Component, error) {
		c := &Component{}
		return c, p.readJSON(ComponentDir+"/"+path+".json", c)
	})
}

// Template finds a compiled template by its path with ending, linked.
func (p *Program) Template(path string) (*template.File, error) {
	return cached(p, p.templates, path, func() (*template.File, error) {
		data, err := p.files.ReadFile(TemplateDir + "/" + path + ".json")
		if err != nil {
			return nil, err
		}
		return template.Decode(data)
	})
}

// Style finds a compiled style by its key.
func (p *Program) Style(key string) (*Style, error) {
	return cached(p, p.styles, key, func() (*Style, error) {
		s := &Style{}
		return s, p.readJSON(StyleDir+"/"+key+".json", s)
	})
}

// HasScript tells whether there is a CommonJS module at path (without .js).
func (p *Program) HasScript(path string) bool { return p.scripts[path] }

// Script returns the CommonJS module at path (without .js).
func (p *Program) Script(path string) ([]byte, error) {
	return p.files.ReadFile(ScriptDir + "/" + path + ".js")
}

// SourceMap returns the source map of the module at path (without .js). The error is fs.ErrNotExist if it has none.
func (p *Program) SourceMap(path string) ([]byte, error) {
	return p.files.ReadFile(ScriptDir + "/" + path + ".js.map")
}

// WXS returns a compiled template script by its path.
func (p *Program) WXS(path string) ([]byte, error) {
	return p.files.ReadFile(WXSDir + "/" + path + ".js")
}

func (p *Program) readJSON(name string, v any) error {
	data, err := p.files.ReadFile(name)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, v); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// cached finds m[key] or reads it; what is not there is remembered as nil.
func cached[T any](p *Program, m map[string]*T, key string, read func() (*T, error)) (*T, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	v, ok := m[key]
	if !ok {
		var err error
		if v, err = read(); err != nil {
			if !errors.Is(err, fs.ErrNotExist) {
				return nil, err
			}
			v = nil
		}
		m[key] = v
	}
	if v == nil {
		return nil, &fs.PathError{Op: "read", Path: key, Err: fs.ErrNotExist}
	}
	return v, nil
}
