package extism

import "github.com/dougong-dev/dougong/core/internal/asm"

const (
	// maxAlloc is the largest block. Rounded up to a class it still is a word.
	maxAlloc = 1 << 30
	// maxMemory keeps the top a word.
	maxMemory = 0xffff0000
	// minSplit is how much must be left of a free block for it to be cut.
	minSplit = header + Granule
)

// alloc returns the address of local 0 bytes, or 0 if there is no memory for them. It takes the first block of the first
// list whose blocks are all large enough, or else new memory behind the top.
func (b *builder) alloc() asm.Code {
	const want, log, class, block = 1, 2, 3, 4
	step := asm.Op(asm.I32Shl, asm.I32(Granule/2), asm.Get(log)) // width of the class that want is in
	larger := asm.Op(asm.I64ShrU, lists(), wide(asm.Get(class)))
	return asm.Seq(
		asm.If(asm.Op(asm.I64Eqz, arg), asm.Return(asm.I64(0))),
		asm.If(asm.Op(asm.I64GtU, arg, asm.I64(maxAlloc)), refuse()),
		asm.Set(want, asm.Op(asm.I32And, add(narrow(arg), asm.I32(Granule-1)), asm.I32(-Granule))),
		asm.If(asm.Op(asm.I64Eqz, lists()), b.allocNew(want, block), finish(block)), // the usual case
		asm.Set(log, sub(asm.I32(31), asm.Op(asm.I32Clz, asm.Op(asm.I32ShrU, asm.Get(want), asm.I32(3))))),
		asm.Set(class, b.call("class", asm.Op(asm.I32And,
			add(asm.Get(want), sub(step, asm.I32(1))), sub(asm.I32(0), step)))),
		asm.IfElse(asm.Op(asm.I64Eqz, larger),
			b.allocNew(want, block),
			asm.Seq(
				asm.Set(class, add(asm.Get(class), narrow(asm.Op(asm.I64Ctz, larger)))),
				asm.Set(block, asm.Load32(head(asm.Get(class)), rootHeads)),
				b.call("unlink", asm.Get(block)),
				b.split(want, block, 5, 6),
			)),
		finish(block),
		asm.Op(asm.Unreachable),
	)
}

// refuse keeps what could not be had, for the host's error, and returns 0.
func refuse() asm.Code {
	return asm.Seq(asm.Store64(asm.I32(0), rootRefused, arg), asm.Return(asm.I64(0)))
}

// finish marks a block as used and returns its data's address.
func finish(block int) asm.Code {
	return asm.Seq(
		setTag(asm.Get(block), tagUsed),
		asm.Store32(asm.Get(block), blockUsed, narrow(arg)),
		asm.Return(wide(add(asm.Get(block), asm.I32(header)))),
	)
}

// allocNew makes a block behind the top, or returns 0 from alloc.
func (b *builder) allocNew(want, block int) asm.Code {
	end := asm.Op(asm.I64Add, asm.Op(asm.I64Add, wide(root(rootTop)), asm.I64(header)), wide(asm.Get(want)))
	return asm.Seq(
		asm.If(asm.Op(asm.I64GtU, end, memoryBytes()),
			asm.If(asm.Op(asm.I32Eqz, b.call("grow", end)), refuse())),
		asm.Set(block, root(rootTop)),
		asm.Store32(asm.Get(block), blockSize, asm.Get(want)),
		asm.Store32(asm.Get(block), blockPrevious, root(rootLast)),
		setRoot(rootLast, asm.Get(block)),
		setRoot(rootTop, after(asm.Get(block))),
		asm.If(asm.Op(asm.I32GtU, root(rootTop), root(rootPeak)), setRoot(rootPeak, root(rootTop))),
	)
}

// split gives back what a free block has beyond want bytes. The blocks beside it are in use, so there is nothing to join.
func (b *builder) split(want, block, rest, cut int) asm.Code {
	return asm.Seq(
		b.expect(asm.Op(asm.I32GeU, word(asm.Get(block), blockSize), asm.Get(want)), asm.Get(block)),
		asm.Set(rest, sub(word(asm.Get(block), blockSize), asm.Get(want))),
		asm.If(asm.Op(asm.I32GeU, asm.Get(rest), asm.I32(minSplit)),
			asm.Set(cut, add(add(asm.Get(block), asm.I32(header)), asm.Get(want))),
			b.expect(inHeap(asm.Get(cut)), asm.Get(block)),
			asm.Store32(asm.Get(cut), blockSize, sub(asm.Get(rest), asm.I32(header))),
			asm.Store32(asm.Get(cut), blockPrevious, asm.Get(block)),
			asm.Store32(asm.Get(block), blockSize, asm.Get(want)),
			b.follow(cut),
			b.call("insert", asm.Get(cut))),
	)
}

