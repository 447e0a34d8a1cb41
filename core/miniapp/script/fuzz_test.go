package script

import (
	"encoding/json"
	"regexp"
	"testing"

	"github.com/dougong-dev/dougong/core/miniapp/value"
)

// farIndex is an index that makes a list of many thousand rows: allowed, but slow to look at again and again.
var farIndex = regexp.MustCompile(`\d{3}`)

// FuzzSetData sets any JSON at any path and holds the script's data against the tree's.
func FuzzSetData(f *testing.F) {
	f.Add("n", `1`)
	f.Add("list[0].name", `{"a":[1,null,"x"]}`)
	f.Add("deep.a.b", `[[],{}]`)
	f.Add("list[2]", `{"__proto__":{"x":1},"constructor":2,"1":"one"}`)
	f.Add("a.b.c", `"\ud800"`)
	f.Add("list.length", `3`)
	f.Add("__proto__.x", `1`)
	w, p := open(f, map[string]string{
		"pages/index.wxml": `<view wx:for="{{list}}">{{item.name}}</view>{{n}}{{deep}}`,
		"pages/index.js": `
Page({
  data: { n: 0, list: [{ name: "a" }], deep: { a: { b: 1 } } },
  put(path, json) { this.setData({ [path]: JSON.parse(json) }) },
  see() { return JSON.stringify(this.data) },
})`,
	})
	f.Fuzz(func(t *testing.T, path, text string) {
		if !json.Valid([]byte(text)) || len(text) > 1000 || farIndex.MatchString(path) {
			return
		}
		_, _, _ = p.Call("put", path, text)
		seen, _, err := p.Call("see")
		w.logs, w.errors, w.patches = nil, nil, nil
		if err != nil {
			return
		}
		script, err := value.DecodeJSON([]byte(seen.(string)))
		if err != nil {
			t.Fatal(err)
		}
		if tree := w.realm.jsonOf(p.Root().tree()); !value.Equal(script, tree) {
			t.Errorf("after setData %q = %s the script has %v, the tree %v", path, text, value.ToGo(script), value.ToGo(tree))
		}
	})
}

// jsonOf is a value after a trip through JSON: undefined fields are gone, undefined elements are null.
func (r *Realm) jsonOf(v value.Value) value.Value {
	switch v := v.(type) {
	case *value.Object:
		out := &value.Object{}
		for key, field := range v.All() {
			if field != nil {
				out.Set(key, r.jsonOf(field))
			}
		}
		return out
	case *value.Array:
		out := &value.Array{}
		for _, item := range v.Items {
			if item == nil {
				item = value.Null
			}
			out.Push(r.jsonOf(item))
		}
		return out
	}
	return v
}
