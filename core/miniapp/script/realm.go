package script

import (
	"errors"
	"fmt"
	"time"

	"github.com/dlclark/regexp2/v2"
	"github.com/dop251/goja"
	"github.com/dougong-dev/dougong/core/miniapp/script/intl"
	"github.com/dougong-dev/dougong/core/miniapp/value"
)

// Realm is the logic layer of one open mini-program.
type Realm struct {
	o      Options
	budget Budget
	now    func() time.Time
	start  time.Time
	code   *code
	source source
	alipay bool // the program is written for Alipay
	vm     *goja.Runtime

	host        *goja.Object // __dougong
	hostScripts map[string]bool
	booted      bool
	added       bool // the newer parts of the language are there
	hooks       map[string][]goja.Callable
	kit         kit
	model       model

	attaching []*Instance // attached, waiting for "ready"
	touched   []*Page     // pages that may have something to flush

	modules map[string]*module
	entered map[string]bool // subpackages whose entry has run, and "plugin <name>" of those that were missed
	defs    map[string]*definition
	wxs     map[string]*wxsModule
	loading []string // paths of the modules being evaluated, innermost last

	app     *goja.Object
	appDone bool // App() was called
	started bool // app.js has run
	pages   []*Page
	open    map[int]*Page
	current *Page

	timers  timers
	console console
	turn    turn

	afterFlush []func()
	afterTurn  []func()
	rejected   []*goja.Promise
	wxsGlobals *wxsBuiltins
	collators  map[collatorKey]*intl.Collator
	// descriptorProto is the prototype of what template scripts see of elements.
	descriptorProto *goja.Object
	opener          value.Value
	updates         int // setData calls that a performance listener heard of
	telling         bool
	alipayIDs       int // components made so far
}

// New makes the realm of a mini-program. Natives are bound next; the prelude runs with the first turn.
func New(o Options) (*Realm, error) {
	if o.Program == nil {
		return nil, errors.New("script: Options.Program is missing")
	}
	defaultLimit.Do(func() { regexp2.DefaultMatchTimeout = longerThan(DefaultTurn) })
	r := &Realm{
		o: o, budget: o.Budget.withDefaults(), now: o.Now,
		code: codeOf(o.Program), alipay: isAlipay(o.Program), source: newSource(o.Program), vm: goja.New(),
		hostScripts: map[string]bool{shimName: true, languageName: true, additionsName: true},
		hooks:       map[string][]goja.Callable{},
		modules:     map[string]*module{},
		entered:     map[string]bool{},
		defs:        map[string]*definition{},
		wxs:         map[string]*wxsModule{},
		open:        map[int]*Page{},
	}
	if r.now == nil {
		r.now = time.Now
	}
	r.start = r.now()
	r.vm.SetTimeSource(r.now)
	r.vm.SetMaxCallStackSize(r.budget.Stack)
	r.vm.SetPromiseRejectionTracker(r.trackRejection)
	r.host = r.vm.NewObject()
	for _, s := range o.Prelude {
		r.hostScripts[s.Name] = true
	}
	if ex := r.vm.Try(r.setUp); ex != nil {
		return nil, fmt.Errorf("script: set up the realm: %w", ex)
	}
	return r, nil
}

// setUp installs the globals.
func (r *Realm) setUp() {
	r.setUpKit()
	r.setUpHost()
	r.setUpConsole()
	r.setUpTimers()
	r.setUpGlobals()
	r.setUpModel()
}

// boot runs the prelude, once.
func (r *Realm) boot() error {
	if r.booted {
		return nil
	}
	r.booted = true
	for _, s := range r.o.Prelude {
		prog, err := preludes.compile(s)
		if err != nil {
			return err
		}
		if err := r.runHost(prog); err != nil {
			return r.report("base library "+s.Name, err)
		}
	}
	return nil
}

// runHost evaluates a compiled host script with __dougong and globalThis in scope.
func (r *Realm) runHost(prog *goja.Program) error {
	fn, err := r.vm.RunProgram(prog)
	if err != nil {
		return err
	}
	call, ok := goja.AssertFunction(fn)
	if !ok {
		return errors.New("not a wrapped script")
	}
	_, err = call(goja.Undefined(), r.host, r.vm.GlobalObject())
	return err
}

// Bind makes fn callable by the prelude as __dougong.<name>(…). Arguments and result are converted: an ArrayBuffer is
// value.Bytes, a function is a value.Func that Invoke calls, a page or component instance is an *Instance. A *Failure
// that fn returns keeps its id, origin and hint; any error is thrown.
func (r *Realm) Bind(name string, fn func(args []value.Value) (value.Value, error)) {
	r.set(r.host, name, r.native(name, func(call goja.FunctionCall) goja.Value {
		args := make([]value.Value, len(call.Arguments))
		for i, a := range call.Arguments {
			args[i] = r.toGo(a)
		}
		out, err := fn(args)
		if err != nil {
			panic(r.errorValue(err))
		}
		return r.toJS(out)
	}))
}

// errorValue makes the Error that a script sees when a native fails.
func (r *Realm) errorValue(err error) goja.Value {
	var f *Failure
	if !errors.As(err, &f) {
		return r.newError(err.Error())
	}
	if f.thrown != nil {
		return f.thrown
	}
	e := r.newError(f.Message)
	r.markError(e, f.ID, f.Origin, f.Hint)
	return e
}

// Invoke calls a function that came out of this realm, in a turn of its own unless one is running.
func (r *Realm) Invoke(fn value.Func, args ...value.Value) (result value.Value, err error) {
	f, ok := fn.(function)
	if !ok || f.realm != r {
		return nil, fmt.Errorf("script: %q is not a function of this realm", fn.FuncName())
	}
	err = r.Turn(nameOr(f.FuncName(), "callback"), func() error {
		out, err := r.call(f.callable(), goja.Undefined(), r.toJSAll(args)...)
		if err != nil {
			return err
		}
		result = r.toGo(out)
		return nil
	})
	return result, err
}

// Emit calls what the prelude registered with __dougong.on(event, fn), in order. An error of one does not keep the next
// from being called; the first is returned.
func (r *Realm) Emit(event string, args ...value.Value) error {
	return r.Turn(event, func() error {
		var first error
		for _, fn := range r.hooks[event] {
			if _, err := r.call(fn, goja.Undefined(), r.toJSAll(args)...); err != nil {
				if f := r.report(event, err); first == nil {
					first = f
				}
			}
		}
		return first
	})
}

func (r *Realm) setUpHost() {
	r.set(r.host, "on", r.native("on", func(call goja.FunctionCall) goja.Value {
		fn, ok := goja.AssertFunction(call.Argument(1))
		if !ok {
			r.throw("__dougong.on(%s): the second argument must be a function", call.Argument(0))
		}
		event := call.Argument(0).String()
		r.hooks[event] = append(r.hooks[event], fn)
		return goja.Undefined()
	}))
}

// nameOr is name, or other if that is empty.
func nameOr(name, other string) string {
	if name == "" {
		return other
	}
	return name
}
