package miniapp

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"time"

	"github.com/dougong-dev/dougong/core/miniapp/bridge"
	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/script"
	"github.com/dougong-dev/dougong/core/miniapp/value"
	"github.com/dougong-dev/dougong/core/miniapp/view"
)

// bindPixels installs what canvases and media need: the pixels and players are the client's.
func (a *actor) bindPixels() {
	for name, fn := range map[string]func([]value.Value) (value.Value, error){
		"page":          a.bindPage,
		"draw":          a.bindDraw,
		"canvas":        a.bindCanvas,
		"canvasSync":    a.bindCanvasSync,
		"canvasFind":    a.bindCanvasFind,
		"componentFind": a.bindComponentFind,
		"invoke":        a.bindInvoke,
		"watch":         a.bindWatch,
		"unwatch":       a.bindUnwatch,
	} {
		a.realm.Bind(name, fn)
	}
}

// patient is a transport whose answers a realm waits for, which is no work of its scripts.
type patient struct {
	bridge.Transport
	realm *script.Realm
}

// Sync implements bridge.Transport.
func (p patient) Sync(c message.Call) message.Reply {
	defer p.realm.Waiting()()
	return p.Transport.Sync(c)
}

func (a *actor) awaitIn(realm *script.Realm) func(ask uint64, timeout time.Duration) *message.Answer {
	return func(ask uint64, timeout time.Duration) *message.Answer {
		defer realm.Waiting()()
		return a.await(ask, timeout)
	}
}

// await waits for an answer out of turn. What else comes meanwhile is handled later, in its order.
func (a *actor) await(ask uint64, timeout time.Duration) *message.Answer {
	if a.silent {
		timeout = 0
	}
	timer := time.NewTimer(timeout)
	defer timer.Stop()
	for {
		answer, leaves := a.lookFor(ask)
		if answer != nil || leaves {
			return answer
		}
		select {
		case <-a.in.Wake():
		case <-a.quit:
			return nil
		case <-timer.C:
			a.silent = true
			return nil
		}
	}
}

// maxHeld is how many messages an actor keeps for later while it waits for an answer.
const maxHeld = 4096

// lookFor takes messages until there is the answer, and keeps the others. leaves tells that the session is to be closed.
func (a *actor) lookFor(ask uint64) (answer *message.Answer, leaves bool) {
	if n := len(a.held); n > 0 && a.held[n-1].Close {
		return nil, true
	}
	for len(a.held) < maxHeld {
		m, ok := a.in.Take()
		switch {
		case !ok:
			return nil, false
		case m.Answer != nil && m.Answer.ID == ask:
			a.seen++
			return m.Answer, false
		}
		if a.held = append(a.held, m); m.Close {
			return nil, true
		}
	}
	return nil, false
}

// bindPage is __dougong.page(): the number of the page on top.
func (a *actor) bindPage([]value.Value) (value.Value, error) {
	id, _ := a.router.top()
	return value.Int(id), nil
}

// bindDraw is __dougong.draw(page, target, ops).
func (a *actor) bindDraw(args []value.Value) (value.Value, error) {
	page, target := int(value.ToNumber(at(args, 0))), int(value.ToNumber(at(args, 1)))
	ops, ok := at(args, 2).(*value.Array)
	if !ok {
		return nil, fmt.Errorf("draw: want operations, got %s", value.TypeOf(at(args, 2)))
	}
	for i, v := range ops.Items {
		if b, ok := v.(value.Bytes); ok {
			ops.Items[i] = base64.StdEncoding.EncodeToString(b)
		}
	}
	raw, err := json.Marshal(message.Draw{Target: target, Ops: value.AppendJSON(nil, ops)})
	if err != nil {
		return nil, err
	}
	a.pruneDrawings(page)
	a.drawn.add(page, target, ops, raw)
	a.bridge.TellPage(page, message.AskDraw, raw)
	return nil, nil
}

// bindCanvas is __dougong.canvas(page, ask, settle).
func (a *actor) bindCanvas(args []value.Value) (value.Value, error) {
	settle, _ := at(args, 2).(value.Func)
	o, _ := at(args, 1).(*value.Object)
	if settle == nil || o == nil {
		return nil, fmt.Errorf("canvas: want a question and a function")
	}
	page := int(value.ToNumber(at(args, 0)))
	if text(o, "want") == message.CanvasImage {
		a.drawn.image(page, o)
	}
	return nil, a.bridge.AskPage(page, message.AskCanvas, value.AppendJSON(nil, o), settle, decodeCanvas(o))
}

// bindCanvasSync is __dougong.canvasSync(page, ask): {failure} or {result}.
func (a *actor) bindCanvasSync(args []value.Value) (value.Value, error) {
	o, _ := at(args, 1).(*value.Object)
	if o == nil {
		return nil, fmt.Errorf("canvas: want a question")
	}
	raw, err := a.bridge.AskNow(int(value.ToNumber(at(args, 0))), message.AskCanvas, value.AppendJSON(nil, o))
	if err != nil {
		return value.ObjectOf("failure", value.ObjectOf("message", err.Error())), nil
	}
	result, err := decodeCanvas(o)(raw)
	if err != nil {
		return value.ObjectOf("failure", value.ObjectOf("message", "the answer is not readable: "+err.Error())), nil
	}
	return value.ObjectOf("result", result), nil
}

