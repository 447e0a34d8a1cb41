package script

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/miniapp/value"
)

func TestModules(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		modules map[string]string
		want    string
	}{
		{"relative, absolute and npm", map[string]string{
			"app":                            `console.log(require("./a/b").name, require("/a/b.js").name, require("left-pad").pad, require("@x/y/z").z)`,
			"a/b":                            `exports.name = require("../c")`,
			"c":                              `module.exports = "c"`,
			"miniprogram_npm/left-pad/index": `exports.pad = "pad"`,
			"miniprogram_npm/@x/y/z":         `exports.z = "z"`,
		}, "c c pad z"},
		{"a folder's index", map[string]string{"app": `console.log(require("./lib"))`, "lib/index": `module.exports = 1`}, "1"},
		{"npm of a subpackage first", map[string]string{
			"app": `console.log(require("./sub/m"))`, "sub/m": `module.exports = require("p")`,
			"sub/miniprogram_npm/p/index": `module.exports = "near"`, "miniprogram_npm/p/index": `module.exports = "far"`,
		}, "near"},
		{"a cycle sees what is exported so far", map[string]string{
			"app": `console.log(JSON.stringify(require("./a")))`,
			"a":   `exports.one = 1; exports.b = require("./b"); exports.two = 2`,
			"b":   `exports.seen = Object.keys(require("./a"))`,
		}, `{"one":1,"b":{"seen":["one"]},"two":2}`},
		{"evaluated once", map[string]string{
			"app": `require("./a"); require("/a"); console.log(global.n)`, "a": `global.n = (global.n || 0) + 1`,
		}, "1"},
		{"strict mode", map[string]string{"app": `console.log((function () { return this })() === undefined)`}, "true"},
		{"no browser globals", map[string]string{
			"app": `console.log(typeof window, typeof document, window && 1, typeof globalThis, globalThis === global)`,
		}, "undefined undefined undefined object true"},
		{"Function('return this')", map[string]string{"app": `console.log(Function("return this")() === globalThis)`}, "true"},
		{"functions are functions", map[string]string{
			"app": `console.log((() => 1) instanceof Function, (async () => 1)() instanceof Promise, Object.prototype.toString.call(() => 1))`,
		}, "true true [object Function]"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			run(t, test.modules).wantLog(test.want)
		})
	}
}

func TestModuleErrors(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, src, id, text string
		line                int
	}{
		{"missing", "\nrequire('./nope')", "module-missing", `module "./nope" is not found, required in app.js`, 2},
		{"JSON", "require('./a.json')", "module-missing", "cannot require JSON", 1},
		{"no path", "require(7)", "module-missing", "needs a path", 1},
		{"throws", "\n\n  throw new Error('boom')", "script-throw", "boom", 3},
		{"throws text", "throw 'boom'", "script-throw", "threw boom", 1},
		{"reads undefined", "const o = {}\no.a.b", "script-throw", "TypeError: Cannot read property 'b' of undefined", 2},
		{"syntax", "\nlet let = 1", "script-syntax", "app.js", 2},
		{"eval", "eval('1')", "eval", "eval is not allowed", 1},
		{"new Function", "new Function('a', 'return a')", "eval", "Function and new Function are not allowed in a mini-program, as in WeChat", 1},
		{"Function", "Function('return 1 + 1')()", "eval", "Function and new Function are not allowed in a mini-program, as in WeChat", 1},
		{"async function constructor", "(async () => 1).constructor('1')", "eval", "not allowed", 1},
		{"plugin", "requirePlugin('x')", "plugin-missing", "requirePlugin", 1},
		{"endless recursion", "function f() {\n  f()\n}\nf()", "stack-overflow", "nested calls", 2},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := run(t, map[string]string{"app": test.src})
			w.wantError(test.id, "app.js", test.line, test.text)
			w.wantNoErrors()
		})
	}
}

