package script

import (
	_ "embed"
	"slices"
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

// additionsName is the name of the newer parts of the language in stack traces.
const additionsName = "dougong:additions.js"

//go:embed additions.js
var additionsSource string

var compiledAdditions = sync.OnceValues(func() (*goja.Program, error) {
	return compileWrapped(additionsName, hostHead, additionsSource)
})

// newer is what a script says that needs the additions.
var newer = []string{
	"groupBy", "fromAsync", "withResolvers", "Promise.try", "WellFormed", "getYear", "setYear", "toGMTString",
	".anchor(", ".fontcolor(", "8Array.from(", "16Array.from(", "32Array.from(", "values().", "entries().", "keys().", ".toArray(", "Iterator",
}

// speaksNewer tells whether a script may need the additions. Being wrong costs a little time and memory.
func speaksNewer(src string) bool {
	return slices.ContainsFunc(newer, func(word string) bool { return strings.Contains(src, word) })
}

// setUpAdditions adds the newer parts of the language, once.
func (r *Realm) setUpAdditions() error {
	if r.added {
		return nil
	}
	r.added = true
	prog, err := compiledAdditions()
	if err != nil {
		return err
	}
	return r.runHost(prog)
}

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
