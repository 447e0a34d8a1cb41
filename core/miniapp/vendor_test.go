package miniapp_test

import (
	"context"
	"os"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/core/capability"
	"github.com/dougong-dev/dougong/core/capability/apiname"
	"github.com/dougong-dev/dougong/core/miniapp/baselib"
	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/program"
	"github.com/dougong-dev/dougong/pdk/go"
)

// vendor is a kernel with a vendor's capability; where is asynchronous, when answers at once, watch is a task.
type vendor struct{ calls }

func (vendor) APIs(string) []message.API {
	api := func(name, method, mode string, vendor bool, details ...string) message.API {
		return message.API{Name: name, Capability: "com.acme.geo/v1", Method: method, Mode: mode, Vendor: vendor, Details: details}
	}
	return []message.API{
		api("ft.acmeWhere", "where", "async", true, "object", "object.precise", "success", "success.city"),
		api("wx.acmeWhere", "where", "async", true, "object", "object.precise", "success", "success.city"),
		api("ft.acmeWhen", "when", "sync", true, "return.hour"),
		api("wx.acmeWatch", "watch", "task", true),
		api("wx.request", "request", "task", false),
	}
}

func newVendor() vendor {
	return vendor{calls{
		"where": func(_ context.Context, c *capability.Call) (pdk.Payload, error) {
			if string(c.Payload.JSON) == `{"fail":true}` {
				return pdk.Payload{}, pdk.Errorf(30001, "nowhere", "nobody knows")
			}
			return jsonPayload(`{"city":"深圳","got":` + string(c.Payload.JSON) + `}`)
		},
		"when": func(context.Context, *capability.Call) (pdk.Payload, error) { return jsonPayload(`{"hour":7}`) },
	}}
}

var vendorTests = map[string]struct{ code, log string }{
	"async ext API": {
		`ft.acmeWhere({precise: true, success: (r) => console.log(r.city, JSON.stringify(r.got), r.errMsg)});`,
		`深圳 {"precise":true} acmeWhere:ok`,
	},
	"API of mode sync": {`console.log(ft.acmeWhen().hour);`, `7`},
	"ext API that nobody provides": {
		`ft.getLocationExt({url: "", success: () => console.log("no"), fail: (e) => console.log(e.errno, e.errMsg), complete: () => console.log("c")});`,
		`4 getLocationExt:fail not supported: no plugin of this super-app provides ft.getLocationExt; install one whose contract names it, and claim the name in superapp.yaml: plugins[].apis: [ft.getLocationExt]|c`,
	},
	"promise of one that nobody provides": {`ft.getLocationExt().catch((e) => console.log(e.errno));`, `4`},
	"sync ext API that nobody provides": {
		`try { ft.readSync(); } catch (e) { console.log(e.errno, e.errMsg.slice(0, 27)); }`, `4 readSync:fail not supported`,
	},
	"an ext API cannot shadow": {
		`console.log(ft.showToast === wx.showToast, typeof wx.getLocationExt, Object.getPrototypeOf(ft) === Object.prototype, ft.constructor === Object);`, `true undefined true true`,
	},
	"can use what is provided":        {`console.log(ft.canIUse("acmeWhere"), ft.canIUse("acmeWhen"), ft.canIUse("getLocationExt"), wx.canIUse("getLocationExt"));`, `true true false false`},
	"can use details":                 {`console.log(wx.canIUse("acmeWhere.object.precise"), wx.canIUse("acmeWhere.success.city"), wx.canIUse("acmeWhere.success"), ft.canIUse("acmeWhen.return.hour"));`, `true true true true`},
	"cannot use what is not said":     {`console.log(wx.canIUse("acmeWhere.object.other"), wx.canIUse("acmeWhere.return.city"), wx.canIUse("acmeWhen"), wx.canIUse("acmeWhere.object.precise.x"));`, `false false false false`},
	"cannot use what objects inherit": {`console.log(wx.canIUse("constructor"), wx.canIUse("toString.name"), wx.canIUse("view.constructor"), wx.canIUse("__proto__.x"), wx.canIUse(""));`, `false false false false false`},
	"native plugin": {
		`wx.invokeNativePlugin({api_name: "acmeWhere", data: {a: 1}, success: (r) => console.log(r.city, JSON.stringify(r.got), r.errMsg), complete: () => console.log("c")});`,
		`深圳 {"a":1} invokeNativePlugin:ok|c`,
	},
	"native plugin, promise":                    {`ft.invokeNativePlugin({api_name: "acmeWhen"}).then((r) => console.log(r.hour));`, `7`},
	"native plugin fails":                       {`wx.invokeNativePlugin({api_name: "acmeWhere", data: {fail: true}, fail: (e) => console.log(e.errno, e.errMsg)});`, `30001 invokeNativePlugin:fail nobody knows`},
	"native plugin that is none":                {`wx.invokeNativePlugin({api_name: "scan", fail: (e) => console.log(e.errno, e.errMsg)});`, `4 invokeNativePlugin:fail not supported: no plugin of this super-app provides "scan"; install one whose contract names wx.scan, and claim the name in superapp.yaml: plugins[].apis: [wx.scan]`},
	"native plugin is no way to a standard API": {`wx.invokeNativePlugin({api_name: "request", data: {url: "x"}, fail: (e) => console.log(e.errno)});`, `4`},
	"native plugin that is a task":              {`wx.invokeNativePlugin({api_name: "acmeWatch", fail: (e) => console.log(e.errno, e.errMsg)});`, `4 invokeNativePlugin:fail "acmeWatch" is no call that answers once: use wx.acmeWatch itself`},
	"native plugin without a name":              {`wx.invokeNativePlugin({data: {}, fail: (e) => console.log(e.errno, e.errMsg)});`, `1001 invokeNativePlugin:fail parameter error: parameter.api_name should be String instead of Undefined;`},
	"native plugin with other data":             {`wx.invokeNativePlugin({api_name: "acmeWhen", data: "x", fail: (e) => console.log(e.errno, e.errMsg)});`, `1001 invokeNativePlugin:fail parameter error: parameter.data should be Object instead of String;`},
}

