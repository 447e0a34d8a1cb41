package script

import (
	"github.com/dop251/goja"
	"github.com/dougong-dev/dougong/core/miniapp/value"
)

// appScript is the module that calls App().
const appScript = "app"

// StartApp evaluates app.js, so that getApp works before any page is loaded, and runs onLaunch and onShow. A failure is
// reported and returned; the mini-program goes on without what failed.
func (r *Realm) StartApp(launch value.Value) error {
	err := r.Turn("app.js", func() error {
		if !r.source.hasScript(appScript) {
			return nil
		}
		_, err := r.require(appScript)
		if r.broken(appScript, err) {
			return nil
		}
		return err
	})
	r.started = true
	if _, _, e := r.AppCall("onLaunch", launch); err == nil {
		err = e
	}
	if _, _, e := r.AppCall("onShow", launch); err == nil {
		err = e
	}
	return err
}

// AppCall calls a method of the object given to App(): onShow, onHide, onPageNotFound and so on. found is false if it has
// none.
func (r *Realm) AppCall(method string, args ...value.Value) (result value.Value, found bool, err error) {
	err = r.Turn("App."+method, func() error {
		fn := r.callableOf(r.app, method)
		if fn == nil {
			return nil
		}
		found = true
		out, err := r.call(fn, r.app, r.toJSAll(args)...)
		if err == nil {
			result = r.toGo(out)
		}
		return err
	})
	return result, found, err
}

// tellApp calls a method of App about a failure. What it throws itself is reported and goes no further.
func (r *Realm) tellApp(method string, arg goja.Value) {
	fn := r.callableOf(r.app, method)
	if fn == nil || r.telling {
		return
	}
	r.telling = true
	defer func() { r.telling = false }()
	r.run("App."+method, fn, r.app, arg)
}

// tellHooks tells the base library of a failure, in the same way.
func (r *Realm) tellHooks(event string, arg goja.Value) {
	if r.telling {
		return
	}
	r.telling = true
	defer func() { r.telling = false }()
	for _, fn := range r.hooks[event] {
		r.run("wx.on "+event, fn, goja.Undefined(), arg)
	}
}

// registerApp is App(options). The options become the app object, over what getApp({allowDefault: true}) has handed out
// before.
func (r *Realm) registerApp(c goja.FunctionCall) goja.Value {
	opts, ok := c.Argument(0).(*goja.Object)
	if !ok {
		r.throw("App needs an object with the options, got %s", r.inspect(c.Argument(0)))
	}
	if r.appDone {
		r.warn("App() was called more than once; the last call counts")
	}
	r.appDone = true
	if r.app == nil {
		r.app = opts
		return goja.Undefined()
	}
	if _, err := r.kit.assign(goja.Undefined(), r.app, opts); err != nil {
		r.rethrow(err)
	}
	return goja.Undefined()
}

// getApp is getApp(options): undefined before App(), unless allowDefault is set. A program without App() has an empty one.
func (r *Realm) getApp(c goja.FunctionCall) goja.Value {
	if r.app != nil {
		return r.app
	}
	o, ok := c.Argument(0).(*goja.Object)
	if !r.started && (!ok || !r.get(o, "allowDefault").ToBoolean()) {
		return goja.Undefined()
	}
	r.app = r.vm.NewObject()
	return r.app
}

// Run evaluates a module in a turn of its own: the script of a worker. A failure is reported and returned.
func (r *Realm) Run(module string) error {
	return r.Turn("load "+module+".js", func() error {
		_, err := r.require(module)
		if err != nil {
			return r.loadError(err)
		}
		return nil
	})
}

// Interrupt stops what the realm is running or runs next. It may be called from any goroutine; the realm must not be used
// for anything new afterwards.
func (r *Realm) Interrupt() { r.vm.Interrupt(errTurn) }
