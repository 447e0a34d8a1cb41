package miniapp

import (
	"strings"

	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/program"
)

// startApp runs app.js and App.onLaunch, once. A mini-program that is entered by a page of an independent subpackage runs
// without them until the main package is needed.
func (r *router) startApp() {
	if r.started {
		return
	}
	r.started = true
	_ = r.a.realm.StartApp(r.enterOptions)
}

// prepare gets ready for a page: the package it lies in, and a word about what is broken in it.
func (r *router) prepare(page string) {
	if sub := r.a.prog.App.PackageOf(page); sub == nil || !sub.Independent {
		r.startApp()
	}
	for _, d := range r.a.prog.Check(page) {
		if r.told[d.File] {
			continue
		}
		r.told[d.File] = true
		r.a.send(message.FromActor{Error: &message.Error{
			ID: d.ID, Origin: "app", Page: page, File: d.File, Line: d.Line, Column: d.Column, Message: d.Message, Hint: d.Hint,
		}})
	}
}

// pluginTarget is a navigation to a page of a plugin: plugin://name/page.
func (r *router) pluginTarget(url string, t target) target {
	ref, _, _ := strings.Cut(url, "?")
	t.path = ref
	if path, ok := r.a.prog.App.PluginPath(ref, func(p *program.Plugin) map[string]string { return p.Pages }); ok {
		t.path = path
	}
	return t
}
