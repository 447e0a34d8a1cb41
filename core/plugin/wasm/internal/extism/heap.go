package extism

import "github.com/dougong-dev/dougong/core/internal/asm"

// Short names for what the allocator is made of. Everything here is in words: block addresses, sizes.
func add(a, b asm.Code) asm.Code { return asm.Op(asm.I32Add, a, b) }
func sub(a, b asm.Code) asm.Code { return asm.Op(asm.I32Sub, a, b) }

// tagged is whether a block has that tag.
func tagged(block asm.Code, tag int64) asm.Code {
	return asm.Op(asm.I32Eq, word(block, blockTag), asm.Op(asm.I32Xor, block, asm.I32(tag)))
}

func setTag(block asm.Code, tag int64) asm.Code {
	return asm.Store32(block, blockTag, asm.Op(asm.I32Xor, block, asm.I32(tag)))
}

// after is the block behind another one; it may be the top.
func after(block asm.Code) asm.Code { return add(add(block, asm.I32(header)), word(block, blockSize)) }

// head is where the address of the first free block of a class is: at rootHeads from here.
func head(class asm.Code) asm.Code { return asm.Op(asm.I32Shl, class, asm.I32(2)) }

// listBit is the bit of a class in the map of lists.
func listBit(class asm.Code) asm.Code { return asm.Op(asm.I64Shl, asm.I64(1), wide(class)) }

func lists() asm.Code { return asm.Load64(asm.I32(0), rootLists) }

func setLists(v asm.Code) asm.Code { return asm.Store64(asm.I32(0), rootLists, v) }

// inHeap is whether a word can be the address of a block below the top.
func inHeap(block asm.Code) asm.Code {
	return asm.Op(asm.I32And,
		asm.Op(asm.I32GeU, block, asm.I32(DataStart)),
		asm.Op(asm.I32LtU, block, root(rootTop)))
}

// expect faults unless a condition holds of a block.
func (b *builder) expect(good, block asm.Code) asm.Code {
	return asm.If(asm.Op(asm.I32Eqz, good), b.fault(FaultCorruption, wide(block), asm.I64(0)))
}

// class is the number of the list for blocks of local 0 bytes: twice the logarithm of the size in granules, and one more
// for the upper half.
func (b *builder) class() asm.Code {
	const log = 1
	units := asm.Op(asm.I32ShrU, arg, asm.I32(3))
	upper := asm.Op(asm.I32And, asm.I32(1), asm.Op(asm.I32ShrU, asm.Op(asm.I32Shl, units, asm.I32(1)), asm.Get(log)))
	return asm.Seq(
		asm.Set(log, sub(asm.I32(31), asm.Op(asm.I32Clz, units))),
		add(asm.Op(asm.I32Shl, asm.Get(log), asm.I32(1)), upper),
	)
}

// block is the block in use whose data is at local 0, or 0.
func (b *builder) block() asm.Code {
	const block = 1
	return asm.Seq(
		asm.If(asm.Op(asm.I64LtU, arg, asm.I64(DataStart+header)), asm.Return(asm.I32(0))),
		asm.If(asm.Op(asm.I64GtU, arg, wide(root(rootTop))), asm.Return(asm.I32(0))),
		asm.Set(block, sub(narrow(arg), asm.I32(header))),
		asm.If(asm.Op(asm.I32Eqz, tagged(asm.Get(block), tagUsed)), asm.Return(asm.I32(0))),
		b.expect(asm.Op(asm.I32LtU, asm.Op(asm.I32ShrU, word(asm.Get(block), blockSize), asm.I32(1)), asm.I32(1<<30)), asm.Get(block)),
		b.expect(asm.Op(asm.I32Eqz, asm.Op(asm.I32GtU, after(asm.Get(block)), root(rootTop))), asm.Get(block)),
		asm.Get(block),
	)
}

// unlink takes a free block, local 0, out of its list.
func (b *builder) unlink() asm.Code {
	const next, previous, class = 1, 2, 3
	return asm.Seq(
		b.expect(inHeap(arg), arg),
		b.expect(tagged(arg, tagFree), arg),
		b.expect(asm.Op(asm.I32LtU, sub(word(arg, blockSize), asm.I32(1)), root(rootTop)), arg),
		asm.Set(next, word(arg, blockNextFree)),
		asm.Set(previous, word(arg, blockPrevFree)),
		asm.Set(class, b.call("class", word(arg, blockSize))),
		asm.If(asm.Get(next), b.expect(inHeap(asm.Get(next)), asm.Get(next)),
			asm.Store32(asm.Get(next), blockPrevFree, asm.Get(previous))),
		asm.IfElse(asm.Get(previous),
			asm.Seq(b.expect(inHeap(asm.Get(previous)), asm.Get(previous)),
				asm.Store32(asm.Get(previous), blockNextFree, asm.Get(next))),
			asm.Seq(asm.Store32(head(asm.Get(class)), rootHeads, asm.Get(next)),
				asm.If(asm.Op(asm.I32Eqz, asm.Get(next)),
					setLists(asm.Op(asm.I64And, lists(), asm.Op(asm.I64Xor, listBit(asm.Get(class)), asm.I64(-1))))))),
	)
}

// insert puts a block, local 0, whose size is set, into its list.
func (b *builder) insert() asm.Code {
	const class, next = 1, 2
	return asm.Seq(
		asm.Set(class, b.call("class", word(arg, blockSize))),
		asm.Set(next, asm.Load32(head(asm.Get(class)), rootHeads)),
		setTag(arg, tagFree),
		asm.Store32(arg, blockNextFree, asm.Get(next)),
		asm.Store32(arg, blockPrevFree, asm.I32(0)),
		asm.If(asm.Get(next), b.expect(inHeap(asm.Get(next)), asm.Get(next)), asm.Store32(asm.Get(next), blockPrevFree, arg)),
		asm.Store32(head(asm.Get(class)), rootHeads, arg),
		setLists(asm.Op(asm.I64Or, lists(), listBit(asm.Get(class)))),
	)
}
