package miniapp

import (
	"encoding/json"
	"fmt"

	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/value"
	"github.com/dougong-dev/dougong/core/miniapp/view"
)

// bindObserve is __dougong.observe(options, report): starts an intersection observer and returns its number.
func (a *actor) bindObserve(args []value.Value) (value.Value, error) {
	o, _ := at(args, 0).(*value.Object)
	report, _ := at(args, 1).(value.Func)
	if o == nil || report == nil {
		return nil, fmt.Errorf("observe: want options and a function")
	}
	a.observed++
	number := a.observed
	a.observers[number] = 0
	// The nodes that the running turn makes exist after its flush only.
	a.later(func() {
		if _, wanted := a.observers[number]; !wanted {
			return
		}
		id, err := a.observe(o, report)
		if err != nil {
			a.settle(report, err)
			return
		}
		a.observers[number] = id
	})
	return value.Int(number), nil
}

// observe asks the client to watch the nodes of a selector.
func (a *actor) observe(o *value.Object, report value.Func) (uint64, error) {
	if media, ok := at1(o, "media").(*value.Object); ok {
		return a.observeMedia(media, report)
	}
	scope := at1(o, "scope")
	nodes := a.selectNodes(scope, text(o, "selector"), !value.ToBool(at1(o, "observeAll")))
	ask := message.Observe{Nodes: []int{}, InitialRatio: value.ToNumber(at1(o, "initialRatio"))}
	byID := map[int]*view.Node{}
	for _, n := range nodes {
		ask.Nodes = append(ask.Nodes, n.ID)
		byID[n.ID] = n
	}
	ask.Relative = a.relative(scope, at1(o, "relative"))
	if list, ok := at1(o, "thresholds").(*value.Array); ok {
		for _, v := range list.Items {
			ask.Thresholds = append(ask.Thresholds, value.ToNumber(v))
		}
	}
	raw, err := json.Marshal(ask)
	if err != nil {
		return 0, err
	}
	return a.bridge.Observe(message.AskObserve, raw, report, func(raw json.RawMessage) (value.Value, error) {
		return intersection(raw, byID)
	})
}

// observeMedia asks the client to tell when the screen begins or ceases to be as described.
func (a *actor) observeMedia(media *value.Object, report value.Func) (uint64, error) {
	raw, err := json.Marshal(message.Observe{Nodes: []int{}, Thresholds: []float64{}, Media: value.AppendJSON(nil, media)})
	if err != nil {
		return 0, err
	}
	return a.bridge.Observe(message.AskObserve, raw, report, nil)
}

// intersection makes what an observer's callback gets.
func intersection(raw json.RawMessage, byID map[int]*view.Node) (value.Value, error) {
	var m message.Intersection
	if err := json.Unmarshal(raw, &m); err != nil {
		return nil, err
	}
	v, err := value.DecodeJSON(raw)
	if err != nil {
		return nil, err
	}
	o, ok := v.(*value.Object)
	if !ok {
		return nil, fmt.Errorf("want an object")
	}
	o.Delete("node")
	o.Set("id", idOf(byID[m.Node]))
	o.Set("dataset", datasetOf(byID[m.Node]))
	return o, nil
}

// relative resolves the reference areas of an observer.
func (a *actor) relative(scope, v value.Value) []message.RelativeArea {
	list, _ := v.(*value.Array)
	var out []message.RelativeArea
	for i := range list.Len() {
		o, _ := list.At(i).(*value.Object)
		if o == nil {
			continue
		}
		var area message.RelativeArea
		if !value.ToBool(at1(o, "viewport")) {
			nodes := a.selectNodes(scope, text(o, "selector"), true)
			if len(nodes) == 0 {
				continue
			}
			area.Node = nodes[0].ID
		}
		if margins, ok := at1(o, "margins").(*value.Object); ok {
			for i, side := range [...]string{"top", "right", "bottom", "left"} {
				if f, ok := at1(margins, side).(float64); ok {
					area.Margins[i] = f
				}
			}
		}
		out = append(out, area)
	}
	return out
}

// bindUnobserve is __dougong.unobserve(number).
func (a *actor) bindUnobserve(args []value.Value) (value.Value, error) {
	number := int(value.ToNumber(at(args, 0)))
	id := a.observers[number]
	delete(a.observers, number)
	if a.bridge.Forget(id) {
		raw, err := json.Marshal(message.Unobserve{Observer: id})
		if err != nil {
			return nil, err
		}
		a.bridge.Tell(message.AskUnobserve, raw)
	}
	return nil, nil
}
