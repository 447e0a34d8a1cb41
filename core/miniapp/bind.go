package miniapp

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/value"
)

// bind installs what the base library needs beside the bridge's own calls; src/native.ts names them all.
func (a *actor) bind() {
	a.bridge.Bind()
	for name, fn := range map[string]func([]value.Value) (value.Value, error){
		"route":     a.bindRoute,
		"bar":       a.bindBar,
		"defer":     a.bindDefer,
		"log":       a.bindLog,
		"query":     a.bindQuery,
		"observe":   a.bindObserve,
		"unobserve": a.bindUnobserve,
		"animate":   a.bindAnimate,

		"clearAnimation": a.bindClearAnimation,

		"provided": a.bindProvided,
		"uses":     a.bindUses,
		"opened":   a.bindOpened,
		"sense":    a.bindSense,
		"unsense":  a.bindUnsense,

		"worker":      a.bindWorker,
		"workerPost":  a.bindWorkerPost,
		"workerFrame": a.bindWorkerFrame,
		"workerEnd":   a.bindWorkerEnd,

		"random":            a.bindRandom,
		"alertBeforeUnload": a.bindAlertBeforeUnload,
		"fetch":             a.bindFetch,
		"restart":           a.bindRestart,
	} {
		a.realm.Bind(name, fn)
	}
	a.bindPixels()
}

// bindRoute is __dougong.route(kind, args, settle): navigates once the present turn is over.
func (a *actor) bindRoute(args []value.Value) (value.Value, error) {
	kind, _ := at(args, 0).(string)
	o, _ := at(args, 1).(*value.Object)
	settle, _ := at(args, 2).(value.Func)
	if o == nil {
		o = value.NewObject(0)
	}
	if kind == "pageScrollTo" {
		return nil, a.scrollTo(o, settle)
	}
	delta := 1
	if f, ok := at1(o, "delta").(float64); ok {
		delta = int(f)
	}
	channel, _ := o.Get("channel")
	a.later(func() {
		a.router.navigate(kind, text(o, "url"), delta, channel, func(err error) { a.settle(settle, err) })
	})
	return nil, nil
}

// settle calls a base library's Settle.
func (a *actor) settle(settle value.Func, err error) {
	if settle == nil {
		return
	}
	failure := value.Null
	if err != nil {
		failure = value.ObjectOf("message", err.Error())
	}
	_, _ = a.realm.Invoke(settle, failure)
}

// bindBar is __dougong.bar(kind, args): "" or why it cannot.
func (a *actor) bindBar(args []value.Value) (value.Value, error) {
	kind, _ := at(args, 0).(string)
	o, _ := at(args, 1).(*value.Object)
	if o == nil {
		o = value.NewObject(0)
	}
	if err := a.router.changeBar(kind, o); err != nil {
		return err.Error(), nil
	}
	return "", nil
}

// bindUses is __dougong.uses(api, detail): whether the contract behind a name has the detail, for canIUse.
func (a *actor) bindUses(args []value.Value) (value.Value, error) {
	name, _ := at(args, 0).(string)
	detail, _ := at(args, 1).(string)
	for i := range a.open.APIs {
		if a.open.APIs[i].Name == name {
			return slices.Contains(a.open.APIs[i].Details, detail), nil
		}
	}
	return false, nil
}

// maxRandom is how many random bytes a program gets at once, as in WeChat.
const maxRandom = 1 << 20

// bindRandom is __dougong.random(length).
func (a *actor) bindRandom(args []value.Value) (value.Value, error) {
	n := value.ToNumber(at(args, 0))
	if !(n >= 0 && n <= maxRandom) {
		return nil, fmt.Errorf("random: want a length from 0 to %d, got %v", maxRandom, n)
	}
	b := make([]byte, int(n))
	_, _ = rand.Read(b) // never fails
	return value.Bytes(b), nil
}

func (a *actor) bindDefer(args []value.Value) (value.Value, error) {
	fn, ok := at(args, 0).(value.Func)
	if !ok {
		return nil, fmt.Errorf("want a function, got %s", value.TypeOf(at(args, 0)))
	}
	a.later(func() { _, _ = a.realm.Invoke(fn) })
	return nil, nil
}

func (a *actor) bindLog(args []value.Value) (value.Value, error) {
	level, _ := at(args, 0).(string)
	a.send(message.FromActor{Log: &message.Log{Level: level, Message: value.Text(at(args, 1))}})
	return nil, nil
}

// scrollTo asks the client to scroll the page on top.
func (a *actor) scrollTo(o *value.Object, settle value.Func) error {
	ask := message.ScrollTo{
		ScrollTop: value.ToNumber(at1(o, "scrollTop")), OffsetTop: value.ToNumber(at1(o, "offsetTop")),
		Duration: int(value.ToNumber(at1(o, "duration"))),
	}
	if selector := text(o, "selector"); selector != "" {
		nodes := a.selectNodes(nil, selector, true)
		if len(nodes) == 0 {
			a.later(func() { a.settle(settle, fmt.Errorf("no node matches %q", selector)) })
			return nil
		}
		ask.Node = nodes[0].ID
	}
	raw, err := json.Marshal(ask)
	if err != nil {
		return err
	}
	_, err = a.bridge.Ask(message.AskScrollTo, raw, settle, nil)
	return err
}

func at(args []value.Value, i int) value.Value {
	if i < len(args) {
		return args[i]
	}
	return nil
}

func at1(o *value.Object, key string) value.Value {
	v, _ := o.Get(key)
	return v
}
