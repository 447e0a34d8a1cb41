package dom

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/core/miniapp/view"
)

// page applies patches given as JSON lists of operations.
func page(t testing.TB, patches ...string) (*Tree, error) {
	t.Helper()
	tree := New()
	for i, text := range patches {
		var ops []any
		if err := json.Unmarshal([]byte(text), &ops); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if err := tree.Apply(view.Patch{Page: 1, Seq: i + 1, Ops: ops}); err != nil {
			return tree, err
		}
	}
	return tree, nil
}

// a list: ids 1 (view), 2 (anchor); rows are clones of fragment 2 with ids 10 (anchor at the root), 11 (text).
const rows = `[[0,1,[["view",{"class":"l"},[0]]]],[0,2,[0,{"h":1}]],[0,3,["x"]],[1,1,1,0,0],[1,2,10,2,0,["a"]],[1,2,20,2,0,["b"]],[1,2,30,2,0,["c"]]]`

func TestApply(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		patches []string
		want    string
	}{
		{"order of clones", []string{rows}, "abc"},
		{"insert before", []string{rows, `[[1,2,40,2,20,["n"]]]`}, "anbc"},
		{"content of an anchor at the root stands before it", []string{rows, `[[1,3,50,20,0]]`, `[[1,2,60,2,20,["n"]]]`}, "anxbc"},
		{"move takes content along", []string{rows, `[[1,3,50,30,0]]`, `[[5,30,10]]`}, "xcab"},
		{"move to the end", []string{rows, `[[5,10,0]]`}, "bca"},
		{"remove", []string{rows, `[[1,3,50,30,0],[4,30,10]]`}, "b"},
		{"an id may come back", []string{rows, `[[4,20]]`, `[[1,2,20,2,10,["B"]]]`}, "Bac"},
		{"text", []string{rows, `[[3,21,"B"]]`}, "aBc"},
		{"reset", []string{rows, `[[7],[0,1,["new"]],[1,1,1,0,0]]`}, "new"},
	} {
		tree, err := page(t, c.patches...)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if got := strings.ReplaceAll(tree.VisibleText(), "\n", ""); got != c.want {
			t.Errorf("%s: page shows %q, want %q", c.name, got, c.want)
		}
	}
}

func TestApplyRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ ops, want string }{
		{`[[1,9,1,0,0]]`, "no fragment 9"}, {rows[:len(rows)-1] + `,[1,3,50,99,0]]`, "no node 99"}, {rows[:len(rows)-1] + `,[1,3,50,1,0]]`, "node 1 is a element, not a anchor"},
		{rows[:len(rows)-1] + `,[1,3,50,2,99]]`, "no clone 99 at anchor 2"}, {rows[:len(rows)-1] + `,[1,3,10,2,0]]`, "node 10 exists already"},
		{rows[:len(rows)-1] + `,[1,2,50,2,0]]`, "no value for text"}, {rows[:len(rows)-1] + `,[1,3,50,2,0,["x"]]]`, "1 values too many"},
		{rows[:len(rows)-1] + `,[4,11]]`, "no clone 11"}, {rows[:len(rows)-1] + `,[2,11,"x",1]]`, "node 11 is a text"}, {rows[:len(rows)-1] + `,[3,1,"x"]]`, "node 1 is a element"},
		{rows[:len(rows)-1] + `,[5,10,1]]`, "no clone 1"}, {rows[:len(rows)-1] + `,[5,10,10]]`, "before itself"}, {rows[:len(rows)-1] + `,[0,1,[]]]`, "defined already"},
		{`[[99]]`, "no operation 99"}, {`[["x"]]`, "begins with its number"}, {`[5]`, "must be an array"}, {`[[2,"a"]]`, "must be an integer"}, {`[[0,1,[[]]]]`, "1 to 6 parts"},
		{`[[0,1,[7]]]`, "is no node"}, {`[[6,"k","c",[]],[6,"k","c",[]]]`, "came twice"}, {`[[8,1,"focus",null,0]]`, "no node 1"}, {`[[3]]`, "missing"},
	} {
		if _, err := page(t, c.ops); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want %q", c.ops, err, c.want)
		}
	}
	tree := New()
	_ = tree.Apply(view.Patch{Seq: 1})
	if err := tree.Apply(view.Patch{Seq: 3}); err == nil || !strings.Contains(err.Error(), "patch 3 follows patch 1") {
		t.Errorf("a gap in the stream: %v", err)
	}
	if err := tree.Apply(view.Patch{Seq: 9, Ops: []any{[]any{view.OpReset}}}); err != nil {
		t.Errorf("a reset after a gap: %v", err)
	}
}

