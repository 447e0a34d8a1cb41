package miniapp

import (
	"encoding/json"
	"fmt"

	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/value"
	"github.com/dougong-dev/dougong/core/miniapp/view"
)

// bindAnimate is __dougong.animate(scope, selector, keyframes, duration, timeline, settle): this.animate.
func (a *actor) bindAnimate(args []value.Value) (value.Value, error) {
	frames, ok := at(args, 2).(*value.Array)
	if !ok {
		return nil, fmt.Errorf("animate: want an array of key frames, got %s", value.TypeOf(at(args, 2)))
	}
	scope, selector, settle := at(args, 0), value.Text(at(args, 1)), funcAt(args, 5)
	ask := message.Animate{Keyframes: value.AppendJSON(nil, frames), Duration: value.ToNumber(at(args, 3))}
	timeline, _ := at(args, 4).(*value.Object)
	a.later(func() {
		ask.Nodes = nodeIDs(a.selectNodes(scope, selector, false))
		if timeline != nil {
			ask.Timeline = a.timeline(scope, timeline)
		}
		a.effect(message.AskAnimate, ask, settle)
	})
	return nil, nil
}

// timeline resolves what a movement follows; nil if there is no such node.
func (a *actor) timeline(scope value.Value, o *value.Object) *message.ScrollTimeline {
	source := a.selectNodes(scope, text(o, "scrollSource"), true)
	if len(source) == 0 {
		return nil
	}
	number := func(key string) float64 { f, _ := at1(o, key).(float64); return f }
	return &message.ScrollTimeline{
		Source: source[0].ID, Orientation: text(o, "orientation"),
		Start: number("startScrollOffset"), End: number("endScrollOffset"), TimeRange: number("timeRange"),
	}
}

// bindClearAnimation is __dougong.clearAnimation(scope, selector, properties, settle).
func (a *actor) bindClearAnimation(args []value.Value) (value.Value, error) {
	scope, selector, settle := at(args, 0), value.Text(at(args, 1)), funcAt(args, 3)
	properties := texts(at(args, 2))
	a.later(func() {
		a.effect(message.AskClearAnimation, message.ClearAnimation{
			Nodes: nodeIDs(a.selectNodes(scope, selector, false)), Properties: properties,
		}, settle)
	})
	return nil, nil
}

// effect asks the client for a movement; settle hears when it is over.
func (a *actor) effect(kind string, ask any, settle value.Func) {
	raw, err := json.Marshal(ask)
	if err == nil && settle == nil {
		a.bridge.Tell(kind, raw)
		return
	}
	if err == nil {
		_, err = a.bridge.Ask(kind, raw, settle, nil)
	}
	if err != nil {
		a.settle(settle, err)
	}
}

func nodeIDs(nodes []*view.Node) []int {
	out := make([]int, len(nodes))
	for i, n := range nodes {
		out[i] = n.ID
	}
	return out
}

func funcAt(args []value.Value, i int) value.Func {
	fn, _ := at(args, i).(value.Func)
	return fn
}
