package miniapp

import (
	"fmt"

	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/script"
)

// audit reports the events of the open pages that are bound to methods which do not exist. The methods are those that the
// instances have, from behaviors, mixins and wherever else they come from.
func (a *actor) audit() {
	for _, p := range a.router.stack {
		for _, u := range p.View().Unhandled(script.Handles) {
			a.send(message.FromActor{Error: &message.Error{
				ID: message.IDHandlerMissing, Origin: "app", Page: p.path, File: u.Position.File, Line: u.Position.Line, Column: u.Position.Column,
				Message: fmt.Sprintf("%q is bound to %q, a method that %s does not have", u.Event, u.Method, u.Component),
				Hint:    "correct the name, or write the method",
			}})
		}
	}
}
