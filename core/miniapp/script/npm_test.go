package script

import (
	"strings"
	"testing"
)

const tdesignVersion = "1.16.0"

// TestBehaviorPackages runs what programs use on top of the component model: computed fields and stores, which live on
// definitionFilter and behaviors, and plain libraries.
func TestBehaviorPackages(t *testing.T) {
	t.Parallel()
	w := withPackages(t, map[string]string{
		"miniprogram-computed": "7.0.0", "rfdc": "1.4.1", "fast-deep-equal": "3.1.3",
		"mobx-miniprogram": "6.12.3", "mobx-miniprogram-bindings": "3.0.1", "dayjs": "1.11.13", "lodash": "4.17.21",
	}, map[string]string{
		"app.json":         `{"pages":["pages/index"],"usingComponents":{"x":"/comp/x"}}`,
		"app.js":           "App({})",
		"pages/index.wxml": `<x id="x"/> {{sum}} {{count}}`,
		"pages/index.js": `
import { createStoreBindings } from "mobx-miniprogram-bindings"
import { store } from "../store"
import dayjs from "dayjs"
import _ from "lodash"
const { behavior } = require("miniprogram-computed")
Page({
  behaviors: [behavior],
  data: { a: 1, b: 2 },
  computed: { sum: (data) => data.a + data.b },
  watch: { "a, b": (a, b) => console.log("watch", a, b) },
  onLoad() {
    createStoreBindings(this, { store, fields: ["count"], actions: ["update"] })
    console.log(dayjs("2020-01-02").format("YYYY年MM月DD日"), _.chunk([1, 2, 3], 2).length, _.cloneDeep({ a: [1] }).a[0])
  },
  go() { this.setData({ a: 10 }); this.update() },
})`,
		"store.js": `
import { observable, action } from "mobx-miniprogram"
export const store = observable({
  count: 1,
  get twice() { return this.count * 2 },
  update: action(function () { this.count += 10 }),
})`,
		"comp/x.json": `{"component":true}`,
		"comp/x.wxml": `{{twice}} {{doubled}}`,
		"comp/x.js": `
import { ComponentWithComputed } from "miniprogram-computed"
import { storeBindingsBehavior } from "mobx-miniprogram-bindings"
import { store } from "../store"
ComponentWithComputed({
  behaviors: [storeBindingsBehavior],
  storeBindings: { store, fields: { twice: "twice" }, actions: {} },
  data: { v: 4 },
  computed: { doubled: (data) => data.v * 2 },
})`,
	})
	p := w.openPage("pages/index", nil)
	w.rest()
	w.wantLog("2020年01月02日 2 1")
	w.wantText(p, "2 8 3 1")
	w.do(p, "go")
	w.rest()
	w.wantLog("watch 10 2")
	w.wantText(p, "22 8 12 11")
}

