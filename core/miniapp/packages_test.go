package miniapp_test

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/program"
	"github.com/dougong-dev/dougong/core/miniapp/view"
)

// TestIndependentPackage: a page of an independent subpackage opens without the app, which starts once the main package is
// needed.
func TestIndependentPackage(t *testing.T) {
	p := build(t, program.App{
		Pages:       []string{"p/home", "solo/page", "sub/page"},
		SubPackages: []program.SubPackage{{Root: "solo", Pages: []string{"solo/page"}, Independent: true}, {Root: "sub", Name: "s", Pages: []string{"sub/page"}, Entry: "sub/entry"}},
	}, map[string]string{
		"app.js":      `console.log("app.js"); App({name: "the app", onLaunch: (o) => console.log("launch " + o.path), onShow: () => console.log("app show")})`,
		"p/home.js":   `Page({onLoad() { console.log("home " + getApp().name + " " + getApp().before); wx.navigateTo({url: "/sub/page"}) }})`,
		"p/home.wxml": "<view>home</view>", "solo/page.wxml": "<view>solo</view>", "sub/page.wxml": "<view>sub</view>",
		"solo/page.js": `console.log("solo " + typeof getApp() + " " + typeof getApp({allowDefault: true}));
getApp({allowDefault: true}).before = "set";
Page({onLoad() { wx.navigateTo({url: "/p/home"}) }})`,
		"sub/entry.js": `console.log("entry " + typeof require("./lib"))`,
		"sub/lib.js":   `console.log("lib")`,
		"sub/page.js":  `console.log("sub"); Page({})`,
	})
	start(t, p, withLaunch(message.Launch{Path: "solo/page"})).wantLog(
		"solo undefined object", "app.js", "launch solo/page", "app show", "home the app set", "lib", "entry object", "sub")
	start(t, p, withLaunch(message.Launch{Path: "p/home"})).wantLog(
		"app.js", "launch p/home", "app show", "home the app undefined", "lib", "entry object", "sub")
}

func TestPackageAPIs(t *testing.T) {
	p := build(t, program.App{
		Pages: []string{"p/a"}, Ext: map[string]any{"host": "h", "n": []any{1.0}},
		SubPackages: []program.SubPackage{{Root: "sub", Name: "s"}},
	}, map[string]string{"p/a.wxml": "<view>a</view>", "p/a.js": `Page({onLoad() {
		const ext = wx.getExtConfigSync(); ext.n.push(2);
		console.log(JSON.stringify(ext), JSON.stringify(wx.getExtConfigSync()));
		wx.getExtConfig({success: (r) => console.log(r.errMsg, r.extConfig.host)});
		for (const name of ["s", "sub", "none"]) {
			const task = wx.preDownloadSubpackage({name, success: (r) => console.log(name, r.errMsg), fail: (e) => console.log(e.errMsg)});
			task.onProgressUpdate((r) => console.log(name, r.progress));
		}
		wx.preDownloadSubpackage({packageType: "workers"});
	}})`})
	start(t, p).wantLog(`{"host":"h","n":[1,2]} {"host":"h","n":[1]}`, "getExtConfig:ok h",
		"s 100", "s preDownloadSubpackage:ok", "sub 100", "sub preDownloadSubpackage:ok",
		`preDownloadSubpackage:fail subpackage "none" is not found`)
}

