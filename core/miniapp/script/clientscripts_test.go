package script_test

import (
	"strings"
	"testing"

	"github.com/dop251/goja"

	"github.com/dougong-dev/dougong/core/miniapp/program"
	"github.com/dougong-dev/dougong/core/miniapp/script"
)

func TestClientScripts(t *testing.T) {
	t.Parallel()
	files := program.MapFiles{
		program.AppFile:                       []byte(`{"format":1,"id":"a","scripts":[],"subPackages":[{"root":"here","pages":[]},{"root":"later","pages":[],"file":"later.zip"}],"templateScripts":["gone.wxs","here/a.wxs","later/a.wxs","p/a.wxs","p/bad.wxs","p/\"q\".wxs"]}`),
		program.WXSDir + "/p/a.wxs.js":        []byte("let document = 5; module.exports.seen = [typeof window, typeof fetch, typeof wx, document, getDate(2020, 1).getMonth()].join() // end"),
		program.WXSDir + "/p/bad.wxs.js":      []byte("}, evil: function () {"),
		program.WXSDir + "/here/a.wxs.js":     []byte("module.exports = 1"),
		program.WXSDir + "/" + `p/"q".wxs.js`: []byte("module.exports = 1"),
	}
	p, err := program.Load(files)
	if err != nil {
		t.Fatal(err)
	}
	code := script.ClientScripts(p)
	vm := goja.New()
	_ = vm.Set("window", vm.GlobalObject())
	if _, err := vm.RunString(string(code)); err != nil {
		t.Fatalf("%v\n%s", err, code)
	}
	out, err := vm.RunString(`var m = { exports: {} }; ` + script.ClientScriptsName + `["p/a.wxs"](null, m, m.exports, (y, n) => new Date(y, n)); Object.keys(` + script.ClientScriptsName + `).join() + " " + m.exports.seen`)
	if want := `here/a.wxs,p/a.wxs,p/"q".wxs undefined,undefined,undefined,5,1`; err != nil || out.String() != want {
		t.Errorf("got %v, %v; want %s", out, err, want)
	}
	if strings.Contains(string(code), "evil") {
		t.Error("a module that does not compile is in the script")
	}
	delete(files, program.WXSDir+"/p/a.wxs.js")
	delete(files, program.WXSDir+"/here/a.wxs.js")
	delete(files, program.WXSDir+`/p/"q".wxs.js`)
	if code := script.ClientScripts(p); code != nil {
		t.Errorf("nothing to run gives %q", code)
	}
}
