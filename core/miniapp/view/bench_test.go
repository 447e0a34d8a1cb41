package view_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/internal/benchline"
	"github.com/dougong-dev/dougong/core/miniapp/value"
	"github.com/dougong-dev/dougong/core/miniapp/view"
)

// shopList is a page with a list whose rows are custom components.
func shopList(rows int) map[string]source {
	var b strings.Builder
	for i := range rows {
		fmt.Fprintf(&b, `,{"id":%d,"name":"Goods number %d","price":%d.5,"count":0,"tags":["new","hot"]}`, i, i, i%100)
	}
	return map[string]source{
		"page": {
			wxml: `<view class="head">{{title}}</view><goods wx:for="{{list}}" wx:key="id" class="row" name="{{item.name}}" price="{{item.price}}" count="{{item.count}}" data-id="{{item.id}}" bind:add="add"/>`,
			data: `{"title":"Shop","list":[` + strings.TrimPrefix(b.String(), ",") + `]}`,
		},
		"goods": {
			wxml: `<view class="card {{count > 0 ? 'chosen' : ''}}"><text class="name">{{name}}</text><text class="price">¥{{price}}</text>` +
				`<view wx:if="{{count > 0}}" class="count">{{count}}</view><button size="mini" bindtap="onAdd">+</button></view>`,
			props: "name price count", scope: "goods",
		},
	}
}

func openQuietly(tb testing.TB, a *app) *view.Page {
	tb.Helper()
	p, err := view.NewPage(1, a.defs["page"], a, view.PageOptions{})
	if err != nil {
		tb.Fatal(err)
	}
	p.Attach()
	return p
}

func BenchmarkFirstRender(b *testing.B) {
	render := firstRender(b)
	b.ReportAllocs()
	for b.Loop() {
		render()
	}
}

func BenchmarkSetDataOneRow(b *testing.B) {
	for _, rows := range []int{100, 1000, 10000} {
		b.Run(fmt.Sprint(rows), func(b *testing.B) {
			r := newRowChanger(b, rows)
			b.ReportAllocs()
			for b.Loop() {
				r.change(1)
			}
			b.ReportMetric(float64(len(r.buf)), "bytes/patch")
		})
	}
}

func BenchmarkRemoveFirstRow(b *testing.B) {
	const rows = 1000
	p := openQuietly(b, newApp(b, shopList(rows), nil))
	p.Flush()
	all, _ := p.Root().Data().Get("list")
	full := value.Copy(all).(*value.Array)
	rest := &value.Array{Items: full.Items[1:]}
	var buf []byte
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		next := value.Copy(full)
		if i%2 == 0 {
			next = value.Copy(rest)
		}
		_ = p.Root().SetData([]view.Change{{Path: []any{"list"}, Value: next}})
		patch, _ := p.Flush()
		buf, _ = patch.AppendJSON(buf[:0])
	}
}

// BenchmarkBudgets measures what design.md §9 promises, each against its peer in turns, and prints the BENCH lines.
func BenchmarkBudgets(b *testing.B) {
	small, large := newRowChanger(b, 100), newRowChanger(b, 10000)
	thousand := newRowChanger(b, 1000)
	first := firstRender(b)
	var few, many, render time.Duration
	rounds := 0
	for b.Loop() {
		few += timed(func() { small.change(500) })
		many += timed(func() { large.change(500) })
		render += timed(first)
		rounds++
	}
	thousand.change(1)
	perRow := float64(many.Nanoseconds()) / float64(500*rounds)
	benchline.Line{Name: "setdata-one-row-of-1000-patch", Value: float64(len(thousand.buf)), Unit: "bytes", AtMost: 200}.Print()
	benchline.Line{Name: "setdata-one-row-of-10000", Value: perRow, Unit: "ns", Peer: "one-row-of-100", Ratio: float64(many) / float64(few), AtMost: 1.5}.Print()
	benchline.Line{Name: "first-render-1000-components", Value: float64(render.Microseconds()) / float64(1000*rounds), Unit: "ms"}.Print()
}

func timed(f func()) time.Duration {
	start := time.Now()
	f()
	return time.Since(start)
}

// rowChanger changes one row of a list again and again, up to the encoded patch.
type rowChanger struct {
	page *view.Page
	path []any
	n    float64
	buf  []byte
}

func newRowChanger(tb testing.TB, rows int) *rowChanger {
	p := openQuietly(tb, newApp(tb, shopList(rows), nil))
	p.Flush()
	path, _ := value.ParsePath(fmt.Sprintf("list[%d].price", rows/2))
	return &rowChanger{page: p, path: path}
}

func (r *rowChanger) change(times int) {
	for range times {
		r.n++
		_ = r.page.Root().SetData([]view.Change{{Path: r.path, Value: r.n}})
		patch, _ := r.page.Flush()
		r.buf, _ = patch.AppendJSON(r.buf[:0])
	}
}

// firstRender opens the list of 1,000 components, up to the encoded patch.
func firstRender(tb testing.TB) func() {
	sources := shopList(1000)
	page := sources["page"]
	page.start = parse(tb, page.data).(*value.Object)
	page.data = ""
	sources["page"] = page
	a := newApp(tb, sources, nil)
	var buf []byte
	return func() {
		patch, _ := openQuietly(tb, a).Flush()
		buf, _ = patch.AppendJSON(buf[:0])
	}
}

// TestPatchSize holds the patch of one changed row to what design.md promises.
func TestPatchSize(t *testing.T) {
	t.Parallel()
	s := open(t, shopList(1000), nil)
	s.set("list[500].name", `"A new name"`)
	if s.size > 200 || s.ops != 1 {
		t.Errorf("changing one text in 1,000 rows sent %d bytes in %d operations, want at most 200 in 1", s.size, s.ops)
	}
	s.set("list[500].count", `3`)
	if s.size > 250 {
		t.Errorf("choosing one of 1,000 rows sent %d bytes", s.size)
	}
	rows, _ := s.page.Root().Data().Get("list")
	if err := s.page.Root().SetData([]view.Change{{Path: []any{"list"}, Value: value.NewArray(rows.(*value.Array).Items[1:]...)}}); err != nil {
		t.Fatal(err)
	}
	s.flush()
	if s.size > 200 || s.ops != 1 {
		t.Errorf("removing the first of 1,000 rows sent %d bytes in %d operations, want at most 200 in 1", s.size, s.ops)
	}
}
