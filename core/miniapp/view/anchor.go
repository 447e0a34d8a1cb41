package view

import "slices"

// setList makes an anchor hold other clones. What it held and no longer holds is neither destroyed nor forgotten here.
func (a *anchor) setList(page *Page, list []*clone) {
	if !a.dirty && a.live() {
		a.dirty = true
		a.sent = a.list
		page.dirty = append(page.dirty, a)
	}
	a.list = list
	for _, cl := range list {
		cl.at = a
	}
	if a.clone != nil {
		a.clone.contentChanged()
	}
}

// replace destroys what the anchor holds and puts list there.
func (a *anchor) replace(list []*clone) {
	page := a.clone.comp.page
	old := a.list
	if len(old) == 0 && len(list) == 0 {
		return
	}
	a.setList(page, list)
	for _, cl := range old {
		cl.destroy()
	}
	if a.clone.attached {
		page.attach(list...)
	}
}

// eachOwned visits the clones that live and die with cl: what its anchors hold, except what a slot only shows, and the
// content it gave to its components.
func (cl *clone) eachOwned(visit func(*clone)) {
	for i := range cl.state {
		a := cl.state[i].anchor
		if a == nil {
			continue
		}
		if a.part.kind == partSlot {
			if a.spare != nil {
				visit(a.spare)
			}
			continue
		}
		for _, held := range a.list {
			visit(held)
		}
		if a.hosts != nil {
			for _, content := range a.hosts.content {
				for _, cc := range content.clones {
					visit(cc)
				}
			}
		}
	}
}

// attach makes cl and what it holds part of the attached page, and tells its components: each before those in its shadow
// tree, then those between its tags. A script that is told may change the tree. What it puts where attach has been is
// attached at once, and what it puts elsewhere when attach gets there.
func (cl *clone) attach() {
	if cl.gone {
		return
	}
	cl.attached = true
	for i := range cl.state {
		a := cl.state[i].anchor
		if a == nil {
			continue
		}
		if a.part.kind == partSlot {
			if a.spare != nil {
				a.spare.attach()
			}
			continue
		}
		c := a.hosts
		if c != nil {
			c.attach()
		}
		for _, held := range snapshot(a.list) {
			held.attach()
		}
		if c == nil {
			continue
		}
		for _, ct := range c.content {
			for _, cc := range snapshot(ct.clones) {
				cc.attach()
			}
		}
	}
}

// snapshot copies a list that may change while it is walked.
func snapshot(list []*clone) []*clone {
	if len(list) < 2 {
		return list
	}
	return slices.Clone(list)
}

// innerFirst lists the components in cl and below in the order in which they are moved and detached: what stands between a
// host's tags, then its shadow tree, then itself.
func (cl *clone) innerFirst(out []*Component) []*Component {
	for i := range cl.state {
		a := cl.state[i].anchor
		if a == nil {
			continue
		}
		if a.part.kind == partSlot {
			if a.spare != nil {
				out = a.spare.innerFirst(out)
			}
			continue
		}
		if a.hosts != nil {
			for _, ct := range a.hosts.content {
				for _, cc := range ct.clones {
					out = cc.innerFirst(out)
				}
			}
		}
		for _, held := range a.list {
			out = held.innerFirst(out)
		}
		if a.hosts != nil {
			out = append(out, a.hosts)
		}
	}
	return out
}

// destroy takes a clone and all below out of the tree for good. The caller has taken it out of its anchor.
func (cl *clone) destroy() {
	if cl.gone {
		return
	}
	comps := cl.innerFirst(nil)
	cl.kill()
	for _, c := range comps {
		c.detach()
	}
}

// kill marks a clone and all that lives with it as gone and takes its slots away from the content they show.
func (cl *clone) kill() {
	cl.gone, cl.live = true, false
	cl.comp.page.part(cl)
	cl.comp.page.dead++
	cl.comp.page.alive -= len(cl.block.nodes)
	for i := range cl.state {
		if a := cl.state[i].anchor; a != nil && a.part.kind == partSlot {
			cl.comp.dropSlot(a)
		}
	}
	cl.eachOwned((*clone).kill)
}

// hide marks a clone and what it shows as unknown to the client, which forgets them with what they stand in.
func (cl *clone) hide() {
	if !cl.live {
		return
	}
	cl.live = false
	for i := range cl.state {
		cl.state[i].dirty = false
		if a := cl.state[i].anchor; a != nil {
			for _, held := range a.list {
				held.hide()
			}
		}
	}
}
