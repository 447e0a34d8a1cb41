package script

import (
	"runtime"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/miniapp/value"
)

// usesX is the json of a page with one component, x.
const usesX = `{"usingComponents":{"x":"/comp/x","y":"/comp/y"}}`

func TestLifecycleOrder(t *testing.T) {
	t.Parallel()
	w, p := open(t, map[string]string{
		"app.js":           `App({ onLaunch() { console.log("app launch") } })`,
		"pages/index.json": usesX,
		"pages/index.wxml": `<x id="outer"><y/></x>`,
		"pages/index.js": `
const say = (name) => function () { console.log("page " + name) }
Page({ onLoad: say("load"), onShow: say("show"), onReady: say("ready"), onHide: say("hide"), onUnload: say("unload") })`,
		"comp/x.json": `{"usingComponents":{"y":"y"}}`,
		"comp/x.wxml": `<slot/>`,
		"comp/x.js": `
const say = (name) => function () { console.log("x " + name) }
Component({
  created: say("wrong"),
  lifetimes: { created: say("created"), attached: say("attached"), ready: say("ready"), detached: say("detached") },
  pageLifetimes: { show: say("page show"), hide: say("page hide") },
})`,
		"comp/y.wxml": `y`,
		"comp/y.js": `
const say = (name) => function () { console.log("y " + name) }
Component({ created: say("created"), attached: say("attached"), ready: say("ready"), detached: say("detached") })`,
	})
	w.wantLog(
		"app launch", "x created", "y created", "x attached", "y attached", "page load", "y ready", "x ready",
		"x page show", "page show", "page ready",
	)
	_, _, _ = p.Call("onHide")
	_, _, _ = p.Call("onUnload")
	p.Close()
	w.wantLog("x page hide", "page hide", "page unload", "y detached", "x detached")
}

func TestPageData(t *testing.T) {
	t.Parallel()
	w, p := open(t, map[string]string{
		"pages/index.wxml": `<view>{{n}}</view><view wx:for="{{list}}" wx:key="id">{{item.name}}</view><view>{{deep.a.b}}</view>`,
		"pages/index.js": `
Page({
  data: { n: 1, list: [{ id: 1, name: "a" }], deep: { a: { b: "x" } } },
  shared: { hits: [] },
  onLoad(q) { console.log(JSON.stringify(q), JSON.stringify(this.options), this.route, this.is, this.__route__) },
  more() {
    this.setData({ n: this.data.n + 1, "list[1]": { id: 2, name: "b" }, "list[0].name": "A", "deep.a.b": "y", "deep.c[1].d": 7 })
    console.log(JSON.stringify(this.data))
  },
  callback() {
    this.setData({ n: 10 }, () => { console.log("callback", this.data.n); this.setData({ n: 11 }, () => console.log("again")) })
    console.log("sync", this.data.n)
  },
  mutate() { this.data.n = 99; console.log(this.data.n) },
  odd() {
    this.setData({ u: undefined, f: () => 1, d: new Date(0), n: null, bytes: new Uint8Array([1, 2]).buffer, big: 9007199254740993n })
    console.log("u" in this.data, typeof this.data.f, this.data.d instanceof Date, this.data.n)
  },
  cycle() {
    const a = { name: "a" }
    a.self = a
    try { this.setData({ before: 1, deep: a }) } catch (e) { console.log(e.name, e.message, this.data.before) }
    this.setData({ deep: a })
  },
  bad() { this.setData("x") },
  own() { this.shared.hits.push(1); console.log(this.shared.hits.length) },
})`,
	})
	w.wantLog(`{} {} pages/index pages/index pages/index`)
	w.wantText(p, "1 a x")
	w.do(p, "more")
	w.wantLog(`{"n":2,"list":[{"id":1,"name":"A"},{"id":2,"name":"b"}],"deep":{"a":{"b":"y"},"c":[null,{"d":7}]}}`)
	w.wantText(p, "2 A b y")
	w.do(p, "callback")
	w.wantLog("sync 10", "callback 10", "again")
	w.wantText(p, "11 A b y")
	w.do(p, "mutate")
	w.wantLog("99")
	w.wantText(p, "11 A b y")
	w.do(p, "odd")
	w.wantLog(`warn: setData: the value of "u" is undefined and was left out; use null to clear a field`, "false function true null")
	_, _, _ = p.Call("cycle")
	w.wantError("setdata-cycle", "pages/index.js", 23, `the value of "deep" contains itself`)
	w.wantLog(`TypeError setData of pages/index: the value of "deep" contains itself and cannot be shown undefined`)
	_, _, _ = p.Call("bad")
	w.wantError("script-throw", "pages/index.js", 25, "setData needs an object, got x")
	w.do(p, "own")
	second := w.openPage("pages/index", value.ObjectOf("a", "1"))
	w.wantLog("1", `{"a":"1"} {"a":"1"} pages/index pages/index pages/index`)
	w.do(second, "own")
	w.wantLog("1")
}

