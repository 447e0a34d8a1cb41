package script

import "testing"

func TestRouters(t *testing.T) {
	t.Parallel()
	prelude := Source{Name: "lib.js", Code: `globalThis.wx = { navigateTo: (o) => { console.log(o.url, o.extra); return 7 }, navigateBack: (o) => console.log("back", o) }`}
	w, p := open(t, map[string]string{
		"pages/index.wxml": `<c id="c"/>`, "pages/index.json": `{"usingComponents":{"c":"/lib/c/c"}}`,
		"lib/c/c.json": `{"component":true}`, "lib/c/c.wxml": "", "lib/c/c.js": "Component({})",
		"pages/index.js": `Page({ run() {
			const c = this.selectComponent("#c")
			console.log(c.renderer, c.router.navigateTo({ url: "./a/b?x=../y", extra: 1 }))
			c.pageRouter.navigateTo({ url: "a" })
			this.router.navigateTo({ url: "../a" })
			c.router.navigateTo({ url: "/q/q" })
			c.router.navigateBack()
		} })`,
	}, func(o *Options) { o.Prelude = []Source{prelude} })
	w.do(p, "run")
	w.wantLog("/lib/c/a/b?x=../y 1", "webview 7", "/pages/a undefined", "/a undefined", "/q/q undefined", "back undefined")
}

// A template script sees the values that it is given and its own built-ins, nothing of the mini-program.
func TestWXSNames(t *testing.T) {
	t.Parallel()
	w, p := open(t, map[string]string{
		"pages/index.wxml": `<wxs module="m">
var names = [typeof wx, typeof getApp, typeof setTimeout, typeof Promise, typeof Page, typeof globalThis]
var own = [typeof getDate, typeof getRegExp, typeof JSON, typeof Math, typeof Number, typeof Date, typeof parseInt, typeof module, typeof require, typeof console]
module.exports = { absent: names.join(), there: own.join(), makes: [getDate(2020, 0, 2).getMonth(), getRegExp("A", "i").test("a"), "x".constructor, JSON.stringify(undefined)].join() }
</wxs>{{m.absent}}; {{m.there}}; {{m.makes}}`, "pages/index.js": "Page({})",
	})
	w.wantText(p, "undefined,undefined,undefined,undefined,undefined,undefined; "+
		"function,function,object,object,function,function,function,object,function,object; 0,true,String,")
}
