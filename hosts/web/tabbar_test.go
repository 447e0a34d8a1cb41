package web

import (
	"testing"

	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/program"
)

// TestTopTabs: a tab bar at the top is below the navigation bar and its buttons, and above the page.
func TestTopTabs(t *testing.T) {
	s := startStage(t, "", el("view", attrs{"id": "content"}))
	home := page(1, "首页")
	home.Tab = true
	bar := &program.TabBar{Position: "top", List: []program.TabItem{
		{PagePath: home.Path, Text: "首页", IconPath: "missing.png"}, {PagePath: "pages/p2/p2", Text: "二"}, {PagePath: "pages/p3/p3", Text: "三"},
	}}
	show := func(state *message.TabState, pages ...message.Page) {
		s.session.options.Send(message.FromActor{Stack: &message.Stack{Action: "update", Pages: pages, TabBar: bar, TabState: state}})
	}
	const order = `((...boxes) => boxes.every((b, i) => i === 0 || Math.abs(b.top - boxes[i - 1].bottom) <= 1))`
	show(nil, home)
	s.Wait(order + `(...[".navbar", ".tabbar", ".viewport"].map((c) => $(c).getBoundingClientRect()))`)
	s.Wait(`document.querySelector(".tab-icon").style.visibility === "hidden"`)
	s.Tap(`$$(".tab")[2]`)
	s.message("switch to the third tab", func(m message.ToActor) bool { return m.Route != nil && m.Route.Path == "pages/p3/p3" })

	show(&message.TabState{Hidden: true}, home)
	s.Wait(`!$(".tabbar")`)
	s.Wait(order + `(...[".navbar", ".viewport"].map((c) => $(c).getBoundingClientRect()))`)
	show(nil, page(1, "详情"))
	s.Wait(order + `(...[".navbar", ".viewport"].map((c) => $(c).getBoundingClientRect()))`)
}