func TestProperties(t *testing.T) {
	t.Parallel()
	w, p := open(t, map[string]string{
		"pages/index.json": usesX,
		"pages/index.wxml": `<x id="x" s="{{s}}" n="{{n}}" b="{{b}}" o="{{o}}" a="{{a}}" any="{{any}}" multi="{{multi}}" kebab-case="{{s}}" on/>`,
		"pages/index.js": `
Page({
  data: { s: 5, n: "7", b: "", o: { k: 1 }, a: [1], any: "any", multi: "text" },
  x() { return this.selectComponent("#x") },
  show() { console.log(JSON.stringify(this.x().data)) },
  nulls() { this.setData({ s: null, n: null, b: null, o: null, a: null, any: null, multi: null }); this.show() },
  wrong() { this.setData({ s: {}, n: "seven", b: "x", o: 1, a: {}, any: 1, multi: 3 }); this.show() },
})`,
		"comp/x.wxml": ``,
		"comp/x.js": `
Component({
  properties: {
    s: String, n: Number, b: Boolean, o: Object, a: Array, any: null,
    multi: { type: Number, optionalTypes: [String, Object], value: 1 },
    kebabCase: { type: String, value: "default" },
    on: Boolean,
    unset: { type: String, value: "preset" },
    list: { type: Array, value: [1] },
  },
  data: { own: 1 },
})`,
	})
	w.do(p, "show")
	w.wantLog(`{"own":1,"s":"5","n":7,"b":false,"o":{"k":1},"a":[1],"any":"any","multi":"text","kebabCase":"5","on":true,"unset":"preset","list":[1]}`)
	w.do(p, "nulls")
	if got := w.logs[len(w.logs)-1].Message; got != `{"own":1,"s":"","n":0,"b":false,"o":null,"a":[],"any":null,"multi":null,"kebabCase":"","on":true,"unset":"preset","list":[1]}` {
		t.Errorf("null gives %s", got)
	}
	w.logs = nil
	w.do(p, "wrong")
	if got := w.logs[len(w.logs)-1].Message; got != `{"own":1,"s":"[object Object]","n":0,"b":true,"o":null,"a":[],"any":1,"multi":3,"kebabCase":"[object Object]","on":true,"unset":"preset","list":[1]}` {
		t.Errorf("wrong types give %s", got)
	}
	if w.logs[0].Level != "warn" {
		t.Errorf("a type mismatch must be warned of: %+v", w.logs)
	}
	w.wantNoErrors()
}