// TestPluginPages: plugins have pages, which are reached by their names.
func TestPluginPages(t *testing.T) {
	p := build(t, program.App{
		Pages: []string{"p/a"},
		Plugins: []program.Plugin{
			{Name: "hello", Provider: "wx1", Root: "__plugin__/wx1", Pages: map[string]string{"first": "__plugin__/wx1/first"}, Main: "__plugin__/wx1/index", Export: "exports"},
			{Name: "gone", Provider: "wx2"},
		},
	}, map[string]string{
		"p/a.wxml": "<view>a</view>",
		"p/a.js": `const hello = requirePlugin("hello"), gone = requirePlugin("gone"), again = requirePlugin("gone");
Page({onLoad() {
	console.log(hello.who(), Object.keys(gone).length);
	requirePlugin.async("hello").then((p) => console.log(p === hello));
	requirePlugin.async("nobody").catch((e) => console.log(e.message));
	wx.navigateTo({url: "plugin://gone/first", fail: (e) => console.log(e.errMsg)});
	wx.navigateTo({url: "plugin://hello/first?x=1"});
}})`,
		"exports.js":              `module.exports = {name: "the mini-program"}`,
		"__plugin__/wx1/index.js": `exports.who = () => "plugin of " + requireMiniProgram().name`,
		"__plugin__/wx1/first.js": `Page({onLoad(q) { console.log("first", q.x, typeof requireMiniProgram()) }})`, "__plugin__/wx1/first.wxml": "<view>first</view>",
	})
	r := start(t, p)
	r.wantLog(`ERROR plugin-missing unsupported requirePlugin("gone"): the plugin is not installed`,
		"plugin of the mini-program 0", "true", `requirePlugin("nobody"): there is no such plugin in app.json`,
		`navigateTo:fail page "plugin://gone/first" is not found`, "first 1 object")
	if _, stack := r.stack(); stack != "push p/a __plugin__/wx1/first" {
		t.Errorf("stack = %s", stack)
	}
}

// TestBrokenPage: what the build found wrong is said when the page opens, once, and the page opens with what there is.
func TestBrokenPage(t *testing.T) {
	p := build(t, program.App{
		Pages: []string{"p/a", "p/b"},
		Broken: map[string]program.Diagnostic{
			"p/a.js": {ID: "js-syntax", Severity: "error", File: "p/a.js", Line: 3, Column: 4, Message: "Unexpected }"},
		},
		BrokenApp: []string{"p/a.js"},
	}, map[string]string{"p/a.wxml": "<view>a</view>", "p/b.wxml": "<view>b</view>", "p/b.js": "Page({})"})
	r := start(t, p)
	r.post(message.ToActor{Route: &message.Route{Kind: "navigate", Path: "/p/b"}})
	r.wantLog("ERROR js-syntax app Unexpected }")
	if _, stack := r.stack(); stack != "push p/a p/b" {
		t.Errorf("stack = %s", stack)
	}
}

func TestWorker(t *testing.T) {
	p := build(t, program.App{Pages: []string{"p/a", "p/b"}, Workers: "workers"}, map[string]string{
		"p/a.wxml": "<view>a</view>", "p/b.wxml": "<view>b</view>", "p/b.js": "Page({})",
		"p/a.js": `
const fail = (f) => { try { f() } catch (e) { console.log(e.message) } };
Page({onLoad() {
	fail(() => wx.createWorker("p/b.js"));
	fail(() => wx.createWorker("workers/none.js"));
	const w = wx.createWorker("workers/fib/index.js", {useExperimentalWorker: true});
	fail(() => wx.createWorker("workers/fib/index.js"));
	fail(() => w.postMessage("text"));
	w.onError((e) => console.log("onError", e.message));
	w.onProcessKilled(() => console.log("killed"));
	w.onMessage((m) => {
		console.log(m.result, new Uint8Array(m.buffer)[1], m.where);
		if (m.result === 55) return w.postMessage({n: -1, buffer: m.buffer});
		w.terminate();
		fail(() => w.postMessage({}));
		wx.createWorker("workers/fib/index.js").onMessage(() => {});
	});
	w.postMessage({n: 10, buffer: new Uint8Array([1, 2, 3]).buffer});
}})`,
		"workers/fib/index.js": `
const fib = require("../lib");
worker.onMessage((m) => {
	if (m.n < 0) setTimeout(() => worker.postMessage({result: 0, buffer: m.buffer, where: "timer"}), 3);
	else worker.postMessage({result: fib(m.n), buffer: m.buffer, where: typeof wx + typeof getApp});
	throw new Error("after " + m.n);
});`,
		"workers/lib.js": `module.exports = function fib(n) { return n < 2 ? n : fib(n - 1) + fib(n - 2) }`,
	})
	start(t, p).waitLog(
		`createWorker:fail "p/b.js" is not in the folder "workers" that app.json names for workers`,
		`createWorker:fail there is no script "workers/none.js"`,
		"createWorker:fail a mini-program may run 1 worker at a time: terminate the other one first",
		"postMessage:fail parameter should be Object instead of string",
		"55 2 undefinedundefined",
		"ERROR script-throw app message: after 10", "onError message: after 10",
		"ERROR script-throw app message: after -1", "onError message: after -1",
		"0 2 timer", "postMessage:fail the worker has been terminated")
}

