package brake

import (
	"errors"
	"math"

	"github.com/dougong-dev/dougong/core/internal/asm"
)

// errCount marks numbers that a module claims and that an engine might believe: it would take memory for as many entries.
var errCount = errors.New("a number that cannot be true")

// MaxTable is how many entries a module's tables may have together. The engine's limit on memory does not count them.
const MaxTable = 1 << 20

// n is a number of entries, of which each takes a byte at least.
func (r *reader) n(what string) uint32 {
	n := r.u32(what)
	if left := len(r.buf) - r.at; r.err == nil && uint64(n) > uint64(left) {
		_ = r.fail("%w: %d as %s, with %d bytes left", errCount, n, what, left)
		return 0
	}
	return n
}

// bound checks every number of entries that the rest of the package does not come by, and limits tables.
func (m *sections) bound() error {
	for _, id := range order {
		if r := m.reader(id); len(r.buf) > 0 && id != secStart && id != secDataCount {
			if r.n("number of entries in a section"); r.err != nil {
				return r.err
			}
		}
	}
	if err := m.boundTables(); err != nil {
		return err
	}
	for id, entry := range map[byte]func(*reader){secType: (*reader).functionType, secExport: (*reader).export, secData: (*reader).data, secElement: (*reader).element} {
		r := m.reader(id)
		if len(r.buf) == 0 {
			continue
		}
		for n := r.n("number of entries"); n > 0 && r.err == nil; n-- {
			entry(r)
		}
		if r.err != nil {
			return r.err
		}
	}
	m.boundNames()
	return nil
}

func (r *reader) functionType() {
	if form := r.byte("form of a type"); r.err == nil && form != 0x60 {
		_ = r.fail("type of form %#x, this host knows functions only (0x60)", form)
	}
	for _, side := range []struct {
		what string
		most uint32
	}{{"parameters", maxParams}, {"results", maxResults}} {
		n := r.n("number of " + side.what)
		if n > side.most {
			_ = r.fail("a type with %d %s, at most %d are allowed", n, side.what, side.most)
		}
		r.take(n, side.what)
	}
}

func (r *reader) export() {
	r.take(r.n("size of a name"), "name")
	r.byte("kind of an export")
	r.u32("index of an export")
}

func (r *reader) data() {
	flags := r.u32("kind of data")
	if flags == 2 {
		r.u32("memory")
	}
	if flags != 1 {
		r.expression()
	}
	r.take(r.n("size of data"), "data")
}

// boundTables gives every table a largest size: its share of MaxTable, unless it is larger from the start.
func (m *sections) boundTables() error {
	r := m.reader(secTable)
	if len(r.buf) == 0 {
		return nil
	}
	n := r.n("number of tables")
	out, total := asm.Uleb(uint64(n)), uint64(0)
	for range n {
		element, flags := r.byte("type of a table"), r.byte("limits")
		least, most := r.u32("size of a table"), uint32(MaxTable)/n
		if flags > 1 {
			return r.fail("table with limits of kind %d, this host knows 0 and 1", flags)
		}
		if flags == 1 {
			largest := r.u32("largest size of a table")
			if largest < least {
				return r.fail("a table of %d entries, which says that it has at most %d", least, largest)
			}
			most = min(most, largest)
		}
		if total += uint64(least); r.err == nil && total > MaxTable {
			return r.fail("%w: tables of %d entries, at most %d are allowed", errCount, total, MaxTable)
		}
		most = max(most, least)
		out = append(append(out, element, 1), asm.Uleb(uint64(least))...)
		out = append(out, asm.Uleb(uint64(most))...)
	}
	if r.err == nil && r.at < len(r.buf) {
		return r.fail("%d bytes after the tables", len(r.buf)-r.at)
	}
	m.sections[secTable] = section{m.sections[secTable].at, out}
	return r.err
}

// element is a segment that fills a table.
func (r *reader) element() {
	flags := r.u32("kind of a segment")
	if flags > 7 {
		_ = r.fail("segment of kind %d", flags)
	}
	if flags&3 == 2 { // active, for a table that is named
		r.u32("table")
	}
	if flags&1 == 0 {
		r.expression()
	}
	if flags&3 != 0 {
		r.byte("kind of elements")
	}
	for e := r.n("number of elements"); e > 0 && r.err == nil; e-- {
		if flags&4 != 0 {
			r.expression()
		} else {
			r.u32("function")
		}
	}
}

// expression skips a constant expression. It sets nothing, and which globals it may name the engine knows: imported ones.
func (r *reader) expression() {
	r.globals = math.MaxUint32
	for r.err == nil {
		if r.at < len(r.buf) && r.buf[r.at] == opEnd {
			r.at++
			return
		}
		r.instruction()
	}
}

// boundNames keeps the names of the module and of its functions, if they can be read.
func (m *sections) boundNames() {
	if m.name == nil {
		return
	}
	r := &reader{buf: m.name}
	r.take(r.n("size of a name"), "name")
	kept := append([]byte{}, r.buf[:r.at]...)
	for r.at < len(r.buf) && r.err == nil {
		from := r.at
		id := r.byte("kind of names")
		body := r.take(r.u32("size of names"), "names")
		if r.err == nil && id <= 1 && goodNames(id, body) {
			kept = append(kept, r.buf[from:r.at]...)
		}
	}
	m.name = kept
}

func goodNames(id byte, body []byte) bool {
	r := &reader{buf: body}
	if id == 0 {
		r.take(r.n("size of a name"), "name")
	} else {
		for n := r.n("number of names"); n > 0 && r.err == nil; n-- {
			r.u32("function")
			r.take(r.n("size of a name"), "name")
		}
	}
	return r.err == nil && r.at == len(body)
}
