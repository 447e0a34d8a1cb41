package script

import (
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/core/miniapp/program"
)

// TestRequireAsync: modules of other subpackages come later, and what fails says which module and why.
func TestRequireAsync(t *testing.T) {
	t.Parallel()
	w := run(t, map[string]string{
		"app": `
require("./sub/a", (m) => console.log("callback", m.name));
require("./sub/none", () => {}, ({ mod, errMsg }) => console.log("failed", mod, errMsg));
require.async("./sub/a").then((m) => console.log("promise", m.name));
require.async("./sub/boom").catch((e) => console.log("rejected", e.mod, e.message, e instanceof Error));
require.async("./sub/text").catch((e) => console.log("thrown", e.mod, e.message));
App({});`,
		"sub/a": `exports.name = "A"`, "sub/boom": `throw new Error("boom")`, "sub/text": `throw "a text"`,
	})
	w.wantLog("promise A", "rejected ./sub/boom boom true", "thrown ./sub/text a text", "callback A",
		`failed ./sub/none requireAsync:fail module "./sub/none" is not found, required in app.js`)
}

// TestSloppyModules: a module that the compiler did not make strict may leak names; others may not.
func TestSloppyModules(t *testing.T) {
	t.Parallel()
	w := run(t, map[string]string{
		"app":    "\"use sloppy\";\nrequire('./leak'); console.log(leaked, typeof (function () { return this })()); require('./strict'); App({})",
		"leak":   "\"use sloppy\";\nleaked = 3",
		"strict": "\n\nalso = 1",
	})
	if got := w.log(); got != "3 object" {
		t.Errorf("log %q", got)
	}
	w.logs = nil
	w.wantError("script-throw", "strict.js", 3, "also is not defined")
}

func TestGlobalObject(t *testing.T) {
	t.Parallel()
	run(t, map[string]string{"app": `
console.log(Function("return this")() === globalThis, new Function(" return this; ")() === global);
Function("r", "regeneratorRuntime = r")({ mark: 1 });
console.log(regeneratorRuntime.mark, Object.keys(globalThis).includes("regeneratorRuntime"));
try { Function("return 1")() } catch (e) { console.log(e.message) }
console.log(typeof this, this === module.exports);
App({})`}).wantLog("true true", "1 false", "Function and new Function are not allowed in a mini-program, as in WeChat: code cannot be made of text", "object true")
}

// TestWithoutApp: a program whose app.js is missing or broken has an app all the same.
func TestWithoutApp(t *testing.T) {
	t.Parallel()
	w := newWorld(t, scripts(t, map[string]string{"a": `console.log(typeof getApp(), getApp() === getApp())`}))
	_ = w.realm.StartApp(nil)
	_ = w.realm.Run("a")
	w.wantLog("object true")
	if err := w.realm.Run("none"); err == nil || !strings.Contains(err.Error(), "none.js is not there") {
		t.Errorf("Run of a missing module: %v", err)
	}
}

func TestInstalledPlugin(t *testing.T) {
	t.Parallel()
	p := scripts(t, map[string]string{
		"app":             `console.log(requirePlugin("p").name, Object.keys(requirePlugin("empty")).length); requirePlugin.async("p").then((v) => console.log(v.name)); App({})`,
		"__plugin__/x/ix": `exports.name = requireMiniProgram() === undefined ? "alone" : "together"`,
	})
	p.App.Plugins = []program.Plugin{{Name: "p", Provider: "x", Root: "__plugin__/x", Main: "__plugin__/x/ix"}, {Name: "empty", Root: "__plugin__/y"}}
	w := newWorld(t, p)
	_ = w.realm.StartApp(nil)
	w.wantLog("alone 0", "alone")
}

// TestOwnNames: a module may declare names that it would see otherwise.
func TestOwnNames(t *testing.T) {
	t.Parallel()
	run(t, map[string]string{
		"app":   `const { ft, wx } = { ft: 1, wx: 2 }; let self = 3; class Page {} ; function App2() {} const module2 = require("./other"); console.log(ft, wx, self, typeof Page, module2); App({})`,
		"other": `var App = 1, console2 = console; function Component() {} module.exports = App + typeof Component + typeof wx; function require2() {} `,
	}).wantLog("1 2 3 function 1functionundefined")
	w := run(t, map[string]string{"app": "let a = 1;\nlet a = 2;"})
	w.wantError("script-syntax", "app.js", 2, "has already been declared")
}

// TestProxyAccessors: an accessor that cannot be configured may be defined through a trap, as Vue does.
func TestProxyAccessors(t *testing.T) {
	t.Parallel()
	run(t, map[string]string{"app": `
const proxy = (trap) => new Proxy({}, { defineProperty: trap });
const pass = proxy((t, k, d) => Reflect.defineProperty(t, k, d));
let kept = 0;
console.log(Object.defineProperty(pass, "a", { get: () => 1, set(v) { kept = v } }) === pass, pass.a);
pass.a = 7;
console.log(kept, Reflect.defineProperty(pass, "b", { get: () => 2 }), pass.b);
const fails = (f) => { try { f(); return "no error" } catch (e) { return e.name } };
console.log(fails(() => Object.defineProperty(proxy(() => false), "a", { value: 1 })),
	fails(() => Object.defineProperty(proxy(() => { throw new RangeError() }), "a", { get: () => 1 })), fails(() => Object.defineProperty(1, "a", {})));
console.log(Object.defineProperty({}, "x", { value: 1 }).x, Object.defineProperty.name, Object.keys(Object).length);
App({})`}).wantLog("true 1", "7 true 2", "TypeError RangeError TypeError", "1 defineProperty 0")
}
