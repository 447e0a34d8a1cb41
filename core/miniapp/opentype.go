package miniapp

import (
	"fmt"
	"strings"

	"github.com/dougong-dev/dougong/core/miniapp/value"
	"github.com/dougong-dev/dougong/core/miniapp/view"
)

// openTypes are the events of a <button open-type> whose detail the base library finds out: a client cannot know it, so
// it says "…:fail not supported" there.
var openTypes = map[string]bool{
	"getuserinfo": true, "getphonenumber": true, "opensetting": true, "chooseavatar": true, "agreeprivacyauthorization": true,
}

// opened has the base library do what a button's open-type says; false if e is no such event. The event goes on, with
// what came of it as detail, by bindOpened.
func (a *actor) opened(e *view.ClientEvent) bool {
	if !openTypes[e.Type] {
		return false
	}
	detail, _ := value.From(e.Detail)
	o, ok := detail.(*value.Object)
	if !ok || !strings.HasSuffix(text(o, "errMsg"), ":fail not supported") {
		return false
	}
	a.opens++
	a.opening[a.opens] = e
	_ = a.realm.Emit("openType", value.Int(a.opens), e.Type)
	return true
}

// leaveBy has the base library go to the mini-program that a <navigator> names. What comes of it are events of the
// navigator.
func (a *actor) leaveBy(p *page, e *view.ClientEvent, o *value.Object) {
	a.opens++
	a.opening[a.opens] = &view.ClientEvent{Page: p.id, Node: int(value.ToNumber(at1(o, "node"))), Time: e.Time}
	_ = a.realm.Emit("navigator", value.Int(a.opens), o)
}

// bindOpened is __dougong.opened(number, detail, types?): the component's event with what came of it, or events of other
// types instead.
func (a *actor) bindOpened(args []value.Value) (value.Value, error) {
	number := int(value.ToNumber(at(args, 0)))
	e := a.opening[number]
	if e == nil {
		return nil, fmt.Errorf("opened: no open-type has the number %d", number)
	}
	delete(a.opening, number)
	detail, types := at(args, 1), texts(at(args, 2))
	if len(types) == 0 {
		types = []string{e.Type}
	}
	a.later(func() {
		for _, kind := range types {
			if p := a.router.find(e.Page); p != nil {
				one := *e
				one.Type, one.Detail = kind, detail
				a.dispatch(p, &one)
			}
		}
	})
	return nil, nil
}