func TestTurnBudget(t *testing.T) {
	t.Parallel()
	w := run(t, map[string]string{"app": `
App({
  spin() {
    for (let n = 0;;) n++
  },
  spinAsync() {
    const again = () => Promise.resolve().then(again)
    again()
  },
  fine() { return 7 },
})`}, func(o *Options) { o.Budget.Turn = 400 * time.Millisecond })
	w.wantNoErrors()
	for range 2 {
		if _, _, err := w.realm.AppCall("spin"); err == nil {
			t.Error("an endless loop must end with an error")
		}
		e := w.wantError("turn-timeout", "app.js", 4, "ran longer than 400ms")
		if e.Hint == "" {
			t.Error("the hint is missing")
		}
	}
	_, _, _ = w.realm.AppCall("spinAsync")
	w.wantError("turn-timeout", "app.js", 7, "ran longer than 400ms")
	if v, _, err := w.realm.AppCall("fine"); err != nil || v != 7.0 {
		t.Errorf("after the timeouts the realm must go on: got %v, %v", v, err)
	}
}

func TestTimers(t *testing.T) {
	t.Parallel()
	w := run(t, map[string]string{"app": `
const log = (x) => console.log(x)
setTimeout(log, 20, "b")
setTimeout(() => { log("a"); setTimeout(log, 0, "nested") }, 10)
clearTimeout(setTimeout(log, 5, "never"))
let n = 0
const id = setInterval(() => { log("tick " + ++n); if (n === 2) clearInterval(id) }, 15)
Promise.resolve().then(() => log("micro"))
queueMicrotask(() => log("queued"))
log("sync")`})
	w.wantLog("sync", "micro", "queued")
	for range 12 {
		w.clock.add(5 * time.Millisecond)
		w.realm.RunTimers()
	}
	w.wantLog("a", "nested", "tick 1", "b", "tick 2")
	if at, ok := w.realm.NextTimer(); ok {
		t.Errorf("no timer may be left, got one at %v", at)
	}
}

func TestTimerLimit(t *testing.T) {
	t.Parallel()
	w := run(t, map[string]string{"app": "for (;;)\n  setTimeout(() => {}, 1000)"}, func(o *Options) { o.Budget.Timers = 50 })
	w.wantError("timer-limit", "app.js", 2, "too many timers")
}

func TestRejections(t *testing.T) {
	t.Parallel()
	w := run(t, map[string]string{"app": `
App({
  onUnhandledRejection(e) { console.log("app:", e.reason.message) },
  onError(text) { console.log("onError:", text.split("\n")[0]) },
  handled() { const p = Promise.reject(new Error("x")); p.catch(() => {}) },
  async lost() {
    await 1
    throw new Error("lost")
  },
  fails() { throw new RangeError("loud") },
})`})
	_, _, _ = w.realm.AppCall("handled")
	w.wantNoErrors()
	_, _, _ = w.realm.AppCall("lost")
	w.wantError("unhandled-rejection", "app.js", 8, "lost")
	w.wantLog("app: lost")
	if _, _, err := w.realm.AppCall("fails"); err == nil {
		t.Error("AppCall must return what was thrown")
	}
	w.wantError("script-throw", "app.js", 10, "RangeError: loud")
	w.wantLog("onError: App.fails: RangeError: loud")
}