func TestObservers(t *testing.T) {
	t.Parallel()
	w, p := open(t, map[string]string{
		"pages/index.json": usesX,
		"pages/index.wxml": `<x id="x" value="{{v}}" plain="{{v}}"/>`,
		"pages/index.js": `
Page({
  data: { v: 1 },
  change(v) { this.setData({ v }) },
  inner(d) { this.selectComponent("#x").setData(d) },
})`,
		"comp/x.wxml": `{{sum}}`,
		"comp/x.js": `
Component({
  properties: {
    value: { type: Number, observer(now, old) { console.log("property", old, now) } },
    plain: { type: Number, observer: "named" },
  },
  data: { a: { b: { c: 0 } }, list: [{ n: 1 }], sum: 0, x: 1, y: 2 },
  observers: {
    "value": function (v) { this.setData({ sum: v * 10 }) },
    "sum"(s) { console.log("sum", s) },
    "x, y": function (x, y) { console.log("x, y", x, y) },
    "a.b.c"(c) { console.log("a.b.c", c) },
    "a.**"(a) { console.log("a.**", JSON.stringify(a)) },
    "list[0].n": function (n) { console.log("list[0].n", n) },
  },
  methods: { named(now, old) { console.log("named", old, now) } },
  attached() { console.log("attached", this.data.value, this.data.sum) },
})`,
	})
	w.wantLog("sum 10", "property 0 1", "named 0 1", "attached 1 10")
	w.do(p, "change", 3.0)
	w.wantLog("sum 30", "property 1 3", "named 1 3")
	w.wantText(p, "30")
	w.do(p, "inner", value.ObjectOf("x", 5.0))
	w.wantLog("x, y 5 2")
	w.do(p, "inner", value.ObjectOf("a.b.c", 5.0))
	w.wantLog("a.b.c 5", `a.** {"b":{"c":5}}`)
	w.do(p, "inner", value.ObjectOf("a", value.ObjectOf("b", 1.0)))
	w.wantLog("a.b.c undefined", `a.** {"b":1}`)
	w.do(p, "inner", value.ObjectOf("list[0].n", 8.0, "list[1]", 1.0))
	w.wantLog("list[0].n 8")
}

func TestObserverLoop(t *testing.T) {
	t.Parallel()
	w, _ := open(t, map[string]string{
		"pages/index.json": usesX,
		"pages/index.wxml": `<x v="1"/>`,
		"pages/index.js":   `Page({})`,
		"comp/x.wxml":      ``,
		"comp/x.js":        `Component({ properties: { v: Number }, observers: { v(v) { this.setData({ v: v + 1 }) } } })`,
	})
	w.wantError("observer-loop", "comp/x.js", 0, "keep setting the fields they observe")
	w.wantNoErrors()
}

func TestBehaviors(t *testing.T) {
	t.Parallel()
	w, p := open(t, map[string]string{
		"pages/index.json": usesX,
		"pages/index.wxml": `<x id="x"/>`,
		"pages/index.js": `
const b = require("../b")
Page({
  behaviors: [b.base],
  data: { mine: 1 },
  look() {
    const x = this.selectComponent("#x")
    console.log(JSON.stringify(x.data))
    console.log(x.who(), x.base(), x.hasBehavior(b.base), x.hasBehavior(b.other), x.hasBehavior("wx://form-field"))
    console.log(JSON.stringify(this.data), this.base())
  },
})`,
		"b.js": `
const base = Behavior({
  properties: { p: { type: String, value: "base" } },
  data: { deep: { a: 1, b: 1 }, list: [1, 2] },
  methods: { who() { return "base" }, base() { return "b" } },
  lifetimes: { attached() { console.log("base attached") } },
})
const second = Behavior({
  behaviors: [base],
  data: { deep: { b: 2 } },
  methods: { who() { return "second" } },
  attached() { console.log("second attached") },
  definitionFilter(def) { def.data.filtered = true },
})
module.exports = { base, second, other: Behavior({}) }`,
		"comp/x.wxml": ``,
		"comp/x.js": `
const b = require("../b")
Component({
  behaviors: [b.base, b.second, "wx://form-field"],
  properties: { p: { type: String, value: "own" } },
  data: { deep: { c: 3 }, list: [3] },
  attached() { console.log("own attached") },
})`,
	})
	w.wantLog("base attached", "base attached", "second attached", "own attached")
	w.do(p, "look")
	w.wantLog(
		`{"deep":{"a":1,"b":2,"c":3},"list":[3],"filtered":true,"name":"","value":null,"p":"own"}`,
		"second b true false true",
		`{"deep":{"a":1,"b":1},"list":[1,2],"mine":1,"p":"base"} b`,
	)
}

