package script

import (
	"errors"
	"fmt"
	"path"
	"strings"

	"github.com/dop251/goja"
	"github.com/dougong-dev/dougong/core/miniapp/program"
)

// module is one CommonJS module of the realm.
type module struct {
	path string // without .js
	obj  *goja.Object
	err  error
}

// require evaluates a module once and gives its exports. A module that is still being evaluated, further up in a cycle
// of requires, gives what it has exported so far.
func (r *Realm) require(p string) (goja.Value, error) {
	m, err := r.load(p)
	if err != nil {
		return nil, err
	}
	return r.get(m.obj, "exports"), nil
}

func (r *Realm) load(p string) (*module, error) {
	if m := r.modules[p]; m != nil {
		return m, m.err
	}
	if !r.ready(p) {
		return nil, &missingError{
			fmt.Sprintf("module %q is in a subpackage that has not been loaded", p),
			"a module of another subpackage is had by require.async(path), or by require(path, callback)",
		}
	}
	head := moduleHead
	if r.alipay {
		head = alipayHead
	}
	code, err := r.code.compile(p+".js", head, func() (string, error) { return r.source.script(p) })
	if err != nil {
		return nil, err
	}
	if code.newer {
		if err := r.setUpAdditions(); err != nil {
			return nil, err
		}
	}
	r.enterPackage(p)
	if m := r.modules[p]; m != nil { // the package's entry has required it
		return m, m.err
	}
	m := &module{path: p, obj: r.vm.NewObject()}
	r.modules[p] = m
	exports := r.vm.NewObject()
	r.set(m.obj, "exports", exports)
	m.err = r.evaluate(m, code.prog, exports)
	if m.err != nil && !uncatchable(m.err) {
		delete(r.modules, p) // a later require tries again, as it does everywhere
	}
	return m, m.err
}

func (r *Realm) evaluate(m *module, prog *goja.Program, exports *goja.Object) error {
	v, err := r.vm.RunProgram(prog)
	if err != nil {
		return err
	}
	fn, ok := goja.AssertFunction(v)
	if !ok {
		return fmt.Errorf("module %s.js is not a function", m.path)
	}
	r.loading = append(r.loading, m.path)
	defer func() { r.loading = r.loading[:len(r.loading)-1] }()
	_, err = r.call(fn, exports, r.moduleArgs(m, exports)...)
	return err
}

// namespace is the name of the object that the platform's APIs are on.
func (r *Realm) namespace() string {
	if r.alipay {
		return "my"
	}
	return "wx"
}

// moduleArgs are the values of moduleParams, in their order; the rest stays undefined.
func (r *Realm) moduleArgs(m *module, exports *goja.Object) []goja.Value {
	global := r.vm.GlobalObject()
	args := []goja.Value{r.requireFrom(m.path), m.obj, exports}
	for _, name := range [...]string{
		r.namespace(), "ft", "getApp", "getCurrentPages", "requirePlugin", "requireMiniProgram", "globalThis", "console",
		"setTimeout", "clearTimeout", "setInterval", "clearInterval", "Promise",
	} {
		args = append(args, r.get(global, name))
	}
	if p := r.source.p.App.PluginOf(m.path); p != nil {
		args[pluginParam] = r.requireMiniProgram(p)
		if spaces := r.pluginSpaces(p); spaces != nil {
			args[namespaceParam], args[namespaceParam+1] = r.get(spaces, "wx"), r.get(spaces, "ft")
		}
	}
	return args
}

// The places of wx, with ft behind it, and of requireMiniProgram among moduleParams.
const (
	namespaceParam = 3
	pluginParam    = 8
)

// pluginSpaces are the namespaces that the base library made for a plugin; nil if it made none.
func (r *Realm) pluginSpaces(p *program.Plugin) *goja.Object {
	made, ok := goja.AssertFunction(r.get(r.host, "pluginSpaces"))
	if !ok || r.alipay {
		return nil
	}
	v, err := r.call(made, goja.Undefined(), r.vm.ToValue(p.Provider))
	spaces, _ := v.(*goja.Object)
	if err != nil {
		return nil
	}
	return spaces
}

