package extism

import "github.com/dougong-dev/dougong/core/internal/asm"

// The first parameter of every function is local 0.
var arg, arg2 = asm.Get(0), asm.Get(1)

// word is a field of the root or of a block, as an i32.
func word(at asm.Code, field int) asm.Code { return asm.Load32(at, field) }

func root(field int) asm.Code { return asm.Load32(asm.I32(0), field) }

func setRoot(field int, v asm.Code) asm.Code { return asm.Store32(asm.I32(0), field, v) }

// wide makes an i64 of an i32; narrow cuts one, which has been found small enough.
func wide(v asm.Code) asm.Code   { return asm.Op(asm.I64Ex, v) }
func narrow(v asm.Code) asm.Code { return asm.Op(asm.I32Wrap, v) }

// memoryBytes is the size of the memory.
func memoryBytes() asm.Code { return asm.Op(asm.I64Shl, wide(asm.MemorySize()), asm.I64(16)) }

// rootWord returns a field of the root.
func rootWord(field int) func(*builder) asm.Code {
	return func(*builder) asm.Code { return wide(root(field)) }
}

// checked faults unless local 0 is the address of size bytes of data. The comparison is one: addresses below DataStart
// turn into very high ones.
func (b *builder) checked(why Fault, size int64) asm.Code {
	from := asm.Op(asm.I64Sub, arg, asm.I64(DataStart))
	last := asm.Op(asm.I64Sub, memoryBytes(), asm.I64(DataStart+size))
	return asm.If(asm.Op(asm.I64GtU, from, last), b.fault(why, arg, asm.I64(size)))
}

func (b *builder) loadU8() asm.Code {
	return asm.Seq(b.checked(FaultLoad, 1), asm.Load8(narrow(arg), 0))
}

func (b *builder) loadU64() asm.Code {
	return asm.Seq(b.checked(FaultLoad, 8), asm.Load64(narrow(arg), 0))
}

func (b *builder) storeU8() asm.Code {
	return asm.Seq(b.checked(FaultStore, 1), asm.Store8(narrow(arg), 0, arg2))
}

func (b *builder) storeU64() asm.Code {
	return asm.Seq(b.checked(FaultStore, 8), asm.Store64(narrow(arg), 0, arg2))
}

// inputAddress is the address of byte local 0 of the input.
func inputAddress() asm.Code { return asm.Op(asm.I32Add, root(rootInput), narrow(arg)) }

func (b *builder) inputU8() asm.Code {
	outside := asm.Op(asm.I64GeU, arg, wide(root(rootInputLength)))
	return asm.Seq(asm.If(outside, b.fault(FaultInput, arg, asm.I64(1))), asm.Load8(inputAddress(), 0))
}

func (b *builder) inputU64() asm.Code {
	short := asm.Op(asm.I32LtU, root(rootInputLength), asm.I32(8))
	beyond := asm.Op(asm.I64GtU, arg, asm.Op(asm.I64Sub, wide(root(rootInputLength)), asm.I64(8)))
	outside := asm.Op(asm.I32Or, short, beyond)
	return asm.Seq(asm.If(outside, b.fault(FaultInput, arg, asm.I64(8))), asm.Load64(inputAddress(), 0))
}

// setSpan stores local 0 and 1, an address and a size that have to lie within the data. No size is good anywhere.
func setSpan(field int, why Fault) func(*builder) asm.Code {
	return func(b *builder) asm.Code {
		return asm.Seq(
			asm.If(asm.Op(asm.I64Eqz, arg2), setRoot(field, asm.I32(0)), setRoot(field+4, asm.I32(0)), asm.Return()),
			asm.If(asm.Op(asm.I64LtU, arg, asm.I64(DataStart)), b.fault(why, arg, arg2)),
			asm.If(asm.Op(asm.I64GtU, arg, memoryBytes()), b.fault(why, arg, arg2)),
			asm.If(asm.Op(asm.I64GtU, arg2, asm.Op(asm.I64Sub, memoryBytes(), arg)), b.fault(why, arg, arg2)),
			setRoot(field, narrow(arg)),
			setRoot(field+4, narrow(arg2)),
		)
	}
}

// errorSet keeps the address of a block and its length, because the plugin may free it. 0 takes the error back.
func (b *builder) errorSet() asm.Code {
	const block = 1
	return asm.Seq(
		asm.If(asm.Op(asm.I64Eqz, arg), setRoot(rootError, asm.I32(0)), asm.Return()),
		asm.Set(block, b.call("block", arg)),
		asm.If(asm.Op(asm.I32Eqz, asm.Get(block)), b.fault(FaultErrorSet, arg, asm.I64(0))),
		setRoot(rootError, narrow(arg)),
		setRoot(rootErrorLength, word(asm.Get(block), blockUsed)),
	)
}

// length is the size that a block was asked for with, or 0 if there is no block at that address.
func (b *builder) length() asm.Code {
	const block = 1
	return asm.Seq(
		asm.Set(block, b.call("block", arg)),
		asm.If(asm.Op(asm.I32Eqz, asm.Get(block)), asm.Return(asm.I64(0))),
		wide(word(asm.Get(block), blockUsed)),
	)
}