func TestTextAndQueries(t *testing.T) {
	t.Parallel()
	tree, err := page(t, `[[0,1,[
		["view",{"class":"c--card big"},[["text",null,["Total: "]],["text",null,["5"]]]],
		["view",{"hidden":true},["secret"]],["view",{"style":"color:red; display : none"},["gone"]],["view",{"hidden":false},["shown"]],
		["input",{"placeholder":"Name"}],["input",{"value":"Ann","placeholder":"Name"}],["input",{"value":"abc","password":true}],
		["rich-text",{"nodes":"<b>bold</b> text"}],["rich-text",{"nodes":[{"name":"p","children":[{"type":"text","text":"deep"}]}]}],
		["*",{"is":"pay-button","id":"pay"},[["view",{"data":1},[["text",null,["Pay"]]],["tap"]]]]
	]],[1,1,1,0,0]]`)
	if err != nil {
		t.Fatal(err)
	}
	want := "Total: 5\nshown\nName\nAnn\n•••\nbold text\ndeep\nPay"
	if got := tree.VisibleText(); got != want {
		t.Errorf("visible text\n%s\nwant\n%s", got, want)
	}
	for _, c := range []struct {
		selector string
		n        int
	}{{"text", 3}, {".card", 1}, {".big > text", 2}, {"#pay text", 1}, {"pay-button", 1}, {"[password]", 1}, {"#pay > text", 0}, {"input, .card", 4}} {
		if got, err := tree.Find(c.selector); err != nil || len(got) != c.n {
			t.Errorf("%q matches %d (%v), want %d", c.selector, len(got), err, c.n)
		}
	}
	pay := tree.FindText("Pay")
	if pay == nil || pay.Name != "text" || pay.Listener("tap") == nil || pay.Listener("tap").Name != "view" || pay.Listener("longpress") != nil {
		t.Errorf("Pay is found as %v", pay)
	}
	if tree.FindText("secret") != nil {
		t.Error("hidden text is found")
	}
	if html := pay.Parent.Parent.HTML(); html != "<pay-button id=\"pay\">\n  <view data=\"1\">\n    <text>Pay</text>\n  </view>\n</pay-button>\n" {
		t.Errorf("HTML:\n%s", html)
	}
	if tree.Len() != len(tree.nodes)-1 {
		t.Errorf("Len = %d of %d nodes", tree.Len(), len(tree.nodes))
	}
}

// FuzzApply applies arbitrary operations: errors, never a panic.
func FuzzApply(f *testing.F) {
	f.Add(rows)
	f.Add(`[[0,1,[["view",{"a":1},["t",{"h":1},0],["tap"],["x"]]]],[1,1,1,0,0,[2,"s"]],[2,1,"x",null],[3,3,"n"],[7],[8,1,"m",{},1]]`)
	f.Fuzz(func(t *testing.T, text string) {
		var ops []any
		if json.Unmarshal([]byte(text), &ops) != nil {
			return
		}
		tree := New()
		if tree.Apply(view.Patch{Seq: 1, Ops: ops}) == nil {
			_ = tree.HTML() + tree.VisibleText()
		}
	})
}