// requireFrom makes the require function of one module.
func (r *Realm) requireFrom(from string) goja.Value {
	fn := r.native("require", func(c goja.FunctionCall) goja.Value {
		if loaded, ok := goja.AssertFunction(c.Argument(1)); ok {
			failed, _ := goja.AssertFunction(c.Argument(2))
			r.requireLater(from, c.Argument(0), loaded, failed)
			return goja.Undefined()
		}
		p, err := r.resolve(from, c.Argument(0))
		if err == nil {
			var v goja.Value
			if v, err = r.require(p); err == nil {
				return v
			}
		}
		var ex *goja.Exception
		if errors.As(err, &ex) || uncatchable(err) {
			r.rethrow(err)
		}
		var missing *missingError
		if errors.As(err, &missing) {
			r.throwMarked("module-missing", originApp, missing.hint, missing.Error())
		}
		panic(r.errorValue(r.fail("require "+c.Argument(0).String(), err)))
	})
	r.set(fn.(*goja.Object), "async", r.native("async", func(c goja.FunctionCall) goja.Value {
		promise, resolve, reject := r.vm.NewPromise()
		r.loadPackage(from, c.Argument(0), func(v goja.Value) { _ = resolve(v) }, func(e goja.Value, _ error) { _ = reject(e) })
		return r.vm.ToValue(promise)
	}))
	return fn
}

// requireLater is require(path, loaded, failed), for modules of other subpackages.
func (r *Realm) requireLater(from string, id goja.Value, loaded, failed goja.Callable) {
	r.afterTurn = append(r.afterTurn, func() {
		r.loadPackage(from, id, func(v goja.Value) {
			r.run("require callback", loaded, goja.Undefined(), v)
		}, func(e goja.Value, err error) {
			if failed == nil {
				r.report("require "+id.String(), r.loadError(err))
				return
			}
			r.run("require callback", failed, goja.Undefined(), e)
		})
	})
}

// thrownValue is the script value of an error: what was thrown, or an Error made of it.
func (r *Realm) thrownValue(err error) goja.Value {
	var ex *goja.Exception
	if errors.As(err, &ex) {
		return ex.Value()
	}
	return r.errorValue(err)
}

type missingError struct{ text, hint string }

func (e *missingError) Error() string { return e.text }

// resolve finds the module that a require names: a path relative to the requirer, an absolute one, or an npm package.
func (r *Realm) resolve(from string, id goja.Value) (string, error) {
	if id == nil || !goja.IsString(id) {
		return "", &missingError{fmt.Sprintf("require in %s.js needs a path, got %s", from, r.inspect(id)), ""}
	}
	name := id.String()
	if strings.HasSuffix(name, ".json") {
		return "", &missingError{
			fmt.Sprintf("require(%q) in %s.js: a mini-program cannot require JSON", name, from),
			"rename the file to .js and write module.exports = …",
		}
	}
	for _, p := range candidates(from, name) {
		if r.source.hasScript(p) {
			return p, nil
		}
	}
	hint := "the path is relative to the file that requires it"
	if !strings.HasPrefix(name, ".") && !strings.HasPrefix(name, "/") {
		hint = "npm packages must be installed and built into miniprogram_npm; a file beside this one is \"./" + name + "\""
	}
	return "", &missingError{fmt.Sprintf("module %q is not found, required in %s.js", name, from), hint}
}

// candidates lists where a module may be, best first.
func candidates(from, name string) []string {
	base := path.Join(dirOf(from), name)
	if strings.HasPrefix(name, "/") {
		base = strings.TrimPrefix(path.Clean(name), "/")
	}
	out := withIndex(base)
	if strings.HasPrefix(name, ".") || strings.HasPrefix(name, "/") {
		return out
	}
	for dir := dirOf(from); ; dir = dirOf(dir) {
		out = append(out, withIndex(path.Join(dir, "miniprogram_npm", name))...)
		if dir == "" {
			return out
		}
	}
}

func withIndex(p string) []string {
	return []string{strings.TrimSuffix(p, ".js"), p, path.Join(p, "index")}
}

func dirOf(p string) string {
	if i := strings.LastIndexByte(p, '/'); i >= 0 {
		return p[:i]
	}
	return ""
}
