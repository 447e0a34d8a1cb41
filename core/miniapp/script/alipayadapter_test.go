package script

import (
	"github.com/dougong-dev/dougong/core/miniapp/compiler"
	"github.com/dougong-dev/dougong/core/miniapp/compiler/alipay"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/dougong-dev/dougong/core/miniapp/baselib"
)

// TestAlipayNames holds the list of what my has against a namespace in which everything is provided.
func TestAlipayNames(t *testing.T) {
	t.Parallel()
	everything := func(o *Options) {
		o.Prelude = []Source{{Name: "everything", Code: `globalThis.wx = new Proxy({}, { get: () => () => ({}), has: () => true });`}}
	}
	w := run(t, map[string]string{
		"alipay": baselib.AlipayAdapter(), "app": `console.log(Object.keys(require("./alipay").my).sort().join(" "))`,
	}, everything)
	if got, want := w.log(), strings.Join(baselib.AlipayNames(), " "); got != want {
		t.Errorf("my has\n%s\ndist/alipay-names.txt lists\n%s", got, want)
	}
	w.wantNoErrors()
}

// alipayProject uses what conversion keeps.
func alipayProject() map[string]string {
	return map[string]string{
		"mini.project.json": "{}",
		"app.json":          `{"pages":["pages/index"],"window":{"defaultTitle":"T"}}`,
		"app.js":            `App({ globalData: { from: "app" } })`,
		"pages/index.json":  `{"usingComponents":{"x-count":"/count","x-box":"/box"}}`,
		"pages/index.axml": `
<import-sjs name="u" from="../u.sjs"/>
<view a:for="{{list}}" a:key="id" class="row" data-rowId="{{item.id}}" onTap="tap">{{index}}{{item.name}}{{u.twice(item.id)}}</view>
<x-count value="{{n}}" step="{{2}}" onChange="changed"/>
<x-box><view slot="head">head {{n}}</view>body</x-box>
<view class="outer" onTap="outer"><view class="inner" catchTap="inner">{{last}}</view></view>`,
		"pages/index.js": `
Page({
  data: { n: 1, last: "-", list: [{ id: 1, name: "a" }, { id: 2, name: "b" }] },
  events: { onBack() {} },
  onLoad() { this.setData({ last: getApp().globalData.from }) },
  tap(e) { this.setData({ last: "row" + e.currentTarget.dataset.rowId }) },
  changed(value, by) { this.setData({ n: value, last: "by" + by }) },
  outer() { this.setData({ last: "outer" }) }, inner() { this.setData({ last: "inner" }) },
  cut() { this.$spliceData({ list: [0, 1] }) },
})`,
		"u.sjs":      `import one from "./one.sjs"; export default { twice: function (x) { return x * 2 * one } };`,
		"one.sjs":    `export default 1;`,
		"count.json": `{"component":true}`,
		"count.axml": `<view class="more" onTap="more">{{value}}+{{step}} {{label}} {{updates}}</view>`,
		"count.js": `
const named = { data: { label: "" }, onInit() { this.setData({ label: "init" + this.props.value }) } };
Component({
  mixins: [named],
  props: { value: 0, step: 1, onChange: () => {} },
  data: { updates: "" },
  deriveDataFromProps(next) { if (next.value !== this.props.value) this.setData({ label: "was" + this.props.value }) },
  didUpdate(prev) { if (prev.value !== this.props.value) this.setData({ updates: this.data.updates + "u" }) },
  methods: { more() { this.props.onChange(this.props.value + this.props.step, this.props.step) } },
})`,
		"box.json": `{"component":true}`,
		"box.axml": `<view><slot name="head"/>|<slot/></view>`,
		"box.js":   `Component({})`,
	}
}

// TestConvertedAlipayDoesTheSame opens a project as it is and converted, and does the same with both.
func TestConvertedAlipayDoesTheSame(t *testing.T) {
	t.Parallel()
	in := fstest.MapFS{}
	for name, text := range alipayProject() {
		in[name] = &fstest.MapFile{Data: []byte(text)}
	}
	out := fstest.MapFS{}
	report, err := alipay.Convert(t.Context(), in, func(name string, data []byte) error {
		out[name] = &fstest.MapFile{Data: data}
		return nil
	})
	if err != nil || len(report.Diagnostics) > 0 {
		t.Fatal(err, report.Diagnostics)
	}
	shown := map[string][]string{}
	for kind, fsys := range map[string]fstest.MapFS{"as it is": in, "converted": out} {
		w := newWorld(t, build(t, compiler.Options{FS: fsys, Dir: "test"}), withBaselib)
		w.bindShell()
		_ = w.realm.StartApp(nil)
		p := w.openPage("pages/index", nil)
		look := func() {
			w.rest()
			w.wantNoErrors()
			shown[kind] = append(shown[kind], w.text(p))
		}
		look()
		for _, step := range []func(){
			func() { w.tapNth(p, ".row", 1) }, func() { w.tap(p, ".more") }, func() { w.tap(p, ".more") },
			func() { w.tap(p, ".inner") }, func() { w.do(p, "cut") },
		} {
			step()
			look()
		}
	}
	want := []string{
		"0a2 1b4 1+2 init1 head 1 |body app", "0a2 1b4 1+2 init1 head 1 |body row2", "0a2 1b4 3+2 was1 u head 3 |body by2",
		"0a2 1b4 5+2 was3 uu head 5 |body by2", "0a2 1b4 5+2 was3 uu head 5 |body inner", "0b4 5+2 was3 uu head 5 |body inner",
	}
	for kind, got := range shown {
		if !slices.Equal(got, want) {
			t.Errorf("%s it shows\n%s\nwant\n%s", kind, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
}
