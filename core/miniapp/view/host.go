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
	repeat  bool    // one clone for each slot of the name
	scopes  []*loop // names that the slot's values have in a repeated block
	dynamic bool    // the slot names are computed: the block picks by itself what belongs to a slot
	each    bool    // dynamic, and made for every slot, whatever its name
	block   *block
}
