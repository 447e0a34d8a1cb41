package script

import (
	"fmt"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"weak"

	"github.com/dop251/goja"
	"github.com/dop251/goja/parser"
	"github.com/dougong-dev/dougong/core/miniapp/program"
	"github.com/dougong-dev/dougong/core/miniapp/script/uniclass"
)

// moduleParams are the names a module sees beside the language's own. Those that no realm fills in are there to be
// undefined: programs test "window && …" without typeof. App, Page, Component and Behavior are not among them: analytics and
// state libraries put functions of their own in their place, for every module.
const moduleParams = "require, module, exports, wx, " + moduleRest

const moduleRest = "ft, getApp, getCurrentPages, " +
	"requirePlugin, requireMiniProgram, global, console, setTimeout, clearTimeout, setInterval, clearInterval, Promise, " +
	"window, document, frames, self, location, navigator, localStorage, history, XMLHttpRequest, WebSocket"

// wxsAbsent are names that modules have and template scripts do not: they see no more than the values they are given.
const wxsAbsent = "wx, ft, App, Page, Component, Behavior, getApp, getCurrentPages, requirePlugin, requireMiniProgram, " +
	"setTimeout, clearTimeout, setInterval, clearInterval, queueMicrotask, Promise, Proxy, global, globalThis, window, document, self"

// Every wrapper puts the source on a line of its own, so that columns stay and lines are off by one.
const (
	moduleHead = sloppyHead + "\"use strict\";\n"
	sloppyHead = "(function (" + moduleParams + ") {"
	alipayHead = "(function (require, module, exports, my, " + moduleRest + ") {\"use strict\";\n"
	wxsHead    = "(function (require, module, exports, getDate, getRegExp, __wxsCtor, " + wxsAbsent + ") {\"use strict\";\n"
	hostHead   = "(function (__dougong, globalThis) {\"use strict\";\n"
	tail       = "\n})"
	headLines  = 1
)

// sloppyMark begins a module that the compiler did not make strict.
const sloppyMark = `"use sloppy";`

// code is what all realms of a program share: compiled scripts and source maps. Nothing in it may
// hold the program itself, or it would never be collected.
type code struct {
	mu       sync.Mutex
	compiled map[string]*compiled
	maps     map[string]*sourceMap
}

type compiled struct {
	once  sync.Once
	prog  *goja.Program
	err   error
	newer bool // needs the newer parts of the language
}

// codes finds the code of a program that other realms are running. Entries go when their program does.
var codes sync.Map // weak.Pointer[program.Program] → *code

func codeOf(p *program.Program) *code {
	key := weak.Make(p)
	if c, ok := codes.Load(key); ok {
		return c.(*code)
	}
	fresh := &code{
		compiled: map[string]*compiled{}, maps: map[string]*sourceMap{},
	}
	c, loaded := codes.LoadOrStore(key, fresh)
	if !loaded {
		runtime.AddCleanup(p, func(key weak.Pointer[program.Program]) { codes.Delete(key) }, key)
	}
	return c.(*code)
}

// compile compiles source once for all realms. source is asked for only then.
func (c *code) compile(name, head string, source func() (string, error)) (*compiled, error) {
	c.mu.Lock()
	entry := c.compiled[name]
	if entry == nil {
		entry = &compiled{}
		c.compiled[name] = entry
	}
	c.mu.Unlock()
	entry.once.Do(func() {
		src, err := source()
		if err != nil {
			entry.err = err
			return
		}
		if head == moduleHead && strings.HasPrefix(src, sloppyMark) {
			head = sloppyHead + "\n"
		}
		entry.newer = speaksNewer(src)
		entry.prog, entry.err = compileModule(name, head, src)
	})
	return entry, entry.err
}

// declared is the engine's error about a name that is declared twice.
var declared = regexp.MustCompile(`Identifier '([\w$]+)' has already been declared`)

// compileModule compiles a module that may declare names of its wrapper's parameters for itself: bundlers give short names,
// and "const App = …" is as good a name as any. Such a parameter steps aside.
func compileModule(name, head, src string) (*goja.Program, error) {
	for {
		prog, err := compileWrapped(name, head, src)
		if err == nil {
			return prog, nil
		}
		m := declared.FindStringSubmatch(err.Error())
		if m == nil {
			return nil, err
		}
		aside := regexp.MustCompile(`([(,] ?)`+regexp.QuoteMeta(m[1])+`([,)])`).ReplaceAllString(head, "${1}__aside_"+m[1]+"$2")
		if aside == head {
			return nil, err
		}
		head = aside
	}
}

func compileWrapped(name, head, src string) (*goja.Program, error) {
	text := head + strings.TrimPrefix(src, "\ufeff") + tail
	tree, err := goja.Parse(name, text, parser.WithDisableSourceMaps)
	for range maxPatterns {
		mended, ok := mendPattern(text, err)
		if !ok {
			break
		}
		text = mended
		tree, err = goja.Parse(name, text, parser.WithDisableSourceMaps)
	}
	if err != nil {
		return nil, fmt.Errorf("compile %s: %w", name, err)
	}
	if uniclass.Found(src) {
		expandLiterals(tree)
	}
	prog, err := goja.CompileAST(tree, false)
	if err != nil {
		return nil, fmt.Errorf("compile %s: %w", name, err)
	}
	return prog, nil
}
