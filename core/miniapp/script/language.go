package script

import (
	_ "embed"
	"strings"
	"sync"

	"github.com/dop251/goja"
)

// languageName is the name of the language's additions in stack traces.
const languageName = "dougong:language.js"

//go:embed language.js
var languageSource string

var compiledLanguage = sync.OnceValues(func() (*goja.Program, error) {
	return compileWrapped(languageName, hostHead, languageSource)
})

// setUpLanguage adds what of the language the engine lacks.
func (r *Realm) setUpLanguage(global *goja.Object) {
	prog, err := compiledLanguage()
	if err != nil {
		r.rethrow(err)
	}
	v, err := r.vm.RunProgram(prog)
	if err != nil {
		r.rethrow(err)
	}
	host := r.vm.NewObject()
	r.set(host, "expandRegexp", r.native("expandRegexp", r.expandRegexp))
	r.set(host, "captureStack", r.native("captureStack", r.captureStack))
	fn, _ := goja.AssertFunction(v)
	made, err := fn(goja.Undefined(), host, global)
	if err != nil {
		r.rethrow(err)
	}
	r.kit.queue = r.callableOf(made.(*goja.Object), "queue")
}

// captureStack is Error.captureStackTrace: the stack of here as a property.
func (r *Realm) captureStack(c goja.FunctionCall) goja.Value {
	o, ok := c.Argument(0).(*goja.Object)
	if !ok {
		r.throw("Invalid argument")
	}
	_, frames, _ := strings.Cut(textOf(r.newError(""), "stack"), "\n")
	head := nameOr(textOf(o, "name"), "Error")
	if text := textOf(o, "message"); text != "" {
		head += ": " + text
	}
	r.hide(o, "stack", r.vm.ToValue(head+"\n"+frames))
	return goja.Undefined()
}
