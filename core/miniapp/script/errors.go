package script

import (
	"errors"
	"fmt"
	"strings"

	"github.com/dop251/goja"
	"github.com/dougong-dev/dougong/core/miniapp/message"
)

// Report is a failure as it is reported.
type Report = message.Error

// Failure is an error that knows how it is to be reported. The realm's methods return it; natives bound by Realm.Bind may
// return it to choose what the mini-program's developer reads.
type Failure struct {
	Report
	// reported is set once Options.Report has had it.
	reported bool
	thrown   goja.Value
}

// Error is the message with its place.
func (f *Failure) Error() string {
	if f.File == "" {
		return f.Message
	}
	return fmt.Sprintf("%s:%d:%d: %s", f.File, f.Line, f.Column, f.Message)
}

// The origins of a message.Error.
const (
	originApp         = "app"
	originEngine      = "engine"
	originUnsupported = "unsupported"
)

// maxReports is how many failures of one turn are reported: a fault in a row shows up in each of a thousand rows.
const maxReports = 50

// errTurn is what an interrupted script is interrupted with.
var errTurn = errors.New("turn budget used up")

// fail makes a Failure of err, which happened in what ("onLoad of pages/a/a").
func (r *Realm) fail(what string, err error) *Failure {
	var known *Failure
	if errors.As(err, &known) {
		return known
	}
	f := &Failure{Report: message.Error{ID: "script-throw", Origin: originApp, Page: r.pagePath()}}
	var (
		interrupted *goja.InterruptedError
		overflow    *goja.StackOverflowError
		thrown      *goja.Exception
	)
	switch {
	case errors.As(err, &interrupted):
		f.ID = "turn-timeout"
		f.Message = fmt.Sprintf("%s ran longer than %v and was stopped", what, r.budget.Turn)
		f.Hint = "look for an endless loop or a regular expression that backtracks at this place, or split the work with setTimeout"
		r.placeFrames(f, r.framesOf(interrupted.Stack()))
	case errors.As(err, &overflow):
		f.ID = "stack-overflow"
		f.Message = fmt.Sprintf("%s: more than %d nested calls", what, r.budget.Stack)
		f.Hint = "look for a function that calls itself without end, or a setData in the observer of the same field"
		r.placeFrames(f, r.framesOf(overflow.Stack()))
	case errors.As(err, &thrown):
		r.describeThrown(f, what, thrown.Value(), r.framesOf(thrown.Stack()))
	default:
		f.Message = what + ": " + err.Error()
		r.describeSyntax(f, err)
	}
	return f
}

// describeSyntax fills in a compile error; the compiler has parsed the file before, so this is rare.
func (r *Realm) describeSyntax(f *Failure, err error) {
	var syntax *goja.CompilerSyntaxError
	if errors.As(err, &syntax) && syntax.File != nil {
		pos := syntax.File.Position(syntax.Offset)
		f.ID = "script-syntax"
		p := r.locate(pos.Filename, pos.Line, pos.Column)
		f.File, f.Line, f.Column = p.File, p.Line, p.Column
	}
}

// describeThrown fills in what a script threw, an Error or any other value. An Error's own stack, taken where it was
// made, says more than the place where it was last thrown.
func (r *Realm) describeThrown(f *Failure, what string, v goja.Value, frames []frame) {
	f.thrown = v
	obj, ok := v.(*goja.Object)
	if !ok || !isError(obj) {
		f.Message = what + ": threw " + r.inspect(v)
		r.placeFrames(f, frames)
		return
	}
	f.Message = textOf(obj, "message")
	if name := textOf(obj, "name"); name != "" && name != "Error" {
		f.Message = name + ": " + f.Message
	}
	f.Message = what + ": " + f.Message
	if own := r.parseStack(textOf(obj, "stack")); len(own) > 0 {
		frames = own
	}
	r.placeFrames(f, frames)
	f.Hint = foreignHint(f.Message)
	r.describeMark(f, obj)
}

// foreign are the words by which a failure shows that code was written for a browser or Node, each with what to do here.
var foreign = []struct{ word, hint string }{
	{"crypto is not defined", cryptoHint},
	{"crypto.getRandomValues", cryptoHint},
	{"fetch is not defined", requestHint},
	{"process is not defined", "a mini-program has no process, as in WeChat: take the library's build for browsers"},
	{"Buffer is not defined", "a mini-program has no Buffer, as in WeChat: require it from the npm package buffer"},
}

