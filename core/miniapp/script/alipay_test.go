package script

import (
	"strings"
	"testing"
)

// openAlipay opens pages/index of a project for Alipay.
func openAlipay(t testing.TB, files map[string]string) (*world, *Page) {
	t.Helper()
	files["mini.project.json"] = "{}"
	if files["app.json"] == "" {
		files["app.json"] = `{"pages":["pages/index"]}`
	}
	return open(t, files)
}

func TestAlipayLifecycle(t *testing.T) {
	t.Parallel()
	w, p := openAlipay(t, map[string]string{
		"pages/index.json": `{"usingComponents":{"x-item":"/item"}}`,
		"pages/index.axml": `<x-item a:if="{{on}}" name="{{name}}" onPick="pick" data-kind="k"/><text>{{picked}}</text>`,
		"pages/index.js": `Page({
			data: { on: true, name: "one", picked: "" },
			onLoad(query) { console.log("load") },
			onShow() { console.log("show") }, onReady() { console.log("ready") },
			rename() { this.setData({ name: "two" }) },
			pick(what, n) { this.setData({ picked: what + n }); return "thanks" },
			drop() { this.setData({ on: false }) },
		})`,
		"item.json": `{"component":true}`,
		"item.axml": `<view class="item" onTap="onTap" data-userId="7">{{name}}/{{more}}/{{own}}</view>`,
		"item.js": `Component({
			mixins: [{ onInit() { console.log("mixin onInit") }, methods: { twice(s) { return s + s } } }],
			props: { name: "none", more: "default", onPick: () => {} },
			data: { own: "" },
			onInit() { console.log("onInit " + this.props.name + " " + ("data-kind" in this.props) + " " + this.is); this.setData({ own: this.twice("o") }) },
			deriveDataFromProps(next) { console.log("derive " + this.props.name + ">" + next.name); if (next.name !== this.props.name) this.setData({ own: "derived" }) },
			didMount() { console.log("didMount " + this.data.own + " " + typeof this.$id + " " + this.$page.route) },
			didUpdate(prevProps, prevData) { console.log("didUpdate " + prevProps.name + ">" + this.props.name + " " + prevData.own + ">" + this.data.own) },
			didUnmount() { console.log("didUnmount") },
			methods: { onTap(e) { console.log(e.type + " " + e.currentTarget.dataset.userId + " " + this.props.onPick("p", 1)) } },
		})`,
	})
	w.wantText(p, "one/default/oo")
	w.wantLog("mixin onInit", "onInit one true item", "derive one>one", "load", "didMount oo number pages/index", "show", "ready")
	w.do(p, "rename")
	w.wantText(p, "two/default/derived")
	w.wantLog("derive one>two", "didUpdate one>two oo>derived")
	w.tap(p, ".item")
	w.wantLog("tap 7 thanks")
	w.wantText(p, "two/default/derived p1")
	w.do(p, "drop")
	w.wantLog("didUnmount")
}

func TestAlipaySetData(t *testing.T) {
	t.Parallel()
	w, p := openAlipay(t, map[string]string{
		"pages/index.json": `{"usingComponents":{"x-list":"/list"}}`,
		"pages/index.axml": `<x-list ref="keep"/>`,
		"pages/index.js": `Page({
			keep(list) { this.list = list },
			add() { this.list.add() }, clear() { this.list.setData({ "deep.value": undefined }) }, splice() { this.list.cut() },
		})`,
		"list.axml": `<view a:for="{{items}}" a:key="id">{{item.id}},</view>{{deep.value}}`,
		"list.js": `Component({
			data: { items: [{ id: 1 }], deep: { value: "v" } },
			didUpdate(_, prev) { console.log(prev.items.length + ">" + this.data.items.length + " " + prev.deep.value + ">" + this.data.deep.value) },
			methods: {
				add() { this.setData({ "items[1]": { id: 2 } }, () => console.log("rendered")) },
				cut() { this.$spliceData({ items: [0, 1, { id: 8 }, { id: 9 }] }) },
			},
		})`,
	})
	w.wantText(p, "1, v")
	w.do(p, "add")
	w.wantText(p, "1, 2, v")
	w.wantLog("1>2 v>v", "rendered")
	w.do(p, "splice")
	w.wantText(p, "8, 9, 2, v")
	w.do(p, "clear")
	w.wantText(p, "8, 9, 2,")
	w.wantLog("2>3 v>v", "3>3 v>undefined")
}

