package miniapp_test

import (
	"encoding/json"
	"testing"

	"github.com/dougong-dev/dougong/core/miniapp"
	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/program"
)

// A page with a navigation bar of its own has the whole screen from its first line on, the app that opens on it, too; one
// below the host's bar has what is left. So it is after a way back and after another size.
func TestWindowHeight(t *testing.T) {
	t.Parallel()
	const system = `{"screenHeight": 800, "windowHeight": 700}`
	const log = `const h = () => wx.getWindowInfo().windowHeight + " " + wx.getSystemInfoSync().windowHeight;`
	prog := build(t, program.App{Pages: []string{"p/own/own", "p/bar/bar"}}, map[string]string{
		"app.js":         log + `App({ onLaunch() { console.log("app", h()); } })`,
		"p/own/own.js":   log + `console.log("own", h()); Page({ onLoad() { console.log("load own", h()); }, onShow() { console.log("show own", h()); }, onResize(e) { console.log("resize own", e.size.windowHeight, h()); } })`,
		"p/own/own.json": `{"navigationStyle": "custom"}`,
		"p/own/own.wxml": `<view>own</view>`,
		"p/bar/bar.js":   log + `Page({ onLoad() { console.log("load bar", h()); }, onResize(e) { console.log("resize bar", e.size.windowHeight, h()); } })`,
		"p/bar/bar.wxml": `<view>bar</view>`,
	})
	size := func(height int, system string) message.ToActor {
		return message.ToActor{Resize: &message.Resize{Size: message.Size{Width: 400, Height: height}, System: json.RawMessage(system)}}
	}
	r := start(t, prog, func(o *miniapp.Options, _ *run) { o.System = json.RawMessage(system) })
	r.wantLog("app 800 800", "own 800 800", "load own 800 800", "show own 800 800")
	r.clear()
	r.post(size(600, `{"screenHeight": 600, "windowHeight": 500}`))
	r.wantLog("resize own 600 600 600")
	r.clear()
	r.post(message.ToActor{Route: &message.Route{Kind: "navigate", Path: "/p/bar/bar"}})
	r.wantLog("load bar 500 500")
	r.clear()
	r.post(size(900, `{"screenHeight": 900, "windowHeight": 810}`))
	r.wantLog("resize bar 810 810 810")
	r.clear()
	r.post(message.ToActor{Route: &message.Route{Kind: "back"}})
	r.wantLog("show own 900 900")
}
