package miniapp

import (
	"fmt"
	"slices"

	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/script"
	"github.com/dougong-dev/dougong/core/miniapp/value"
)

// maxStack is how many pages the stack may hold, as in WeChat.
const maxStack = 10

// Actions of a message.Stack.
const (
	actionLaunch   = "launch"
	actionPush     = "push"
	actionPop      = "pop"
	actionReplace  = "replace"
	actionTab      = "tab"
	actionRelaunch = "relaunch"
	actionUpdate   = "update"
)

// router owns the page stack: which pages are open, which one is on top, and what the shell shows around them.
type router struct {
	a      *actor
	stack  []*page
	tabs   map[string]*page // tab pages that live, in the stack or not
	bar    *tabBar
	nextID int
	hidden bool   // the mini-program is in the background
	dirty  bool   // the shell does not know the present state yet
	action string // why

	exits        []message.ExitState // what pages find again that open
	enterOptions *value.Object       // how the mini-program was entered last
	started      bool                // app.js has run
	told         map[string]bool     // what is broken and has been reported
}

func newRouter(a *actor) *router {
	return &router{a: a, tabs: map[string]*page{}, told: map[string]bool{}, bar: newTabBar(a.prog.App.TabBar)}
}

// current is the page on top, or nil.
func (r *router) current() *page {
	if len(r.stack) == 0 {
		return nil
	}
	return r.stack[len(r.stack)-1]
}

// top is the page on top for the bridge.
func (r *router) top() (id int, path string) {
	if p := r.current(); p != nil {
		return p.id, p.path
	}
	return 0, ""
}

// find is the living page of an id.
func (r *router) find(id int) *page {
	for _, p := range r.stack {
		if p.id == id {
			return p
		}
	}
	for _, p := range r.tabs {
		if p.id == id {
			return p
		}
	}
	return nil
}

// all lists the open pages, those of tabs that are not in front included, each once.
func (r *router) all() []*page {
	out := slices.Clone(r.stack)
	for _, p := range r.tabsInOrder() {
		if !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	return out
}

// open makes a page on top of the stack and runs onLoad.
func (r *router) open(t target, channel value.Value) (*page, error) {
	r.nextID++
	if channel != nil {
		r.a.realm.SetOpener(channel)
	}
	before := r.current()
	r.prepare(t.path)
	_, err := r.a.realm.OpenPage(r.nextID, t.path, t.query)
	if err == nil {
		return r.current(), nil
	}
	if p := r.current(); p != before { // it got as far as the stack
		r.stack = r.stack[:len(r.stack)-1]
		delete(r.tabs, p.path)
	}
	return nil, fmt.Errorf("page %q cannot be opened: %w", t.path, err)
}

// opening puts a page on the stack before any of its code runs.
func (r *router) opening(sp *script.Page) {
	p := &page{
		Page: sp, id: sp.ID(), path: sp.Path(), tab: r.bar.index(sp.Path()) >= 0, window: r.windowOf(sp.Path()),
		query: queryTexts(sp.Query()),
	}
	if p.tab {
		r.tabs[p.path] = p
	}
	r.stack = append(r.stack, p)
	r.sync()
	r.giveExit(sp)
}

// appear brings a page to the front.
func (r *router) appear(p *page, action string) {
	r.changed(action)
	r.tellRoute("appRoute", p.path, p.Query(), p.id, action)
	if r.hidden || r.current() != p {
		return
	}
	p.show()
}

// getReady runs onReady the first time a page has been shown and rendered.
func (r *router) getReady(p *page) {
	if p.ready || !p.shown || r.find(p.id) != p {
		return
	}
	p.ready = true
	p.call("onReady")
	r.tellRoute("appRouteDone", p.path, p.Query(), p.id, p.action)
	r.a.send(message.FromActor{Ready: &message.Ready{Page: p.id, Path: p.path, Nodes: p.View().Nodes()}})
	r.a.scrollBack(p)
	r.a.preload(p.path)
}

// close unloads a page.
func (r *router) close(p *page) {
	if r.tabs[p.path] == p {
		delete(r.tabs, p.path)
	}
	p.shown = false
	r.a.tellPosted(p)
	p.call("onUnload")
	p.Close()
}

// unload closes every page of the stack from index on, the top one first, except living tab pages if keepTabs is set.
func (r *router) unload(from int, keepTabs bool) {
	gone := slices.Clone(r.stack[from:])
	r.stack = r.stack[:from:from]
	for _, p := range slices.Backward(gone) {
		if keepTabs && p.tab {
			p.hide()
		} else {
			r.close(p)
		}
	}
}

// sync tells the realm the stack, for getCurrentPages, and what room the page on top has.
func (r *router) sync() {
	pages := make([]*script.Page, len(r.stack))
	for i, p := range r.stack {
		pages[i] = p.Page
	}
	r.a.realm.SetPages(pages)
	r.a.tellHeight(r.current())
}

// changed notes that the shell has to be told.
func (r *router) changed(action string) {
	r.dirty = true
	if action != actionUpdate || r.action == "" {
		r.action = action
	}
}

// publish tells the shell the present state, if it has changed.
func (r *router) publish() {
	if r == nil {
		return
	}
	r.a.tellParted()
	if !r.dirty {
		return
	}
	m := message.Stack{Action: r.action, TabBar: r.bar.describe(), TabState: r.bar.state(), Dark: r.a.prog.App.DarkMode, Style: r.a.prog.App.Style}
	for i, p := range r.stack {
		m.Pages = append(m.Pages, p.describe(i, r.entry()))
	}
	for _, p := range r.tabs {
		if !slices.Contains(r.stack, p) {
			m.Kept = append(m.Kept, p.id)
		}
	}
	slices.Sort(m.Kept)
	r.dirty, r.action = false, ""
	r.a.send(message.FromActor{Stack: &m})
}

func (r *router) entry() string { return r.a.prog.App.Pages[0] }
