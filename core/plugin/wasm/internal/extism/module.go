package extism

import (
	"slices"

	"github.com/dougong-dev/dougong/core/internal/asm"
)

// Signature is a function of the kernel as plugins see it.
type Signature struct {
	Name            string
	Params, Results []asm.Type
}

var (
	none = []asm.Type{}
	i32  = []asm.Type{asm.TypeI32}
	i64  = []asm.Type{asm.TypeI64}
	two  = []asm.Type{asm.TypeI64, asm.TypeI64}
	// faultParams are what happened, an address and a size.
	faultParams = []asm.Type{asm.TypeI32, asm.TypeI64, asm.TypeI64}
)

// HostFunctions are the host's functions that the kernel passes on to plugins.
func HostFunctions() []Signature {
	return []Signature{
		{"config_get", i64, i64},
		{"var_get", i64, i64},
		{"var_set", two, none},
		{"http_request", two, i64},
		{"http_status_code", none, i32},
		{"http_headers", none, i64},
		{"log_trace", i64, none},
		{"log_debug", i64, none},
		{"log_info", i64, none},
		{"log_warn", i64, none},
		{"log_error", i64, none},
		{"get_log_level", none, i32},
	}
}

// FaultName is the host's function that ends a call because of a Fault. Plugins do not see it.
const FaultName = "fault"

// FaultSignature is what that function takes.
func FaultSignature() Signature { return Signature{FaultName, faultParams, none} }

// function is one of the kernel's, exported unless it is a part of others.
type function struct {
	Signature
	locals int // words beside the parameters
	part   bool
	code   func(*builder) asm.Code
}

// functions are all of the kernel's own.
func functions() []function {
	return []function{
		{Signature{"alloc", i64, i64}, 6, false, (*builder).alloc},
		{Signature{"free", i64, none}, 5, false, (*builder).free},
		{Signature{"length", i64, i64}, 1, false, (*builder).length},
		{Signature{"length_unsafe", i64, i64}, 1, false, (*builder).length},
		{Signature{"load_u8", i64, i32}, 0, false, (*builder).loadU8},
		{Signature{"load_u64", i64, i64}, 0, false, (*builder).loadU64},
		{Signature{"store_u8", []asm.Type{asm.TypeI64, asm.TypeI32}, none}, 0, false, (*builder).storeU8},
		{Signature{"store_u64", two, none}, 0, false, (*builder).storeU64},
		{Signature{"input_length", none, i64}, 0, false, rootWord(rootInputLength)},
		{Signature{"input_offset", none, i64}, 0, false, rootWord(rootInput)},
		{Signature{"input_load_u8", i64, i32}, 0, false, (*builder).inputU8},
		{Signature{"input_load_u64", i64, i64}, 0, false, (*builder).inputU64},
		{Signature{"input_set", two, none}, 0, false, setSpan(rootInput, FaultInputSet)},
		{Signature{"output_set", two, none}, 0, false, setSpan(rootOutput, FaultOutputSet)},
		{Signature{"output_length", none, i64}, 0, false, rootWord(rootOutputLength)},
		{Signature{"output_offset", none, i64}, 0, false, rootWord(rootOutput)},
		{Signature{"error_set", i64, none}, 1, false, (*builder).errorSet},
		{Signature{"error_get", none, i64}, 0, false, rootWord(rootError)},
		{Signature{"memory_bytes", none, i64}, 0, false, func(*builder) asm.Code { return memoryBytes() }},
		{Signature{"reset", none, none}, 0, false, (*builder).reset},
		{Signature{"class", i32, i32}, 1, true, (*builder).class},
		{Signature{"block", i64, i32}, 1, true, (*builder).block},
		{Signature{"unlink", i32, none}, 3, true, (*builder).unlink},
		{Signature{"insert", i32, none}, 3, true, (*builder).insert},
		{Signature{"grow", i64, i32}, 1, true, (*builder).grow},
	}
}

// Functions are all that a plugin may import.
func Functions() []Signature {
	out := HostFunctions()
	for _, f := range functions() {
		if !f.part {
			out = append(out, f.Signature)
		}
	}
	return out
}

// builder writes the kernel's functions; it knows their numbers.
type builder struct{ numbers map[string]int }

func (b *builder) call(name string, args ...asm.Code) asm.Code {
	return asm.Call(b.numbers[name], args...)
}

// fault ends the call.
func (b *builder) fault(why Fault, at, size asm.Code) asm.Code {
	return asm.Seq(b.call(FaultName, asm.I32(int64(why)), at, size), asm.Op(asm.Unreachable))
}

// Module assembles the kernel.
func Module() []byte {
	m := asm.Module{Pages: 1, Data: []asm.Data{{At: rootTop, Bytes: []byte{byte(DataStart & 0xff), DataStart >> 8}}, {At: rootPeak, Bytes: []byte{byte(DataStart & 0xff), DataStart >> 8}}}}
	b := &builder{map[string]int{}}
	imported := append([]Signature{FaultSignature()}, HostFunctions()...)
	for i, f := range imported {
		b.numbers[f.Name] = i
		m.Imports = append(m.Imports, asm.Import{Module: HostModule, Name: f.Name, Params: f.Params, Results: f.Results, Export: f.Name != FaultName})
	}
	own := functions()
	for i, f := range own {
		b.numbers[f.Name] = len(imported) + i
	}
	for _, f := range own {
		m.Funcs = append(m.Funcs, asm.Func{Name: f.Name, Params: f.Params, Results: f.Results,
			Locals: slices.Repeat(i32, f.locals), Code: f.code(b), Export: !f.part})
	}
	return m.Bytes()
}
