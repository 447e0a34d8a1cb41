package script

import "testing"

// TestCreatedSeesTree looks at the tree, and changes data, in "created". The order is what miniprogram-simulate 1.6 prints
// for the same files.
func TestCreatedSeesTree(t *testing.T) {
	t.Parallel()
	w, p := open(t, map[string]string{
		"pages/index.json": usesX,
		"pages/index.wxml": `<x title="given"/>`,
		"comp/x.json":      `{"usingComponents":{"y":"y"}}`,
		"comp/x.wxml":      `<view><y id="a" v="{{n}}"/><y wx:if="{{shown}}" id="b" v="2"/>{{title}}</view>`,
		"comp/x.js": `
Component({
  properties: { title: { type: String, value: "default", observer(now) { console.log("x title", now) } } },
  data: { n: "1", shown: true },
  created() {
    const y = this.selectComponent("#a")
    console.log("x created", JSON.stringify(y.data), this.selectAllComponents("#a,#b").length, this.data.title)
    this.own = 1
    this.setData({ n: "9" })
  },
  attached() { console.log("x attached", JSON.stringify(this.data), this.own) },
})`,
		"comp/y.wxml": `y {{v}}`,
		"comp/y.js": `
Component({
  properties: { v: { type: String, observer(now, old) { console.log("y v", now, old) } } },
  created() { console.log("y created", JSON.stringify(this.data)) },
  attached() { console.log("y attached", JSON.stringify(this.data)) },
})`,
	})
	w.wantLog(
		`y created {"v":""}`, "y v 1 ", `y created {"v":""}`, "y v 2 ",
		`x created {"v":"1"} 2 default`, "y v 9 1", "x title given",
		`x attached {"n":"9","shown":true,"title":"given"} 1`, `y attached {"v":"9"}`, `y attached {"v":"2"}`,
	)
	w.wantText(p, "y 9 y 2 given")
}
