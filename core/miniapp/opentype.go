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

// bindOpened is __dougong.opened(number, detail): the button's event with what came of it.
func (a *actor) bindOpened(args []value.Value) (value.Value, error) {
	number := int(value.ToNumber(at(args, 0)))
	e := a.opening[number]
	if e == nil {
		return nil, fmt.Errorf("opened: no open-type has the number %d", number)
	}
	delete(a.opening, number)
	detail := at(args, 1)
	a.later(func() {
		if p := a.router.find(e.Page); p != nil {
			e.Detail = detail
			a.dispatch(p, e)
		}
	})
	return nil, nil
}
