package view

import "github.com/dougong-dev/dougong/core/miniapp/template"

// host is a custom component in a template: which one, what it is given, what stands between its tags.
type host struct {
	def      *Definition
	tag      string
	props    []prop
	external []named // external classes by name
	generics map[string]genericRef
	models   []model
	all      *slotBlock  // everything between the tags, for a component with one slot
	bySlot   []slotBlock // the same, sorted by slot, for a component with several
}

// prop is a property that the template gives a value to.
type prop struct {
	name   string
	expr   *expr
	change *expr
	pos    template.Pos
}

// genericRef is what generic:name="tag" refers to: a definition, or a generic of the component the template belongs to.
type genericRef struct {
	def   *Definition
	outer string
}

// generic is an element whose component is chosen by the component's user.
type generic struct {
	name string
	src  *template.Node
	ns   *names
	// later is set for the place of a component that is not there yet; it is no generic then.
	later *Placeholder
}

// slotBlock is content for a slot.
type slotBlock struct {
	name    string
	dynamic bool // the slot names are computed: the block picks by itself what belongs to a slot
	each    bool // as dynamic, and made for every slot there is, not only for the first one of a name
	block   *block
}

// picks tells whether the block is made for a slot, of which it picks its share.
func (s *slotBlock) picks() bool { return s.dynamic || s.each }
