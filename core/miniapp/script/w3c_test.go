package script

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/dougong-dev/dougong/core/miniapp/compiler"
	"github.com/dougong-dev/dougong/core/miniapp/value"
)

// TestW3CLifecycle runs a package by the W3C's drafts, whose scripts ask for the states of app and page.
func TestW3CLifecycle(t *testing.T) {
	t.Parallel()
	fsys := fstest.MapFS{}
	for name, text := range map[string]string{
		"manifest.json": `{"app_id":"org.example.a","name":"A","icons":[{"src":"i.png"}],"version":{"name":"1.0.0","code":1},"platform_version":{"min_code":1},
			"pages":["pages/home","pages/own"]}`,
		"i.png": "i",
		"app.js": `const state = global.getGlobalState("launched",
  (input) => console.log("launched " + input.pagePath + " " + input.inputQuery + " " + JSON.stringify(input.referrerInfo)),
  (input) => console.log("shown " + input.pagePath),
  () => console.log("hidden"),
  (error) => console.log("error " + error.errorDescription));
console.log("state " + state)`,
		"pages/home.html": "<template>\n  <div class=\"a\"><span>Hello</span> {{who}}</div>\n</template>",
		"pages/home.js": `Page.getPageState(
  (input) => console.log("loaded " + input.pagePath + " " + input.inputQuery), () => console.log("ready"), () => console.log("page shown"),
  () => console.log("page hidden"), () => console.log("unloaded"));
Page({ data: { who: "W3C" }, onLoad(query) { console.log("own onLoad " + query.k) }, fail() { missing() } });`,
		"pages/own.html": "<text>bare</text>",
	} {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	w := newWorld(t, build(t, compiler.Options{FS: fsys, Dir: "test", Strict: true}))
	_ = w.realm.StartApp(value.ObjectOf("path", "pages/home", "query", value.ObjectOf("k", "v")))
	w.wantLog("state undefined", `launched pages/home k=v ""`, "shown pages/home")
	p := w.openPage("pages/home", value.ObjectOf("k", "v"))
	w.wantLog("loaded pages/home k=v", "own onLoad v", "page shown", "ready")
	w.wantText(p, "Hello W3C")
	for _, name := range []string{"onHide", "onUnload"} {
		_, _, _ = p.Call(name)
	}
	_, _, _ = w.realm.AppCall("onHide")
	w.wantLog("page hidden", "unloaded", "hidden")
	_, _, _ = p.Call("fail")
	w.wantError("script-throw", "pages/home.js", 4, "missing is not defined")
	if got := w.log(); !strings.HasPrefix(got, "error fail of pages/home: ReferenceError: missing is not defined") {
		t.Errorf("logged %q", got)
	}
	own := w.openPage("pages/own", nil)
	w.wantText(own, "bare")
	w.wantNoErrors()
}
