package extism

import (
	"encoding/binary"
	"math"
)

// Memory is the kernel's memory as the host sees it, until the kernel runs again: it moves when it grows.
type Memory []byte

func (m Memory) word(at uint32) uint32       { return binary.LittleEndian.Uint32(m[at:]) }
func (m Memory) setWord(at uint32, v uint32) { binary.LittleEndian.PutUint32(m[at:], v) }

// Reset frees all blocks and wipes what they held, so that a call finds nothing of the one before. The memory has to be
// that of a kernel.
func (m Memory) Reset() {
	if peak := min(m.word(rootPeak), uint32(min(len(m), math.MaxUint32))); peak > DataStart {
		clear(m[DataStart:peak])
	}
	clear(m[rootTop:rootHeads])
	clear(m[rootHeads : rootHeads+4*classes])
	m.setWord(rootTop, DataStart)
	m.setWord(rootPeak, DataStart)
}

// Need is the size of memory that Begin needs for an input of that size.
func Need(size int) uint64 { return DataStart + header + (uint64(size)+Granule-1)&^(Granule-1) }

// Begin resets the kernel and makes the input the first block. The memory has Need(len(input)) bytes.
func (m Memory) Begin(input []byte) {
	m.Reset()
	if len(input) == 0 {
		return
	}
	const at = DataStart
	end := uint32(Need(len(input)))
	m.setWord(at+blockTag, tagUsed^at)
	m.setWord(at+blockSize, end-at-header)
	m.setWord(at+blockUsed, uint32(len(input)))
	copy(m[at+header:], input)
	m.setWord(rootTop, end)
	m.setWord(rootPeak, end)
	m.setWord(rootLast, at)
	m.setWord(rootInput, at+header)
	m.setWord(rootInputLength, uint32(len(input)))
}

// Output is what the plugin has given as its output. The kernel has checked that it lies within the memory.
func (m Memory) Output() []byte { return m.span(rootOutput) }

// Error is the text of the error that the plugin has set, and whether it has.
func (m Memory) Error() (string, bool) {
	if m.word(rootError) == 0 {
		return "", false
	}
	return string(m.span(rootError)), true
}

// span is what a pair of words in the root stands for. The kernel checked them, and memory never shrinks; should they
// be wrong all the same, it is empty.
func (m Memory) span(root uint32) []byte {
	at, size := uint64(m.word(root)), uint64(m.word(root+4))
	if at+size > uint64(len(m)) {
		return nil
	}
	return m[at : at+size : at+size]
}

// Refused is the size of the last allocation that failed since Begin, or 0.
func (m Memory) Refused() uint64 { return binary.LittleEndian.Uint64(m[rootRefused:]) }

// Block is what a plugin's block holds. ok is false if there is no block in use at that address. Address 0 is the empty
// block.
func (m Memory) Block(at uint64) (data []byte, ok bool) {
	if at == 0 {
		return nil, true
	}
	if at < DataStart+header || at > uint64(len(m)) || at%Granule != 0 {
		return nil, false
	}
	block := uint32(at) - header
	if m.word(block+blockTag) != tagUsed^block {
		return nil, false
	}
	size := uint64(m.word(block + blockUsed))
	if size > uint64(len(m))-at {
		return nil, false
	}
	return m[at : at+size : at+size], true
}
