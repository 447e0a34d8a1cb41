// Package asm writes small WebAssembly modules from Go: a function's body is an expression of Go calls that reads like the
// code it stands for.
//
//	code := asm.Op(asm.I64Add, asm.Get(0), asm.I64(1)) // local 0 + 1
//	bytes := asm.Module{Pages: 1, Funcs: []asm.Func{{Name: "next", Params: []asm.Type{asm.TypeI64},
//		Results: []asm.Type{asm.TypeI64}, Code: code}}}.Bytes()
//
// It knows the binary format as far as its few callers need it, checks nothing (whoever compiles the module does), and must
// not know what the modules are for.
package asm

// Type is a value's type.
type Type byte

// The types.
const (
	TypeI32 Type = 0x7f
	TypeI64 Type = 0x7e
)

// Func is a function of a module, exported under its name if Export is set.
type Func struct {
	Name            string
	Params, Results []Type
	Locals          []Type // beside the parameters, numbered after them
	Code            Code
	Export          bool
}

// Import is a function that the module takes from elsewhere. With Export it is passed on under the same name.
type Import struct {
	Module, Name    string
	Params, Results []Type
	Export          bool
}

// Data is what memory holds at the start.
type Data struct {
	At    int64
	Bytes []byte
}

// Module is a module with one memory, exported as "memory". Functions are numbered as they stand, the imports first.
type Module struct {
	Imports []Import
	Funcs   []Func
	Pages   int // of memory at the start; 0: there is none
	Data    []Data
}

// The ids of a module's sections, and the kinds of what is imported and exported.
const (
	secType, secImport, secFunction, secMemory, secExport, secCode, secData = 1, 2, 3, 5, 7, 10, 11
	kindFunc, kindMemory                                                    = 0, 2
)

// Bytes assembles the module.
func (m Module) Bytes() []byte {
	var types, imports, funcs, exports, codes, data vector
	signature := func(params, results []Type) []byte {
		number := uint64(types.count)
		types.add([]byte{0x60}, typeList(params), typeList(results))
		return Uleb(number)
	}
	export := func(name string, index int) { exports.add(Name(name), []byte{kindFunc}, Uleb(uint64(index))) }
	if m.Pages > 0 {
		exports.add(Name("memory"), []byte{kindMemory, 0})
	}
	for i, f := range m.Imports {
		imports.add(Name(f.Module), Name(f.Name), []byte{kindFunc}, signature(f.Params, f.Results))
		if f.Export {
			export(f.Name, i)
		}
	}
	for i, f := range m.Funcs {
		funcs.add(signature(f.Params, f.Results))
		if f.Export {
			export(f.Name, len(m.Imports)+i)
		}
		codes.add(f.body())
	}
	for _, d := range m.Data {
		data.add([]byte{0}, I32(d.At), []byte{opEnd}, Uleb(uint64(len(d.Bytes))), d.Bytes)
	}
	out := []byte("\x00asm\x01\x00\x00\x00")
	out = section(out, secType, types)
	out = section(out, secImport, imports)
	out = section(out, secFunction, funcs)
	if m.Pages > 0 {
		out = section(out, secMemory, vector{1, join([]byte{0}, Uleb(uint64(m.Pages)))})
	}
	out = section(out, secExport, exports)
	out = section(out, secCode, codes)
	return section(out, secData, data)
}

func (f Func) body() []byte {
	var locals vector
	for _, t := range f.Locals {
		locals.add([]byte{1, byte(t)})
	}
	body := join(locals.bytes(), f.Code, []byte{opEnd})
	return join(Uleb(uint64(len(body))), body)
}

// vector is a list as the format has it: the number of its elements, then these.
type vector struct {
	count int
	body  []byte
}

func (v *vector) add(parts ...[]byte) {
	v.count++
	v.body = append(v.body, join(parts...)...)
}

func (v vector) bytes() []byte { return join(Uleb(uint64(v.count)), v.body) }

func section(out []byte, id byte, v vector) []byte {
	if v.count == 0 {
		return out
	}
	body := v.bytes()
	return append(out, join([]byte{id}, Uleb(uint64(len(body))), body)...)
}

func typeList(types []Type) []byte {
	var v vector
	for _, t := range types {
		v.add([]byte{byte(t)})
	}
	return v.bytes()
}

func join[B ~[]byte](parts ...B) []byte {
	var out []byte
	for _, p := range parts {
		out = append(out, p...)
	}
	return out
}

// Name is a name with its length.
func Name(s string) []byte { return append(Uleb(uint64(len(s))), s...) }

// Uleb is an unsigned number in LEB128.
func Uleb(v uint64) (out []byte) {
	for ; v > 0x7f; v >>= 7 {
		out = append(out, byte(v)|0x80)
	}
	return append(out, byte(v))
}

// Sleb is a signed number in LEB128.
func Sleb(v int64) (out []byte) {
	for {
		b := byte(v & 0x7f)
		v >>= 7
		if v == 0 && b&0x40 == 0 || v == -1 && b&0x40 != 0 {
			return append(out, b)
		}
		out = append(out, b|0x80)
	}
}
