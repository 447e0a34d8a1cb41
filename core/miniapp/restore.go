package miniapp

import (
	"encoding/json"
	"maps"
	"slices"

	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/value"
)

// knownSpots are the spots of a stack that can be opened: pages that there are, a tab only at the bottom, and no more than a
// stack holds. A mini-program may have changed since the stack was noted.
func (r *router) knownSpots(spots []message.Spot) []message.Spot {
	var out []message.Spot
	for _, s := range spots {
		if s.Path == "" {
			s.Path = r.entry()
		}
		if r.a.prog.App.IsPage(s.Path) && (len(out) == 0 || r.bar.index(s.Path) < 0) {
			out = append(out, s)
		}
	}
	return out[max(0, len(out)-maxStack):]
}

// restore brings a page stack back once the subpackages that it needs are there: every page is loaded anew, only the one on
// top is shown. otherwise opens what there is to open if that cannot be done.
func (r *router) restore(spots []message.Spot, otherwise func()) {
	for _, s := range spots {
		if !r.a.Ready(s.Path) {
			r.fetched(s.Path, func(err error) {
				if err != nil {
					otherwise()
					return
				}
				r.restore(spots, otherwise)
			})
			return
		}
	}
	for _, s := range spots[:len(spots)-1] {
		if p, err := r.open(targetOf(s), nil); err == nil {
			p.action, p.scroll, p.views = actionLaunch, s.Scroll, s.Views
		} // why not the realm has reported; those above are opened all the same
	}
	top := spots[len(spots)-1]
	if err := r.enter(targetOf(top), actionLaunch, nil); err != nil {
		if len(r.stack) == 0 {
			otherwise()
		}
		return
	}
	if p := r.current(); p != nil && p.path == top.Path {
		p.scroll, p.views = top.Scroll, top.Views
		r.a.scrollBack(p)
	}
}

func targetOf(s message.Spot) target {
	query := value.NewObject(len(s.Query))
	keys := make([]string, 0, len(s.Query))
	for key := range s.Query {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	for _, key := range keys {
		query.Set(key, s.Query[key])
	}
	return target{path: s.Path, query: query}
}

// scrollBack has a page that was brought back scrolled to where it was, once. What it shows may take a while to come, so the
// client waits until there is that much of it.
func (a *actor) scrollBack(p *page) {
	if !p.ready {
		return
	}
	if p.scroll > 0 {
		a.scrollPatiently(p, message.ScrollTo{ScrollTop: p.scroll})
	}
	for _, id := range slices.Sorted(maps.Keys(p.views)) {
		a.scrollPatiently(p, message.ScrollTo{View: id, ScrollTop: p.views[id].Top, Left: p.views[id].Left})
	}
	p.scroll, p.views = 0, nil
}

func (a *actor) scrollPatiently(p *page, to message.ScrollTo) {
	to.Patient = true
	raw, err := json.Marshal(to)
	if err == nil { // it wants an answer, so that a client that connects later is asked again
		err = a.bridge.AskPage(p.id, message.AskScrollTo, raw, nil, nil)
	}
	if err != nil {
		a.log.Debug("a page is not scrolled back", "page", p.path, "error", err)
	}
}
