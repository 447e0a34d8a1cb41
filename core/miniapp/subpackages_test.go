package miniapp_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/dougong-dev/dougong/core/bundle"
	"github.com/dougong-dev/dougong/core/miniapp"
	"github.com/dougong-dev/dougong/core/miniapp/compiler"
	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/parcel"
	"github.com/dougong-dev/dougong/core/miniapp/program"
)

// far is a bundle far away: what is asked for after the main package may be held up or fail.
type far struct {
	data []byte

	mu    sync.Mutex
	opens int
	fail  error
	gate  chan struct{} // nil: nothing is held up
}

func (f *far) open(ctx context.Context) (parcel.Archive, error) {
	f.mu.Lock()
	f.opens++
	first, fail, gate := f.opens == 1, f.fail, f.gate
	f.mu.Unlock()
	if !first && gate != nil {
		select {
		case <-gate:
		case <-ctx.Done():
			return parcel.Archive{}, ctx.Err()
		}
	}
	if !first && fail != nil {
		return parcel.Archive{}, fail
	}
	return parcel.Archive{ReaderAt: bytes.NewReader(f.data), Closer: io.NopCloser(nil), Size: int64(len(f.data))}, nil
}

func (f *far) set(fail error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.fail = fail
}

// remote builds a project into a bundle and opens it from afar.
func remote(t testing.TB, files map[string]string) (*program.Program, *far) {
	t.Helper()
	src := fstest.MapFS{}
	for name, text := range files {
		src[name] = &fstest.MapFile{Data: []byte(text)}
	}
	result, err := compiler.Build(t.Context(), compiler.Options{Dir: "test", FS: src, Strict: true})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if _, err := result.WriteTo(&out); err != nil {
		t.Fatal(err)
	}
	f := &far{data: out.Bytes()}
	p, err := parcel.Open(t.Context(), f.open, bundle.DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	return p, f
}

// shop has a main package and two subpackages; the page of the first uses a component of the second.
func shop(home string, more map[string]string) map[string]string {
	files := map[string]string{
		"app.json": `{"pages": ["p/home"], "subPackages": [
  {"root": "sub", "name": "s", "pages": ["page"]}, {"root": "other", "pages": ["page"]}]}`,
		"app.js":          `App({onPageNotFound(o) { console.log("not found " + o.path) }})`,
		"p/home.js":       home,
		"p/home.wxml":     "<view>home</view>",
		"sub/page.js":     `const lib = require("./lib"); Page({data: {lib}, onLoad(q) { console.log("sub " + q.a) }})`,
		"sub/page.json":   `{"usingComponents": {"c": "/other/c"}}`,
		"sub/page.wxml":   "<c/><view>{{lib}}</view>",
		"sub/lib.js":      `module.exports = "the lib"`,
		"other/page.js":   `Page({})`,
		"other/page.wxml": "<view>other</view>",
		"other/c.js":      `Component({lifetimes: {attached() { console.log("c attached") }}})`,
		"other/c.json":    `{"component": true}`,
		"other/c.wxml":    "<text>the component</text>",
	}
	for name, text := range more {
		files[name] = text
	}
	return files
}

// TestSubpackageOnDemand: a page of a subpackage opens once that and those of its components are there, not before.
func TestSubpackageOnDemand(t *testing.T) {
	p, f := remote(t, shop(`Page({onLoad() { wx.navigateTo({url: "/sub/page?a=1", success: () => console.log("went"), fail: console.log}) }})`, nil))
	if got := fmt.Sprint(p.Absent()); got != "[other sub]" {
		t.Fatalf("absent at first: %s", got)
	}
	f.gate = make(chan struct{})
	go func() { f.gate <- struct{}{}; f.gate <- struct{}{} }()
	r := start(t, p)
	r.wantLog("c attached", "sub 1", "went")
	if _, text := r.stack(); text != "push p/home sub/page" {
		t.Errorf("stack %s", text)
	}
	if got := p.Absent(); len(got) > 0 {
		t.Errorf("absent at the end: %v", got)
	}
	loading := false
	for _, m := range r.all {
		loading = loading || m.Stack != nil && len(m.Stack.Pages) == 1 && m.Stack.Pages[0].Loading
	}
	if s, _ := r.stack(); !loading || s.Pages[0].Loading {
		t.Error("the page does not show that the next one is loading, or goes on showing it")
	}
	// Whoever opens the program next has them.
	start(t, p, withLaunch(message.Launch{Path: "sub/page", Query: map[string]string{"a": "2"}})).wantLog("c attached", "sub 2")
	if f.opens != 3 {
		t.Errorf("the bundle was opened %d times, want 3", f.opens)
	}
}

func TestSubpackageFails(t *testing.T) {
	home := `Page({onLoad() { this.go() }, onPageScroll() { this.go() },
go() { wx.navigateTo({url: "/other/page", success: () => console.log("went"), fail: (e) => console.log(e.errMsg)}) }})`
	p, f := remote(t, shop(home, nil))
	f.set(errors.New("no route to the shop"))
	r := start(t, p)
	r.wantLog(
		`ERROR subpackage-load network subpackage "other" cannot be loaded: subpackage "other": no route to the shop`,
		`navigateTo:fail loadSubpackage:fail subpackage "other": no route to the shop`)
	f.set(nil)
	r.clear()
	r.event(message.PageScroll, map[string]any{"scrollTop": 1})
	r.wantLog("went")
}

// TestSubpackageEntryFails: a mini-program that is entered by a page that cannot be loaded shows its entry page.
func TestSubpackageEntryFails(t *testing.T) {
	p, f := remote(t, shop(`Page({onLoad() { console.log("home") }})`, nil))
	f.set(errors.New("no route"))
	r := start(t, p, withLaunch(message.Launch{Path: "other/page"}))
	failed := `ERROR subpackage-load network subpackage "other" cannot be loaded: subpackage "other": no route`
	r.wantLog(failed, "not found other/page", "home")
}

func TestRequireOfSubpackage(t *testing.T) {
	home := `Page({onLoad() {
  try { require("../sub/lib") } catch (e) { console.log(e.message) }
  require.async("../sub/lib").then((v) => { console.log("async " + v); console.log("now " + require("../sub/lib")) })
  require("../sub/lib", (v) => console.log("callback " + v))
  require("../none/lib", () => console.log("no"), (e) => console.log(e.errMsg))
}})`
	p, _ := remote(t, shop(home, nil))
	start(t, p).wantLog(
		`module "sub/lib" is in a subpackage that has not been loaded`,
		`requireAsync:fail module "../none/lib" is not found, required in p/home.js`,
		"async the lib", "now the lib", "callback the lib")

	p, f := remote(t, shop(`Page({onLoad() { require.async("../sub/lib").catch((e) => console.log(e.mod + ": " + e.errMsg)) }})`, nil))
	f.set(errors.New("gone"))
	got := start(t, p).log()
	if want := `../sub/lib: requireAsync:fail subpackage "sub": gone`; !strings.Contains(got, want) {
		t.Errorf("log\n%s\nwant %s", got, want)
	}
}

func TestPreDownload(t *testing.T) {
	home := `Page({onLoad() {
  const task = wx.preDownloadSubpackage({name: "s", success: (r) => console.log(r.errMsg), fail: (e) => console.log(e.errMsg)})
  task.onProgressUpdate((p) => { if (p.progress === 100) console.log("all " + (p.totalBytesWritten === p.totalBytesExpectedToWrite && p.totalBytesWritten > 0)) })
  wx.preDownloadSubpackage({root: "nowhere"}).onProgressUpdate(() => console.log("no"))
  wx.preDownloadSubpackage({name: "nowhere", fail: (e) => console.log(e.errMsg)})
}})`
	p, _ := remote(t, shop(home, nil))
	start(t, p).wantLog(`preDownloadSubpackage:fail subpackage "nowhere" is not found`, "all true", "preDownloadSubpackage:ok")
	if got := fmt.Sprint(p.Absent()); got != "[other]" {
		t.Errorf("absent: %s", got)
	}
}

func TestPreloadRule(t *testing.T) {
	rules := func(network string) map[string]string {
		return map[string]string{"app.json": `{"pages": ["p/home"], "subPackages": [{"root": "sub", "name": "s", "pages": ["page"]}, {"root": "other", "pages": ["page"]}],
"preloadRule": {"p/home": {"network": "` + network + `", "packages": ["s", "__APP__"]}}}`}
	}
	on4G := func(o *miniapp.Options, _ *run) { o.System = []byte(`{"networkType": "4g"}`) }
	for _, tt := range []struct {
		name, network string
		options       []option
		want          string
	}{
		{"at home", "wifi", nil, "[other]"},
		{"on the way, for wifi only", "wifi", []option{on4G}, "[other sub]"},
		{"on the way, for all", "all", []option{on4G}, "[other]"},
	} {
		p, _ := remote(t, shop(`Page({})`, rules(tt.network)))
		start(t, p, tt.options...)
		if got := fmt.Sprint(p.Absent()); got != tt.want {
			t.Errorf("%s: absent %s, want %s", tt.name, got, tt.want)
		}
	}
}

// TestPlaceholder: a component of a subpackage has something stand in for it until it is there.
func TestPlaceholder(t *testing.T) {
	files := shop(`Page({data: {n: 1, list: ["a"]}, tap() { console.log("tapped") }})`, map[string]string{
		"p/home.json": `{"usingComponents": {"c": "/other/d", "e": "/other/d", "wait": "/p/wait"}, "componentPlaceholder": {"c": "view", "e": "wait"}}`,
		"p/home.wxml": `<c id="c" n="{{n}}" bind:tap="tap">in {{n}}</c><e wx:for="{{list}}" wx:key="*this" n="{{n}}">{{item}}</e>`,
		"p/wait.json": `{"component": true}`, "p/wait.wxml": `<text>wait </text><slot/>`,
		"p/wait.js":    `Component({lifetimes: {attached() { console.log("wait attached") }, detached() { console.log("wait detached") }}})`,
		"other/d.json": `{"component": true}`,
		"other/d.wxml": `<text>real {{n}} </text><slot/>`,
		"other/d.js":   `Component({properties: {n: Number}, lifetimes: {attached() { console.log("real attached " + this.data.n) }}})`,
	})
	p, _ := remote(t, files)
	r := start(t, p)
	r.wantLog("wait attached", "real attached 1", "wait detached", "real attached 1")
	if got := fmt.Sprint(p.Absent()); got != "[sub]" {
		t.Errorf("absent: %s", got)
	}
}