func TestRelations(t *testing.T) {
	t.Parallel()
	w, p := open(t, map[string]string{
		"pages/index.json": `{"usingComponents":{"list":"/comp/list","item":"/comp/item","wrap":"/comp/wrap"}}`,
		"pages/index.wxml": `<list id="list"><view><item wx:for="{{names}}" wx:key="*this" name="{{item}}"/></view><wrap><item name="deep"/></wrap></list>`,
		"pages/index.js": `
Page({
  data: { names: ["a", "b"] },
  set(names) { this.setData({ names }) },
  nodes() { console.log(this.selectComponent("#list").getRelationNodes("./item").map((n) => n.data.name).join()) },
})`,
		"comp/list.wxml": `<slot/>`,
		"comp/list.js": `
Component({ relations: { "./item": {
  type: "descendant",
  linked(c) { console.log("list linked", c.data.name) },
  unlinked(c) { console.log("list unlinked", c.data.name) },
} } })`,
		"comp/item.wxml": ``,
		"comp/item.js": `
Component({
  properties: { name: String },
  relations: { "./list": {
    type: "ancestor",
    linked(p) { console.log(this.data.name, "linked to", p.is) },
    unlinked() { console.log(this.data.name, "unlinked") },
  } },
})`,
		"comp/wrap.wxml": `<slot/>`,
		"comp/wrap.js":   `Component({})`,
	})
	w.wantLog(
		"list linked a", "a linked to comp/list", "list linked b", "b linked to comp/list",
		"list linked deep", "deep linked to comp/list",
	)
	w.do(p, "nodes")
	w.wantLog("a,b,deep")
	w.do(p, "set", value.NewArray("c", "a"))
	w.logs = nil
	w.do(p, "nodes")
	w.wantLog("c,a,deep")
}

func TestRelationsByBehavior(t *testing.T) {
	t.Parallel()
	w, p := open(t, map[string]string{
		"pages/index.json": usesX,
		"pages/index.wxml": `<x id="x"><y/></x>`,
		"pages/index.js":   `Page({ n() { console.log(this.selectComponent("#x").getRelationNodes("field").length) } })`,
		"b.js":             `module.exports = { form: Behavior({}), field: Behavior({}) }`,
		"comp/x.wxml":      `<slot/>`,
		"comp/x.js": `
const b = require("../b")
Component({ behaviors: [b.form], relations: { field: { type: "child", target: b.field } } })`,
		"comp/y.wxml": ``,
		"comp/y.js": `
const b = require("../b")
Component({ behaviors: [b.field], relations: { form: { type: "parent", target: b.form, linked() { console.log("linked") } } } })`,
	})
	w.wantLog("linked")
	w.do(p, "n")
	w.wantLog("1")
}

func TestSelectAndEvents(t *testing.T) {
	t.Parallel()
	w, p := open(t, map[string]string{
		"pages/index.json": usesX,
		"pages/index.wxml": `<view><x class="k" id="one" data-a="{{1}}" data-b-c="bc" bind:hello="hello"/><x class="k" id="two"/><y id="y"/></view>`,
		"pages/index.js": `
Page({
  look() {
    const one = this.selectComponent("#one")
    console.log(one.id, one.is, JSON.stringify(one.dataset), this.selectAllComponents(".k").length, this.selectComponent(".none"))
    console.log(one.selectOwnerComponent() === this, one === this.selectAllComponents(".k")[0], JSON.stringify(this.selectComponent("#y")))
    console.log(getCurrentPages().length, getCurrentPages()[0] === this, this.getPageId() === one.getPageId())
  },
  fire() { this.detail = { fn() { return 1 } }; this.selectComponent("#one").fire(this.detail) },
  hello(e) { console.log(e.type, e.detail === this.detail, e.target.id, JSON.stringify(e.currentTarget.dataset)) },
})`,
		"comp/x.wxml": ``,
		"comp/x.js":   `Component({ methods: { fire(d) { this.triggerEvent("hello", d) } } })`,
		"comp/y.wxml": ``,
		"comp/y.js":   `Component({ behaviors: ["wx://component-export"], export() { return { only: 1 } } })`,
	})
	w.do(p, "look")
	w.wantLog(
		`one comp/x {"a":1,"bC":"bc"} 2 null`,
		`true true {"only":1}`,
		"1 true true",
	)
	w.do(p, "fire")
	w.wantLog(`hello true one {"a":1,"bC":"bc"}`)
}

