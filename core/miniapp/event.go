package miniapp

import (
	"github.com/dougong-dev/dougong/core/miniapp/bridge"
	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/value"
	"github.com/dougong-dev/dougong/core/miniapp/view"
)

// event hands a client's event to the tree of its page, or to the page itself.
func (a *actor) event(e *view.ClientEvent) {
	p := a.router.find(e.Page)
	if p == nil {
		return // of a page that has been closed meanwhile
	}
	if e.Node == 0 {
		a.pageEvent(p, e)
		return
	}
	if !a.opened(e) {
		a.dispatch(p, e)
	}
}

func (a *actor) dispatch(p *page, e *view.ClientEvent) {
	_ = a.realm.Turn("event "+e.Type, func() error {
		p.View().Dispatch(*e)
		return nil
	})
}

// scriptCall carries out what a template script in the client asks of its component.
func (a *actor) scriptCall(call view.ScriptCall) {
	p := a.router.find(call.Page)
	if p == nil {
		return
	}
	_ = a.realm.Turn("template script "+call.Name, func() error {
		p.View().ScriptCall(call)
		return nil
	})
}

// capabilityEvent tells the listeners of a capability's own event.
func (a *actor) capabilityEvent(e *message.TaskEvent) {
	payload, err := bridge.Decode(e.Payload)
	if err != nil {
		a.log.Warn("capability event is not readable", "capability", e.Capability, "event", e.Name, "error", err)
		return
	}
	_ = a.realm.Emit(e.Capability+"."+e.Name, payload)
}

// custom tells the listeners of the host app's own events.
func (a *actor) custom(e message.Custom) {
	data := value.Null
	if len(e.Data) > 0 {
		var err error
		if data, err = value.DecodeJSON(e.Data); err != nil {
			a.log.Warn("custom event is not readable", "event", e.Event, "error", err)
			return
		}
	}
	_ = a.realm.Emit("customEvent", value.ObjectOf("event", e.Event, "data", data))
}

// pageEvent is what concerns a page as a whole.
func (a *actor) pageEvent(p *page, e *view.ClientEvent) {
	detail, _ := value.From(e.Detail)
	o, _ := detail.(*value.Object)
	if o == nil {
		o = value.NewObject(0)
	}
	switch e.Type {
	case message.PageScroll:
		p.call("onPageScroll", value.ObjectOf("scrollTop", value.ToNumber(at1(o, "scrollTop"))))
	case message.PageReachBottom:
		p.call("onReachBottom")
	case message.PagePullDownRefresh:
		p.call("onPullDownRefresh")
	case message.PageShare:
		a.share(p, o)
	case message.PageShareTimeline:
		a.shareTimeline(p)
	case message.PageNavigationBar:
		a.router.navigationBar(p, o)
	case message.PageNavigator:
		a.leaveBy(p, e, o)
	case message.PageContainer:
		p.container(int(value.ToNumber(at1(o, "node"))), value.ToBool(at1(o, "open")))
	case message.PageWebView:
		a.webView(p, o)
	case message.PageTheme:
		a.themeChanged(text(o, "theme"))
	}
}
