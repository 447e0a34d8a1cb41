package script

import (
	"fmt"
	"math/rand"
	"strings"
)

// treeGenerator makes programs of nested components of everything that both sides know.
type treeGenerator struct {
	r     *rand.Rand
	files map[string]string
	comps []*treeComponent // those that the one being written may use come after it
	depth int
	ids   int
	loops int
	plain bool // only what j-component knows, too
}

// treeComponent is what users of a component must know of it.
type treeComponent struct {
	name     string
	props    []string
	slots    []string // names; "" is the default slot
	events   []string
	multiple bool
	external bool
	virtual  bool
	behavior bool
	related  string
	preset   map[string]bool // properties with a value of their own
}

func newTreeGenerator(seed int64) *treeGenerator {
	return &treeGenerator{r: rand.New(rand.NewSource(seed)), files: map[string]string{}}
}

func (g *treeGenerator) pick(list ...string) string { return list[g.r.Intn(len(list))] }
func (g *treeGenerator) chance(of int) bool         { return g.r.Intn(of) == 0 }

// treePrelude says things to the log in a form that does not depend on the order of keys.
const treePrelude = `
const text = (v) => typeof v === "object" && v !== null ? Array.isArray(v) ? "[" + v.map(text).join() + "]"
  : "{" + Object.keys(v).sort().map((k) => k + ":" + text(v[k])).join() + "}" : typeof v === "string" ? "'" + v + "'" : String(v)
const say = (...list) => console.log(list.map((v) => typeof v === "string" ? v : text(v)).join(" "))
const event = (self, name, e) => say(self.is, name, e.type, e.detail, "target", e.target.id, e.target.dataset, "current", e.currentTarget.id, e.currentTarget.dataset, "mark", e.mark)
`

func (g *treeGenerator) program() treeProgram {
	for i := range 2 + g.r.Intn(2) {
		c := &treeComponent{name: string(rune('a' + i)), slots: []string{""}, preset: map[string]bool{}}
		c.props = g.some("p", "q", "r")
		c.events = g.some("hit", "change")
		c.external, c.virtual, c.behavior = g.chance(4) && !g.plain, g.chance(8) && !g.plain, g.chance(3)
		if c.multiple = g.chance(3) && !g.plain; c.multiple {
			c.slots = append(c.slots, "s")
		}
		g.comps = append(g.comps, c)
	}
	if len(g.comps) > 1 && !g.plain && g.chance(3) {
		n := len(g.comps)
		g.comps[n-2].related, g.comps[n-1].related = g.comps[n-1].name, g.comps[n-2].name
	}
	all := g.comps
	using := make([]string, len(all))
	for i, c := range all {
		using[i] = fmt.Sprintf("%q:\"/c/%s\"", c.name, c.name)
	}
	for i, c := range all {
		g.comps = all[i+1:]
		g.component(c, strings.Join(using[i+1:], ","))
	}
	g.comps = all
	p := treeProgram{Files: g.files}
	g.ids = 0
	wxml := g.nodes(3, nil)
	var steps strings.Builder
	for i := range 3 + g.r.Intn(4) {
		name := fmt.Sprintf("step%d", i)
		p.Steps = append(p.Steps, name)
		fmt.Fprintf(&steps, "    %s() { %s },\n", name, g.step())
	}
	g.files["pages/index.json"] = `{"usingComponents":{` + strings.Join(using, ",") + `}}`
	g.files["pages/index.wxml"] = wxml
	g.files["pages/index.js"] = treePrelude + "Component({\n  data: " + g.data() + ",\n  observers: {" + g.observers(nil) + "},\n  methods: {\n" +
		steps.String() + "    on(e) { event(this, 'on', e) },\n    on2(e) { event(this, 'on2', e) },\n  },\n})\n"
	return p
}

func (g *treeGenerator) some(list ...string) (out []string) {
	for _, name := range list {
		if !g.chance(3) {
			out = append(out, name)
		}
	}
	return out
}

func (g *treeGenerator) data() string {
	return fmt.Sprintf("{ x: %s, y: %s, o: %s, list: %s }", g.scalar(), g.scalar(), g.object(), g.list())
}

func (g *treeGenerator) scalar() string {
	return g.pick("0", "1", "2", "'a'", "'bc'", "''", "true", "false", "null", "'10'")
}

func (g *treeGenerator) object() string {
	return fmt.Sprintf("{ k: %s, n: { m: %s } }", g.scalar(), g.scalar())
}

func (g *treeGenerator) list() string {
	var parts []string
	for _, id := range g.r.Perm(6)[:g.r.Intn(5)] {
		parts = append(parts, fmt.Sprintf("{ id: %d, v: %s }", id, g.scalar()))
	}
	return "[" + strings.Join(parts, ", ") + "]"
}
