package script

import (
	"reflect"
	"strings"
	"sync"
	"time"

	"github.com/dlclark/regexp2/v2"
	"github.com/dop251/goja"
	"github.com/dop251/goja/ast"
	"github.com/dougong-dev/dougong/core/miniapp/script/uniclass"
)

// LimitRegexps says how long a turn is, for the limit of one match of a backtracking regular expression: then it does not match. The engine
// cannot be interrupted inside a match, so without a limit one expression could hold the goroutine for ever. It is longer
// than a turn, and on a busy machine still so: a turn ends, with an error, when the match comes back, and nothing goes on with an
// answer that is none. The limit is the process's, since the engine has no option for it: a process that is about to run one program
// sets it, before the program's realm; otherwise it is DefaultTurn.
func LimitRegexps(turn time.Duration) {
	defaultLimit.Do(func() {})
	regexp2.DefaultMatchTimeout = longerThan(turn)
}

func longerThan(turn time.Duration) time.Duration { return turn + turn/8 + 200*time.Millisecond }

var defaultLimit sync.Once

// expandLiterals writes out the Unicode classes in the regular expressions of a script: the engine takes them for classes
// that nothing is in. An expression with a name that is not known stays as it is.
func expandLiterals(tree *ast.Program) {
	walkAST(reflect.ValueOf(tree.Body), func(lit *ast.RegExpLiteral) {
		if !strings.Contains(lit.Flags, "u") || !uniclass.Found(lit.Pattern) {
			return
		}
		if pattern, err := uniclass.Expand(lit.Pattern); err == nil {
			lit.Pattern = pattern
		}
	})
}

var regexpLiteral = reflect.TypeFor[*ast.RegExpLiteral]()

// walkAST finds the regular expressions of a tree. The syntax has some seventy kinds of nodes, of which none matters.
func walkAST(v reflect.Value, found func(*ast.RegExpLiteral)) {
	switch v.Kind() {
	case reflect.Interface:
		if !v.IsNil() {
			walkAST(v.Elem(), found)
		}
	case reflect.Pointer:
		switch {
		case v.IsNil():
		case v.Type() == regexpLiteral:
			found(v.Interface().(*ast.RegExpLiteral))
		case v.Elem().Kind() == reflect.Struct:
			walkAST(v.Elem(), found)
		}
	case reflect.Slice:
		for i := range v.Len() {
			walkAST(v.Index(i), found)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() && f.Name != "DeclarationList" && f.Name != "File" {
				walkAST(v.Field(i), found)
			}
		}
	}
}

// expandRegexp is what the RegExp constructor does with a pattern that has classes.
func (r *Realm) expandRegexp(c goja.FunctionCall) goja.Value {
	pattern, err := uniclass.Expand(c.Argument(0).String())
	if err != nil {
		e, _ := r.vm.New(r.vm.Get("SyntaxError"), r.vm.ToValue("Invalid regular expression: "+err.Error()))
		panic(e)
	}
	return r.vm.ToValue(pattern)
}
