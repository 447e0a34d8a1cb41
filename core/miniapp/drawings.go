package miniapp

import (
	"encoding/json"

	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/value"
)

// maxDrawings bounds what is remembered of a page's drawings, in bytes of JSON.
const maxDrawings = 4 << 20

// drawings remembers what was drawn since a canvas was blank, for a client that connects anew. A page that draws more than
// is remembered shows nothing there until it draws again.
type drawings map[int]*pageDrawings

type pageDrawings struct {
	size  int
	items []drawing // in the order in which they were sent
}

// drawing is a message about one canvas, or an image that drawings use.
type drawing struct {
	target int
	kind   string
	args   json.RawMessage
}

// add remembers a batch of operations on a canvas. One that begins with a blank bitmap makes the earlier ones needless,
// unless other canvases have used them: order is kept, so only what nobody looked at is dropped.
func (d drawings) add(page, target int, ops *value.Array, raw json.RawMessage) {
	p := d.of(page)
	if target > 0 && blank(ops) {
		p.drop(target)
	}
	p.put(drawing{target, message.AskDraw, raw})
}

func (d drawings) of(page int) *pageDrawings {
	if d[page] == nil {
		d[page] = &pageDrawings{}
	}
	return d[page]
}

// image remembers an image that has to be loaded again.
func (d drawings) image(page int, ask *value.Object) {
	d.of(page).put(drawing{int(value.ToNumber(at1(ask, "target"))), message.AskCanvas, value.AppendJSON(nil, ask)})
}

func (p *pageDrawings) put(x drawing) {
	p.items = append(p.items, x)
	p.size += len(x.args)
	for p.size > maxDrawings && len(p.items) > 0 {
		p.drop(p.items[0].target)
	}
}

func (p *pageDrawings) drop(target int) {
	kept := p.items[:0]
	for _, x := range p.items {
		if x.target != target {
			kept = append(kept, x)
		} else {
			p.size -= len(x.args)
		}
	}
	clear(p.items[len(kept):])
	p.items = kept
}

// blank tells whether operations begin by making the bitmap blank.
func blank(ops *value.Array) bool {
	code, _ := ops.At(0).(float64)
	keep, _ := ops.At(1).(float64)
	switch int(code) {
	case message.CanvasOpNumber("size"):
		return ops.Len() > 0
	case message.CanvasOpNumber("legacy"):
		return ops.Len() > 1 && keep == 0
	}
	return false
}

// pruneDrawings forgets pages that are gone when another page begins to draw.
func (a *actor) pruneDrawings(page int) {
	if a.drawn[page] != nil {
		return
	}
	for id := range a.drawn {
		if a.router.find(id) == nil {
			delete(a.drawn, id)
		}
	}
}

// redraw sends everything that is remembered to a client that connected anew.
func (a *actor) redraw() {
	a.pruneDrawings(0)
	for page, p := range a.drawn {
		for _, x := range p.items {
			a.bridge.TellPage(page, x.kind, x.args)
		}
	}
}
