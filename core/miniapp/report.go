package miniapp

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/value"
)

// Forms of the engine's TypeErrors for a member that is not there.
var noMember = regexp.MustCompile(`Object has no member '(\w+)'|Cannot read property '(\w+)' of undefined|(?:Value is not|not) a function`)

// apiUse is a use of an API in a source line.
var apiUse = regexp.MustCompile(`\b(wx|ft)\s*\.\s*(\w+)`)

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
	if a.realm == nil || a.telling || e.Origin == "engine" {
		return
	}
	a.later(func() { a.tell(e) })
}

// tell calls what wx.onError and wx.onUnhandledRejection registered. What those throw is reported and goes no further.
func (a *actor) tell(e message.Error) {
	a.telling = true
	defer func() { a.telling = false }()
	if e.ID == "unhandled-rejection" {
		_ = a.realm.Emit("unhandledRejection", value.ObjectOf("reason", e.Message))
		return
	}
	_ = a.realm.Emit("error", strings.TrimSpace(e.Message+"\n"+e.Stack))
}

// appCall calls a method of the object given to App(), if it has it. Failures are reported by the realm.
func (a *actor) appCall(method string, args ...value.Value) {
	_, _, _ = a.realm.AppCall(method, args...)
}

// explain finds the missing API behind a TypeError: named by the message itself, or by the source line it points to.
func (a *actor) explain(e *message.Error) {
	m := noMember.FindStringSubmatch(e.Message)
	if m == nil {
		return
	}
	line := a.sourceLine(e.File, e.Line)
	for _, use := range apiUse.FindAllStringSubmatch(line, -1) {
		if a.provided(use[1], use[2]) || (m[1] != "" && m[1] != use[2]) {
			continue
		}
		name := use[1] + "." + use[2]
		e.ID, e.Origin = "api-missing", "unsupported"
		e.Hint = fmt.Sprintf("%s is not provided: no plugin of this super-app offers it; test wx.canIUse(%q) first", name, use[2])
		return
	}
}

// provided tells whether wx or ft has a member.
func (a *actor) provided(space, name string) bool {
	return a.names[space+"."+name]
}

// bindProvided is __dougong.provided(names): keeps the names that the base library made.
func (a *actor) bindProvided(args []value.Value) (value.Value, error) {
	list, _ := at(args, 0).(*value.Array)
	for _, name := range texts(list) {
		a.names[name] = true
	}
	return nil, nil
}

// sourceLine is a line of a script's source: out of its source map or, without one, of the script itself.
func (a *actor) sourceLine(file string, line int) string {
	name := strings.TrimSuffix(strings.TrimSuffix(file, ".js"), ".ts")
	source, err := a.prog.Script(name)
	if raw, mapErr := a.prog.SourceMap(name); mapErr == nil {
		var m struct {
			Contents []string `json:"sourcesContent"`
		}
		if json.Unmarshal(raw, &m) != nil || len(m.Contents) == 0 {
			return ""
		}
		source, err = []byte(m.Contents[0]), nil
	}
	if err != nil {
		return ""
	}
	n := 0
	for text := range strings.Lines(string(source)) {
		if n++; n == line {
			return text
		}
	}
	return ""
}
