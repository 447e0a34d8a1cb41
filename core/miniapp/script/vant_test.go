package script

import (
	"runtime"
	"strings"
	"testing"
)

const vantVersion = "1.11.7"

func vant(t testing.TB) *world {
	return withPackages(t, map[string]string{"@vant/weapp": vantVersion}, map[string]string{
		"app.json": `{"pages":["pages/index"],"usingComponents":{
			"van-button":"@vant/weapp/button/index","van-cell":"@vant/weapp/cell/index","van-cell-group":"@vant/weapp/cell-group/index",
			"van-icon":"@vant/weapp/icon/index","van-tab":"@vant/weapp/tab/index","van-tabs":"@vant/weapp/tabs/index",
			"van-dialog":"@vant/weapp/dialog/index","van-field":"@vant/weapp/field/index","van-popup":"@vant/weapp/popup/index",
			"van-toast":"@vant/weapp/toast/index"}}`,
		"app.js": `App({})`,
		"pages/index.wxml": `
<van-button id="b" type="primary" bind:click="click" loading="{{loading}}">Press {{n}}</van-button>
<van-cell-group title="Group"><van-cell id="c" title="Title" value="{{n}}" label="Label" is-link bind:click="click"/></van-cell-group>
<van-icon name="chat-o" info="5"/>
<van-tabs id="tabs" active="{{active}}" bind:change="tab"><van-tab title="One">first</van-tab><van-tab title="Two">second</van-tab></van-tabs>
<van-field id="f" label="Name" model:value="{{name}}" placeholder="your name" bind:change="typed" clearable/>
<van-popup id="p" show="{{popup}}" position="bottom" bind:close="closed">in the popup</van-popup>
<van-dialog id="van-dialog"/>
<van-toast id="van-toast"/>`,
		"pages/index.js": `
import Dialog from "@vant/weapp/dialog/dialog"
import Toast from "@vant/weapp/toast/toast"
Page({
  data: { n: 0, active: 0, name: "", popup: false, loading: false },
  click() { this.setData({ n: this.data.n + 1 }) },
  tab(e) { console.log("tab", e.detail.index, e.detail.title) },
  typed(e) { console.log("typed", e.detail) },
  name() { return this.data.name },
  open() { this.setData({ popup: true }) },
  close() { this.setData({ popup: false }) },
  closed() { console.log("closed") },
  dialog() { Dialog.confirm({ title: "Sure?", message: "Really" }).then(() => console.log("confirmed"), () => console.log("cancelled")) },
  toast() { Toast.success("Done") },
})`,
	})
}

func TestVant(t *testing.T) {
	t.Parallel()
	w := vant(t)
	p := w.openPage("pages/index", nil)
	w.rest()
	w.wantNoErrors()
	text := w.text(p)
	for _, want := range []string{"Press 0", "Group", "Title", "Label", "One", "Two", "first", "Name"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not shown: %s", want, text)
		}
	}
	w.logs = nil
	shows := func(what string, want ...string) {
		t.Helper()
		w.rest()
		w.wantNoErrors()
		text := w.text(p)
		for _, s := range want {
			if !strings.Contains(text, s) {
				t.Errorf("%s: %q is not shown: %s", what, s, text)
			}
		}
	}
	w.tap(p, "#b button")
	shows("tap the button", "Press 1")
	w.tap(p, "#c .van-cell")
	shows("tap the cell", "Press 2")
	w.tapNth(p, "#tabs .van-tab", 1)
	shows("tap the second tab", "second")
	w.wantLog("tab 1 Two")
	w.event(p, "#f input", 0, "input", map[string]any{"value": "Li", "cursor": 2})
	shows("type")
	w.dropWarnings()
	w.wantLog("typed Li")
	if got := w.do(p, "name"); got != "Li" {
		t.Errorf("model:value gives %v, want Li", got)
	}
	w.do(p, "open")
	shows("open the popup", "in the popup")
	w.do(p, "close")
	w.do(p, "dialog")
	shows("open the dialog", "Sure?", "Really")
	w.tap(p, "#van-dialog .van-dialog__confirm")
	shows("confirm")
	w.wantLog("confirmed")
	w.do(p, "toast")
	shows("toast", "Done")
}

// BenchmarkOpenVant opens a page of vant components in a new realm of a warm program.
func BenchmarkOpenVant(b *testing.B) {
	first := vant(b)
	first.openPage("pages/index", nil)
	program := first.realm.o.Program
	b.ReportAllocs()
	for b.Loop() {
		w := newWorld(b, program, withBaselib)
		w.bindShell()
		_ = w.realm.StartApp(nil)
		w.openPage("pages/index", nil)
	}
}

// BenchmarkIdleVantMemory is what an open page of vant components keeps, programs and templates shared.
func BenchmarkIdleVantMemory(b *testing.B) {
	program := vant(b).realm.o.Program
	const n = 20
	for b.Loop() {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		keep := make([]*world, n)
		for i := range keep {
			keep[i] = newWorld(b, program, withBaselib)
			keep[i].bindShell()
			_ = keep[i].realm.StartApp(nil)
			keep[i].openPage("pages/index", nil)
			keep[i].patches, keep[i].logs = nil, nil
		}
		runtime.GC()
		runtime.ReadMemStats(&after)
		b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/n/1024, "KiB/realm")
		runtime.KeepAlive(keep)
	}
}