func TestComponentAsPage(t *testing.T) {
	t.Parallel()
	w := newWorld(t, project(t, map[string]string{
		"pages/index.wxml": `{{id}} {{n}}`,
		"pages/index.js": `
Component({
  properties: { id: String, n: Number },
  attached() { console.log("attached", this.data.id, this.data.n) },
  pageLifetimes: { show() { console.log("show") } },
  methods: { onLoad(q) { console.log("load", q.id, this.route) }, onShow() { console.log("onShow") } },
})`,
	}))
	p := w.openPage("pages/index", value.ObjectOf("id", "x", "n", "5"))
	w.wantLog("attached x 5", "load x pages/index", "show", "onShow")
	w.wantText(p, "x 5")
}

func TestPureData(t *testing.T) {
	t.Parallel()
	w, p := open(t, map[string]string{
		"pages/index.json": usesX,
		"pages/index.wxml": `<x id="x" _p="{{v}}"/>`,
		"pages/index.js":   `Page({ data: { v: 1 }, go() { this.setData({ v: 2 }); this.selectComponent("#x").setData({ _n: 5 }) }, see() { console.log(JSON.stringify(this.selectComponent("#x").data)) } })`,
		"comp/x.wxml":      `[{{_n}}][{{_p}}][{{shown}}]`,
		"comp/x.js": `
Component({
  options: { pureDataPattern: /^_/ },
  properties: { _p: Number },
  data: { _n: 1, shown: 0 },
  observers: { _p(v) { this.setData({ shown: v * 10 }) } },
})`,
	})
	w.do(p, "see")
	w.wantText(p, "[][][10]")
	w.do(p, "go")
	w.do(p, "see")
	w.wantLog(`{"shown":10,"_n":1,"_p":1}`, `{"shown":20,"_n":5,"_p":2}`)
	w.wantText(p, "[][][20]")
}

func TestBrokenCode(t *testing.T) {
	t.Parallel()
	page := map[string]string{"pages/index.json": `{"usingComponents":{"x":"/comp/x"}}`, "pages/index.wxml": `<view>{{n}}</view><x/>`, "comp/x.wxml": `x`}
	tests := []struct {
		name, file, src, id, at string
		line                    int
		text, want              string
	}{
		{"onLoad throws", "pages/index.js", "Page({\n data: { n: 1 },\n onLoad() { null.x } })", "script-throw", "pages/index.js", 3, "onLoad of pages/index: TypeError", "1 x"},
		{"the page's module throws", "pages/index.js", "\nthrow new Error('m')", "script-throw", "pages/index.js", 2, "m", "x"},
		{"nothing is registered", "pages/index.js", "", "not-registered", "pages/index.js", 1, "does not register", "x"},
		{"created throws", "comp/x.js", "Component({ created() {\n throw new Error('c') } })", "script-throw", "comp/x.js", 2, "created of comp/x: c", "1 x"},
		{"attached throws", "comp/x.js", "Component({ attached() { throw new Error('a') }, error() { console.log('hurt') } })", "script-throw", "comp/x.js", 1, "attached of comp/x: a", "1 x"},
		{"the component's module throws", "comp/x.js", "nope()", "script-throw", "comp/x.js", 1, "nope", "1 x"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			files := map[string]string{"pages/index.js": "Page({ data: { n: 1 } })", "comp/x.js": "Component({})"}
			for name, src := range page {
				files[name] = src
			}
			files[test.file] = test.src
			w, p := open(t, files)
			w.wantError(test.id, test.at, test.line, test.text)
			w.wantNoErrors()
			w.wantText(p, test.want)
		})
	}
}