func TestVendorAPIs(t *testing.T) {
	t.Parallel()
	for name, c := range vendorTests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			app := program.App{Pages: []string{"pages/a"}, ExtAPIs: []program.ExtAPI{{Name: "acmeWhere"}, {Name: "getLocationExt"}, {Name: "readSync", Sync: true}, {Name: "showToast"}, {Name: "__proto__"}, {Name: "constructor"}}}
			p := build(t, app, map[string]string{"pages/a.js": `Page({onLoad() { ` + c.code + ` }});`})
			start(t, p, withKernel(newVendor())).wantLog(strings.Split(c.log, "|")...)
		})
	}
}

// TestExtAPIForms: an extApi entry may ask for the other form of a vendor's method.
func TestExtAPIForms(t *testing.T) {
	t.Parallel()
	app := program.App{Pages: []string{"pages/a"}, ExtAPIs: []program.ExtAPI{{Name: "acmeWhere", Sync: true}, {Name: "acmeWhen"}}}
	p := build(t, app, map[string]string{"pages/a.js": `Page({onLoad() {
		console.log(ft.acmeWhere({a: 1}).city);
		try { ft.acmeWhere({fail: true}); } catch (e) { console.log(e.errno, e.errMsg); }
		ft.acmeWhen({success: (r) => console.log(r.hour, r.errMsg)});
	}});`})
	start(t, p, withKernel(newVendor())).wantLog("深圳", "30001 acmeWhere:fail nobody knows", "7 acmeWhen:ok")
}

// TestBaseLibraryNames: what the base library defines is listed for tools, and no vendor can shadow it.
func TestBaseLibraryNames(t *testing.T) {
	t.Parallel()
	r := start(t, onLoad(t, `console.log(Object.keys(wx).sort().join("\n"));`), withKernel(calls{}))
	list := r.log()
	if list != strings.Join(baselib.Names(), "\n")+"\n" {
		const file = "baselib/dist/names.txt"
		if os.Getenv("UPDATE") == "" {
			t.Errorf("%s is not what the base library defines: run UPDATE=1 go test ./core/miniapp -run BaseLibraryNames\ngot %s", file, list)
		} else if err := os.WriteFile(file, []byte(list), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	names := apiname.New(nil)
	for _, name := range strings.Fields(list) {
		if names.Owner("wx."+name) == "" {
			t.Errorf("a vendor could shadow wx.%s: add it to core/capability/apiname", name)
		}
	}
}
