// Package extapi reads FinClipConf.js, in which a mini-program for FinClip declares the APIs of its host app that it
// calls as ft.<name>:
//
//	module.exports = { extApi: [{ name: 'getLocationExt', sync: false, params: { url: '' } }] }
//
// The file is a program, but it is written as data, and that is how it is read: nothing of it runs. What is not written
// in place (a variable, a function's result) is reported and left out. The package must not know who provides the APIs.
package extapi

import (
	"regexp"

	"github.com/dougong-dev/dougong/core/miniapp/compiler/internal/source"
	"github.com/dougong-dev/dougong/core/miniapp/program"
)

// FileName is the file's name, in the root of a project.
const FileName = "FinClipConf.js"

// MaxAPIs is how many APIs a mini-program may declare.
const MaxAPIs = 1000

var nameForm = regexp.MustCompile(`^[A-Za-z_$][A-Za-z0-9_$]{0,127}$`)

const exportHint = "write: module.exports = { extApi: [{ name: 'myApi', sync: false, params: {} }] }"

// Parse reads a file. What is wrong is reported as warnings: a mini-program opens without it.
func Parse(f *source.File, diags *source.Diagnostics) []program.ExtAPI {
	p := &parser{lexer: lexer{text: f.Text}}
	root := p.exported()
	if root == nil {
		diags.Warn(f, p.start, "extapi-no-export", exportHint, "FinClipConf.js exports no object that is written in place")
		return nil
	}
	list := root.get("extApi")
	if list == nil {
		if !p.broken {
			return nil
		}
		diags.Warn(f, p.start, "extapi-syntax", exportHint, "FinClipConf.js ends before its object does")
		return nil
	}
	if list.kind != listNode {
		diags.Warn(f, list.offset, "extapi-list", exportHint, "extApi is not a list that is written in place")
		return nil
	}
	if p.broken {
		diags.Warn(f, p.start, "extapi-syntax", exportHint, "cannot read on from here: %s", p.why)
	}
	r := &reader{file: f, diags: diags, seen: map[string]bool{}}
	for _, item := range list.items {
		r.entry(item)
	}
	return r.out
}

// reader makes APIs of list items.
type reader struct {
	file  *source.File
	diags *source.Diagnostics
	seen  map[string]bool
	out   []program.ExtAPI
}

func (r *reader) entry(n *node) {
	warn := func(at *node, id, format string, args ...any) {
		r.diags.Warn(r.file, at.offset, id, exportHint, format, args...)
	}
	if n.kind != objectNode {
		warn(n, "extapi-entry", "an entry of extApi is not an object that is written in place; it is left out")
		return
	}
	name := n.get("name")
	switch {
	case name == nil || name.kind != textNode:
		warn(n, "extapi-name", "an entry of extApi has no name that is written in place; it is left out")
		return
	case !nameForm.MatchString(name.text):
		warn(name, "extapi-name", "ft.%s cannot be called: %q is no name", name.text, name.text)
		return
	case r.seen[name.text]:
		warn(name, "extapi-twice", "%q is declared twice; the first one counts", name.text)
		return
	case len(r.out) >= MaxAPIs:
		warn(n, "extapi-many", "more than %d APIs are declared; the rest is left out", MaxAPIs)
		r.seen[name.text] = true
		return
	}
	r.seen[name.text] = true
	api := program.ExtAPI{Name: name.text}
	if sync := n.get("sync"); sync != nil {
		if sync.kind != truthNode {
			warn(sync, "extapi-sync", "sync of %q is neither true nor false; it counts as false", name.text)
		}
		api.Sync = sync.kind == truthNode && sync.text == "true"
	}
	r.out = append(r.out, api)
}
