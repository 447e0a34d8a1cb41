package brake

import "github.com/dougong-dev/dougong/core/internal/asm"

// Instructions that this package looks for.
const (
	opLoop, opEnd                        = 0x03, 0x0b
	opGlobalGet, opGlobalSet             = 0x23, 0x24
	opCall, opCallIndirect, opReturnCall = 0x10, 0x11, 0x12
	opCallRef, opReturnCallRef           = 0x14, 0x15
	opMemoryGrow, opMisc, opVector       = 0x40, 0xfc, 0xfd
	opAtomic                             = 0xfe
)

// maxLocals is the engine's own limit, for one function.
const maxLocals = 50_000

// rewriteCode puts brakes into every function, and adds the one that checks.
func (m *sections) rewriteCode(had counts, turns, check uint32, checkBody []byte) error {
	r := m.reader(secCode)
	own := had.funcs - had.importedFuncs
	if len(r.buf) > 0 {
		if n := r.u32("number of functions"); n != own {
			return r.fail("%d function bodies for %d functions", n, own)
		}
	} else if own > 0 {
		return r.fail("%d functions, and no code", own)
	}
	f := &fitter{globals: had.globals, charge: charge(turns, check, 1), bulk: charge(turns, check, bulk)}
	out := append(make([]byte, 0, len(r.buf)+len(r.buf)/4), asm.Uleb(uint64(own)+1)...)
	sum := uint64(0)
	for i := range own {
		size := r.u32("size of a function")
		at := r.offset()
		body := r.take(size, "function")
		if r.err != nil {
			return r.err
		}
		f.work = work{}
		fitted, err := f.fit(&reader{buf: body, base: at, work: &f.work})
		if err != nil {
			return err
		}
		if err := m.allow(had.importedFuncs+i, at, &f.work, &sum); err != nil {
			return err
		}
		out = append(append(out, asm.Uleb(uint64(len(fitted)))...), fitted...)
	}
	if r.err != nil {
		return r.err
	}
	m.sections[secCode] = section{0, append(out, checkBody...)}
	return nil
}

// fitter changes functions, one after the other.
type fitter struct {
	globals      uint32 // that the module had
	charge, bulk []byte
	out          []byte
	work         work // of the function at hand
}

// fit returns the function with brakes; the result is good until the next call.
func (f *fitter) fit(r *reader) ([]byte, error) {
	r.globals = f.globals
	total := uint64(0)
	for n := r.n("number of locals"); n > 0 && r.err == nil; n-- {
		total += uint64(r.u32("number of locals"))
		r.byte("type of locals")
		if total > maxLocals {
			return nil, r.fail("%w: %d locals, at most %d are allowed", errCount, total, maxLocals)
		}
	}
	if r.err != nil {
		return nil, r.err
	}
	start := r.at
	f.out = append(f.out[:0], r.buf[:start]...)
	calls, charged, straight := false, false, true // straight: everything so far is carried out in every call
	from, paid := start, start
	for r.at < len(r.buf) {
		at := r.at
		kind := r.instruction()
		if at-paid >= stretch {
			f.out = append(append(f.out, r.buf[from:at]...), f.charge...)
			from, paid = at, at
			f.work.blocks++
		}
		switch kind {
		case call:
			calls, straight = true, false
		case branch:
			straight = false
		case loop:
			if straight {
				charged = true
			}
			f.out = append(append(f.out, r.buf[from:r.at]...), f.charge...)
			from = r.at
		case heavy:
			f.out = append(append(f.out, r.buf[from:at]...), f.bulk...)
			from = at
		}
		if r.err != nil {
			return nil, r.err
		}
	}
	f.out = append(f.out, r.buf[from:]...)
	if calls && !charged {
		f.out = append(f.out[:start:start], append(append([]byte{}, f.charge...), f.out[start:]...)...)
	}
	return f.out, nil
}

// kind is what matters of an instruction.
type kind int

const (
	plain kind = iota
	loop
	call
	branch // the next instruction may not be the one that is carried out
	heavy  // moves as much memory as the guest likes
)

