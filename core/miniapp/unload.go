package miniapp

import (
	"encoding/json"

	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/value"
)

// bindAlertBeforeUnload is __dougong.alertBeforeUnload(message): the user is asked before the page on top is left by the
// shell's back button; "" asks no more.
func (a *actor) bindAlertBeforeUnload(args []value.Value) (value.Value, error) {
	if p := a.router.current(); p != nil {
		p.leaving, _ = at(args, 0).(string)
	}
	return nil, nil
}

// leave goes on if the page on top may be left, or else once the user has agreed and is still on it.
func (r *router) leave(goOn func()) {
	p := r.current()
	if p == nil || p.leaving == "" {
		goOn()
		return
	}
	raw, err := json.Marshal(message.Modal{
		Content: p.leaving, ShowCancel: true, CancelColor: "#000000", ConfirmColor: "#576B95",
	})
	if err != nil {
		return
	}
	_, _ = r.a.bridge.Ask(message.AskModal, raw, nil, func(answer json.RawMessage) (value.Value, error) {
		var m message.ModalResult
		if err := json.Unmarshal(answer, &m); err != nil {
			return nil, err
		}
		if m.Confirm {
			r.a.later(func() {
				if r.current() == p {
					goOn()
				}
			})
		}
		return nil, nil
	})
}
