package miniapp_test

import (
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/view"
)

// pageSays is what the client tells of pages of the web.
func (r *run) pageSays(page int, detail map[string]any) {
	r.t.Helper()
	r.post(message.ToActor{Event: &view.ClientEvent{Page: page, Type: message.PageWebView, Detail: detail}})
}

// TestPartedWebView: what a page of the web posted is told when its <web-view> goes, by whichever way; what was on its way then
// is told when it comes; and once.
func TestPartedWebView(t *testing.T) {
	t.Parallel()
	const comp = `Component({ methods: { said(e) { console.log("component", JSON.stringify(e.detail.data)) } } })`
	for name, tt := range map[string]struct {
		wxml, drop string
		late, want string
	}{
		"wx:if":      {`<web-view wx:if="{{on}}" src="https://a.example/" bindmessage="said"/>`, `this.setData({on: false})`, "page [3]", "page [1,2]"},
		"parent":     {`<view wx:if="{{on}}"><web-view src="https://a.example/" bindmessage="said"/></view>`, `this.setData({on: false})`, "page [3]", "page [1,2]"},
		"wx:for":     {`<view wx:for="{{on ? [1] : []}}" wx:key="*this"><web-view src="https://a.example/" bind:message="said"/></view>`, `this.setData({on: false})`, "page [3]", "page [1,2]"},
		"catch":      {`<web-view wx:if="{{on}}" src="https://a.example/" catchmessage="said"/>`, `this.setData({on: false})`, "page [3]", "page [1,2]"},
		"component":  {`<com wx:if="{{on}}"/>`, `this.setData({on: false})`, "component [3]", "component [1,2]"},
		"many after": {`<web-view wx:if="{{on}}" src="https://a.example/" bindmessage="said"/><view wx:for="{{rows}}" wx:key="*this"><view wx:if="{{on}}">{{item}}</view></view>`, `this.setData({on: false, rows: []})`, "page [3]", "page [1,2]"},
		"page":       {`<web-view src="https://a.example/" bindmessage="said"/>`, `wx.reLaunch({url: "/p/b/b"})`, "", "page [1,2]"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			prog, _ := remote(t, map[string]string{
				"app.json": `{"pages": ["p/a/a", "p/b/b"]}`, "app.js": "App({})", "project.config.json": `{"appid": "test", "projectname": "Test"}`,
				"p/a/a.js": `Page({ data: {on: true, rows: Array.from({length: 200}, (_, i) => i)}, said(e) { console.log("page", JSON.stringify(e.detail.data)) },
					onPageScroll({scrollTop}) { ` + tt.drop + ` } })`,
				"p/a/a.wxml": tt.wxml, "p/a/a.json": `{"usingComponents": {"com": "/com/com"}}`,
				"p/b/b.js": `Page({})`, "p/b/b.wxml": `<view/>`,
				"com/com.js": comp, "com/com.wxml": `<web-view src="https://a.example/" bindmessage="said"/>`, "com/com.json": `{"component": true}`,
			})
			r := start(t, prog)
			stack, _ := r.stack()
			page := stack.Pages[0].ID
			for node := 1; node < 12; node++ { // only that of the <web-view> has somebody who hears
				r.pageSays(page, map[string]any{"node": node, "data": 1})
				r.pageSays(page, map[string]any{"node": node, "data": 2})
			}
			if said := r.log(); said != "" {
				t.Fatalf("told before it is left: %s", said)
			}
			r.post(message.ToActor{Event: &view.ClientEvent{Page: page, Type: message.PageScroll, Detail: map[string]any{"scrollTop": 1}}})
			if said := strings.TrimSpace(r.log()); said != tt.want {
				t.Fatalf("told %q, want %q", said, tt.want)
			}
			for node := 1; node < 12; node++ {
				r.pageSays(page, map[string]any{"node": node, "data": 3})
				r.pageSays(page, map[string]any{"node": node, "leave": true})
			}
			if said := strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(r.log()), tt.want)); said != tt.late {
				t.Errorf("told late %q, want %q", said, tt.late)
			}
		})
	}
}
