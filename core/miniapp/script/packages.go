package script

import (
	"errors"
	"fmt"

	"github.com/dop251/goja"
	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/program"
)

// enterPackage runs the entry of a module's subpackage before the first module of it.
func (r *Realm) enterPackage(module string) {
	sub := r.source.p.App.PackageOf(module)
	if sub == nil || sub.Entry == "" || r.entered[sub.Root] {
		return
	}
	r.entered[sub.Root] = true
	if _, err := r.load(sub.Entry); err != nil {
		r.report("entry of "+sub.Root, r.loadError(err))
	}
}

// loadPackage requires a module of another subpackage. A failure is an Error that has the fields mod and errMsg as well.
func (r *Realm) loadPackage(from string, id goja.Value, loaded func(goja.Value), failed func(e goja.Value, err error)) {
	p, err := r.resolve(from, id)
	if err != nil || r.ready(p) {
		r.evaluatePackage(p, id, err, loaded, failed)
		return
	}
	r.o.Packages.Fetch(p, func(err error) {
		_ = r.Turn("require "+id.String(), func() error {
			r.evaluatePackage(p, id, err, loaded, failed)
			return nil
		})
	})
}

// evaluatePackage requires a module of a subpackage that is there, unless err says that it is not.
func (r *Realm) evaluatePackage(p string, id goja.Value, err error, loaded func(goja.Value), failed func(e goja.Value, err error)) {
	var v goja.Value
	if err == nil {
		if v, err = r.require(p); err == nil {
			loaded(v)
			return
		}
	}
	thrown := r.thrownValue(err)
	o, ok := thrown.(*goja.Object)
	if !ok {
		o = r.newError(thrown.String())
	}
	_ = o.Set("mod", id)
	if goja.IsUndefined(r.get(o, "errMsg")) {
		_ = o.Set("errMsg", "requireAsync:fail "+err.Error())
	}
	failed(o, err)
}

// ready tells whether a component or script can be used as things are.
func (r *Realm) ready(path string) bool { return r.o.Packages == nil || r.o.Packages.Ready(path) }

// PackageCame tells that a subpackage has been fetched: components that stand behind placeholders take their places.
func (r *Realm) PackageCame() {
	_ = r.Turn("subpackage", func() error {
		for _, p := range r.open {
			if p.view != nil {
				p.view.FillPlaceholders()
			}
		}
		return nil
	})
}

// setUpPlugins makes requirePlugin.
func (r *Realm) setUpPlugins(global *goja.Object) {
	fn := r.native("requirePlugin", func(c goja.FunctionCall) goja.Value {
		v, err := r.requirePlugin(c.Argument(0).String())
		if err != nil {
			r.rethrow(err)
		}
		return v
	}).(*goja.Object)
	r.set(fn, "async", r.native("async", func(c goja.FunctionCall) goja.Value {
		promise, resolve, reject := r.vm.NewPromise()
		if v, err := r.requirePlugin(c.Argument(0).String()); err == nil {
			_ = resolve(v)
		} else {
			_ = reject(r.thrownValue(err))
		}
		return r.vm.ToValue(promise)
	}))
	r.hide(global, "requirePlugin", fn)
}

// requirePlugin gives what a plugin exports. One that is not installed exports nothing: the page that asks for it at the
// top of its script has to open all the same, and says so once.
func (r *Realm) requirePlugin(name string) (goja.Value, error) {
	p := r.source.p.App.Plugin(name)
	switch {
	case p == nil:
		f := &Failure{Report: message.Error{ID: "plugin-missing", Origin: originUnsupported, Page: r.pagePath()}}
		f.Message, f.Hint = fmt.Sprintf("requirePlugin(%q): there is no such plugin in app.json", name), "list it in plugins, with version and provider"
		return nil, f
	case p.Root == "":
		r.missPlugin(p)
		return r.vm.NewObject(), nil
	case p.Main == "":
		return r.vm.NewObject(), nil
	}
	return r.require(p.Main)
}

func (r *Realm) missPlugin(p *program.Plugin) {
	if r.entered["plugin "+p.Name] {
		return
	}
	r.entered["plugin "+p.Name] = true
	f := &Failure{Report: message.Error{ID: "plugin-missing", Origin: originUnsupported, Page: r.pagePath()}}
	f.Message = fmt.Sprintf("requirePlugin(%q): the plugin is not installed", p.Name)
	f.Hint = "put its source into plugins/" + p.Provider + " beside app.json and build again"
	at := r.here()
	f.File, f.Line, f.Column = at.File, at.Line, at.Column
	r.report("requirePlugin", f)
}

// requireMiniProgram gives a plugin what the mini-program that uses it exports to it.
func (r *Realm) requireMiniProgram(p *program.Plugin) goja.Value {
	return r.native("requireMiniProgram", func(goja.FunctionCall) goja.Value {
		if p.Export == "" {
			return goja.Undefined()
		}
		v, err := r.require(p.Export)
		if err != nil {
			r.rethrow(err)
		}
		return v
	})
}

// broken tells whether a script is missing because it did not compile, which has been said.
func (r *Realm) broken(script string, err error) bool {
	var missing *missingError
	if !errors.As(err, &missing) {
		return false
	}
	for _, ending := range []string{".js", ".ts"} {
		if _, ok := r.source.p.App.Broken[script+ending]; ok {
			return true
		}
	}
	return false
}
