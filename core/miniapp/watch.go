package miniapp

import (
	"encoding/json"
	"fmt"

	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/value"
)

// bindSense is __dougong.sense(source, interval, report): has a part of the device report until unsense, and returns the
// watch's number.
func (a *actor) bindSense(args []value.Value) (value.Value, error) {
	source, _ := at(args, 0).(string)
	interval, _ := at(args, 1).(string)
	report, _ := at(args, 2).(value.Func)
	if source == "" || report == nil {
		return nil, fmt.Errorf("watch: want a source and a function")
	}
	raw, err := json.Marshal(message.Watch{Source: source, Interval: interval})
	if err != nil {
		return nil, err
	}
	id, err := a.bridge.Observe(message.AskWatch, raw, report, nil)
	return value.Int(int(id)), err
}

// bindUnsense is __dougong.unsense(number).
func (a *actor) bindUnsense(args []value.Value) (value.Value, error) {
	id := uint64(max(0, value.ToNumber(at(args, 0))))
	if !a.bridge.Forget(id) {
		return nil, nil
	}
	raw, err := json.Marshal(message.Unwatch{Watch: id})
	if err == nil {
		a.bridge.Tell(message.AskUnwatch, raw)
	}
	return nil, err
}
