package script

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// A property's own observer is told the path of the change as an array: wepy takes the name from it.
func TestPropertyObserverPath(t *testing.T) {
	t.Parallel()
	w, p := open(t, map[string]string{
		"pages/index.json": usesX,
		"pages/index.wxml": `<x id="x" v="{{v}}"/>`,
		"pages/index.js": `Page({ data: { v: { a: 1 } }, run() {
	this.setData({ v: { a: 2 } })
	this.selectComponent("#x").setData({ "v.list[0]": 3 })
} })`,
		"comp/x.wxml": "",
		"comp/x.js":   `Component({ properties: { v: { type: Object, observer(now, old, path) { console.log(JSON.stringify(now), Array.isArray(path), JSON.stringify(path)) } } } })`,
	})
	w.logs = nil
	w.do(p, "run")
	w.wantLog(`{"a":2} true ["v"]`, `{"a":2,"list":[3]} true ["v","list",0]`)
}

// TestInstanceMethods: every method that WeChat's declarations give to components and pages is there. vue-mini, for one,
// binds them all when a page opens.
func TestInstanceMethods(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("npm is for the whole run")
	}
	types := filepath.Join(npmPackage(t, "miniprogram-api-typings", "5.2.3"), "types", "wx", "lib.wx.component.d.ts")
	text, err := os.ReadFile(types)
	if err != nil {
		t.Fatal(err)
	}
	_, methods, ok := strings.Cut(string(text), "interface InstanceMethods<")
	methods, _, end := strings.Cut(methods, "\n    }")
	if !ok || !end {
		t.Fatalf("%s has no interface InstanceMethods", types)
	}
	var names []string
	for _, found := range regexp.MustCompile(`(?m)^        (\w+)[<(]`).FindAllStringSubmatch(methods, -1) {
		names = append(names, found[1])
	}
	if len(names) < 20 {
		t.Fatalf("%d methods found", len(names))
	}
	w, p := open(t, map[string]string{
		"pages/index.json": usesX,
		"pages/index.wxml": `<x id="x"/>`,
		"pages/index.js": `Page({ run() {
	const x = this.selectComponent("#x")
	for (const name of "` + strings.Join(names, " ") + `".split(" ")) {
		if (typeof this[name] !== "function" || typeof x[name] !== "function") console.log("no " + name)
	}
	this.getPassiveEvent((config) => console.log(JSON.stringify(config), this.getAppBar()))
} })`,
		"comp/x.wxml": "", "comp/x.js": `Component({})`,
	})
	w.do(p, "run")
	w.rest()
	w.wantLog(`{"touchstart":false,"touchmove":false,"wheel":false} null`)
}
