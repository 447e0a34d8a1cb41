package brake

import "fmt"

// What the engine's compiler does more than linearly grows with the blocks of a function, squared, and with the values that
// it has to carry from block to block. Blocks are counted in units of an if; 2^28 units keep it busy for five to ten seconds. A
// compilation cannot be interrupted, hence there is no deadline in place of this.
//
//	                       largest function                     the whole module
//	Go's compiler, Go      17,136 blocks,  4 locals: 297 M      2,736 M, 56 a byte
//	esbuild, Go             6,941 blocks, 14 locals:  70 M        875 M, 62 a byte
//	CPython, C              3,560 blocks, 47 locals:  53 M        639 M, 66 a byte
//	SQLite, C               1,741 blocks, 49 locals:  24 M        100 M, 152 a byte
//	QuickJS, C              1,326 blocks, 53 locals:  19 M         34 M, 71 a byte
//	a plugin with Go's PDK  1,092 blocks,  9 locals:   4 M         34 M, 10 a byte
const (
	maxWork   = 3 << 27 // of one function: 20,000 blocks without locals
	totalWork = 1 << 32 // of a module, whatever its size
	byteWork  = 512     // of a module, for each byte of code, beside one function of maxWork
	smallWork = 1 << 20 // what is below does not count for the module: all of it is in proportion to its size
	perLocal  = 256     // units that a block costs, for each local that it may have to carry
)

// Blocks that instructions make, those of the brake included.
const (
	loopBlocks, heavyBlocks = 4, 4
	labelsPerBlock          = 4 // of a br_table
)

// deepLoops is how deep loops may be nested for their blocks to count as they are. The compiler looks at a value that lives
// through a nest of loops once in each, and 2,700 of them in each other with 100 locals took minutes.
const deepLoops = 16

// The largest types. An instruction of two bytes may move as many values.
const (
	maxParams  = 256
	maxResults = 32
)

// work is what one function asks of the compiler.
type work struct {
	blocks uint64
	locals uint64 // that are named
	named  [(maxLocals+maxParams)/64 + 1]uint64
	open   []bool // the blocks around the instruction at hand; true: a loop
	loops  uint64 // of these
}

// at is told of each instruction, to know how deep it is in loops.
func (w *work) at(op byte) {
	switch op {
	case opLoop:
		w.open = append(w.open, true)
		w.loops++
	case 0x02, 0x04: // block, if
		w.open = append(w.open, false)
	case opEnd:
		if n := len(w.open); n > 0 { // otherwise it is the function's own
			if w.open[n-1] {
				w.loops--
			}
			w.open = w.open[:n-1]
		}
	}
}

func (w *work) local(n uint32) {
	if at, bit := n/64, uint64(1)<<(n%64); int(at) < len(w.named) && w.named[at]&bit == 0 { // the engine refuses others
		w.named[at] |= bit
		w.locals++
	}
}

// total is capped before it could overflow.
func (w *work) total() uint64 {
	blocks := min(w.blocks, 1<<30)
	return blocks*blocks + perLocal*blocks*w.locals
}

// allow refuses a function that would take the engine too long, by its number.
func (m *sections) allow(index uint32, at int, w *work, sum *uint64) error {
	n, most := w.total(), min(totalWork, maxWork+byteWork*uint64(len(m.sections[secCode].body)))
	if n > maxWork {
		return fmt.Errorf("at byte %d: function %d%s would keep the compiler busy for too long: %d blocks and %d locals make %d units of work, at most %d are allowed; split it into smaller functions, or have its compiler inline less",
			at, index, m.nameOf(index), w.blocks, w.locals, n, maxWork)
	}
	if n < smallWork {
		return nil
	}
	if *sum += n; *sum > most {
		return fmt.Errorf("at byte %d: with function %d%s the module's large functions would keep the compiler busy for too long: %d units of work, at most %d are allowed for its size; split the large functions, or have its compiler inline less",
			at, index, m.nameOf(index), *sum, most)
	}
	return nil
}

// nameOf finds a function's name for a message: what its compiler called it, or else what it is exported as.
func (m *sections) nameOf(index uint32) string {
	r := &reader{buf: m.name}
	if m.name != nil {
		r.take(r.n("size of a name"), "name")
	}
	for r.at < len(r.buf) && r.err == nil {
		id := r.byte("kind of names")
		if body := r.take(r.u32("size of names"), "names"); id == 1 {
			if name := find(&reader{buf: body}, index); name != "" {
				return fmt.Sprintf(" (%.80q)", name)
			}
		}
	}
	r = m.reader(secExport)
	for n := r.n("number of exports"); n > 0 && r.err == nil; n-- {
		name := r.take(r.n("size of a name"), "name")
		if kind, of := r.byte("kind of an export"), r.u32("index of an export"); kind == kindFunc && of == index && r.err == nil {
			return fmt.Sprintf(" (%.80q)", name)
		}
	}
	return ""
}

func find(r *reader, index uint32) string {
	for n := r.n("number of names"); n > 0 && r.err == nil; n-- {
		of, name := r.u32("function"), r.take(r.n("size of a name"), "name")
		if of == index && r.err == nil {
			return string(name)
		}
	}
	return ""
}