// TestTDesign taps through components of TDesign. Their hosts are virtual, so a node is found by the class inside.
func TestTDesign(t *testing.T) {
	t.Parallel()
	w := withPackages(t, map[string]string{"tdesign-miniprogram": tdesignVersion}, map[string]string{
		"app.js": "App({})",
		"app.json": `{"pages":["pages/index"],"usingComponents":{
			"t-button":"tdesign-miniprogram/button/button","t-cell":"tdesign-miniprogram/cell/cell","t-input":"tdesign-miniprogram/input/input",
			"t-tabs":"tdesign-miniprogram/tabs/tabs","t-tab-panel":"tdesign-miniprogram/tab-panel/tab-panel",
			"t-dialog":"tdesign-miniprogram/dialog/dialog","t-checkbox":"tdesign-miniprogram/checkbox/checkbox",
			"t-checkbox-group":"tdesign-miniprogram/checkbox-group/checkbox-group","t-stepper":"tdesign-miniprogram/stepper/stepper",
			"t-toast":"tdesign-miniprogram/toast/toast"}}`,
		"pages/index.wxml": `
<t-button id="b" theme="primary" bind:tap="press">Press {{n}}</t-button>
<t-cell id="c" title="Title" note="note {{n}}" arrow hover bind:click="press"/>
<t-input id="i" label="Name" value="{{name}}" bind:change="typed"/>
<t-tabs id="tabs" value="{{tab}}" bind:change="tab"><t-tab-panel label="One" value="1">first</t-tab-panel><t-tab-panel label="Two" value="2">second</t-tab-panel></t-tabs>
<t-checkbox-group id="g" value="{{picked}}" bind:change="pick"><t-checkbox id="ca" value="a" label="A"/><t-checkbox id="cb" value="b" label="B"/></t-checkbox-group>
<t-stepper id="s" value="{{3}}" bind:change="step"/>
<t-dialog id="d" visible="{{dialog}}" title="Sure?" content="Really" confirm-btn="Yes" cancel-btn="No" bind:confirm="confirm"/>
<t-toast id="t-toast"/>`,
		"pages/index.js": `
import Toast from "tdesign-miniprogram/toast/index"
Page({
  data: { n: 0, name: "", tab: "1", picked: ["a"], dialog: false },
  press() { this.setData({ n: this.data.n + 1 }) },
  typed(e) { console.log("typed", e.detail.value) },
  tab(e) { console.log("tab", e.detail.value); this.setData({ tab: e.detail.value }) },
  pick(e) { console.log("picked", e.detail.value.join()) },
  step(e) { console.log("step", e.detail.value) },
  open() { this.setData({ dialog: true }) },
  confirm() { console.log("confirmed"); this.setData({ dialog: false }) },
  toast() { Toast({ context: this, selector: "#t-toast", message: "Done" }) },
})`,
	})
	p := w.openPage("pages/index", nil)
	w.rest()
	w.wantNoErrors()
	w.logs = nil
	does := func(what string, f func(), log string, shown ...string) {
		t.Helper()
		f()
		w.rest()
		w.dropWarnings()
		if got := w.log(); got != log {
			t.Errorf("%s: logged %q, want %q", what, got, log)
		}
		w.logs = nil
		w.wantNoErrors()
		for _, s := range shown {
			if text := w.text(p); !strings.Contains(text, s) {
				t.Errorf("%s: %q is not shown: %s", what, s, text)
			}
		}
	}
	does("open the page", func() {}, "", "Press 0", "Title", "note 0", "Name", "One", "Two", "first", "A", "B")
	does("tap the button", func() { w.tap(p, ".t-button") }, "", "Press 1")
	does("tap the cell", func() { w.tap(p, ".t-cell") }, "", "note 2")
	does("type", func() { w.event(p, "input", 0, "input", map[string]any{"value": "Li", "cursor": 2}) }, "typed Li")
	does("tap a tab", func() { w.tapNth(p, ".t-tabs__item", 1) }, "tab 2", "second")
	does("pick", func() { w.tapNth(p, ".t-checkbox", 1) }, "picked a,b")
	does("step", func() { w.tap(p, ".t-stepper__plus") }, "step 4")
	does("open the dialog", func() { w.do(p, "open") }, "", "Sure?", "Really", "Yes")
	does("confirm", func() { w.tap(p, ".t-dialog__button--confirm") }, "confirmed")
	does("toast", func() { w.do(p, "toast") }, "", "Done")
}

// TestWrappedPackage: a file may have the name of the package that it wraps, or that one beside it wants.
func TestWrappedPackage(t *testing.T) {
	t.Parallel()
	w, _ := open(t, map[string]string{
		"pages/index.wxml":               "",
		"pages/index.js":                 `import day from "../utils/dayjs"; import { other } from "../utils/other"; import plain from "beside"; Page({ onLoad() { console.log(day("x"), other, plain) } })`,
		"pages/beside.js":                `export default "beside"`,
		"utils/dayjs.js":                 `import dayjs from "dayjs"; export default (s) => "wrapped " + dayjs(s)`,
		"utils/other.js":                 `const dayjs = require("dayjs"); exports.other = dayjs("y")`,
		"miniprogram_npm/dayjs/index.js": `module.exports = (s) => "day " + s`,
	})
	w.wantLog("wrapped day x day y beside")
}
