package brake

import (
	"bytes"
	"fmt"
	"math"

	"github.com/dougong-dev/dougong/core/internal/asm"
)

// sections is a module cut into its sections. Custom ones are dropped, because they tell of code as it was, but for "name",
// which crash reports need.
type sections struct {
	sections map[byte]section
	name     []byte
}

type section struct {
	at   int // where its content begins in the module
	body []byte
}

var magic = []byte("\x00asm\x01\x00\x00\x00")

func split(module []byte) (*sections, error) {
	if !bytes.HasPrefix(module, magic) {
		return nil, fmt.Errorf("it is no WebAssembly module: it begins with % x, expected % x", module[:min(len(module), len(magic))], magic)
	}
	m := &sections{sections: map[byte]section{}}
	r := &reader{buf: module, at: len(magic)}
	for r.at < len(module) && r.err == nil {
		id := r.byte("section id")
		size := r.u32("size of a section")
		at := r.offset()
		body := r.take(size, "section")
		if r.err != nil {
			break
		}
		if id == secCustom {
			m.custom(body)
			continue
		}
		if _, again := m.sections[id]; again || bytes.IndexByte(order, id) < 0 {
			return nil, fmt.Errorf("at byte %d: section %d is unknown or comes twice", at, id)
		}
		if len(body) == 0 {
			return nil, fmt.Errorf("at byte %d: section %d is empty", at, id)
		}
		m.sections[id] = section{at, body}
	}
	return m, r.err
}

func (m *sections) custom(body []byte) {
	r := &reader{buf: body}
	if name := r.take(r.n("size of a name"), "name"); string(name) == "name" {
		m.name = body
	}
}

func (m *sections) reader(id byte) *reader {
	s := m.sections[id]
	return &reader{buf: s.body, base: s.at}
}

// add puts an entry at the end of a section that had n.
func (m *sections) add(id byte, n uint32, entry []byte) {
	s := m.sections[id]
	r := m.reader(id)
	if len(s.body) > 0 {
		r.u32("number of entries")
	}
	body := append(asm.Uleb(uint64(n)+1), s.body[r.at:]...)
	m.sections[id] = section{s.at, append(body, entry...)}
}

func (m *sections) bytes() []byte {
	out := bytes.Clone(magic)
	write := func(id byte, body []byte) {
		out = append(append(out, id), asm.Uleb(uint64(len(body)))...)
		out = append(out, body...)
	}
	for _, id := range order {
		if s, ok := m.sections[id]; ok {
			write(id, s.body)
		}
	}
	if m.name != nil {
		write(secCustom, m.name)
	}
	return out
}

// counts is what a module has, imports included.
type counts struct {
	types, funcs, globals, memories, exports uint32
	importedFuncs, importedGlobals           uint32
	start                                    int64 // -1: none
}

func (m *sections) count() (counts, error) {
	c := counts{start: -1}
	if err := m.imports(&c); err != nil {
		return c, err
	}
	c.funcs, c.globals = c.importedFuncs, c.importedGlobals
	for _, s := range []struct {
		id byte
		n  *uint32
	}{{secType, &c.types}, {secFunction, &c.funcs}, {secGlobal, &c.globals}, {secMemory, &c.memories}, {secExport, &c.exports}} {
		if r := m.reader(s.id); len(r.buf) > 0 {
			n := r.n("number of entries")
			if r.err != nil || uint64(*s.n)+uint64(n) > math.MaxInt32 {
				return c, r.fail("%d entries in section %d", n, s.id)
			}
			*s.n += n
		}
	}
	if r := m.reader(secStart); len(r.buf) > 0 {
		c.start = int64(r.u32("start function"))
		return c, r.err
	}
	return c, nil
}

func (m *sections) imports(c *counts) error {
	r := m.reader(secImport)
	if len(r.buf) == 0 {
		return nil
	}
	for range r.n("number of imports") {
		r.take(r.n("size of a name"), "name")
		r.take(r.n("size of a name"), "name")
		switch kind := r.byte("kind of import"); kind {
		case kindFunc:
			r.u32("type")
			c.importedFuncs++
		case kindTable:
			r.byte("type of a table")
			r.limits()
		case kindMemory:
			r.limits()
			c.memories++
		case kindGlobal:
			r.take(2, "type of a global")
			c.importedGlobals++
		case kindTag:
			r.byte("attribute of a tag")
			r.u32("type")
		default:
			return r.fail("import of kind %d", kind)
		}
		if r.err != nil {
			return r.err
		}
	}
	return nil
}