// follow tells the block behind one, if there is one, what stands before it.
func (b *builder) follow(block int) asm.Code {
	return asm.If(asm.Op(asm.I32Ne, after(asm.Get(block)), root(rootTop)),
		b.expect(inHeap(after(asm.Get(block))), asm.Get(block)),
		asm.Store32(after(asm.Get(block)), blockPrevious, asm.Get(block)))
}

// grow makes the memory at least local 0 bytes large, by a quarter more if that is to be had. It returns 0 if it cannot.
func (b *builder) grow() asm.Code {
	const need = 1
	try := func(pages asm.Code) asm.Code {
		return asm.If(asm.Op(asm.I32Ne, asm.MemoryGrow(pages), asm.I32(-1)), asm.Return(asm.I32(1)))
	}
	return asm.Seq(
		asm.If(asm.Op(asm.I64GtU, arg, asm.I64(maxMemory)), asm.Return(asm.I32(0))),
		asm.Set(need, narrow(asm.Op(asm.I64ShrU,
			asm.Op(asm.I64Add, asm.Op(asm.I64Sub, arg, memoryBytes()), asm.I64(0xffff)), asm.I64(16)))),
		try(add(asm.Get(need), asm.Op(asm.I32ShrU, asm.MemorySize(), asm.I32(2)))),
		try(asm.Get(need)),
		asm.I32(0),
	)
}

// free frees the block at local 0, which joins its free neighbours. What is no block in use is let alone: kits free a
// block that the host has freed already. The data stays until it is used again, because some plugins free their output.
func (b *builder) free() asm.Code {
	const block, other = 1, 2
	joined := func(behind, before int) asm.Code { // before swallows behind
		return asm.Seq(
			b.expect(asm.Op(asm.I32Eq, after(asm.Get(before)), asm.Get(behind)), asm.Get(before)),
			asm.Store32(asm.Get(before), blockSize,
				add(add(word(asm.Get(before), blockSize), asm.I32(header)), word(asm.Get(behind), blockSize))),
			asm.Store32(asm.Get(behind), blockTag, asm.I32(0)),
			b.follow(before),
		)
	}
	return asm.Seq(
		asm.Set(block, b.call("block", arg)),
		asm.If(asm.Op(asm.I32Eqz, asm.Get(block)), asm.Return()),
		asm.If(asm.Op(asm.I32Eq, narrow(arg), root(rootInput)), setRoot(rootInputLength, asm.I32(0))),
		asm.Store32(asm.Get(block), blockTag, asm.I32(0)),
		asm.Set(other, after(asm.Get(block))),
		asm.If(inHeap(asm.Get(other)), asm.If(tagged(asm.Get(other), tagFree),
			b.call("unlink", asm.Get(other)), joined(other, block))),
		asm.Set(other, word(asm.Get(block), blockPrevious)),
		asm.If(asm.Get(other), b.expect(inHeap(asm.Get(other)), asm.Get(block)), asm.If(tagged(asm.Get(other), tagFree),
			b.call("unlink", asm.Get(other)), joined(block, other), asm.Set(block, asm.Get(other)))),
		asm.If(asm.Op(asm.I32Eq, after(asm.Get(block)), root(rootTop)),
			asm.Store32(asm.Get(block), blockTag, asm.I32(0)),
			setRoot(rootTop, asm.Get(block)), setRoot(rootLast, word(asm.Get(block), blockPrevious)), asm.Return()),
		b.call("insert", asm.Get(block)),
	)
}

// reset does what Memory.Reset does.
func (b *builder) reset() asm.Code {
	return asm.Seq(
		asm.MemoryFill(asm.I32(DataStart), asm.I32(0), sub(root(rootPeak), asm.I32(DataStart))),
		asm.MemoryFill(asm.I32(rootTop), asm.I32(0), asm.I32(rootHeads+4*classes-rootTop)),
		setRoot(rootTop, asm.I32(DataStart)),
		setRoot(rootPeak, asm.I32(DataStart)),
	)
}