// decodeCanvas reads the answer to a question about a canvas: pixels become bytes, and an encoded picture gets its bytes
// beside its text if the base library asks for them: a script would be slow at it.
func decodeCanvas(ask *value.Object) func(json.RawMessage) (value.Value, error) {
	switch {
	case text(ask, "want") == message.CanvasPixels:
		return decodePixels
	case text(ask, "want") == message.CanvasExport && value.ToBool(at1(ask, "bytes")):
		return decodeFile
	}
	return func(raw json.RawMessage) (value.Value, error) {
		if len(raw) == 0 {
			return nil, nil
		}
		return value.DecodeJSON(raw)
	}
}

func decodePixels(raw json.RawMessage) (value.Value, error) {
	var m message.CanvasPixelData
	if err := json.Unmarshal(raw, &m); err != nil {
		return nil, err
	}
	data, err := base64.StdEncoding.DecodeString(m.Data)
	if err != nil {
		return nil, err
	}
	if m.Width < 0 || m.Height < 0 || m.Width > message.MaxCanvasArea || len(data) != m.Width*m.Height*4 {
		return nil, fmt.Errorf("%d bytes for %d×%d pixels", len(data), m.Width, m.Height)
	}
	return value.ObjectOf("width", value.Int(m.Width), "height", value.Int(m.Height), "data", value.Bytes(data)), nil
}

func decodeFile(raw json.RawMessage) (value.Value, error) {
	var m message.CanvasFile
	if err := json.Unmarshal(raw, &m); err != nil {
		return nil, err
	}
	data, err := base64.StdEncoding.DecodeString(m.Data)
	if err != nil {
		return nil, err
	}
	return value.ObjectOf("type", m.Type, "data", m.Data, "bytes", value.Bytes(data)), nil
}

// bindCanvasFind is __dougong.canvasFind(scope, id).
func (a *actor) bindCanvasFind(args []value.Value) (value.Value, error) {
	id := value.Text(at(args, 1))
	if id == "" {
		return value.Null, nil
	}
	return a.findComponent(at(args, 0), "canvas", id, "canvas-id"), nil
}

// bindComponentFind is __dougong.componentFind(scope, tag, id).
func (a *actor) bindComponentFind(args []value.Value) (value.Value, error) {
	tag, _ := at(args, 1).(string)
	return a.findComponent(at(args, 0), tag, value.Text(at(args, 2)), ""), nil
}

// findComponent finds a built-in component by an attribute that names it or its id, "" for the first: {page, target} or null.
func (a *actor) findComponent(scope value.Value, tag, id, naming string) value.Value {
	for _, n := range a.selectNodes(scope, tag, false) {
		named := id == "" || n.IDAttr() == id
		if v, ok := n.Attr(naming); naming != "" && ok && id != "" {
			named = named || value.Text(v) == id
		}
		if named {
			return value.ObjectOf("page", value.Int(n.Page().ID()), "target", value.Int(n.ID))
		}
	}
	return value.Null
}

// embodied is what the base library makes the object of a node or a context of.
func embodied(n *view.Node) value.Value {
	if n == nil || n.Component() != nil {
		return value.Null
	}
	kind, _ := n.Attr("type")
	return value.ObjectOf("page", value.Int(n.Page().ID()), "node", value.Int(n.ID), "tag", n.Tag(), "type", value.Text(kind))
}

// bindInvoke is __dougong.invoke(page, target, method, args, settle, fields): the bytes that the fields of the answer hold
// as base64 come with it, under the field's name and "Bytes".
func (a *actor) bindInvoke(args []value.Value) (value.Value, error) {
	method, _ := at(args, 2).(string)
	settle, _ := at(args, 4).(value.Func)
	raw, err := json.Marshal(message.Invoke{
		Node: int(value.ToNumber(at(args, 1))), Method: method, Args: value.AppendJSON(nil, at(args, 3)),
	})
	if err != nil {
		return nil, err
	}
	return nil, a.bridge.AskPage(int(value.ToNumber(at(args, 0))), message.AskInvoke, raw, settle, bridge.WithBytes(at(args, 5)))
}

// bindWatch is __dougong.watch(kind, args, report): an ask that is answered again and again.
func (a *actor) bindWatch(args []value.Value) (value.Value, error) {
	kind, _ := at(args, 0).(string)
	report, _ := at(args, 2).(value.Func)
	if kind != message.AskAudio || report == nil {
		return nil, fmt.Errorf("watch: want a kind of ask that is answered many times, and a function; got %q", kind)
	}
	id, err := a.bridge.Observe(kind, value.AppendJSON(nil, at(args, 1)), report, nil)
	return value.Int(int(id)), err
}

// bindUnwatch is __dougong.unwatch(id).
func (a *actor) bindUnwatch(args []value.Value) (value.Value, error) {
	a.bridge.Forget(uint64(max(0, value.ToNumber(at(args, 0)))))
	return nil, nil
}
