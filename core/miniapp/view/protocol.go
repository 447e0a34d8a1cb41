package view

import (
	"encoding/json"

	"github.com/dougong-dev/dougong/core/miniapp/value"
)

// ProtocolVersion is the version of the patch protocol; a client that speaks another one is told to reload.
const ProtocolVersion = 1

// Op numbers the patch operations. An op travels as a JSON array, its number first.
//
// Node ids. A static piece of template ("fragment") travels once. Cloning it numbers all of its nodes in document order
// (preorder; element, text, anchor alike) from firstID on, so that no other id ever travels. Id 0 is no node. An id names
// the same node for the whole life of a page: a clone that was removed may come back under its ids (content whose slot
// went and came), another one never gets them.
//
// Anchors. A fragment has an anchor node wherever content depends on data (if, for, slot, template, component shadow
// tree). An anchor holds an ordered list of clones, which stand directly before it in the document. A clone is
// addressed by its first id. Anchors at the root of a clone and the clones they hold move and go with it.
type Op int

// The operations. Holes are the values of the fragment's dynamic parts, in the order the fragment lists them.
const (
	// OpFragment [0, fragment, roots, prefix?, bare?]: defines a fragment. roots is an array of node templates:
	//   element ["tag", {attr: value …}, [child …], listens?, holes?, scripts?]   tag "view" is the client's <dg-view>
	//   text    "static text"
	//   text    {"h": 1}            a text node whose content is the next hole
	//   anchor  0
	// attr values are JSON (true = valueless). listens is an array of event types bound on this element, with
	// "!" behind the type for catch and "^" before it for capture. holes is an array of attribute names whose values
	// come from the next holes. A custom component's host is an element with tag "*" and the attribute "is"; an anchor
	// is its only child and holds its shadow tree.
	// scripts is [listens, handlers, watches] of an element whose template scripts the client may run: listens without those
	// scripts, handlers as [type, mode (0 bind, 1 catch, 2 mut-bind), capture (0 or 1), module, member …], watches of
	// "change:" as [attribute, module, member …]. Such a component's fragments have the prefix of its class names, and whether
	// the bare name goes along. What its scripts may ask of an element are attributes "data:key", "mark:key" and
	// "watch:property", which are no attributes of the page's.
	OpFragment Op = 0
	// OpClone [1, fragment, firstID, anchor, before, holes?, owner?]: clones a fragment into anchor's list before the clone whose
	// first id is before (0 = at the end). anchor 0 is the page's root. owner, of a fragment with a prefix, is the host of the
	// component in whose template it stands; 0 is the page.
	OpClone Op = 1
	// OpAttr [2, id, name, value]: sets an attribute or property; null removes it.
	OpAttr Op = 2
	// OpText [3, id, text]: sets a text node.
	OpText Op = 3
	// OpRemove [4, firstID …]: removes clones and all below.
	OpRemove Op = 4
	// OpMove [5, firstID, before]: moves a clone within its anchor's list.
	OpMove Op = 5
	// OpStyle [6, key, css, fonts]: adds a style sheet to the page, in order of arrival; sent once per page and key.
	OpStyle Op = 6
	// OpReset [7]: drops the page's tree, fragments and styles; a full tree follows (reconnect).
	OpReset Op = 7
	// OpInvoke [8, id, method, args, call]: calls a method of a built-in component (scroll, focus, play …); the answer is
	// a client message {"t":"result","call":call,…} unless call is 0.
	OpInvoke Op = 8
	// OpScript [9, id, type, event]: runs the template scripts that handle an event of an element's component: one of the
	// logic layer's own. event has detail, target, dataset and mark.
	OpScript Op = 9
)

// Patch is what one flush of one page sends.
type Patch struct {
	Page int   `json:"page"` // page id, unique in a session
	Seq  int   `json:"seq"`  // from 1, without gaps, per page
	Ops  []any `json:"ops"`  // each a []any, its Op first
}

// ClientEvent is an event as the client reports it. The tree decides where it goes.
type ClientEvent struct {
	Page           int     `json:"page"`
	Node           int     `json:"node"` // id of the innermost node hit
	Type           string  `json:"type"`
	Detail         any     `json:"detail,omitempty"`
	Touches        []Touch `json:"touches,omitempty"`
	ChangedTouches []Touch `json:"changedTouches,omitempty"`
	// Time is milliseconds since the page was opened.
	Time float64 `json:"time"`
	// Offsets is where elements of a touch's path stand in their offset parents, those only that it concerns: node, left, top.
	Offsets [][3]float64 `json:"offsets,omitempty"`
	// Bubbles is false for events that reach their target only (input, scroll, load …).
	Bubbles bool `json:"bubbles,omitempty"`
	// Scripted lists the nodes whose template scripts the client has run for this event already.
	Scripted []int `json:"scripted,omitempty"`
	// Stopped is the node whose template script ended the event's way, StoppedCapture whether in the capture phase.
	Stopped        int  `json:"stopped,omitempty"`
	StoppedCapture bool `json:"stoppedCapture,omitempty"`
}

// ScriptCall is what a template script in the client asks of its component: a method, or an event of its own.
type ScriptCall struct {
	Page int `json:"page"`
	Node int `json:"node"` // 0 is the page
	// Name of the method, or the event's type.
	Name string `json:"name"`
	Args any    `json:"args,omitempty"` // the argument, or the detail
	// Event says that it is triggerEvent, with its options.
	Event        bool `json:"event,omitempty"`
	Bubbles      bool `json:"bubbles,omitempty"`
	Composed     bool `json:"composed,omitempty"`
	CapturePhase bool `json:"capturePhase,omitempty"`
}

// UnmarshalJSON implements json.Unmarshaler: the fields of Detail keep their order, as a form's values have to.
func (e *ClientEvent) UnmarshalJSON(data []byte) error {
	type plain ClientEvent
	var raw struct {
		*plain
		Detail json.RawMessage `json:"detail"`
	}
	raw.plain = (*plain)(e)
	if err := json.Unmarshal(data, &raw); err != nil {
		return err
	}
	e.Detail = nil
	if len(raw.Detail) == 0 || string(raw.Detail) == "null" {
		return nil
	}
	if detail, err := value.DecodeJSON(raw.Detail); err == nil {
		e.Detail = detail
		return nil
	}
	// It is nested too deep for a script, say. Who takes the event refuses it, and only it.
	return json.Unmarshal(raw.Detail, &e.Detail)
}

// Touch is one touch point, in CSS pixels.
type Touch struct {
	Identifier int     `json:"identifier"`
	PageX      float64 `json:"pageX"`
	PageY      float64 `json:"pageY"`
	ClientX    float64 `json:"clientX"`
	ClientY    float64 `json:"clientY"`
	// X and Y count from the corner of the canvas that is touched; absent elsewhere.
	X *float64 `json:"x,omitempty"`
	Y *float64 `json:"y,omitempty"`
}
