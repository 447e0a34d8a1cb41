package miniapp

import (
	"encoding/json"
	"fmt"

	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/program"
	"github.com/dougong-dev/dougong/core/miniapp/script"
	"github.com/dougong-dev/dougong/core/miniapp/value"
	"github.com/dougong-dev/dougong/core/miniapp/view"
)

// bindQuery is __dougong.query(requests, settle): finds the nodes in the tree, asks the client where they are, and joins
// both into what the callbacks of a selector query get.
func (a *actor) bindQuery(args []value.Value) (value.Value, error) {
	list, _ := at(args, 0).(*value.Array)
	settle, _ := at(args, 1).(value.Func)
	if settle == nil || list == nil {
		return nil, fmt.Errorf("query: want requests and a function")
	}
	// The nodes that the running turn makes exist after its flush only.
	a.later(func() { a.query(list, settle) })
	return nil, nil
}

// found is a request with what the tree knows of its nodes.
type found struct {
	viewport, single bool
	nodes            []*view.Node
	fields           *value.Object
}

func (a *actor) query(list *value.Array, settle value.Func) {
	var (
		ask  message.Query
		each []found
	)
	for _, item := range list.Items {
		f, request := a.request(item)
		each = append(each, f)
		ask.Requests = append(ask.Requests, request)
	}
	raw, err := json.Marshal(ask)
	if err != nil {
		a.settle(settle, err)
		return
	}
	_, err = a.bridge.Ask(message.AskQuery, raw, settle, func(raw json.RawMessage) (value.Value, error) {
		var results []message.QueryResult
		if err := json.Unmarshal(raw, &results); err != nil {
			return nil, err
		}
		if len(results) != len(each) {
			return nil, fmt.Errorf("%d results for %d requests", len(results), len(each))
		}
		out := &value.Array{}
		for i, f := range each {
			out.Push(f.join(results[i]))
		}
		return out, nil
	})
	if err != nil {
		a.settle(settle, err)
	}
}

func (a *actor) request(item value.Value) (found, message.QueryRequest) {
	o, _ := item.(*value.Object)
	if o == nil {
		o = value.NewObject(0)
	}
	fields, _ := at1(o, "fields").(*value.Object)
	if fields == nil {
		fields = value.NewObject(0)
	}
	f := found{viewport: value.ToBool(at1(o, "viewport")), single: value.ToBool(at1(o, "single")), fields: fields}
	request := message.QueryRequest{
		Viewport: f.viewport, Nodes: []int{},
		Rect: f.wants("rect"), Size: f.wants("size"), ScrollOffset: f.wants("scrollOffset"),
		Properties: texts(at1(fields, "properties")), ComputedStyle: texts(at1(fields, "computedStyle")),
	}
	if !f.viewport {
		f.nodes = a.selectNodes(at1(o, "scope"), text(o, "selector"), f.single)
		for _, n := range f.nodes {
			request.Nodes = append(request.Nodes, n.ID)
		}
	}
	return f, request
}

func (f found) wants(field string) bool { return value.ToBool(at1(f.fields, field)) }

// join makes the result of one request.
func (f found) join(result message.QueryResult) value.Value {
	if f.viewport {
		info := value.NewObject(0)
		if len(result) > 0 {
			f.fill(info, nil, result[0])
		}
		return info
	}
	all := &value.Array{}
	for i, n := range f.nodes {
		if i < len(result) && result[i] == nil {
			continue // gone meanwhile
		}
		info := value.NewObject(0)
		var geometry message.NodeInfo
		if i < len(result) {
			geometry = result[i]
		}
		f.fill(info, n, geometry)
		all.Push(info)
	}
	if !f.single {
		return all
	}
	if all.Len() == 0 {
		return value.Null
	}
	return all.Items[0]
}

// geometryKeys in the order WeChat prints them.
var geometryKeys = []string{
	"left", "right", "top", "bottom", "width", "height", "scrollLeft", "scrollTop", "scrollWidth", "scrollHeight",
}

func (f found) fill(info *value.Object, n *view.Node, geometry message.NodeInfo) {
	if f.wants("id") {
		info.Set("id", idOf(n))
	}
	if f.wants("dataset") {
		info.Set("dataset", datasetOf(n))
	}
	for _, field := range [...]string{"node", "context"} {
		if f.wants(field) {
			info.Set(field, embodied(n))
		}
	}
	rest := map[string]bool{}
	for key := range geometry {
		rest[key] = true
	}
	set := func(key string) {
		if v, err := value.From(geometry[key]); rest[key] && err == nil {
			info.Set(key, v)
		}
	}
	for _, key := range geometryKeys {
		set(key)
	}
	for _, key := range append(texts(at1(f.fields, "properties")), texts(at1(f.fields, "computedStyle"))...) {
		set(key)
	}
}

// idOf and datasetOf allow for the viewport, which is no node.
func idOf(n *view.Node) string {
	if n == nil {
		return ""
	}
	return n.IDAttr()
}

func datasetOf(n *view.Node) *value.Object {
	if n == nil {
		return value.NewObject(0)
	}
	return n.Dataset()
}

// selectNodes finds what a selector matches in a component, or in the page on top if scope is none.
func (a *actor) selectNodes(scope value.Value, selector string, single bool) []*view.Node {
	var in *view.Component
	if instance, ok := scope.(*script.Instance); ok {
		in = instance.Component()
	} else if p := a.router.current(); p != nil && p.View() != nil {
		in = p.View().Root()
	}
	if in == nil {
		return nil
	}
	nodes := in.SelectNodes(selector)
	if a.prog.App.Dialect == program.DialectAlipay && in.Root() { // whose queries see into components
		for _, c := range in.Descendants() {
			nodes = append(nodes, c.SelectNodes(selector)...)
		}
	}
	if single && len(nodes) > 1 {
		nodes = nodes[:1]
	}
	return nodes
}

func texts(v value.Value) []string {
	list, _ := v.(*value.Array)
	var out []string
	for i := range list.Len() {
		if s, ok := list.At(i).(string); ok {
			out = append(out, s)
		}
	}
	return out
}
