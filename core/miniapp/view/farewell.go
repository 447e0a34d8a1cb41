package view

import (
	"fmt"

	"github.com/dougong-dev/dougong/core/miniapp/value"
)

// maxParted bounds the clones of a page that are kept for what their elements still have to say; the oldest go first.
const maxParted = 16

// parting lists the elements that are heard once more after they are gone.
var parting = map[string]bool{"web-view": true}

// part remembers a clone that has just been taken out of the tree, if one of its elements may be heard once more.
func (p *Page) part(cl *clone) {
	if !cl.block.parting {
		return
	}
	if len(p.parted) == maxParted {
		p.parted = p.parted[1:]
	}
	p.parted = append(p.parted, cl)
}

// Parted tells whether a node is of an element that is gone and may be heard once more.
func (p *Page) Parted(node int) bool {
	_, _, ok := p.findParted(node)
	return ok
}

func (p *Page) findParted(node int) (*clone, int, bool) {
	for _, cl := range p.parted {
		if at := node - cl.id; at >= 0 && at < len(cl.block.nodes) {
			el := cl.block.nodes[at].element
			return cl, at, el != nil && parting[el.src.Tag]
		}
	}
	return nil, 0, false
}

// Farewell sends an event of an element that is gone to the element's own handlers: it is in no tree any more, so nothing is
// around it.
func (p *Page) Farewell(ev ClientEvent) {
	cl, at, ok := p.findParted(ev.Node)
	if !ok || p.closed {
		return
	}
	detail, err := value.From(ev.Detail)
	if err != nil {
		p.logic.Report(cl.comp, Position{}, fmt.Errorf("event %q of node %d: detail: %w", ev.Type, ev.Node, err))
		return
	}
	d := dispatch{page: p, path: []spot{{clone: cl, at: at, el: cl.block.nodes[at].element}}, client: &ev, event: Event{Type: ev.Type, Time: ev.Time, Detail: detail}, farewell: true}
	d.run(false, true)
}