// instruction skips one.
func (r *reader) instruction() kind {
	op := r.byte("instruction")
	if r.work != nil {
		r.work.at(op)
	}
	switch {
	case op == opLoop:
		r.leb(5, "block type")
		r.blocks(loopBlocks)
		return loop
	case op >= opCall && op <= opReturnCallRef:
		r.leb(5, "function or type")
		if op == opCallIndirect || op == opReturnCall+1 {
			r.leb(5, "table")
		}
		return call
	case op >= 0x28 && op <= 0x3e:
		r.memarg()
	case op >= 0x20 && op <= 0x22: // local.get, set and tee
		if n := r.u32("local"); r.work != nil {
			r.work.local(n)
		}
	case op == opMisc:
		return r.misc()
	case op == opVector:
		r.vector()
	case op == opGlobalGet, op == opGlobalSet:
		if n := r.u32("global"); n >= r.globals {
			_ = r.fail("global %d is named, the module has %d", n, r.globals)
		}
	case op == opAtomic:
		if r.u32("atomic instruction") == 3 {
			r.byte("fence")
		} else {
			r.memarg()
		}
	case op >= 0x04 && op <= 0x0f: // if, else, end, br and return
		r.immediate(op)
		return branch
	default:
		r.immediate(op)
	}
	return plain
}

// immediate skips what follows the common instructions.
func (r *reader) immediate(op byte) {
	switch {
	case op <= 0x01, op == 0x05, op == opEnd, op == 0x0f, op == 0x1a, op == 0x1b, op >= 0x45 && op <= 0xc4, op == 0xd1:
	case op == 0x02, op == 0x04: // block, if
		r.leb(5, "block type")
		r.blocks(1)
	case op == 0x0d: // br_if
		r.leb(5, "label")
		r.blocks(1)
	case op == 0x0c, op == 0x25, op == 0x26, op == 0x3f, op == opMemoryGrow, op == 0xd0, op == 0xd2:
		r.leb(5, "index")
	case op == 0x0e: // br_table
		n := r.n("number of labels")
		r.blocks(1 + uint64(n)/labelsPerBlock)
		for ; n > 0 && r.err == nil; n-- {
			r.leb(5, "label")
		}
		r.leb(5, "label")
	case op == 0x1c: // select with types
		r.take(r.n("number of types"), "types")
	case op == 0x41:
		r.leb(5, "constant")
	case op == 0x42:
		r.leb(10, "constant")
	case op == 0x43:
		r.take(4, "constant")
	case op == 0x44:
		r.take(8, "constant")
	default:
		r.at--
		_ = r.fail("instruction %#02x is not one that this host knows", op)
	}
}

// memarg skips the alignment and the offset of an access.
func (r *reader) memarg() {
	if r.u32("alignment")&0x40 != 0 {
		r.leb(5, "memory")
	}
	r.leb(10, "offset")
}

func (r *reader) misc() kind {
	op := r.u32("instruction")
	switch {
	case op <= 7: // conversions
		return plain
	case op == 8, op == 10, op == 12, op == 14: // memory.init and copy, table.init and copy
		r.leb(5, "index")
		r.leb(5, "index")
	case op == 9, op == 11, op == 13, op >= 15 && op <= 17:
		r.leb(5, "index")
	default:
		_ = r.fail("instruction 0xfc %d is not one that this host knows", op)
	}
	if op == 9 || op == 13 || op == 16 { // they drop or tell a size
		return plain
	}
	r.blocks(heavyBlocks)
	return heavy
}

func (r *reader) vector() {
	op := r.u32("vector instruction")
	switch {
	case op <= 11, op == 92, op == 93:
		r.memarg()
	case op == 12, op == 13:
		r.take(16, "lanes")
	case op >= 21 && op <= 34:
		r.byte("lane")
	case op >= 84 && op <= 91:
		r.memarg()
		r.byte("lane")
	case op > 275:
		_ = r.fail("instruction 0xfd %d is not one that this host knows", op)
	}
}
