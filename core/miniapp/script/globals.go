package script

import (
	_ "embed"
	"encoding/base64"
	"strings"
	"sync"

	"github.com/dop251/goja"
	"github.com/dougong-dev/dougong/core/miniapp/value"
)

// shimName is the name of the embedded shims in stack traces.
const shimName = "dougong:shim.js"

//go:embed shim.js
var shimSource string

// shimGlobals are defined by the shims on first use: few programs need any, and every realm would pay for them.
var shimGlobals = []string{"URL", "URLSearchParams", "TextEncoder", "TextDecoder", "Intl", "WeakRef", "FinalizationRegistry", "structuredClone"}

var compiledShim = sync.OnceValues(func() (*goja.Program, error) {
	return compileWrapped(shimName, hostHead, shimSource)
})

// setUpGlobals adds what the engine lacks and takes away what a mini-program must not have.
func (r *Realm) setUpGlobals() {
	global := r.vm.GlobalObject()
	r.hide(global, "global", global)
	for name, fn := range map[string]func(goja.FunctionCall) goja.Value{
		"queueMicrotask":     r.queueMicrotask,
		"atob":               r.atob,
		"btoa":               r.btoa,
		"requireMiniProgram": r.notThere("requireMiniProgram", "other mini-programs' code"),
		"requestAnimationFrame": func(c goja.FunctionCall) goja.Value {
			return r.setTimer(goja.FunctionCall{Arguments: []goja.Value{c.Argument(0), r.vm.ToValue(16), r.vm.ToValue(r.uptime())}}, false)
		},
		"cancelAnimationFrame": func(c goja.FunctionCall) goja.Value {
			r.clearTimer(c.Argument(0).ToInteger())
			return goja.Undefined()
		},
	} {
		r.hide(global, name, r.native(name, fn))
	}
	performance := r.vm.NewObject()
	r.set(performance, "now", r.native("now", func(goja.FunctionCall) goja.Value { return r.vm.ToValue(r.uptime()) }))
	r.set(performance, "timeOrigin", r.vm.ToValue(r.start.UnixMilli()))
	r.hide(global, "performance", performance)
	r.mendProxies(global)
	r.setUpPlugins(global)
	r.setUpLazy(global)
	r.setUpLanguage(global)
	r.setUpJSON(global)
	r.setUpLocale()
	r.banEval(global)
}

// uptime is milliseconds since the realm began.
func (r *Realm) uptime() float64 { return float64(r.now().Sub(r.start).Microseconds()) / 1000 }

// setUpLazy defines globals that run the shims when somebody first reads them.
func (r *Realm) setUpLazy(global *goja.Object) {
	for _, name := range shimGlobals {
		get := r.vm.ToValue(func(goja.FunctionCall) goja.Value {
			r.runShims(global)
			return global.Get(name)
		})
		set := r.vm.ToValue(func(c goja.FunctionCall) goja.Value {
			r.hide(global, name, c.Argument(0))
			return goja.Undefined()
		})
		_ = global.DefineAccessorProperty(name, get, set, goja.FLAG_TRUE, goja.FLAG_FALSE)
	}
}

func (r *Realm) runShims(global *goja.Object) {
	prog, err := compiledShim()
	if err != nil {
		r.rethrow(err)
	}
	v, err := r.vm.RunProgram(prog)
	if err != nil {
		r.rethrow(err)
	}
	fn, _ := goja.AssertFunction(v)
	made, err := fn(goja.Undefined(), r.shimHost(), global)
	if err != nil {
		r.rethrow(err)
	}
	for _, name := range shimGlobals {
		r.hide(global, name, made.(*goja.Object).Get(name))
	}
}

// shimHost is what the shims take from Go.
func (r *Realm) shimHost() *goja.Object {
	o := r.vm.NewObject()
	r.set(o, "encode", r.native("encode", func(c goja.FunctionCall) goja.Value {
		return r.toJS(value.Bytes(c.Argument(0).String()))
	}))
	r.set(o, "decode", r.native("decode", r.decodeText))
	r.set(o, "encodingName", r.native("encodingName", r.encodingName))
	r.setUpIntl(o)
	return o
}

