// Package brake changes WebAssembly modules so that they can be stopped.
//
// An engine can stop a guest only where the guest asks. wazero asks at every turn of every loop, by leaving the guest's code
// for Go's, which makes a loop many times slower. A module that Fit has changed counts turns in a global of its own, and
// leaves its code once in a while only:
//
//	at the head of each loop, and of each function that calls others before it comes to a loop,
//	and after each stretch of code without either:
//	        turns--; if turns <= 0 { check() }
//	before what may move a lot of memory: the same, for many turns at once
//	check:  give Go's scheduler and collector a chance; if the flag is set, trap; turns = Every
//
// The flag is a global that the module exports as FlagName: whoever holds the instance sets it, from any goroutine. The
// module's own code cannot name either global: an index beyond those that it had is refused, since adding them would make it
// valid. A start function would run before anybody holds the instance; it becomes an export, StartName, which has to be
// called first.
//
// On the way it checks what an engine might believe without looking, sizes of tables and numbers of entries: a few bytes
// must not take gigabytes. And it limits what an engine's compiler takes more than linear time for (work.go): a few kilobytes
// must not take minutes.
//
// The package knows the binary format. It does not validate: the engine does, before and after. It must not know why a guest
// is to be stopped.
package brake

import "github.com/dougong-dev/dougong/core/internal/asm"

// What a changed module exports beside its own.
const (
	FlagName  = "dougong:brake" // a mutable i32: not 0 stops the guest
	StartName = "dougong:start" // the start function, if it had one
)

// Every is the number of turns between two checks, bulk what an instruction counts for that may move a lot of memory, and
// stretch how many bytes of code count for nothing: without loops and calls a long function takes its time, too.
const (
	Every   = 512
	bulk    = 64
	stretch = 1024
)

// Version names what Fit makes of a module, for whoever keeps it. It changes whenever that does.
const Version = "1"

// The ids of sections.
const (
	secCustom, secType, secImport, secFunction, secTable, secMemory, secGlobal = 0, 1, 2, 3, 4, 5, 6
	secExport, secStart, secElement, secCode, secData, secDataCount, secTag    = 7, 8, 9, 10, 11, 12, 13
)

// order is how sections follow each other.
var order = []byte{secType, secImport, secFunction, secTable, secMemory, secTag, secGlobal, secExport, secStart, secElement, secDataCount, secCode, secData}

// The kinds of imports and exports.
const (
	kindFunc, kindTable, kindMemory, kindGlobal, kindTag = 0, 1, 2, 3, 4
)

// Fit returns the module with a brake. The error says at which byte the module is not what it should be.
func Fit(module []byte) ([]byte, error) {
	m, err := split(module)
	if err != nil {
		return nil, err
	}
	if err := m.bound(); err != nil {
		return nil, err
	}
	had, err := m.count()
	if err != nil {
		return nil, err
	}
	turns, flag := had.globals, had.globals+1
	check := had.funcs
	if err := m.rewriteCode(had, turns, check, checkBody(turns, flag)); err != nil {
		return nil, err
	}
	m.add(secType, had.types, []byte{0x60, 0, 0})
	m.add(secFunction, had.funcs-had.importedFuncs, asm.Uleb(uint64(had.types)))
	if had.memories == 0 {
		m.add(secMemory, 0, []byte{1, 0, 0}) // none, and never more: memory.grow is how check leaves the guest's code
	}
	m.add(secGlobal, had.globals-had.importedGlobals, global(Every))
	m.add(secGlobal, had.globals-had.importedGlobals+1, global(0))
	exports := had.exports
	m.add(secExport, exports, export(FlagName, kindGlobal, flag))
	if had.start >= 0 {
		m.add(secExport, exports+1, export(StartName, kindFunc, uint32(had.start)))
		delete(m.sections, secStart)
	}
	return m.bytes(), nil
}

// global is a mutable i32 with its first value.
func global(v int64) []byte {
	return append(append([]byte{byte(asm.TypeI32), 1}, asm.I32(v)...), opEnd)
}

func export(name string, kind byte, index uint32) []byte {
	return append(append(asm.Name(name), kind), asm.Uleb(uint64(index))...)
}

// charge takes n turns from the count, and checks if there are none left.
func charge(turns, check uint32, n int64) []byte {
	return asm.Seq(globalSet(turns, asm.Op(asm.I32Sub, globalGet(turns), asm.I32(n))),
		asm.If(asm.Op(asm.I32LeS, globalGet(turns), asm.I32(0)), asm.Call(int(check))))
}

func checkBody(turns, flag uint32) []byte {
	code := asm.Seq(
		asm.Op(asm.Drop, asm.MemoryGrow(asm.I32(0))),
		asm.If(globalGet(flag), asm.Op(asm.Unreachable)),
		globalSet(turns, asm.I32(Every)),
	)
	body := append(append([]byte{0}, code...), opEnd)
	return append(asm.Uleb(uint64(len(body))), body...)
}

func globalGet(n uint32) asm.Code { return append(asm.Code{0x23}, asm.Uleb(uint64(n))...) }

func globalSet(n uint32, v asm.Code) asm.Code {
	return append(append(v, 0x24), asm.Uleb(uint64(n))...)
}