func TestBindInvokeEmit(t *testing.T) {
	t.Parallel()
	prelude := Source{Name: "lib.js", Code: `
globalThis.wx = {
  echo: (x) => __dougong.echo(x),
  keep: (fn) => __dougong.keep(fn),
  fail: () => __dougong.fail(),
  unsupported: () => __dougong.unsupported(),
  lib: () => { throw new Error("of the library") },
}
__dougong.on("ping", (x) => console.log("ping", x))`}
	w := newWorld(t, scripts(t, map[string]string{"app": `
App({
  echo() {
    const buf = wx.echo({ b: new Uint8Array([1, 2, 3]).buffer, f: Math.max, n: null, u: undefined, l: [1, "x", true] })
    console.log(new Uint8Array(buf.b).join(), buf.f === Math.max, buf.n, "u" in buf, buf.l)
    wx.keep((a, b) => a + b)
    console.log(Object.keys(wx).length, { ...wx }.echo === wx.echo)
  },
  fail() { try { wx.fail() } catch (e) { console.log(e.message) } },
  unsupported() {
    wx.unsupported()
  },
  lib() {
    wx.lib()
  },
})`}), func(o *Options) { o.Prelude = []Source{prelude} })
	var kept value.Func
	w.realm.Bind("echo", func(args []value.Value) (value.Value, error) { return args[0], nil })
	w.realm.Bind("keep", func(args []value.Value) (value.Value, error) { kept = args[0].(value.Func); return nil, nil })
	w.realm.Bind("fail", func([]value.Value) (value.Value, error) { return nil, errors.New("no luck") })
	w.realm.Bind("unsupported", func([]value.Value) (value.Value, error) {
		f := &Failure{}
		f.ID, f.Origin, f.Message, f.Hint = "api-missing", "unsupported", "not provided", "install a plugin"
		return nil, f
	})
	_ = w.realm.StartApp(nil)
	_, _, _ = w.realm.AppCall("echo")
	w.wantLog("1,2,3 true null true [1, \"x\", true]", "5 true")
	if v, err := w.realm.Invoke(kept, 2.0, 3.0); err != nil || v != 5.0 {
		t.Errorf("Invoke = %v, %v", v, err)
	}
	if err := w.realm.Emit("ping", "pong"); err != nil {
		t.Error(err)
	}
	_, _, _ = w.realm.AppCall("fail")
	w.wantLog("ping pong", "no luck")
	_, _, _ = w.realm.AppCall("unsupported")
	if e := w.wantError("api-missing", "app.js", 11, "not provided"); e.Origin != "unsupported" || e.Hint != "install a plugin" {
		t.Errorf("origin and hint must survive: %+v", e)
	}
	_, _, _ = w.realm.AppCall("lib")
	if e := w.wantError("script-throw", "app.js", 14, "of the library"); strings.Contains(e.Stack, "lib.js") {
		t.Errorf("the base library's frames must not show: %s", e.Stack)
	}
}

// TestReplacedConstructors: what a library puts in the place of Page and its like holds for every module.
func TestReplacedConstructors(t *testing.T) {
	t.Parallel()
	w, p := open(t, map[string]string{
		"app.json": `{"pages": ["pages/index"], "usingComponents": {"c": "/c"}}`,
		"app.js":   `require("./sdk"); App({ onLaunch() { console.log("launch", this.tracked) } })`,
		"sdk.js": `const page = Page, app = App, component = Component
Page = function (o) { const own = o.onLoad; o.onLoad = function (q) { this.tracked = "page"; own.call(this, q) }; return page(o) }
App = function (o) { o.tracked = true; app.call(this, o) }
Component = (o) => component({ ...o, data: { tracked: "component" } })`,
		"pages/index.js": `Page({ onLoad() { this.setData({ t: this.tracked }) } })`, "pages/index.wxml": `<view>{{t}}</view><c/>`,
		"c.json": `{"component": true}`, "c.js": `Component({})`, "c.wxml": `<view>{{tracked}}</view>`,
	})
	w.wantLog("launch true")
	w.wantText(p, "page component")
	w.wantNoErrors()
}

func TestGetApp(t *testing.T) {
	t.Parallel()
	run(t, map[string]string{"app": `
const early = getApp({ allowDefault: true })
early.before = 1
require("./a")
App({ globalData: { n: 1 }, onLaunch(o) { console.log("launch", o.path, this === getApp()) }, onShow() { console.log("show") } })
console.log(getApp() === early, getApp().before, getApp().globalData.n)`,
		"a": `console.log(typeof getApp().globalData)`,
	}).wantLog("undefined", "true 1 1", "launch pages/index/index true", "show")
}