func TestPageStackInLoad(t *testing.T) {
	t.Parallel()
	w, _ := open(t, map[string]string{
		"pages/index.wxml": ``,
		"pages/index.js":   `Page({ onLoad() { console.log(getCurrentPages().length, getCurrentPages().at(-1) === this) } })`,
	})
	w.openPage("pages/index", nil)
	w.wantLog("1 true", "2 true")
}

func TestOddData(t *testing.T) {
	t.Parallel()
	w, p := open(t, map[string]string{
		"pages/index.wxml": `{{at}} {{n}}`,
		"pages/index.js": `
Page({
  data: { at: new Date(0), map: new Map([[1, 2]]), n: 1 },
  see() { console.log(this.data.at.getTime(), this.data.map.get(1)); this.setData({ at: new Date(5) }); console.log(this.data.at.getTime()) },
})`,
	})
	w.wantText(p, "1970-01-01T00:00:00.000Z 1")
	w.do(p, "see")
	w.wantLog("0 2", "5")
}

func TestManyFailures(t *testing.T) {
	t.Parallel()
	w, _ := open(t, map[string]string{
		"pages/index.json": `{"usingComponents":{"x":"/comp/x"}}`,
		"pages/index.wxml": `<x wx:for="{{200}}" wx:key="*this"/>`,
		"pages/index.js":   `Page({})`,
		"comp/x.wxml":      `x`,
		"comp/x.js":        `Component({ attached() { throw new Error("each") } })`,
	})
	if len(w.errors) != maxReports || w.log() != "warn: 150 more failures in this turn are not listed" {
		t.Errorf("%d failures, log %q", len(w.errors), w.log())
	}
}

func TestHandlerMissing(t *testing.T) {
	t.Parallel()
	w, p := open(t, map[string]string{"pages/index.wxml": "<view/>\n<view id=\"v\" bindtap=\"nope\"/>", "pages/index.js": `Page({})`})
	w.tap(p, "#v")
	if len(w.logs) != 1 || w.logs[0].Line != 2 {
		t.Errorf("a missing handler must be warned of at its place: %+v", w.logs)
	}
	w.wantNoErrors()
}

func TestUpdatePerformanceListener(t *testing.T) {
	t.Parallel()
	w, p := open(t, map[string]string{
		"pages/index.wxml": `{{n}}`,
		"pages/index.js": `
Page({
  onLoad() { this.setUpdatePerformanceListener({ withDataPaths: true }, (r) => console.log(r.updateProcessId, r.dataPaths.join())) },
  go() { this.setData({ n: 1, "a.b": 2 }) },
})`,
	})
	w.do(p, "go")
	w.wantLog("1 n,a.b")
}

func TestFormFields(t *testing.T) {
	t.Parallel()
	w, p := open(t, map[string]string{
		"pages/index.json": `{"usingComponents":{"x":"/comp/x","wrap":"/comp/wrap"}}`,
		"pages/index.wxml": `
<form id="a" bindsubmit="submit"><input name="i"/><view><x name="x" value="{{[1, 2]}}"/></view><wrap><x name="y" value="deep"/></wrap><x value="no name"/></form>
<form id="b" bindsubmit="submit"><x name="z" value="z"/></form>`,
		"pages/index.js": `Page({ submit(e) { console.log(JSON.stringify(e.detail.value)) } })`,
		"comp/x.wxml":    ``,
		"comp/x.js":      `Component({ behaviors: ["wx://form-field"] })`,
		"comp/wrap.wxml": `<view><slot/></view>`,
		"comp/wrap.js":   `Component({})`,
	})
	w.event(p, "#a", 0, "submit", map[string]any{"value": map[string]any{"i": "typed"}})
	w.event(p, "#b", 0, "submit", map[string]any{"value": map[string]any{}})
	w.wantLog(`{"i":"typed","x":[1,2],"y":"deep"}`, `{"z":"z"}`)
}

func TestNoSuchPage(t *testing.T) {
	t.Parallel()
	w := newWorld(t, project(t, map[string]string{"pages/index.wxml": ""}))
	if _, err := w.realm.OpenPage(1, "pages/none", nil); err == nil {
		t.Error("a page that does not exist must not open")
	}
	w.wantError("page-missing", "", 0, `there is no page "pages/none"`)
}

