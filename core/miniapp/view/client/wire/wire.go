// Package wire names the messages between a host and the view client in its frame: the part of package message that a
// frame may see and say. A leaf: data only.
package wire

import (
	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/view"
)

// ToFrame is what a host sends to the view client: the actor's messages that concern the view, and the host's own hello.
// Exactly one field is set.
type ToFrame struct {
	Hello  *Hello          `json:"hello,omitempty"`
	Stack  *message.Stack  `json:"stack,omitempty"`
	Patch  *view.Patch     `json:"patch,omitempty"`
	Ask    *message.Ask    `json:"ask,omitempty"`
	Ready  *message.Ready  `json:"ready,omitempty"`
	Closed *message.Closed `json:"closed,omitempty"`
}

// FromFrame is what the view client may send; hosts refuse anything else. Exactly one field is set.
type FromFrame struct {
	Event  *view.ClientEvent `json:"event,omitempty"`
	Answer *message.Answer   `json:"answer,omitempty"`
	Route  *message.Route    `json:"route,omitempty"`
	Resize *message.Size     `json:"resize,omitempty"`
	Script *view.ScriptCall  `json:"script,omitempty"`
}

// Hello is the first message on every connection.
type Hello struct {
	Version int `json:"version"` // view.ProtocolVersion
	// Resume is the one-use key of the next connection, should this one be lost.
	Resume string `json:"resume"`
	Name   string `json:"name"` // the mini-program's, for the title of a page that has none
	// StatusBar is the height of the status bar that the shell draws over the frame, in CSS pixels.
	StatusBar int `json:"statusBar"`
	// Width and Height are the stage's as the host knows it; a client whose window is another says so by a resize.
	Width  int `json:"width,omitempty"`
	Height int `json:"height,omitempty"`
	// Language is that of the client's own texts: "en", "zh_CN".
	Language string `json:"language,omitempty"`
	// Texts are the super-app's own words for some of them.
	Texts map[string]string `json:"texts,omitempty"`
	// MapTiles is the address of the tiles of a <map>, with {x}, {y} and {z}; "" is none.
	MapTiles string `json:"mapTiles,omitempty"`
	// Scripts is the digest of the template scripts that the frame is to run; one that has others, or none, runs none.
	Scripts string `json:"scripts,omitempty"`
}