func (r *Realm) queueMicrotask(c goja.FunctionCall) goja.Value {
	if _, ok := goja.AssertFunction(c.Argument(0)); !ok {
		r.throw("queueMicrotask needs a function, got %s", r.inspect(c.Argument(0)))
	}
	// By way of a script: a job that calls a script from Go would have the engine run the jobs behind it at once.
	if _, err := r.kit.queue(goja.Undefined(), c.Argument(0)); err != nil {
		r.rethrow(err)
	}
	return goja.Undefined()
}

// notThere makes a function that says what is not supported.
func (r *Realm) notThere(name, what string) func(goja.FunctionCall) goja.Value {
	return func(c goja.FunctionCall) goja.Value {
		r.throwMarked("api-unsupported", originUnsupported, "", name+"("+r.inspect(c.Argument(0))+"): "+what+" cannot be loaded")
		return goja.Undefined()
	}
}

func (r *Realm) atob(c goja.FunctionCall) goja.Value {
	text := strings.Map(func(c rune) rune {
		if strings.ContainsRune(" \t\n\f\r=", c) {
			return -1
		}
		return c
	}, c.Argument(0).String())
	b, err := base64.RawStdEncoding.DecodeString(text)
	if err != nil {
		r.throw("atob: the text is not base64")
	}
	units := make([]uint16, len(b))
	for i, c := range b {
		units[i] = uint16(c)
	}
	return goja.StringFromUTF16(units)
}

func (r *Realm) btoa(c goja.FunctionCall) goja.Value {
	var b []byte
	for _, u := range c.Argument(0).String() {
		if u > 0xff {
			r.throw("btoa: the text has characters beyond U+00FF")
		}
		b = append(b, byte(u))
	}
	return r.vm.ToValue(base64.StdEncoding.EncodeToString(b))
}

// codeHint helps where a program, or a library in it, makes code at run time.
const codeHint = "write the code into a file of the project; a library that generates code needs its static build or its precompiled form " +
	"(protobufjs: pbjs -t static-module; templates: precompile them)"

// banEval takes away the ways to compile text at run time: what runs is what was reviewed. Function("return this")(),
// which libraries use to find the global object, still works.
func (r *Realm) banEval(global *goja.Object) {
	r.hide(global, "eval", r.native("eval", func(goja.FunctionCall) goja.Value {
		r.throwMarked("eval", originApp, codeHint, "eval is not allowed in a mini-program, as in WeChat: code cannot be made of text")
		return goja.Undefined()
	}))
	ban := func(c goja.FunctionCall) goja.Value {
		if n := len(c.Arguments); n > 0 {
			switch strings.TrimRight(strings.TrimSpace(c.Argument(n-1).String()), "; ") {
			case "return this":
				return r.vm.ToValue(func(goja.FunctionCall) goja.Value { return global })
			case "regeneratorRuntime = r": // how old versions of that library reach the global object
				return r.vm.ToValue(func(c goja.FunctionCall) goja.Value {
					r.hide(global, "regeneratorRuntime", c.Argument(0))
					return goja.Undefined()
				})
			}
		}
		r.throwMarked("eval", originApp, codeHint,
			"Function and new Function are not allowed in a mini-program, as in WeChat: code cannot be made of text")
		return goja.Undefined()
	}
	function := r.vm.ToValue(func(c goja.ConstructorCall) *goja.Object {
		return ban(goja.FunctionCall{Arguments: c.Arguments}).(*goja.Object)
	}).(*goja.Object)
	proto := r.kit.function.(*goja.Object).Get("prototype").(*goja.Object)
	_ = function.DefineDataProperty("prototype", proto, goja.FLAG_FALSE, goja.FLAG_FALSE, goja.FLAG_FALSE)
	_ = function.DefineDataProperty("name", r.vm.ToValue("Function"), goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	r.hide(proto, "constructor", function)
	r.hide(global, "Function", function)
	r.kit.functionShim = function
	for _, src := range []string{"(async function(){})", "(function*(){})"} {
		if fn, err := r.vm.RunString(src); err == nil {
			p := fn.(*goja.Object).Prototype()
			_ = p.DefineDataProperty("constructor", r.native("Function", ban), goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE)
		}
	}
}

// quietChannel is an event channel that leads nowhere: of a page that no navigateTo opened.
func (r *Realm) quietChannel() goja.Value {
	o := r.vm.NewObject()
	for _, name := range []string{"on", "once", "off", "emit"} {
		r.set(o, name, r.native(name, func(goja.FunctionCall) goja.Value { return goja.Undefined() }))
	}
	return o
}
