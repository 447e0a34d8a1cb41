package view_test

import (
	"fmt"
	"math/rand"
	"os"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/core/miniapp/view"
)

// TestIncrementalEqualsFresh renders random templates, changes their data at random, and compares what the client has after
// the patches with what a client gets that opens the page on the final data, and with one that reconnects.
func TestIncrementalEqualsFresh(t *testing.T) {
	t.Parallel()
	rounds := 250
	if testing.Short() {
		rounds = 60
	}
	for seed := range rounds {
		checkSeed(t, int64(seed), 6)
		if t.Failed() {
			return
		}
	}
}

func FuzzIncrementalEqualsFresh(f *testing.F) {
	for i := range 5 {
		f.Add(int64(-i), 3)
	}
	f.Fuzz(func(t *testing.T, seed int64, steps int) { checkSeed(t, seed, min(steps, 20)) })
}

func checkSeed(t *testing.T, seed int64, steps int) {
	t.Helper()
	g := &generator{r: rand.New(rand.NewSource(seed))}
	comps, files := g.program()
	s := open(t, comps, files)
	history := []string{}
	for range steps {
		batch := g.batch()
		for i := 0; i < len(batch); i += 2 {
			history = append(history, batch[i]+" = "+batch[i+1])
		}
		s.set(batch...)
		history = append(history, "flush")
		page := comps["page"]
		page.start = s.page.Root().Data()
		now := map[string]source{"page": page}
		for tag, c := range comps {
			if tag != "page" {
				now[tag] = c
			}
		}
		fresh := open(t, now, files)
		got, want := s.html(), fresh.html()
		if got != want {
			got, want = aroundDifference(got, want)
			t.Fatalf("seed %d: after %s\nthe page shows\n%s\na fresh one\n%s\nprogram:\n%s", seed, strings.Join(history, "; "), got, want, describe(comps, files))
		}
		if g.r.Intn(3) == 0 {
			if again := s.snapshot(); again != got {
				got, again = aroundDifference(got, again)
				t.Fatalf("seed %d: after %s\nthe page shows\n%s\na snapshot\n%s\nprogram:\n%s", seed, strings.Join(history, "; "), got, again, describe(comps, files))
			}
		}
		if s.page.Nodes() != s.dom.Len() {
			t.Fatalf("seed %d: page counts %d nodes, the client %d", seed, s.page.Nodes(), s.dom.Len())
		}
	}
	s.page.Close()
}

// aroundDifference cuts two texts to where they begin to differ.
func aroundDifference(a, b string) (string, string) {
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	return a[max(0, i-200):min(len(a), i+200)], b[max(0, i-200):min(len(b), i+200)]
}

func describe(comps map[string]source, files map[string]string) string {
	if os.Getenv("DOUGONG_SHOW_PROGRAM") == "" {
		return "(set DOUGONG_SHOW_PROGRAM to see it)"
	}
	var b strings.Builder
	for tag, c := range comps {
		fmt.Fprintf(&b, "%s (props %s, %+v, data %s):\n%s\n", tag, c.props, c.options, c.data, c.wxml)
	}
	for path, text := range files {
		fmt.Fprintf(&b, "%s:\n%s\n", path, text)
	}
	return b.String()
}

// generator makes random programs and changes.
type generator struct {
	r     *rand.Rand
	depth int
	loops []string
	comps []string // tags that may be used
	slots bool
	leaf  bool // inside a <template>: no further ones
}

func (g *generator) program() (map[string]source, map[string]string) {
	comps := map[string]source{}
	bools := func() bool { return g.r.Intn(2) == 0 }
	for i := range 3 {
		tag := fmt.Sprintf("c%d", i)
		g.slots = true
		comps[tag] = source{
			wxml: g.nodes(3), props: "p q a l o", data: g.data(), scope: tag,
			options: view.Options{MultipleSlots: bools(), VirtualHost: g.r.Intn(4) == 0, AddGlobalClass: bools()}, external: []string{"ext"},
		}
		g.comps = append(g.comps, tag)
	}
	g.slots = false
	wxml := `<import src="t.wxml"/>` + g.nodes(4)
	g.comps, g.slots, g.leaf = nil, false, true
	files := map[string]string{"t.wxml": `<template name="t0">` + g.nodes(2) + `</template><template name="t1"><template is="t0" data="{{...o, l}}"/>` + g.nodes(2) + `</template>`}
	comps["page"] = source{wxml: wxml, data: g.data()}
	return comps, files
}

func (g *generator) pick(list ...string) string { return list[g.r.Intn(len(list))] }

func (g *generator) nodes(n int) string {
	var b strings.Builder
	for range 1 + g.r.Intn(n) {
		b.WriteString(g.node())
	}
	return b.String()
}