const (
	cryptoHint  = "a mini-program has no crypto, as in WeChat: wx.getRandomValues gives random bytes (uuid takes them as options.random)"
	requestHint = "a mini-program has neither XMLHttpRequest nor fetch, as in WeChat: use wx.request, or an adapter of the library for it"
)

func foreignHint(text string) string {
	for _, f := range foreign {
		if strings.Contains(text, f.word) {
			return f.hint
		}
	}
	return ""
}

// describeMark reads what the base library or the realm says about an error it made: __dougong = {id, origin, hint}.
func (r *Realm) describeMark(f *Failure, obj *goja.Object) {
	mark, ok := r.get(obj, "__dougong").(*goja.Object)
	if !ok {
		return
	}
	for key, field := range map[string]*string{"id": &f.ID, "origin": &f.Origin, "hint": &f.Hint} {
		if s := textOf(mark, key); s != "" {
			*field = s
		}
	}
}

func (r *Realm) placeFrames(f *Failure, frames []frame) {
	p := firstOwn(frames)
	f.File, f.Line, f.Column = p.File, p.Line, p.Column
	f.Stack = formatStack(frames)
	if p.File == "" && len(frames) > 0 && frames[0].host {
		f.Origin = originEngine
	}
}

func (r *Realm) framesOf(stack []goja.StackFrame) []frame {
	out := make([]frame, 0, len(stack))
	for i, s := range stack {
		if i == 64 {
			break
		}
		if name := s.SrcName(); name != "" && name != "<native>" {
			pos := s.Position()
			out = append(out, r.frameAt(s.FuncName(), name, pos.Line, pos.Column))
		}
	}
	return out
}

// here is the mini-program's own frame that is running now.
func (r *Realm) here() place {
	var buf [16]goja.StackFrame
	return firstOwn(r.framesOf(r.vm.CaptureCallStack(len(buf), buf[:0])))
}

// report hands a failure out, once, and returns it. App.onError hears of what the mini-program threw itself.
func (r *Realm) report(what string, err error) *Failure {
	f := r.fail(what, err)
	if f.reported || uncatchable(err) && err == r.turn.stopped { //nolint:errorlint // the very same error, not one that wraps it
		return f // every script on the way up fails with the same error
	}
	f.reported = true
	if uncatchable(err) {
		r.turn.stopped = err
	}
	if r.turn.reports++; r.turn.reports > maxReports {
		return f
	}
	if r.o.Report != nil {
		r.o.Report(f.Report)
	}
	if f.ID == "script-throw" {
		r.afterTurn = append(r.afterTurn, func() { r.tellApp("onError", r.vm.ToValue(strings.TrimSpace(f.Message+"\n"+f.Stack))) })
	}
	return f
}

// warn reports what goes on but is likely a mistake.
func (r *Realm) warn(text string) {
	if r.o.Console != nil {
		p := r.here()
		r.o.Console(message.Log{Level: "warn", Message: text, File: p.File, Line: p.Line, Column: p.Column})
	}
}

// throw raises a TypeError in the running script.
func (r *Realm) throw(format string, args ...any) {
	panic(r.vm.NewTypeError("%s", fmt.Sprintf(format, args...)))
}

// throwRange raises a RangeError in the running script.
func (r *Realm) throwRange(format string, args ...any) {
	e, err := r.vm.New(r.kit.rangeError, r.vm.ToValue(fmt.Sprintf(format, args...)))
	if err != nil {
		r.rethrow(err)
	}
	panic(e)
}

// throwMarked raises an Error that carries how it is to be reported.
func (r *Realm) throwMarked(id, origin, hint, text string) {
	e := r.vm.NewTypeError("%s", text)
	r.markError(e, id, origin, hint)
	panic(e)
}

func (r *Realm) markError(e *goja.Object, id, origin, hint string) {
	mark := r.vm.NewObject()
	for key, s := range map[string]string{"id": id, "origin": origin, "hint": hint} {
		if s != "" {
			_ = mark.Set(key, s)
		}
	}
	_ = e.DefineDataProperty("__dougong", mark, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
}

func isError(o *goja.Object) bool { return o.ClassName() == "Error" }