func TestLanguage(t *testing.T) {
	t.Parallel()
	tests := []struct{ src, want string }{
		{`[..."a=1&b=%E4%B8%AD+x".split("&")].length`, "2"},
		{`new URLSearchParams("a=1&b=%E4%B8%AD+x").get("b")`, "中 x"},
		{`new URL("../x?q=1#h", "https://a.com:443/p/q/r").href`, "https://a.com/p/x?q=1#h"},
		{`[typeof URL, typeof Intl, typeof TextEncoder]`, `["function", "object", "function"]`},
		{`new TextDecoder().decode(new TextEncoder().encode("中a"))`, "中a"},
		{`btoa("abc") + atob("YWJj")`, "YWJjabc"},
		{`structuredClone({ a: [1, { b: 2 }] }).a[1].b`, "2"},
		{`(1234567.891).toLocaleString()`, "1,234,567.891"},
		{`(0.5).toLocaleString("zh-CN", { style: "percent" })`, "50%"},
		{`(12.5).toLocaleString("zh-CN", { style: "currency", currency: "CNY" })`, "¥12.50"},
		{`new Date(0).toLocaleDateString("zh-CN", { timeZone: "UTC" })`, "1970/1/1"},
		{`new Date(0).toLocaleString("zh-CN", { timeZone: "UTC" })`, "1970/1/1 00:00:00"},
		{`new Date(0).toLocaleString("en-US", { timeZone: "UTC" })`, "1/1/1970, 12:00:00 AM"},
		{`new Date(0).toLocaleDateString("zh-CN", { timeZone: "UTC", year: "numeric", month: "long", day: "numeric", weekday: "long" })`, "1970年1月1日星期四"},
		{`new Intl.NumberFormat("en").format(1e6)`, "1,000,000"},
		{`typeof performance.now()`, "number"},
		{`[[1, , 3], new Map([[1, 2]]).size, /a/g, null, undefined]`, "[[1, undefined, 3], 1, /a/g, null, undefined]"},
		{`new WeakRef(Math).deref() === Math`, "true"},
	}
	for _, test := range tests {
		t.Run(test.src, func(t *testing.T) {
			t.Parallel()
			run(t, map[string]string{"app": "console.log(" + test.src + ")"}).wantLog(test.want)
		})
	}
}

func TestConsole(t *testing.T) {
	t.Parallel()
	w := run(t, map[string]string{"app": `
console.log("%s is %d", "x", 3, { a: { b: [1, "s"] } })
console.warn(new Error("bad"))
const c = {}; c.self = c
console.info(c, function name() {}, Symbol("s"))`})
	if got := w.logs[1]; got.File != "app.js" || got.Line != 3 || !strings.Contains(got.Message, "at (anonymous) (app.js:3:") {
		t.Errorf("a logged error must have its place: %+v", got)
	}
	w.logs[1].Message = "…"
	w.wantLog(`x is 3 {a: {b: [1, "s"]}}`, "warn: …", "info: {self: [Circular]} [Function: name] Symbol(s)")
}

func TestConsoleRemembers(t *testing.T) {
	t.Parallel()
	run(t, map[string]string{"app": `
console.group("outer"); console.log("a\nb"); console.groupCollapsed(); console.log("c"); console.groupEnd(); console.groupEnd(); console.groupEnd()
console.count(); console.count("x"); console.count(); console.countReset(); console.count()
console.time("t"); console.timeLog("t"); console.timeEnd("t"); console.timeEnd("t")
console.assert(1 === 1, "never"); console.assert(false, "%s", "loud"); console.table([{ a: 1 }])`,
	}).wantLog("outer", "  a\n  b", "    c", "default: 1", "x: 1", "default: 2", "default: 1",
		"t: 0 ms", "t: 0 ms", "error: assertion failed: %s loud", "[{a: 1}]")
}