// TestCameraFramesInAWorker: the worker that start names sees the camera's pictures, as the listener does, until stop.
func TestCameraFramesInAWorker(t *testing.T) {
	p := build(t, program.App{Pages: []string{"p/a"}, Workers: "workers"}, map[string]string{
		"p/a.wxml": "<camera/>",
		"p/a.js": `
Page({onReady() {
	const w = wx.createWorker("workers/see.js");
	let heard = 0, stopped = false;
	const listener = wx.createCameraContext().onCameraFrame((frame) => {
		heard = new Uint8Array(frame.data)[0];
		w.postMessage({});
	});
	w.onMessage((m) => {
		if (m.none) { console.log("nothing to see"); return w.terminate(); }
		if (m.first < 3 || stopped) return;
		if (heard >= 3) console.log(m.width, m.height, m.length, "heard too");
		stopped = true;
		listener.stop({ success: () => w.postMessage({}) });
	});
	listener.start({ worker: {}, fail: (e) => {
		console.log(e.errMsg);
		listener.start({ worker: w, success: () => console.log("started") });
	} });
}})`,
		"workers/see.js": `
worker.onMessage(() => {
	const f = worker.getCameraFrameData();
	worker.postMessage(f ? { width: f.width, height: f.height, length: f.data.byteLength, first: new Uint8Array(f.data)[0] } : { none: true });
});`,
	})
	taken := byte(0)
	start(t, p, withAnswer(func(a message.Ask) *message.Answer {
		if a.Kind != message.AskInvoke {
			return nil
		}
		taken++
		data := base64.StdEncoding.EncodeToString([]byte{taken, 2, 3, 255})
		return &message.Answer{Result: json.RawMessage(`{"width":1,"height":1,"data":"` + data + `"}`)}
	})).waitLog("CameraFrameListener.start:fail parameter error: parameter.worker should be Worker", "started", "1 1 4 heard too", "nothing to see")
}

// TestRouteEvents: wx.onBeforeAppRoute, onAppRoute and onAppRouteDone hear of every navigation.
func TestRouteEvents(t *testing.T) {
	p := build(t, program.App{Pages: []string{"p/a", "p/b"}}, map[string]string{
		"app.js": `
for (const name of ["BeforeAppRoute", "AppRoute", "AppRouteDone"]) {
	wx["on" + name]((e) => console.log(name, e.openType, e.path, JSON.stringify(e.query), typeof e.webviewId));
}
App({})`,
		"p/a.wxml": "<view>a</view>", "p/b.wxml": "<view>b</view>",
		"p/a.js": `Page({onLoad() { console.log("load a") }})`,
		"p/b.js": `Page({onReady() { wx.navigateBack() }})`,
	})
	r := start(t, p, withLaunch(message.Launch{Path: "p/a?x=1"}))
	r.wantLog(`BeforeAppRoute appLaunch p/a {"x":"1"} undefined`, "load a", `AppRoute appLaunch p/a {"x":"1"} number`, `AppRouteDone appLaunch p/a {"x":"1"} number`)
	r.clear()
	r.post(message.ToActor{Route: &message.Route{Kind: "navigate", Path: "/p/b?y=2"}})
	r.wantLog(`BeforeAppRoute navigateTo p/b {"y":"2"} undefined`, `AppRoute navigateTo p/b {"y":"2"} number`, `AppRouteDone navigateTo p/b {"y":"2"} number`,
		`BeforeAppRoute navigateBack p/a {"x":"1"} number`, `AppRoute navigateBack p/a {"x":"1"} number`)
}

