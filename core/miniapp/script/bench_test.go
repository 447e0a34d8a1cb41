package script

import (
	"fmt"
	"runtime"
	"testing"

	"github.com/dougong-dev/dougong/core/miniapp/value"
)

// rows is a page with a list of n custom components.
func rows(n int) map[string]string {
	return map[string]string{
		"pages/index.json": `{"usingComponents":{"row":"/comp/row"}}`,
		"pages/index.wxml": `<view class="list"><row wx:for="{{list}}" wx:key="id" item="{{item}}" index="{{index}}" bind:pick="pick"/></view>`,
		"pages/index.js": fmt.Sprintf(`
Page({
  data: { list: [] },
  fill() {
    const list = []
    for (let i = 0; i < %d; i++) list.push({ id: i, name: "item " + i, price: i * 3, tags: ["a", "b"] })
    this.setData({ list })
  },
  one(i) { this.setData({ ["list[" + i + "].name"]: "changed " + (this.n = (this.n || 0) + 1) }) },
  removeFirst() { this.setData({ list: this.data.list.slice(1) }) },
  pick() {},
})`, n),
		"comp/row.json": `{"component":true}`,
		"comp/row.wxml": `<view class="row" bindtap="tap"><text>{{index}}. {{item.name}}</text><text wx:for="{{item.tags}}" wx:key="*this">{{item}}</text><view>{{item.price}}</view></view>`,
		"comp/row.js": `
Component({
  properties: { item: { type: Object, value: { tags: [] } }, index: Number },
  data: { pressed: false },
  methods: { tap() { this.triggerEvent("pick", this.data.item.id) } },
})`,
	}
}

func BenchmarkRealm(b *testing.B) {
	p := project(b, map[string]string{"app.js": `App({})`, "pages/index.wxml": ``})
	b.ReportAllocs()
	for b.Loop() {
		w := newWorld(b, p)
		_ = w.realm.StartApp(nil)
	}
}

func BenchmarkRows1000(b *testing.B) {
	p := project(b, rows(1000))
	b.ReportAllocs()
	for b.Loop() {
		b.StopTimer()
		w := newWorld(b, p)
		page := w.openPage("pages/index", nil)
		b.StartTimer()
		w.do(page, "fill")
	}
}

func BenchmarkOneRow(b *testing.B) {
	w, page := open(b, rows(1000))
	w.do(page, "fill")
	i := 0.0
	b.ReportAllocs()
	for b.Loop() {
		w.do(page, "one", i)
		if i++; i == 1000 {
			i = 0
		}
		w.patches = w.patches[:0]
	}
}

func BenchmarkToGo(b *testing.B) {
	w := run(b, map[string]string{"app": `
App({ list() { const l = []; for (let i = 0; i < 1000; i++) l.push({ id: i, name: "item " + i, price: i * 3 }); return l } })`})
	v, _, _ := w.realm.AppCall("list")
	js := w.realm.toJS(v)
	b.Run("toGo", func(b *testing.B) {
		for b.Loop() {
			w.realm.toGo(js)
		}
	})
	b.Run("toJS", func(b *testing.B) {
		for b.Loop() {
			w.realm.toJS(v)
		}
	})
}

func BenchmarkIdleRealmMemory(b *testing.B) {
	p := project(b, rows(20))
	const n = 50
	for b.Loop() {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		keep := make([]*world, n)
		for i := range keep {
			keep[i] = newWorld(b, p)
			keep[i].do(keep[i].openPage("pages/index", value.NewObject(0)), "fill")
			keep[i].patches = nil
		}
		runtime.GC()
		runtime.ReadMemStats(&after)
		b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/n/1024, "KiB/realm")
		runtime.KeepAlive(keep)
	}
}

// BenchmarkJSON writes a list of 2,000 rows.
func BenchmarkJSON(b *testing.B) {
	w := run(b, map[string]string{"app": `
const rows = Array.from({ length: 2000 }, (_, i) => ({ id: i, name: "row " + i, text: "中文", tags: ["a", "b", { n: i / 3 }], ok: true, none: null }))
App({ write() { return JSON.stringify(rows).length } })`})
	for b.Loop() {
		if _, _, err := w.realm.AppCall("write"); err != nil {
			b.Fatal(err)
		}
	}
}
