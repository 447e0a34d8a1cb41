// Package template is the compiled form of WXML templates: the intermediate representation (IR) that the compiler writes
// and the renderer links, and the evaluator of its expressions.
//
// It is a leaf next to value: it must not know the source syntax (compiler), instances and patches (view) or the script
// engine. The IR is JSON inside a bundle and versioned; a reader refuses other versions.
package template

import "github.com/dougong-dev/dougong/core/miniapp/value"

// Version of the IR. A change that an older reader would misread raises it.
const Version = 1

// File is one compiled template file.
type File struct {
	Version int    `json:"v"`
	Path    string `json:"path"` // bundle path with extension, "pages/index/index.wxml"
	// Sources lists the source files that positions refer to: Path first, then files inlined by <include>.
	Sources   []string           `json:"sources"`
	Nodes     []*Node            `json:"nodes"`
	Templates map[string][]*Node `json:"templates,omitempty"` // <template name="…"> of this file
	// Imports are the files of <import src="…">, in order; only their own templates are visible (not transitively). A
	// file's own templates win over imported ones, later imports over earlier ones.
	Imports []string `json:"imports,omitempty"`
	Scripts []Script `json:"scripts,omitempty"`
}

// Script binds a template script (WXS) module to a name in the expressions of one file.
type Script struct {
	Name string `json:"name"`
	Path string `json:"path"` // bundle path of the compiled module; inline modules get one too
}

// Kind tells node types apart.
type Kind string

// The kinds of nodes.
const (
	Element Kind = "el"    // a tag: built-in or custom, which only the using component's json decides
	Text    Kind = "text"  // Value is its content
	If      Kind = "if"    // Branches, first true one wins; a Branch without Cond is wx:else
	For     Kind = "for"   // List, Item, Index, Key; Children is the body
	Block   Kind = "block" // <block> without condition or loop: Children only
	Slot    Kind = "slot"  // <slot name>: Value is the name; Attrs are slot values; Children is shown if nothing is given
	Use     Kind = "use"   // <template is data>: Value is the name, Data the scope
)

// Node is a node of a template.
type Node struct {
	Kind Kind `json:"k"`
	Pos  Pos  `json:"p"`

	// Element
	Tag     string  `json:"tag,omitempty"`
	Attrs   []Attr  `json:"attrs,omitempty"`   // plain attributes and properties, class, style, id, hidden …; names as written
	Events  []Event `json:"on,omitempty"`      // bind, catch …
	Data    []Attr  `json:"data,omitempty"`    // data-*; names as dataset keys (camelCase, as WeChat converts them)
	Marks   []Attr  `json:"marks,omitempty"`   // mark:*
	Models  []Attr  `json:"models,omitempty"`  // model:*; Value is a plain path
	Change  []Attr  `json:"change,omitempty"`  // change:prop; Value evaluates to a WXS function
	Generic []Attr  `json:"generic,omitempty"` // generic:name="component"
	SlotOf  *Expr   `json:"slot,omitempty"`    // slot="…" on a child of a component
	// Props take the place of Attrs and Events where the tag is a component, in a dialect that gives components functions
	// for properties (Alipay): onTap="f" on a built-in tag listens, on a component it is the property onTap.
	Props []Attr `json:"props,omitempty"`
	// SlotScope is the name that the values of the slot have in this child of a component.
	SlotScope string `json:"scopeAs,omitempty"`
	// SlotValues are slot:prop="name" on a child of a component: name stands for what the slot gives as prop. Value is the
	// constant name.
	SlotValues []Attr `json:"slotValues,omitempty"`

	Value *Expr `json:"value,omitempty"` // Text, Slot, Use
	Scope *Expr `json:"scope,omitempty"` // Use: data="{{…}}" as an object expression; nil = empty scope

	Branches []Branch `json:"branches,omitempty"` // If

	List     *Expr   `json:"list,omitempty"`  // For
	Item     string  `json:"item,omitempty"`  // wx:for-item, default "item"
	Index    string  `json:"index,omitempty"` // wx:for-index, default "index"
	Key      string  `json:"key,omitempty"`   // wx:key: "*this", a property of the item, or empty
	Children []*Node `json:"c,omitempty"`     // Element, Block, For, Slot
}

// Branch is one arm of an If. Cond nil is wx:else.
type Branch struct {
	Cond     *Expr   `json:"if,omitempty"`
	Children []*Node `json:"c,omitempty"`
}

// Attr is a name with a value. A missing value (an attribute without "=") is the constant true.
type Attr struct {
	Name  string `json:"n"`
	Value *Expr  `json:"v"`
	Pos   Pos    `json:"p"`
}

// Event is an event binding. Handler evaluates to a method name, or to a WXS function.
type Event struct {
	Type    string `json:"t"` // "tap", "touchmove", a component's own event …
	Capture bool   `json:"cap,omitempty"`
	Mode    string `json:"m"` // "bind", "catch", "mut-bind", or "catch?": caught only if Handler names something
	Handler *Expr  `json:"h"`
	Pos     Pos    `json:"p"`
}

// Pos is where a node stands: index into File.Sources, line and column, both from 1; the column counts UTF-16 units.
type Pos [3]int

// Op is the operation of an expression node.
type Op string

// The operations. Binary and unary operators of the source are written as themselves: "+", "===", "!", "&&" …; unary
// minus and plus are "neg" and "pos", the conditional operator is "?:".
const (
	OpConst  Op = "const"  // Const
	OpIdent  Op = "id"     // Name: a loop variable, a script module or a data field
	OpMember Op = "."      // X[0] . Name
	OpIndex  Op = "[]"     // X[0] [ X[1] ]
	OpCall   Op = "()"     // X[0] ( X[1:] )
	OpMethod Op = ".()"    // X[0] . Name ( X[1:] ): methods of texts and arrays too
	OpArray  Op = "array"  // X; an element may be OpSpread
	OpObject Op = "object" // Keys and X side by side; a spread has the key ""
	OpSpread Op = "..."    // X[0]
	OpConcat Op = "cat"    // text with several parts: "a{{b}}c"; undefined and null print as WeChat prints them
)

// Expr is an expression. Constant expressions are folded by the compiler, so that Op == OpConst means static.
type Expr struct {
	Op    Op       `json:"o"`
	Const any      `json:"c,omitempty"` // OpConst: JSON value; undefined is absent with Undef set
	Undef bool     `json:"u,omitempty"`
	Name  string   `json:"n,omitempty"`
	Keys  []string `json:"k,omitempty"`
	X     []*Expr  `json:"x,omitempty"`
	Pos   Pos      `json:"p"`
	// Reads lists the data paths the expression depends on; set on root expressions only. A path ends where an index is
	// not constant; a ".length" is part of it: who follows changes knows which ones make a list longer. Names bound by
	// loops and scripts are included by their name; the linker tells them apart.
	Reads [][]string `json:"r,omitempty"`

	code opcode      // set by Link
	val  value.Value // OpConst: Const as a value, set by Link
}
