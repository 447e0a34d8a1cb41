package script

import "testing"

// TestInitialValueIsKept: what a property begins with is what its declaration says, of whatever type, as in glass-easel; only
// what is set is converted.
func TestInitialValueIsKept(t *testing.T) {
	t.Parallel()
	w, _ := open(t, map[string]string{
		"pages/index.json": usesX,
		"pages/index.wxml": `<x id="x"/>`,
		"pages/index.js":   `Page({ onReady() { console.log(JSON.stringify(this.selectComponent("#x").data)) } })`,
		"comp/x.wxml":      ``,
		"comp/x.js": `
Component({
  properties: {
    n: { type: Number, value: null }, s: { type: String, value: null }, a: { type: Array, value: null },
    text: { type: Number, value: "12" }, none: { type: Number, value: undefined }, plain: Number,
  },
  attached() { this.properties.n === null && console.log("nothing was given") },
})`,
	})
	w.wantLog("nothing was given", `{"n":null,"s":null,"a":null,"text":"12","none":0,"plain":0}`)
}
