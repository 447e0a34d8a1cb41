package e2e

import (
	"fmt"
	"testing"
)

// link is a mini-program of a chain: it writes down how each time it was entered, opens the next one and goes back.
func link(t *testing.T, id, next string) string {
	t.Helper()
	return write(t, map[string]string{
		"project.config.json": fmt.Sprintf(`{"appid": %q, "projectname": %q}`, id, id),
		"app.json":            `{"pages": ["pages/home/home"]}`,
		"app.js": `App({ shown: [], onShow({ scene, path, query, referrerInfo }) {
			this.shown.push([scene, path, JSON.stringify(query), JSON.stringify(referrerInfo)].join(" "))
			if (this.tell) this.tell()
		} })`,
		"pages/home/home.js": `Page({
			data: { shown: [], kept: 0, said: "" },
			onLoad() { getApp().tell = () => this.setData({ shown: getApp().shown }) },
			onShow() { getApp().tell() },
			keep() { this.setData({ kept: this.data.kept + 1 }) },
			go() { wx.navigateToMiniProgram({ appId: "` + next + `", path: "pages/home/home?from=` + id + `", extraData: { sent: ["` + id + `", 1] }, complete: (r) => this.setData({ said: r.errMsg }) }) },
			back() { wx.navigateBackMiniProgram({ extraData: { done: "` + id + `" }, complete: (r) => this.setData({ said: r.errMsg }) }) },
		})`,
		"pages/home/home.wxml": `<view id="` + id + `"><view class="shown" wx:for="{{shown}}" wx:key="*this">{{item}}</view><view id="kept">{{kept}}</view><view id="said">{{said}}</view>` +
			`<button id="keep" bindtap="keep">keep</button><button id="go" bindtap="go">go</button><button id="back" bindtap="back">back</button></view>`,
	})
}

// TestThreeMiniPrograms: the first opens the second, which opens the third, each with data; both go back with data, to the one they
// were opened by, which is as it was. Whoever was opened by nobody goes back to nobody.
func TestThreeMiniPrograms(t *testing.T) {
	t.Parallel()
	d := startYAML(t, fmt.Sprintf("name: Chain\nui: {animation: {open: none, close: none}}\nminiapps:\n  - {path: %s}\n  - {path: %s}\n  - {path: %s}\n",
		link(t, "chain.a", "chain.b"), link(t, "chain.b", "chain.c"), link(t, "chain.c", "chain.b")), 375, 812)
	in := func(id string, entered ...string) {
		t.Helper()
		d.WaitShell(fmt.Sprintf(`$(".app.shown")?.dataset.app === %q && !$(".layer.open")`, id))
		d.Wait(fmt.Sprintf(`document.getElementById && $("#kept") && $$(".shown").length === %d`, len(entered)))
		for i, want := range entered {
			d.want(fmt.Sprintf(`$$(".shown")[%d].textContent`, i), want)
		}
	}
	do := func(what string) {
		t.Helper()
		d.Tap(`$("#` + what + `")`)
	}
	agree := func() {
		t.Helper()
		d.TapShell(`$(".layer.open .prompt .primary")`)
	}
	back := func(from string) string {
		return fmt.Sprintf(`1038 pages/home/home {} {"appId":%q,"extraData":{"done":%[1]q}}`, from)
	}
	firstB := `1037 pages/home/home {"from":"chain.a"} {"appId":"chain.a","extraData":{"sent":["chain.a",1]}}`
	firstC := `1037 pages/home/home {"from":"chain.b"} {"appId":"chain.b","extraData":{"sent":["chain.b",1]}}`

	d.TapShell(`$(".tile[data-app='chain.a']")`)
	const firstA = `1001 pages/home/home {} {}`
	in("chain.a", firstA)
	// Who opens it by a finger or the mouse sees no ring around the title that has the focus; who presses keys does.
	const ring = `document.activeElement === $(".nav-title") && getComputedStyle($(".nav-title")).outlineStyle`
	d.Wait(ring + ` === "none"`)
	d.Key("Shift")
	d.Wait(ring + ` === "solid"`)
	do("back") // nobody has opened it
	d.Wait(`$("#said").textContent.includes("navigateBackMiniProgram:fail")`)
	do("keep")
	d.Wait(`$("#kept").textContent === "1"`)
	do("go")
	agree()
	in("chain.b", firstB)
	do("keep")
	do("keep")
	d.Wait(`$("#kept").textContent === "2"`)
	do("go")
	agree()
	in("chain.c", firstC)
	d.Screenshot("chain-c")
	do("back")
	in("chain.b", firstB, back("chain.c"))
	d.Wait(`$("#kept").textContent === "2"`)
	d.Screenshot("chain-b")
	do("back")
	in("chain.a", firstA, back("chain.b"))
	d.Wait(`$("#kept").textContent === "1"`)
	do("back") // the way back is used up
	d.Wait(`$("#said").textContent.includes("navigateBackMiniProgram:fail")`)
	d.Screenshot("chain-a")
}
