package view

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

// hosts lists the components in cl and below, parents before children: a list made beforehand, because the logic layer
// may change the tree while it is told. With settle, the clones are marked as parts of an attached page.
func (cl *clone) hosts(out []*Component, settle bool) []*Component {
	if settle {
		cl.attached = true
	}
	for i := range cl.state {
		a := cl.state[i].anchor
		if a == nil {
			continue
		}
		if a.part.kind == partSlot {
			if a.spare != nil {
				out = a.spare.hosts(out, settle)
			}
			continue
		}
		if a.hosts != nil {
			out = append(out, a.hosts)
		}
		for _, held := range a.list {
			out = held.hosts(out, settle)
		}
		if a.hosts == nil {
			continue
		}
		for _, ct := range a.hosts.content {
			for _, cc := range ct.clones {
				out = cc.hosts(out, settle)
			}
		}
	}
	return out
}

// destroy takes a clone and all below out of the tree for good. The caller has taken it out of its anchor.
func (cl *clone) destroy() {
	if cl.gone {
		return
	}
	comps := cl.hosts(nil, false)
	cl.kill()
	for i := len(comps) - 1; i >= 0; i-- {
		comps[i].detach()
	}
}

// kill marks a clone and all that lives with it as gone and takes its slots away from the content they show.
func (cl *clone) kill() {
	cl.gone, cl.live = true, false
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
