package miniapp

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/value"
)

// noMember are the engine's TypeErrors for a member that is not there: called, or read through.
var noMember = regexp.MustCompile(`Object has no member '(\w+)'|Cannot read property '(\w+)' of undefined`)

// apiUse is a use of an API in source text, with the member that is read through it, if any.
var apiUse = regexp.MustCompile(`\b(wx|ft|my)\s*\.\s*(\w+)(?:\s*\.\s*(\w+))?`)

// report passes a failure on. A call of an API that nobody provides gets its own name and hint: wx stays a plain object
// without it, so all the engine can say is that undefined is not a function.
func (a *actor) report(e message.Error) {
	if e.Origin == "app" {
		a.explain(&e)
	}
	if e.Page == "" && a.router != nil {
		_, e.Page = a.router.top()
	}
	a.send(message.FromActor{Error: &e})
	// What a listener itself does wrong is told to no listener of the same kind: it might never end.
	if a.realm == nil || a.telling == kindOf(e) || e.Origin == "engine" {
		return
	}
	a.later(func() { a.tell(e) })
}

// tell calls what wx.onError registered. What those throw is reported and goes no further.
func (a *actor) tell(e message.Error) {
	before := a.telling
	a.telling = kindOf(e)
	defer func() { a.telling = before }()
	if a.telling == unhandledRejection {
		return // the realm has told wx.onUnhandledRejection, with the reason itself
	}
	_ = a.realm.Emit("error", strings.TrimSpace(e.Message+"\n"+e.Stack))
}

const unhandledRejection = "unhandledRejection"

// kindOf is the event that a failure is.
func kindOf(e message.Error) string {
	if e.ID == "unhandled-rejection" {
		return unhandledRejection
	}
	return "error"
}

// appCall calls a method of the object given to App(), if it has it. Failures are reported by the realm.
func (a *actor) appCall(method string, args ...value.Value) {
	_, _, _ = a.realm.AppCall(method, args...)
}

// explain finds the missing API behind a TypeError: a use of it in the script that the error points to.
func (a *actor) explain(e *message.Error) {
	m := noMember.FindStringSubmatch(e.Message)
	if m == nil {
		return
	}
	name := strings.TrimSuffix(strings.TrimSuffix(e.File, ".js"), ".ts")
	code, err := a.prog.Script(name)
	if err != nil {
		return
	}
	for _, use := range apiUse.FindAllStringSubmatch(string(code), -1) {
		called, through := m[1] != "" && m[1] == use[2], m[2] != "" && m[2] == use[3]
		if a.names[use[1]+"."+use[2]] || !(called || through) {
			continue
		}
		e.ID, e.Origin = "api-missing", "unsupported"
		e.Hint = fmt.Sprintf("%s.%s is not provided: no plugin of this super-app offers it, or superapp.yaml does not claim it; test wx.canIUse(%q) first", use[1], use[2], use[2])
		return
	}
}

// bindProvided is __dougong.provided(names): keeps the names that the base library made.
func (a *actor) bindProvided(args []value.Value) (value.Value, error) {
	list, _ := at(args, 0).(*value.Array)
	for _, name := range texts(list) {
		a.names[name] = true
	}
	return nil, nil
}