// TestRejectionReason: what a promise was rejected with reaches App and wx as it is.
func TestRejectionReason(t *testing.T) {
	p := build(t, program.App{Pages: []string{"p/a"}}, map[string]string{
		"app.js": `
const says = (who) => ({reason, promise}) => { console.log(who, reason.code, promise instanceof Promise); Promise.reject(new Error("again")) };
wx.onUnhandledRejection(says("wx"));
App({onUnhandledRejection: says("App")})`,
		"p/a.wxml": "<view>a</view>", "p/a.js": `Page({onLoad() { Promise.reject(Object.assign(new Error("no"), {code: 7})) }})`,
	})
	log := start(t, p).log()
	for _, want := range []string{"ERROR unhandled-rejection app unhandled promise rejection: no\n", "App 7 true\n", "wx 7 true\n"} {
		if !strings.Contains(log, want) {
			t.Errorf("no %q in\n%s", want, log)
		}
	}
}

// TestLaunchIntoPlugin: a mini-program may be entered by a page of a plugin.
func TestLaunchIntoPlugin(t *testing.T) {
	p := build(t, program.App{
		Pages: []string{"p/home"},
		Plugins: []program.Plugin{{
			Name: "hello", Provider: "wx1", Root: "__plugin__/wx1", Pages: map[string]string{"first": "__plugin__/wx1/first"},
		}},
	}, map[string]string{
		"app.js": `App({onLaunch: (o) => console.log("launch " + o.path)})`, "p/home.js": `Page({})`, "p/home.wxml": "<view/>",
		"__plugin__/wx1/first.js":   `Page({onLoad(q) { console.log("plugin page " + q.a + q.b) }})`,
		"__plugin__/wx1/first.wxml": "<view>plugin</view>",
	})
	start(t, p, withLaunch(message.Launch{Path: "plugin://hello/first?a=1", Query: map[string]string{"b": "2"}})).wantLog(
		"launch __plugin__/wx1/first", "plugin page 12")
}

// TestMethodsNamedLikeLifetimes: what a component calls a lifetime is a method in Page().
func TestMethodsNamedLikeLifetimes(t *testing.T) {
	p := build(t, program.App{Pages: []string{"p/home"}}, map[string]string{
		"app.js": `App({})`, "p/home.wxml": `<view/>`,
		"p/home.js": `Page({lifetimes: {created() { console.log("created") }}, ready() { console.log("ready") }, attached() { console.log("attached") },
onLoad() { console.log("load") }, onReady() { this.ready() }})`,
	})
	start(t, p).wantLog("created", "load", "ready")
}

// TestSubmitKeepsOrder: a form's values come in the order of its fields, whichever way the event travels.
func TestSubmitKeepsOrder(t *testing.T) {
	p := build(t, program.App{Pages: []string{"p/home"}}, map[string]string{
		"app.js": `App({})`, "p/home.wxml": `<view class="x" bind:custom="sent"/>`,
		"p/home.js": `Page({sent(e) { console.log(JSON.stringify(e.detail)) }})`,
	})
	r := start(t, p)
	var e view.ClientEvent
	if err := json.Unmarshal([]byte(`{"page": 1, "node": 1, "type": "custom", "detail": {"value": {"z": "1", "a": [true, null], "m": {"y": 1, "b": 2}}}}`), &e); err != nil {
		t.Fatal(err)
	}
	r.post(message.ToActor{Event: &e})
	r.wantLog(`{"value":{"z":"1","a":[true,null],"m":{"y":1,"b":2}}}`)
}
