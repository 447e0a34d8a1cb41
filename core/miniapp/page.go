package miniapp

import (
	"encoding/json"
	"slices"

	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/program"
	"github.com/dougong-dev/dougong/core/miniapp/script"
	"github.com/dougong-dev/dougong/core/miniapp/value"
)

// page is an open page: the script's instance and what the shell shows around it.
type page struct {
	*script.Page
	id      int
	path    string
	query   map[string]string // as it was opened; the page may change what it was given
	tab     bool
	shown   bool // onShow has run and no onHide since
	ready   bool // onReady has run
	window  program.Window
	loading bool
	waits   int                       // navigations from here that wait for a subpackage
	action  string                    // how it was opened
	hides   map[string]bool           // hideShareMenu: "shareAppMessage", "shareTimeline"
	noHome  bool                      // hideHomeButton
	leaving string                    // enableAlertBeforeUnload: what the user is asked before the page is left
	views   map[string]message.Offset // and where its scroll-views are
	scroll  float64                   // where it is to be scrolled to once it is ready
	posted  map[int][]value.Value     // what pages of the web said, by the node of their <web-view>, and it was not told yet
	opened  []int                     // nodes of the page-containers that are open, the last one on top
}

// maxContainers bounds the page-containers that a client may report open.
const maxContainers = 64

// container notes that a <page-container> was opened or closed.
func (p *page) container(node int, open bool) {
	p.opened = slices.DeleteFunc(p.opened, func(n int) bool { return n == node })
	if open && len(p.opened) < maxContainers {
		p.opened = append(p.opened, node)
	}
}

// leaveContainer has the page-container on top leave instead of the page; false if none is open.
func (a *actor) leaveContainer(p *page) bool {
	if p == nil || len(p.opened) == 0 {
		return false
	}
	last := len(p.opened) - 1
	raw, err := json.Marshal(message.Invoke{Node: p.opened[last], Method: "leave"})
	if err != nil {
		return false
	}
	p.opened = p.opened[:last]
	a.bridge.TellPage(p.id, message.AskInvoke, raw)
	return true
}

// call runs a lifecycle or event method of the page, if it has it. Failures are reported by the realm.
func (p *page) call(method string, args ...value.Value) value.Value {
	out, _, err := p.Call(method, args...)
	if err != nil {
		return nil
	}
	return out
}

func (p *page) show() {
	if !p.shown {
		p.shown = true
		p.call("onShow")
	}
}

func (p *page) hide() {
	if p.shown {
		p.shown = false
		p.call("onHide")
	}
}

// describe is the page as the shell gets it; index is its place in the stack.
func (p *page) describe(index int, entry string) message.Page {
	m := message.Page{
		ID: p.id, Path: p.path, Query: p.query, Window: p.window, Tab: p.tab, Loading: p.loading || p.waits > 0,
		Scrolls: p.Has("onPageScroll"), Reaches: p.Has("onReachBottom"),
		Refreshes: isTrue(p.window.EnablePullDownRefresh),
		Shares:    p.Has("onShareAppMessage") && !p.hides["shareAppMessage"],
		Timeline:  p.Has("onShareAppMessage") && p.Has("onShareTimeline") && !p.hides["shareTimeline"],
	}
	home := index == 0 && !p.tab && p.path != entry && !p.noHome
	m.Window.HomeButton = &home
	return m
}

// queryTexts is a query as texts, nil if there is none.
func queryTexts(query *value.Object) map[string]string {
	if query == nil || query.Len() == 0 {
		return nil
	}
	out := make(map[string]string, query.Len())
	for key, v := range query.All() {
		out[key] = value.Text(v)
	}
	return out
}

func isTrue(b *bool) bool { return b != nil && *b }
