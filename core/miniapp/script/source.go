package script

import (
	"errors"
	"io/fs"
	"strings"

	"github.com/dougong-dev/dougong/core/miniapp/program"
	"github.com/dougong-dev/dougong/core/miniapp/template"
)

// source is what the realm reads of a program. Paths are without ending unless said otherwise.
type source struct{ p *program.Program }

func newSource(p *program.Program) source { return source{p} }

func (s source) hasScript(path string) bool { return s.p.HasScript(path) }

func (s source) script(path string) (string, error) {
	data, err := s.p.Script(path)
	if errors.Is(err, fs.ErrNotExist) {
		err = &missingError{path + ".js is not there", "check the file's name and where it is"}
	}
	return string(data), err
}

// code is the text of a script or template script, by its name with ending; "" if there is none.
func (s source) code(name string) string {
	data, err := s.p.Script(strings.TrimSuffix(name, ".js"))
	if err != nil {
		data, _ = s.p.WXS(name)
	}
	return string(data)
}

// sourceMap takes the name of a script with its ending.
func (s source) sourceMap(name string) ([]byte, bool) {
	data, err := s.p.SourceMap(strings.TrimSuffix(name, ".js"))
	return data, err == nil
}

func (s source) component(path string) (*program.Component, bool) {
	c, err := s.p.Component(path)
	return c, err == nil
}

// template takes a path with its ending.
func (s source) template(path string) (*template.File, error) { return s.p.Template(path) }

func (s source) style(key string) (*program.Style, bool) {
	if key == "" {
		return nil, false
	}
	style, err := s.p.Style(key)
	return style, err == nil
}

func (s source) wxs(path string) (string, error) {
	data, err := s.p.WXS(path)
	return string(data), err
}