// An error's stack that a program prints itself has the author's places too.
func TestPrintedStack(t *testing.T) {
	t.Parallel()
	w := newWorld(t, project(t, map[string]string{"pages/index.wxml": "", "app.js": `import { f } from "./lib"
App({})
try {
  f()
} catch (e) {
  console.log(e.stack)
  console.log("seen: " + e.stack)
}`, "lib.ts": `interface Unused { a: number }

export const f = (): never => {
  throw new TypeError("typed")
}`}))
	_ = w.realm.StartApp(nil)
	for i, head := range []string{"TypeError: typed\n", "seen: TypeError: typed\n"} {
		want := head + "at f (lib.ts:4:9)\nat (anonymous) (app.js:4:3)"
		if got := w.logs[i].Message; got != want {
			t.Errorf("logged %q, want %q", got, want)
		}
	}
}

func TestJSONBombs(t *testing.T) {
	t.Parallel()
	w := run(t, map[string]string{"app": `
const fails = (f) => { try { return f() } catch (e) { return e.name + ": " + e.message } }
let deep = []
for (let i = 0; i < 2e4; i++) deep = [deep]
App({})
console.log(fails(() => JSON.stringify(deep)))
console.log(fails(() => JSON.stringify(deep, null, 2)))
console.log(fails(() => JSON.parse("[".repeat(2e5))))
console.log(fails(() => JSON.parse("{\"a\":".repeat(2e5))))
console.log(fails(() => JSON.parse('"' + "[".repeat(6000) + '\\\"["').length))`}, func(o *Options) { o.Budget.Turn = time.Minute })
	w.wantLog("RangeError: JSON.stringify: the value is nested deeper than 5000",
		"RangeError: JSON.stringify: the value is nested deeper than 5000",
		"RangeError: JSON.parse: the text is nested deeper than 5000", "RangeError: JSON.parse: the text is nested deeper than 5000", "6002")
}

func TestProgramsAreShared(t *testing.T) {
	t.Parallel()
	p := scripts(t, map[string]string{"app": "console.log('hi')"})
	a, b := newWorld(t, p), newWorld(t, p)
	if a.realm.code != b.realm.code {
		t.Error("realms of a program must share compiled code")
	}
	_, _ = a.realm.StartApp(nil), b.realm.StartApp(nil)
	a.wantLog("hi")
	b.wantLog("hi")
}

// Work of seconds is legal: it is told of, once.
func TestSlowTurn(t *testing.T) {
	t.Parallel()
	w := newWorld(t, scripts(t, map[string]string{"app": "App({})"}))
	for _, took := range []time.Duration{SlowTurn - 1, SlowTurn + 300*time.Millisecond, 2 * SlowTurn} {
		if err := w.realm.Turn("onLoad of p", func() error { w.clock.add(took); return nil }); err != nil {
			t.Fatal(err)
		}
	}
	_ = w.realm.Turn("a call", func() error {
		done := w.realm.Waiting()
		w.clock.add(2 * SlowTurn)
		done()
		return nil
	})
	w.wantLog("warn: onLoad of p ran for 1.3s, while nothing else of the mini-program could: split the work with setTimeout, or give it to a Worker")
	w.wantNoErrors()
}

// TestForeignGlobals: what browsers and Node have is not there, and the failure says what is instead.
func TestForeignGlobals(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, src, hint string }{
		{"crypto", "crypto.getRandomValues(new Uint8Array(1))", "wx.getRandomValues"},
		{"a library's own words", "throw new Error('crypto.getRandomValues() not supported')", "wx.getRandomValues"},
		{"fetch", "fetch('https://a')", "wx.request"},
		{"process", "process.nextTick()", "build for browsers"},
		{"Buffer", "Buffer.from('a')", "npm package buffer"},
		{"nothing of the kind", "missing()", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			e := run(t, map[string]string{"app": c.src}).wantError("script-throw", "app.js", 1, "")
			if c.hint == "" && e.Hint != "" || !strings.Contains(e.Hint, c.hint) {
				t.Errorf("%s: %s: hint %q, want %q in it", c.src, e.Message, e.Hint, c.hint)
			}
		})
	}
}
