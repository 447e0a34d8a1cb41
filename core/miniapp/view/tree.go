package view

import "github.com/dougong-dev/dougong/core/miniapp/value"

// Component is one instance of a Definition in a page: its data, its shadow tree, its place.
//
// Three relations must be told apart. The owner is the component in whose template the instance is written, and whose data
// its attributes read. The parent is the closest component around it on the screen: the owner, or a component of the
// owner's template into whose slot it was put. The shadow tree is what its own template makes.
type Component struct {
	Def    *Definition
	Script any // the logic layer's own state

	page     *Page
	owner    *Component
	unit     *unit
	data     *value.Object
	scope    *scope
	host     *clone // where the host stands in the owner's template; nil for the root of a page
	hostPart *part
	shadow   *anchor // holds the shadow tree's one clone
	generics map[string]*Definition
	external map[string]string      // external class → class names, already scoped by the owner
	slots    []*anchor              // the <slot> anchors of the shadow tree that exist now
	content  []*content             // what the owner's template put between the host's tags
	odd      map[string]value.Value // given property values that data holds as others
	models   []model
	depth    int

	attached, gone bool
	slotsDirty     bool
	busy           bool // rendering or updating: setData has to wait
	queue          [][]Change
}

// Data is the instance's data. The tree owns it: read only.
func (c *Component) Data() *value.Object { return c.data }

// Page is the page the instance belongs to.
func (c *Component) Page() *Page { return c.page }

// Owner is the component in whose template the instance stands; nil for the root of a page.
func (c *Component) Owner() *Component { return c.owner }

// Attached tells whether the instance is part of an attached page.
func (c *Component) Attached() bool { return c.attached && !c.gone }

// Root tells whether the instance is the page itself.
func (c *Component) Root() bool { return c.host == nil }

// Parent is the closest component around the instance in the composed tree; nil for the root of a page.
func (c *Component) Parent() *Component {
	if c.host == nil {
		return nil
	}
	for _, at := range c.ancestors() {
		if at.hostOf != nil {
			return at.hostOf
		}
	}
	return c.page.root
}

// Ancestors are the components around the instance in the composed tree, the closest first, the page's root last.
func (c *Component) Ancestors() []*Component {
	var out []*Component
	for p := c.Parent(); p != nil; p = p.Parent() {
		out = append(out, p)
	}
	return out
}

// Descendants are the components below the instance in the composed tree, in document order: those of its shadow tree
// and those put into its slots.
func (c *Component) Descendants() []*Component {
	var out []*Component
	c.eachChild(func(child *Component) {
		out = append(out, child)
		out = append(out, child.Descendants()...)
	})
	return out
}

// Host is the element that stands for the instance in its owner's template; nil for the root of a page.
func (c *Component) Host() *Node {
	if c.host == nil {
		return nil
	}
	return c.host.nodeAt(c.hostPart.element)
}

// External is what the owner gave for an external class: class names as the client knows them.
func (c *Component) External(name string) string { return c.external[name] }

// Place is where the instance stands in its owner's template.
func (c *Component) Place() Position {
	if c.host == nil {
		return Position{}
	}
	return position(c.host.block.base.file, c.hostPart.pos)
}
