package asm

// Code is a piece of a function's body: instructions that leave a value, or none.
type Code []byte

// Instructions for Op: operands first, then the instruction.
const (
	I32Eqz      = 0x45
	I32Eq       = 0x46
	I32Ne       = 0x47
	I32LtU      = 0x49
	I32GtU      = 0x4b
	I32LeS      = 0x4c
	I32GeU      = 0x4f
	I64Eqz      = 0x50
	I64Eq       = 0x51
	I64LtU      = 0x54
	I64GtU      = 0x56
	I64GeU      = 0x5a
	I32Clz      = 0x67
	I32Add      = 0x6a
	I32Sub      = 0x6b
	I32DivU     = 0x6e
	I32And      = 0x71
	I32Or       = 0x72
	I32Xor      = 0x73
	I32Shl      = 0x74
	I32ShrU     = 0x76
	I64Ctz      = 0x7a
	I64Add      = 0x7c
	I64Sub      = 0x7d
	I64And      = 0x83
	I64Or       = 0x84
	I64Xor      = 0x85
	I64Shl      = 0x86
	I64ShrU     = 0x88
	I32Wrap     = 0xa7
	I64Ex       = 0xad
	Unreachable = 0x00
	Drop        = 0x1a
)

const (
	opLoop, opIf, opElse, opEnd, opBr, opReturn, opCall = 0x03, 0x04, 0x05, 0x0b, 0x0c, 0x0f, 0x10
	opGet, opSet                                        = 0x20, 0x21
	opMemorySize, opMemoryGrow                          = 0x3f, 0x40
	noResult                                            = 0x40
)

// Op is an instruction after its operands.
func Op(op byte, operands ...Code) Code { return append(join(operands...), op) }

// Seq is one thing after the other.
func Seq(parts ...Code) Code { return join(parts...) }

// I32 is a constant.
func I32(v int64) Code { return append(Code{0x41}, Sleb(int64(int32(v)))...) }

// I64 is a constant.
func I64(v int64) Code { return append(Code{0x42}, Sleb(v)...) }

// Get is the value of a local.
func Get(local int) Code { return append(Code{opGet}, Uleb(uint64(local))...) }

// Set gives a local a value.
func Set(local int, v Code) Code { return join(v, Code{opSet}, Uleb(uint64(local))) }

// Load32 is the word at an address plus an offset.
func Load32(at Code, offset int) Code { return access(0x28, 2, offset, at) }

// Load64 is the double word there.
func Load64(at Code, offset int) Code { return access(0x29, 0, offset, at) }

// Load16 is the half word there, as an i32.
func Load16(at Code, offset int) Code { return access(0x2f, 0, offset, at) }

// Load8 is the byte there, as an i32.
func Load8(at Code, offset int) Code { return access(0x2d, 0, offset, at) }

// Store32 writes a word.
func Store32(at Code, offset int, v Code) Code { return access(0x36, 2, offset, at, v) }

// Store64 writes a double word.
func Store64(at Code, offset int, v Code) Code { return access(0x37, 0, offset, at, v) }

// Store8 writes the low byte of an i32.
func Store8(at Code, offset int, v Code) Code { return access(0x3a, 0, offset, at, v) }

// access is an instruction with its alignment (a hint, as a power of two) and offset.
func access(op, align byte, offset int, operands ...Code) Code {
	return append(append(join(operands...), op, align), Uleb(uint64(offset))...)
}

// MemorySize is the number of pages of the memory.
func MemorySize() Code { return Code{opMemorySize, 0} }

// MemoryGrow asks for more pages. Its value is the number that there was, or -1.
func MemoryGrow(pages Code) Code { return join(pages, Code{opMemoryGrow, 0}) }

// If does something if a condition holds.
func If(cond Code, then ...Code) Code {
	return join(cond, Code{opIf, noResult}, join(then...), Code{opEnd})
}

// IfElse does the one or the other.
func IfElse(cond, then, otherwise Code) Code {
	return join(cond, Code{opIf, noResult}, then, Code{opElse}, otherwise, Code{opEnd})
}

// Forever repeats its body.
func Forever(body ...Code) Code {
	return join(Code{opLoop, noResult}, join(body...), Code{opBr, 0, opEnd})
}

// Return ends the function, with a value if it has one.
func Return(v ...Code) Code { return append(join(v...), opReturn) }

// Call calls the function with that number.
func Call(function int, args ...Code) Code {
	return join(join(args...), Code{opCall}, Uleb(uint64(function)))
}

// MemoryCopy copies size bytes from one address to another.
func MemoryCopy(to, from, size Code) Code { return append(join(to, from, size), 0xfc, 10, 0, 0) }

// MemoryFill sets size bytes at an address to a value.
func MemoryFill(at, value, size Code) Code { return append(join(at, value, size), 0xfc, 11, 0) }

// Continue goes back to the beginning of the loop that is so many blocks further out; If counts as one.
func Continue(depth int) Code { return append(Code{opBr}, Uleb(uint64(depth))...) }
