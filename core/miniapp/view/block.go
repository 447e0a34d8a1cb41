package view

import (
	"encoding/json"

	"github.com/dougong-dev/dougong/core/miniapp/template"
	"github.com/dougong-dev/dougong/core/miniapp/value"
)

// block is a linked piece of template that always appears as a whole: the client's fragment, its dynamic parts, and which
// of them read what. Blocks are immutable and shared by all sessions of a program.
type block struct {
	base     *base
	nodes    []blockNode
	parts    []part
	holes    []int // indices into parts, in the order of the fragment's holes
	deps     map[varID][]dep
	fragment json.RawMessage
	textSize int  // bytes of static text
	parting  bool // one of its elements is heard once more when it is gone
}

// blockNode is a node of a block's fragment, in preorder.
type blockNode struct {
	parent  int      // index of the element around it; -1 at the block's root
	element *element // nil for text and anchors
	anchor  int      // index into parts if the node is an anchor, else -1
}

// element is what an event or a selector wants to know of an element; evaluated only when asked for.
type element struct {
	src    *template.Node
	base   *base
	host   int // index of the host part if it is a custom component's host, else -1
	id     *expr
	class  *expr
	style  *expr
	events []event
	data   []named
	marks  []named
	models []model
	// sticky maps attributes that the client changes by itself (value, checked) to their parts.
	sticky map[string]int
}

type named struct {
	name string
	expr *expr
}

type event struct {
	typ     string
	capture bool
	mode    bindMode
	handler *expr
	// computed marks a handler whose name is data.
	computed bool
	script   *scriptRef // a template script's function that a client may run itself
	pos      template.Pos
}

type bindMode uint8

const (
	modeBind bindMode = iota
	modeCatch
	modeMut
	modeCatchHandled // caught if the handler's name is not empty
)

// model is a two-way binding: prop shows what is at path, and changes of prop are written back.
type model struct {
	prop string
	expr *template.Expr
	base *base
}

type partKind uint8

const (
	partText    partKind = iota // a text node's content
	partAttr                    // an attribute
	partIf                      // an anchor that holds the chosen branch
	partFor                     // an anchor that holds the rows
	partUse                     // an anchor that holds a <template>'s content
	partSlot                    // an anchor that holds what the component's user put in
	partHost                    // an anchor that holds a component's shadow tree
	partGeneric                 // an anchor that holds the component a generic stands for
)

// part is a dynamic part of a block.
type part struct {
	kind    partKind
	index   int // in block.parts
	node    int // index of the text, element or anchor
	element int // partHost: index of the host element; the anchor itself for a virtual host
	name    string
	mode    attrMode
	expr    *expr // text, attribute, list, template or slot name
	change  *expr // "change:name" observer of an attribute
	pos     template.Pos

	branches []branch
	loop     *loop
	use      *use
	host     *host
	slot     slotPart
	hostDef  *Definition // class attribute of a component's host: the component
	generic  *generic
}

// slotPart is what a <slot> says beside its name.
type slotPart struct {
	values   []named // for content that has names for them
	fallback *block  // shown where nothing is given
}

type branch struct {
	cond  *expr // nil: else
	slot  *expr // content that picks its share: shown in the slot whose name this gives
	block *block
	// values are the names that the content has for what its slot gives.
	values []slotValue
}

// loop is a wx:for.
type loop struct {
	item, index       string
	itemVar, indexVar varID
	key               string
	body              *block
	path              *path // of the list, if it is a plain path
	listExpr          *template.Expr
	keySteps          []string
}

// use is a <template is>.
type use struct {
	name  *expr
	scope *expr
	// fields are the parts of the scope's object expression, for following changes into the template.
	fields []useField
}

type useField struct {
	key  string // "" for a spread
	path *path
}

// expr is an expression at its place in a template.
type expr struct {
	src    *template.Expr
	base   *base
	reads  []path
	static bool
	val    value.Value // if static
	script *scriptRef  // of an observer: the function that it names
}

// reading tells whether any change hits what the expression reads.
func (e *expr) reading(chs []change) bool {
	for i := range chs {
		for j := range e.reads {
			if e.reads[j].v == chs[i].v && chs[i].hits(e.reads[j].steps) {
				return true
			}
		}
	}
	return false
}
