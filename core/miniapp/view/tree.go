package view

import "github.com/dougong-dev/dougong/core/miniapp/value"

// Component is one instance of a Definition in a page: its data, its shadow tree, its place.
type Component struct {
	Def    *Definition
	Script any // the logic layer's own state

	data *value.Object
}

// Data is the instance's data. The tree owns it: read only.
func (c *Component) Data() *value.Object { return c.data }

// Node is an element of a tree, as far as anybody outside the renderer needs one: made on demand.
type Node struct {
	ID int
}