func TestTemplateScripts(t *testing.T) {
	t.Parallel()
	w, p := open(t, map[string]string{
		"pages/index.wxml": `
<wxs src="../lib.wxs" module="lib"/>
<wxs module="own">
  var lib = require("../lib.wxs")
  function press(event, owner) {
    var state = event.instance.getState()
    state.n = (state.n || 0) + 1
    owner.callMethod("called", { n: state.n, data: event.currentTarget.dataset.k })
    event.instance.addClass("pressed")
    event.instance.setStyle({ color: "red" })
    return owner.selectComponent(".b") !== null
  }
  module.exports = { twice: lib.twice, press: press, hasWx: typeof wx, type: ([]).constructor, when: getDate(0).getTime() }
</wxs>
<view id="v" data-k="kk" bindtap="{{own.press}}">{{own.twice(n)}} {{lib.join(list)}} {{own.hasWx}} {{own.type}} {{own.when}} {{lib.digits("a12")}}</view>
<view class="b"/>`,
		"lib.wxs": `
function twice(n) { return n * 2 }
module.exports = {
  twice: twice,
  join: function (list) { return list.map(function (o) { return o.k }).join("+") },
  digits: function (s) { return getRegExp('\d+').exec(s)[0] },
}`,
		"pages/index.js": `
Page({ data: { n: 4, list: [{ k: "x" }, { k: "y" }] }, called(e) { console.log(e.n, e.data); this.setData({ n: 5 }) } })`,
	})
	w.wantText(p, "8 x+y undefined Array 0 12")
	w.tap(p, "#v")
	w.wantLog("1 kk")
	w.wantText(p, "10 x+y undefined Array 0 12")
	nodes, _ := w.tree(p).Find(".pressed")
	if len(nodes) != 1 || nodes[0].Attrs["style"] != "color:red;" {
		t.Errorf("addClass and setStyle must show: %s", w.tree(p).HTML())
	}
}

func TestTwoWayBinding(t *testing.T) {
	t.Parallel()
	w, p := open(t, map[string]string{
		"pages/index.json": usesX,
		"pages/index.wxml": `<input id="i" model:value="{{name}}"/><x id="x" model:value="{{name}}"/><view>{{name}}</view>`,
		"pages/index.js":   `Page({ data: { name: "a" }, see() { console.log(this.data.name, this.selectComponent("#x").data.value) }, set() { this.selectComponent("#x").setData({ value: "c" }) } })`,
		"comp/x.wxml":      ``,
		"comp/x.js":        `Component({ properties: { value: { type: String, observer(v) { console.log("x", v) } } } })`,
	})
	w.event(p, "#i", 0, "input", map[string]any{"value": "b"})
	w.do(p, "see")
	w.wantLog("x a", "x b", "b b")
	w.do(p, "set")
	w.do(p, "see")
	w.wantLog("x c", "c c")
	w.wantText(p, "c c") // the input shows it, too
}

func TestBudgetInsideTheTree(t *testing.T) {
	t.Parallel()
	w, p := open(t, map[string]string{
		"pages/index.json": usesX,
		"pages/index.wxml": `<x id="x" v="{{v}}"/>{{v}}`,
		"pages/index.js": `
Page({
  data: { v: 0 },
  callback() {
    this.setData({ v: 1 }, () => {
      for (let n = 0;;) n++
    })
  },
  child() {
    this.setData({ v: 13 })
    console.log("not reached: the script above a stopped one is stopped, too")
  },
})`,
		"comp/x.wxml": ``,
		"comp/x.js": `
Component({ properties: { v: { type: Number, observer(v) {
  if (v === 13) for (let n = 0;;) n++
} } } })`,
	}, func(o *Options) { o.Budget.Turn = 400 * time.Millisecond })
	_, _, _ = p.Call("callback")
	w.wantError("turn-timeout", "pages/index.js", 6, "setData callback of pages/index ran longer")
	w.wantText(p, "1")
	_, _, _ = p.Call("child")
	w.wantError("turn-timeout", "comp/x.js", 3, "observer of property v of comp/x ran longer")
	if w.log() != "" {
		t.Errorf("logged: %s", w.log())
	}
	w.errors = nil
	w.wantText(p, "13")
}

