package extism

// ModuleName is what plugins import the kernel as.
const ModuleName = "extism:host/env"

// HostModule is what the kernel imports the host's functions from. It is no name that a plugin may import.
const HostModule = "dougong:extism"

// Granule is what sizes of blocks are multiples of, and their data's addresses.
const Granule = 8

// Places in the root.
const (
	rootTop          = 16 // end of the last block
	rootLast         = 20 // the last block; 0: none
	rootPeak         = 24 // highest top since the last Reset
	rootInput        = 32 // address of the input
	rootInputLength  = 36
	rootOutput       = 40
	rootOutputLength = 44
	rootError        = 48 // address of the error's text; 0: no error
	rootErrorLength  = 52
	rootRefused      = 56 // size of the last allocation that failed, 8 bytes; 0: none has
	rootLists        = 64 // bit map of the lists that are not empty, 8 bytes
	rootHeads        = 72 // first free block of each class
	classes          = 64
)

// DataStart is the address of the first block. What is below is not for plugins.
const DataStart = 512

// A block's fields, from its beginning.
const (
	blockTag      = 0
	blockSize     = 4 // of the data, a multiple of Granule
	blockUsed     = 8 // what was asked for
	blockPrevious = 12
	blockNextFree = 16
	blockPrevFree = 20
	header        = 24
)

// Tags, before they are xored with the block's address. A block that was joined to another has 0.
const (
	tagUsed = 0x5ee0b10c
	tagFree = 0xf4eeb10c
)

// Fault says what a plugin did wrong; the kernel passes it to the host's function "fault" with an address and a size.
type Fault uint32

// The faults.
const (
	FaultLoad Fault = iota + 1
	FaultStore
	FaultInput      // input_load_*: the address counts from the beginning of the input
	FaultInputSet   //
	FaultOutputSet  //
	FaultErrorSet   // not the address of a block
	FaultCorruption // of the block at the address
)

// String is what the plugin did.
func (f Fault) String() string {
	switch f {
	case FaultLoad:
		return "loaded"
	case FaultStore:
		return "stored"
	case FaultInput:
		return "loaded from its input"
	case FaultInputSet:
		return "called input_set with"
	case FaultOutputSet:
		return "called output_set with"
	case FaultErrorSet:
		return "called error_set with"
	}
	return "wrote over the head of a block of"
}
