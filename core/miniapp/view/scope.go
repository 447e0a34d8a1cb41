package view

import (
	"errors"

	"github.com/dougong-dev/dougong/core/miniapp/template"
	"github.com/dougong-dev/dougong/core/miniapp/value"
)

// scope is what the names in an expression stand for: frames of loops around a root, which is a component's data or the
// data of a <template>.
type scope struct {
	outer *scope
	page  *Page

	loop        *loop // a frame of a loop, with its row:
	item, index value.Value
	key         string

	slot    string // a frame of content that picks its share: the slot it is for
	slotted bool
	from    *anchor       // the slot itself, of content that is made for every slot
	values  *value.Object // what it gives; nil if nothing

	comp  *Component    // root: the fields of its data
	data  *value.Object // root of a <template>: its own data instead
	base  *base
	depth int // root: how many templates are around
}

// Lookup implements template.Scope.
func (s *scope) Lookup(name string) (value.Value, bool) {
	for s.outer != nil {
		if s.loop != nil {
			switch name {
			case s.loop.item:
				return s.item, true
			case s.loop.index:
				return s.index, true
			}
		}
		s = s.outer
	}
	if len(s.base.scripts) > 0 {
		if path, ok := s.base.scripts[name]; ok {
			return s.page.script(path, s.comp), true
		}
	}
	if s.data != nil {
		return s.data.Get(name)
	}
	return s.comp.data.Get(name)
}

func (s *scope) root() *scope {
	for s.outer != nil {
		s = s.outer
	}
	return s
}

// slotName is the slot for which the content around is rendered.
func (s *scope) slotName() string {
	for ; s != nil; s = s.outer {
		if s.slotted {
			return s.slot
		}
	}
	return ""
}

// slotFrame is the frame of the content that is made for a slot; nil outside of such.
func (s *scope) slotFrame() *scope {
	for ; s != nil; s = s.outer {
		if s.slotted {
			return s
		}
	}
	return nil
}

// eval computes an expression for a component; a failure is reported and counts as undefined.
func (p *Page) eval(c *Component, s *scope, e *expr) value.Value {
	if e.static {
		return e.val
	}
	v, err := e.src.Eval(s, p.caller)
	if err != nil {
		pos := e.src.Pos
		var ee *template.EvalError
		if errors.As(err, &ee) {
			pos = ee.Pos
		}
		p.logic.Report(c, position(e.base.file, pos), err)
	}
	return v
}

// position turns a place in a compiled template into one in a source file.
func position(f *template.File, pos template.Pos) Position {
	if f == nil {
		return Position{}
	}
	p := Position{File: f.Path, Line: pos[1], Column: pos[2]}
	if pos[0] >= 0 && pos[0] < len(f.Sources) {
		p.File = f.Sources[pos[0]]
	}
	return p
}

// script is a template script's exports, loaded once per page.
func (p *Page) script(path string, c *Component) value.Value {
	if v, ok := p.scripts[path]; ok {
		return v
	}
	v, err := p.logic.Script(path)
	if err != nil {
		p.logic.Report(c, Position{File: path}, err)
	}
	p.scripts[path] = v
	return v
}