func TestAlipaySlots(t *testing.T) {
	t.Parallel()
	w, p := openAlipay(t, map[string]string{
		"pages/index.json": `{"usingComponents":{"x-list":"/list","x-wrap":"/wrap"}}`,
		"pages/index.axml": `
<x-list items="{{items}}"><view slot="row" slot-scope="p" class="row" data-n="{{p.index}}" onTap="tap">{{title}}{{p.item}}{{p.index}}</view></x-list>
<x-list items="{{items}}"/>
<x-wrap items="{{items}}"><view a:if="{{foot}}" slot="foot">my foot</view></x-wrap>`,
		"pages/index.js": `Page({
			data: { title: "T", items: ["a", "b"], foot: false },
			tap(e) { console.log("row " + e.currentTarget.dataset.n) },
			grow() { this.setData({ items: ["a", "c", "d"] }) }, rename() { this.setData({ title: "U" }) }, toggle() { this.setData({ foot: !this.data.foot }) },
		})`,
		"list.axml": `<view a:for="{{items}}"><slot name="row" item="{{item}}" index="{{index}}">own {{item}}</slot></view>`,
		"list.js":   `Component({})`,
		"wrap.json": `{"component":true,"usingComponents":{"x-list":"./list"}}`,
		"wrap.axml": `<x-list items="{{items}}"><slot name="given" slot="row"/></x-list><slot name="foot">no foot</slot>`,
		"wrap.js":   `Component({})`,
	})
	w.wantText(p, "Ta0 Tb1 own a own b own a own b no foot")
	w.do(p, "rename")
	w.do(p, "grow")
	w.wantText(p, "Ua0 Uc1 Ud2 own a own c own d own a own c own d no foot")
	w.tapNth(p, ".row", 2)
	w.wantLog("row 2")
	w.do(p, "toggle")
	w.wantText(p, "Ua0 Uc1 Ud2 own a own c own d own a own c own d my foot")
	w.do(p, "toggle")
	w.wantText(p, "Ua0 Uc1 Ud2 own a own c own d own a own c own d no foot")
}

func TestAlipayTemplates(t *testing.T) {
	t.Parallel()
	w, p := openAlipay(t, map[string]string{
		"pages/index.axml": `
<import-sjs name="m" from="../m.sjs"/><import-sjs name="{ twice, half: h }" from="../m"/>
<import src="../t"/>
<view a:if="{{n > 3}}">big</view><view a:elif="{{n > 1}}">middle</view><view a:else>small</view>
<text>{{m.add(n, 1)}} {{twice(n)}} {{h}} {{name.substring(0, 2)}} {{name.length}}</text>
<template is="t" data="{{...o, n}}"/>
<view class="out" onTap="outer"><view class="in" catchTap="{{stop}}">inner</view></view>
<button class="b" hoverClass="none" formType="submit" onGetUserInfo="info">b</button>`,
		"pages/index.js": `Page({
			data: { n: 2, name: "Dougong", o: { a: 1 }, stop: "" },
			outer(e) { console.log("outer " + e.target.targetDataset) }, inner() { console.log("inner") },
			shut() { this.setData({ stop: "inner" }) },
		})`,
		"m.sjs": `
import { one } from "./deep.sjs";
export const half = one / 2;
export function twice(x) { return x * 2 }
export default { add: (a, b) => a + b };`,
		"deep.sjs": `export const one = 1;`,
		"t.axml":   `<template name="t">[{{a}}{{n}}]</template>`,
	})
	w.wantText(p, "middle 3 4 0.5 Do 7[12] inner b")
	w.tap(p, ".in")
	w.wantLog("outer [object Object]")
	w.do(p, "shut")
	w.tap(p, ".in")
	w.wantLog("inner")
	if html := w.tree(p).HTML(); !strings.Contains(html, `hover-class="none"`) || !strings.Contains(html, `form-type="submit"`) {
		t.Errorf("attributes of built-in components: %s", html)
	}
}

func TestAlipayEnvironment(t *testing.T) {
	t.Parallel()
	w, _ := openAlipay(t, map[string]string{
		"app.js":           `App({ onLaunch() { console.log("launch " + typeof wx + " " + typeof my) } })`,
		"pages/index.axml": `<view/>`,
		"pages/index.js": `const wx = 1; Page({
			events: { onBack() { console.log("back") }, onPullDownRefresh() { console.log("first") } },
			onPullDownRefresh() { console.log("second") },
			fail() { missing() },
		})`,
	})
	p := w.realm.pages[0]
	w.wantLog("launch undefined undefined")
	_, _, _ = p.Call("onBack")
	_, _, _ = p.Call("onPullDownRefresh")
	w.wantLog("back", "first", "second")
	_, _, _ = p.Call("fail")
	w.wantError("script-throw", "pages/index.js", 4, "missing is not defined")
}

func TestAlipaySJSErrorNamesTheAuthorsLine(t *testing.T) {
	t.Parallel()
	w, _ := openAlipay(t, map[string]string{
		"pages/index.axml": "<import-sjs name=\"m\" from=\"./m.sjs\"/>\n<text>{{m.bad(1)}}</text>",
		"pages/index.js":   `Page({})`,
		"pages/m.sjs":      "const a = 1;\n\nexport default {\n  bad(x) {\n    return x.y.z;\n  },\n};\n",
	})
	w.wantError("script-throw", "pages/m.sjs", 5, "Cannot read property")
}
