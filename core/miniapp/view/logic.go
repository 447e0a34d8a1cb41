package view

import (
	"sync"

	"github.com/dougong-dev/dougong/core/miniapp/template"
	"github.com/dougong-dev/dougong/core/miniapp/value"
)

// Definition is what the renderer must know of a page or component. One Definition is shared by all instances, in all
// sessions of a program; linking its template happens once.
type Definition struct {
	Path     string
	Template *template.File // nil: renders nothing (a component without a template renders its default slot)
	// Using finds the definition behind a tag; ok is false for built-in tags. It is called at link time only.
	Using func(tag string) (def *Definition, ok bool)
	// Templates finds imported template files by path.
	Templates func(path string) (*template.File, bool)
	ScopeID   string // prefix of class names; "" for pages
	Style     *Stylesheet
	Options   Options
	// Properties lists the declared property names; "foo-bar" in a template means "fooBar".
	Properties map[string]bool
	// DataSelectors are the attributes data-… that style sheets select elements by: the client is told those only.
	DataSelectors map[string]bool
	// ExternalClasses are class names that the user of the component fills in.
	ExternalClasses []string
	// Generics lists the declared generics (componentGenerics) with their default components, nil for none.
	Generics map[string]*Definition
	// Placeholder tells of a tag whose component is not there yet. It is called at link time only, before Using; nil: all
	// there are, are there.
	Placeholder func(tag string) (*Placeholder, bool)
	// Apart tells of a template script that a client which runs the others does not have; nil: there is none. It is called
	// at link time only.
	Apart func(module string) bool
	// Script is the logic layer's own record of this definition.
	Script any

	once   sync.Once
	linked *unit
}

// Placeholder is what a tag shows until its component is there.
type Placeholder struct {
	// Instead is the component shown meanwhile; if it is nil, the built-in component Tag is.
	Instead *Definition
	Tag     string
	// Find finds the component, once it is there.
	Find func() (*Definition, bool)
	// Wanted is called when the placeholder is shown.
	Wanted func()
}

// Stylesheet is a style as the client gets it.
type Stylesheet struct {
	Key   string
	CSS   string
	Fonts []string
}

// Options of a component, as Component({options}) and its json give them.
type Options struct {
	MultipleSlots bool
	// DynamicSlots: the content is made anew for every slot there is, and sees the slot's values.
	DynamicSlots   bool
	VirtualHost    bool
	AddGlobalClass bool // same as StyleIsolation "apply-shared"
	// OpenProperties: every attribute is a property, declared or not, and its value may be undefined.
	OpenProperties bool
	// RepeatSlots: as DynamicSlots, and a slot with a computed name of "" is none.
	RepeatSlots    bool
	StyleIsolation string // "isolated" (default), "apply-shared", "shared", "page-…"
}

// eachSlot tells whether every slot has content of its own, with its values.
func (o *Options) eachSlot() bool { return o.DynamicSlots || o.RepeatSlots }

// Logic is the logic layer seen from the tree. The renderer calls it on the actor's goroutine, during a turn; it may
// call back into the tree (SetData, TriggerEvent) from any of these.
//
// The life of a component instance, in order:
//  1. Create, when the renderer makes the host node. c has its properties' initial values in props (already evaluated
//     from the parent's template, by property name). The result is the instance's data: property defaults and data
//     fields, props coerced over them unless they are for later. The logic layer may keep its own state in c.Script.
//  2. The shadow tree is rendered from that data (children go through 1 and 2). If Create said later, Created gets
//     the props now: a script that looks at its tree sees it as the defaults make it.
//  3. Attached, parents before children, once the tree it belongs to is attached to the page.
//  4. PropsChanged whenever bindings of the parent change.
//  5. Moved, Detached (children before parents).
type Logic interface {
	Create(c *Component, props []Prop) (data *value.Object, later bool, err error)
	Created(c *Component, props []Prop)
	PropsChanged(c *Component, props []Prop)
	Attached(c *Component)
	Moved(c *Component)
	Detached(c *Component)
	// Handle runs an event handler of component c. For a template-script handler fn is set, otherwise method names a
	// method of c. It reports false if there is no such method, or if the template script returned false: the event stops.
	Handle(c *Component, method string, fn value.Func, e *Event) bool
	// Script gives a template-script module's exports, as an Object whose functions are Func values.
	// The renderer caches it per definition and path.
	Script(path string) (value.Value, error)
	// Apply calls a template-script function.
	Apply(fn value.Func, args []value.Value) (value.Value, error)
	// ChangeObserver runs a "change:prop" template-script observer. It is called by Flush, before it makes its patch.
	ChangeObserver(c *Component, node *Node, fn value.Func, newValue, oldValue value.Value)
	// CallMethod calls a method of c for a template script in the client; false if there is none.
	CallMethod(c *Component, method string, arg value.Value) bool
	// Model tells the owner that a two-way binding changed the data field at path.
	Model(c *Component, path string, v value.Value)
	// Plain is an event's detail as a client can have it.
	Plain(detail value.Value) value.Value
	// Report takes a failure in a template or a handler; rendering goes on.
	Report(c *Component, pos Position, err error)
}

// Prop is a property value on its way from a parent's template to a component.
type Prop struct {
	Name  string // as declared: camelCase
	Value value.Value
}

// Position is a place in a template source.
type Position struct {
	File         string
	Line, Column int
}

// Change is one path of a setData call, already parsed and copied: the tree owns Value.
type Change struct {
	Path  []any // string keys and int indices
	Value value.Value
}

// Event is an event on its way through the tree, as a handler sees it.
type Event struct {
	Type                    string
	Time                    float64
	Detail                  value.Value
	Touches, ChangedTouches []Touch
	// Target is where it began, CurrentTarget whose handler runs; both in the handler's own component (retargeted).
	Target, CurrentTarget Target
	Mark                  *value.Object
	// Answer is what the handler gave back, if it is plain data; Logic sets it. A text field takes it for what was typed.
	Answer value.Value
}

// Target is an element as event handlers see it.
type Target struct {
	ID                    string
	OffsetLeft, OffsetTop float64
	Dataset               *value.Object
	Node                  *Node
}

// TriggerOptions of a component's triggerEvent.
type TriggerOptions struct {
	Bubbles, Composed, CapturePhase bool
}