func TestStackOverflowAcrossTheTree(t *testing.T) {
	t.Parallel()
	w, p := open(t, map[string]string{
		"pages/index.json": `{"usingComponents":{"x":"/comp/x"}}`,
		"pages/index.wxml": `<x bind:again="again"/>{{n}}`,
		"pages/index.js": `
Page({
  data: { n: 0 },
  deep() {
    const f = () => this.setData({ n: 1 }, f())
    f()
  },
  again() { this.child = this.child || this.selectComponent("x"); this.child.fire() },
})`,
		"comp/x.wxml": ``,
		"comp/x.js":   `Component({ methods: { fire() { this.triggerEvent("again") } } })`,
	}, func(o *Options) { o.Budget.Stack, o.Budget.Turn = 500, time.Minute })
	_, _, _ = p.Call("deep")
	w.wantError("stack-overflow", "pages/index.js", 5, "nested calls")
	_, _, _ = p.Call("again")
	if e := w.wantError("stack-overflow", w.errors[0].File, 0, "nested calls"); e.Line == 0 {
		t.Errorf("the overflow must have a place: %+v", e)
	}
	w.wantNoErrors()
	w.wantText(p, "0")
}

func TestSetDataCallbackLoop(t *testing.T) {
	t.Parallel()
	w, p := open(t, map[string]string{
		"pages/index.wxml": `{{n}}`,
		"pages/index.js":   `Page({ data: { n: 0 }, go() { const f = () => this.setData({ n: this.data.n + 1 }, f); f() } })`,
	})
	_, _, _ = p.Call("go")
	if len(w.errors) != 1 {
		t.Fatalf("callbacks without end must be reported once: %+v", w.errors)
	}
}

func TestGenerics(t *testing.T) {
	t.Parallel()
	w, p := open(t, map[string]string{
		"pages/index.json": `{"usingComponents":{"list":"/comp/list","y":"/comp/y"}}`,
		"pages/index.wxml": `<list generic:item="y"/><list/>`,
		"pages/index.js":   `Page({})`,
		"comp/list.json":   `{"component":true,"componentGenerics":{"item":{"default":"./x"}}}`,
		"comp/list.wxml":   `<item v="1"/>`,
		"comp/list.js":     `Component({})`,
		"comp/x.wxml":      `x{{v}}`,
		"comp/x.js":        `Component({ properties: { v: Number } })`,
		"comp/y.wxml":      `y{{v}}`,
		"comp/y.js":        `Component({ properties: { v: Number } })`,
	})
	w.wantText(p, "y1 x1")
}

func TestClosedPageIsCollected(t *testing.T) {
	t.Parallel()
	w, first := open(t, map[string]string{
		"pages/index.json": usesX,
		"pages/index.wxml": `<x wx:for="{{list}}" wx:key="*this" id="x{{item}}"/>`,
		"pages/index.js":   `Page({ data: { list: [1, 2, 3] }, onUnload() { this.setData({ list: [] }) }, late() { setTimeout(() => this.setData({ list: [9] }), 1) } })`,
		"comp/x.wxml":      ``,
		"comp/x.js":        `Component({ attached() { this.id } })`,
	})
	first.Close()
	gone := make(chan struct{})
	func() {
		p := w.openPage("pages/index", nil)
		runtime.AddCleanup(p, func(c chan struct{}) { close(c) }, gone)
		w.do(p, "late")
		_, _, _ = p.Call("onUnload")
		p.Close()
	}()
	w.clock.add(time.Second)
	w.realm.RunTimers()
	w.wantNoErrors()
	for range 20 {
		runtime.GC()
		select {
		case <-gone:
			return
		default:
		}
	}
	t.Error("a closed page must not be held by its realm")
}
