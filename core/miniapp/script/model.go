package script

import (
	"fmt"
	"slices"

	"github.com/dop251/goja"
)

// model is the component model's part of the realm.
type model struct {
	// proto is the prototype of all methods: setData, triggerEvent and so on.
	proto *goja.Object
	// paths are parsed setData paths; programs use few different ones.
	paths map[string][]any
}

// setUpModel makes App, Page, Component, Behavior, getApp and getCurrentPages.
func (r *Realm) setUpModel() {
	r.model.paths = map[string][]any{}
	r.model.proto = r.vm.NewObject()
	r.setUpMethods()
	if r.alipay {
		r.setUpAlipay()
	}
	global := r.vm.GlobalObject()
	for name, fn := range map[string]func(goja.FunctionCall) goja.Value{
		"App":             r.registerApp,
		"Page":            func(c goja.FunctionCall) goja.Value { return r.register(c, "Page", true) },
		"Component":       func(c goja.FunctionCall) goja.Value { return r.register(c, "Component", false) },
		"Behavior":        r.registerBehavior,
		"getApp":          r.getApp,
		"getCurrentPages": r.getCurrentPages,
	} {
		r.set(global, name, r.native(name, fn))
	}
}

// register is Page(options) and Component(options). The definition belongs to the page or component whose module is
// being evaluated.
func (r *Realm) register(c goja.FunctionCall, what string, page bool) goja.Value {
	opts, ok := c.Argument(0).(*goja.Object)
	if !ok {
		r.throw("%s needs an object with the options, got %s", what, r.inspect(c.Argument(0)))
	}
	path, ok := r.definingPath()
	if !ok {
		r.throw("%s must be called while its module is loaded, not later", what)
	}
	d, err := r.define(path, opts, page)
	if err != nil {
		r.rethrow(err)
	}
	r.defs[path] = d
	return r.vm.ToValue(path)
}

// definingPath is the innermost page or component among the modules being evaluated.
func (r *Realm) definingPath() (string, bool) {
	for _, p := range slices.Backward(r.loading) {
		if _, ok := r.source.component(p); ok {
			return p, true
		}
	}
	if len(r.loading) > 0 {
		return r.loading[0], true
	}
	return "", false
}

func (r *Realm) registerBehavior(c goja.FunctionCall) goja.Value {
	opts, ok := c.Argument(0).(*goja.Object)
	if !ok {
		r.throw("Behavior needs an object with the options, got %s", r.inspect(c.Argument(0)))
	}
	path := ""
	if len(r.loading) > 0 {
		path = r.loading[len(r.loading)-1]
	}
	r.filterDefinition(opts)
	id := r.vm.NewObject()
	r.own(id, &behavior{opts: opts, path: path})
	return id
}

// definition finds the definition of a page or component, evaluating its module the first time. One that cannot be had
// is reported and replaced by an empty one, so that the rest of the page shows.
func (r *Realm) definition(path string) *definition {
	if d := r.defs[path]; d != nil {
		return d
	}
	config, ok := r.source.component(path)
	if ok && config.Script != "" {
		if _, err := r.require(scriptPath(config.Script)); err != nil {
			if !r.broken(scriptPath(config.Script), err) {
				r.report("load "+path+".js", r.loadError(err))
			}
		} else if r.defs[path] == nil {
			r.report("load "+path+".js", r.notRegistered(path, config.Page))
		}
	}
	if d := r.defs[path]; d != nil {
		return d
	}
	d, err := r.define(path, r.vm.NewObject(), false)
	if err != nil {
		r.report("define "+path, err)
	}
	r.defs[path] = d
	return d
}

// loadError gives a missing file's error an id of its own.
func (r *Realm) loadError(err error) error {
	if missing, ok := err.(*missingError); ok { //nolint:errorlint // a script error that wraps one keeps its own id
		f := &Failure{}
		f.ID, f.Origin, f.Message, f.Hint, f.Page = "module-missing", originApp, missing.Error(), missing.hint, r.pagePath()
		return f
	}
	return err
}

func (r *Realm) notRegistered(path string, page bool) error {
	call := "Component({…})"
	if page {
		call = "Page({…}) or Component({…})"
	}
	f := &Failure{}
	f.ID, f.Origin, f.Page = "not-registered", originApp, r.pagePath()
	f.Message = fmt.Sprintf("%s.js does not register anything", path)
	f.Hint = "call " + call + " at the top of the file"
	f.File, f.Line, f.Column = path+".js", 1, 1
	return f
}
