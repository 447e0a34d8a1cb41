// Package value is the data that flows from a mini-program's logic layer to its view: JSON-like values that keep what
// JavaScript tells apart (undefined from null) and what templates can see (the order of an object's keys).
//
// It is a leaf: it must not know the script engine nor the renderer. A value tree has one owner, the component instance
// whose data it is; nothing in this package is safe for concurrent use.
package value

// Value is one of: nil (undefined), Null, bool, float64, string, *Array, *Object, or a Func.
type Value any

type null struct{}

// Null is JavaScript's null. The untyped nil Value is undefined.
var Null Value = null{}

// Array is a JavaScript array. Holes read as undefined.
type Array struct {
	Items []Value
}

// Func is a function held in data or exported by a template script. It is opaque here: only the script layer that made
// it can call it. A Func is compared by identity.
type Func interface {
	// FuncName is the name for messages; may be empty.
	FuncName() string
}

// Object is a JavaScript object with string keys in JavaScript's order: integer keys ascending, then insertion order.
// The zero Object is empty and ready to use.
//
// It is made for two sizes: a handful of fields, found by looking through them, and large maps, found by an index that
// is built when the object outgrows [indexFrom] fields.
type Object struct {
	keys  []string
	vals  []Value
	ints  int            // how many of the first keys are integer keys
	index map[string]int // nil while small
}

// Bytes is an ArrayBuffer. It travels as an attachment, never as text.
type Bytes []byte
