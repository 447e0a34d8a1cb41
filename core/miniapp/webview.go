package miniapp

import (
	"maps"
	"slices"

	"github.com/dougong-dev/dougong/core/miniapp/value"
	"github.com/dougong-dev/dougong/core/miniapp/view"
)

// maxPosted bounds what pages of the web may post before it is told: of one page, the oldest goes first.
const maxPosted = 256

// webView keeps what a page of the web posted until its page is left, closed or shared, as WeChat does: it is told then, all of
// it at once.
func (a *actor) webView(p *page, detail *value.Object) {
	node := int(value.ToNumber(at1(detail, "node")))
	if value.ToBool(at1(detail, "leave")) {
		a.tellOf(p, node)
		return
	}
	if p.View().Parted(node) { // it was on its way when the element was taken away
		a.farewell(p, node, []value.Value{at1(detail, "data")})
		return
	}
	if n := p.View().Node(node); n == nil {
		return
	}
	if p.posted == nil {
		p.posted = map[int][]value.Value{}
	}
	said := append(p.posted[node], at1(detail, "data"))
	p.posted[node] = said[max(0, len(said)-maxPosted):]
}

// tellPosted tells all that pages of the web in a page have posted.
func (a *actor) tellPosted(p *page) {
	for _, node := range slices.Sorted(maps.Keys(p.posted)) {
		a.tellOf(p, node)
	}
}

func (a *actor) tellOf(p *page, node int) {
	said := p.posted[node]
	delete(p.posted, node)
	if len(said) > 0 {
		a.dispatch(p, &view.ClientEvent{Page: p.id, Node: node, Type: "message", Detail: value.ObjectOf("data", &value.Array{Items: said})})
	}
}

// tellParted tells what was posted in a <web-view> that the mini-program has taken out of its page: it is closed with that.
func (a *actor) tellParted() {
	for _, p := range a.router.all() {
		for _, node := range slices.Sorted(maps.Keys(p.posted)) {
			if p.View().Parted(node) {
				said := p.posted[node]
				delete(p.posted, node)
				a.farewell(p, node, said)
			}
		}
	}
}

func (a *actor) farewell(p *page, node int, said []value.Value) {
	_ = a.realm.Turn("event message", func() error {
		p.View().Farewell(view.ClientEvent{Page: p.id, Node: node, Type: "message", Detail: value.ObjectOf("data", &value.Array{Items: said})})
		return nil
	})
}