func (g *generator) node() string {
	g.depth++
	defer func() { g.depth-- }()
	if g.depth > 4 {
		return "<text>{{" + g.expr() + "}}</text>"
	}
	switch k := g.r.Intn(14); {
	case k < 3:
		return fmt.Sprintf(`<view class="k {{%s}}" x="{{%s}}">%s</view>`, g.expr(), g.expr(), g.nodes(2))
	case k < 4:
		return "{{" + g.expr() + "}}-{{" + g.expr() + "}}"
	case k < 6:
		return fmt.Sprintf(`<block wx:if="{{%s}}">%s</block><view wx:elif="{{%s}}">%s</view>`, g.expr(), g.nodes(2), g.expr(), g.nodes(1))
	case k < 9:
		return g.loop()
	case k < 10 && g.slots:
		return fmt.Sprintf(`<slot name="%s"/>`, g.pick("", "a", "{{"+g.expr()+"}}"))
	case k < 13 && len(g.comps) > 0:
		tag := g.pick(g.comps...)
		return fmt.Sprintf(`<%s p="{{%s}}" %s="{{%s}}" class="{{%s}}" ext="e {{%s}}">%s</%s>`, tag, g.expr(), g.pick("q", "a", "l", "o"), g.expr(), g.expr(), g.expr(), g.content(), tag)
	case k < 14 && !g.leaf:
		return fmt.Sprintf(`<template is="%s" data="{{%s}}"/>`, g.pick("t0", "t1", "{{a ? 't0' : 't1'}}"), g.pick("l, o, a", "...o, l: l", "a: o.x, l: o.l, o", "o: l[1], l, ...o", "l, a: b"))
	}
	return "<text>{{" + g.expr() + "}}</text>"
}

func (g *generator) content() string {
	var b strings.Builder
	for range g.r.Intn(3) {
		switch g.r.Intn(3) {
		case 0:
			b.WriteString(g.node())
		case 1:
			fmt.Fprintf(&b, `<view slot="a">%s</view>`, g.nodes(1))
		case 2:
			fmt.Fprintf(&b, `<view wx:for="{{l}}" slot="{{item.v}}">{{%s}}{{item.id}}</view>`, g.expr())
		}
	}
	return b.String()
}

func (g *generator) loop() string {
	item := g.pick("item", "it", "l")
	list := g.pick("l", "l", "l", "o.l", "o", "b", "o.l2 || l", g.expr())
	key := g.pick("", ` wx:key="id"`, ` wx:key="*this"`, ` wx:key="v"`)
	g.loops = append(g.loops, item)
	body := g.nodes(2)
	g.loops = g.loops[:len(g.loops)-1]
	return fmt.Sprintf(`<view wx:for="{{%s}}" wx:for-item="%s"%s>%s{{index}}</view>`, list, item, key, body)
}

func (g *generator) expr() string {
	names := []string{"a", "b", "o.x", "o.y.z", "l[0].v", "l.length", "l[a].id", "p", "q", "o", "l", "index", "a ? o.x : b", "a + b", "!a", "o.x === a"}
	for _, item := range g.loops {
		names = append(names, item, item+".id", item+".v", item+".v", item+".c[0]", item+".v + a")
	}
	return g.pick(names...)
}

func (g *generator) data() string {
	return fmt.Sprintf(`{"a":%s,"b":%s,"o":%s,"l":%s}`, g.scalar(), g.scalar(), g.object(), g.list())
}

func (g *generator) scalar() string {
	return g.pick("0", "1", "2", `"a"`, `"b"`, "true", "false", "null")
}

func (g *generator) object() string {
	return fmt.Sprintf(`{"x":%s,"y":{"z":%s},"l":%s,"l2":%s}`, g.scalar(), g.scalar(), g.list(), g.pick("null", "0", g.list()))
}

func (g *generator) list() string {
	var rows []string
	for range g.r.Intn(5) {
		rows = append(rows, g.row())
	}
	return "[" + strings.Join(rows, ",") + "]"
}

func (g *generator) row() string {
	return fmt.Sprintf(`{"id":%d,"v":%s,"c":[%s]}`, g.r.Intn(6), g.scalar(), g.scalar())
}

// batch is one setData call.
func (g *generator) batch() []string {
	var out []string
	for range 1 + g.r.Intn(3) {
		switch g.r.Intn(12) {
		case 0, 1:
			out = append(out, g.pick("a", "b"), g.scalar())
		case 2:
			out = append(out, "l", g.list())
		case 3:
			out = append(out, fmt.Sprintf("l[%d]", g.r.Intn(5)), g.row())
		case 4, 5:
			out = append(out, fmt.Sprintf("l[%d].%s", g.r.Intn(4), g.pick("v", "id", "c")), g.scalar())
		case 6:
			out = append(out, fmt.Sprintf("l[%d].c[0]", g.r.Intn(4)), g.scalar())
		case 7:
			out = append(out, g.pick("o.x", "o.y.z", "o.y"), g.scalar())
		case 8:
			out = append(out, "o", g.object())
		case 9:
			out = append(out, g.pick("o.l", "o.l2"), g.list())
		case 10:
			out = append(out, fmt.Sprintf("o.l[%d].v", g.r.Intn(3)), g.scalar())
		case 11:
			out = append(out, g.pick("l", "o", "b"), g.pick("null", g.object(), g.list(), `"text"`))
		}
	}
	return out
}
