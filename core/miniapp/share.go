package miniapp

import (
	"encoding/json"

	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/value"
)

// share asks the page what to forward and hands it to the shell. Without a handler the page itself is forwarded.
func (a *actor) share(p *page, detail *value.Object) {
	a.tellPosted(p)
	from := value.ObjectOf("from", "menu", "target", nil)
	if text(detail, "from") == "button" {
		from.Set("from", "button")
		if n := p.View().Node(int(value.ToNumber(at1(detail, "node")))); n != nil {
			from.Set("target", value.ObjectOf("id", n.IDAttr(), "dataset", n.Dataset()))
		}
	}
	s := message.Share{Title: a.prog.App.Name, Path: "/" + p.path}
	if o, ok := p.call("onShareAppMessage", from).(*value.Object); ok {
		setText(&s.Title, o, "title")
		setText(&s.Path, o, "path")
		setText(&s.ImageURL, o, "imageUrl")
	}
	a.handOver(s)
}

// shareTimeline asks the page what to show to everybody. It is always the page itself, with another query.
func (a *actor) shareTimeline(p *page) {
	a.tellPosted(p)
	s := message.Share{Title: a.prog.App.Name, Path: "/" + p.path, Timeline: true}
	if o, ok := p.call("onShareTimeline").(*value.Object); ok {
		setText(&s.Title, o, "title")
		setText(&s.ImageURL, o, "imageUrl")
		if query := text(o, "query"); query != "" {
			s.Path += "?" + query
		}
	}
	a.handOver(s)
}

func (a *actor) handOver(s message.Share) {
	if raw, err := json.Marshal(s); err == nil {
		a.bridge.Tell(message.AskShare, raw)
	}
}
