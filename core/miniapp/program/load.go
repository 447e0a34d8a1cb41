package program

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
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

// FS makes Files of a file system: an unpacked bundle, an opened archive.
func FS(fsys fs.FS) Files { return fsFiles{fsys} }

type fsFiles struct{ fsys fs.FS }

// ReadFile implements Files.
func (f fsFiles) ReadFile(name string) ([]byte, error) { return fs.ReadFile(f.fsys, name) }

// Program is a loaded mini-program. Its parts are read when first asked for and kept; all methods are safe for concurrent
// use. Its fields are read-only; what its methods return is shared, too.
type Program struct {
	App App
	// Frame shows a place, lines and columns from 1, in the sources that the program was made of: the lines before it, its own,
	// and a mark below; "" if there is no such place. It is nil if the sources are not at hand, and safe for concurrent use.
	Frame func(file string, line, column int) string

	files      Files
	scripts    map[string]bool
	packages   packages
	components cache[*Component]
	templates  cache[*template.File]
	styles     cache[*Style]
}

// ErrFormat is wrapped by the error about a bundle of another format version.
var ErrFormat = errors.New("unsupported bundle format")

// Load reads a program's configuration. Everything else is read when it is first asked for.
func Load(files Files) (*Program, error) {
	p := &Program{scripts: map[string]bool{}}
	p.files, p.packages.main = &p.packages, files
	if err := p.readJSON(AppFile, &p.App); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("load mini-program: there is no %s: this is not a compiled bundle, build the project first: %w", AppFile, err)
		}
		return nil, fmt.Errorf("load mini-program: %w", err)
	}
	if p.App.Format != FormatVersion {
		return nil, fmt.Errorf("load mini-program %q: %w %d, this host reads %d: build it again with this version", p.App.ID, ErrFormat, p.App.Format, FormatVersion)
	}
	p.packages.open(&p.App)
	for _, s := range p.App.Scripts {
		p.scripts[s] = true
	}
	return p, nil
}

// ReadFile returns any file of the program by its path in the bundle.
func (p *Program) ReadFile(name string) ([]byte, error) { return p.files.ReadFile(name) }

// Asset returns a file of the project that is no code: an image, a font, data. A leading "/" is the project's root.
func (p *Program) Asset(name string) ([]byte, error) {
	clean := strings.TrimPrefix(path.Clean("/"+name), "/")
	if clean == "" || clean == ManifestFile || strings.HasPrefix(clean, "_dougong/") {
		return nil, &fs.PathError{Op: "read", Path: name, Err: fs.ErrNotExist}
	}
	return p.files.ReadFile(clean)
}

// Component finds the compiled json of a page or component. The error is fs.ErrNotExist if there is none.
func (p *Program) Component(name string) (*Component, error) {
	return p.components.get(name, func() (*Component, error) {
		c := &Component{}
		err := p.readJSON(ComponentDir+"/"+name+".json", c)
		return c, err
	})
}

// Template finds a compiled template by its path with ending, linked.
func (p *Program) Template(name string) (*template.File, error) {
	return p.templates.get(name, func() (*template.File, error) {
		data, err := p.files.ReadFile(TemplateDir + "/" + name + ".json")
		if err != nil {
			return nil, err
		}
		return template.Decode(data)
	})
}

// Style finds a compiled style by its key.
func (p *Program) Style(key string) (*Style, error) {
	return p.styles.get(key, func() (*Style, error) {
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

// cache computes each value once, without keeping others waiting for it.
type cache[T any] struct{ m sync.Map }

func (c *cache[T]) get(key string, load func() (T, error)) (T, error) {
	once, ok := c.m.Load(key)
	if !ok {
		once, _ = c.m.LoadOrStore(key, sync.OnceValues(load))
	}
	v, err := once.(func() (T, error))()
	if err != nil {
		c.m.Delete(key) // names come from outside: failures must not fill memory
	}
	return v, err
}
