package miniapp_test

import (
	"fmt"
	"testing"

	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/program"
	"github.com/dougong-dev/dougong/core/miniapp/view"
)

type (
	clientEvent = view.ClientEvent
	touch       = view.Touch
)

// logging is a page that logs its lifecycle under a name.
func logging(name string) string {
	return fmt.Sprintf(`
const name = %q;
const says = (what) => function (o) { console.log(name + " " + what + (o === undefined ? "" : " " + JSON.stringify(o))); };
Page({
  onLoad: says("load"), onShow: says("show"), onReady: says("ready"), onHide: says("hide"), onUnload: says("unload"),
  onPageScroll: says("scroll"), onReachBottom: says("bottom"), onPullDownRefresh: says("pull"), onResize: says("resize"),
  onTabItemTap: says("tab"),
  onShareAppMessage(o) { console.log(name + " share " + JSON.stringify(o)); return {title: "T", path: "/a?b=1"}; },
});`, name)
}

const loggingApp = `
wx.onThemeChange(({theme}) => {
  const {api, ...args} = JSON.parse(theme);
  wx[api]({...args, success: (r) => console.log(r.errMsg), fail: (e) => console.log(e.errMsg)});
});
const says = (what) => function (o) { console.log("app " + what + " " + (o ? o.path + JSON.stringify(o.query) : "")); };
App({onLaunch: says("launch"), onShow: says("show"), onHide: says("hide"), onPageNotFound: says("not found")});`

// five is a program with two tabs and three other pages; everything logs.
func five(t testing.TB) *program.Program {
	files := map[string]string{"app.js": loggingApp}
	pages := []string{"p/home/home", "p/cart/cart", "p/a/a", "p/b/b", "p/c/c"}
	for _, p := range pages {
		files[p+".js"] = logging(p[len(p)-1:])
		files[p+".wxml"] = "<view>" + p + "</view>"
	}
	files["p/home/home.js"], files["p/cart/cart.js"] = logging("home"), logging("cart")
	return build(t, program.App{
		Pages:  pages,
		TabBar: &program.TabBar{List: []program.TabItem{{PagePath: "p/home/home", Text: "Home"}, {PagePath: "p/cart/cart", Text: "Cart"}}},
	}, files)
}

// onLoad is a program whose first page runs code when it loads.
func onLoad(t testing.TB, code string) *program.Program {
	return build(t, program.App{Pages: []string{"p/a/a", "p/b/b"}}, map[string]string{
		"app.js":     "App({})",
		"p/a/a.js":   "Page({data: {n: 1}, onLoad() {\n" + code + "\n}})",
		"p/a/a.wxml": `<view id="x" class="row" data-k="1">{{n}}</view><view class="row">two</view>`,
		"p/b/b.js":   logging("b"), "p/b/b.wxml": "<view>b</view>",
	})
}

func TestLaunchOrder(t *testing.T) {
	t.Parallel()
	r := start(t, five(t), withLaunch(message.Launch{Path: "/p/a/a?x=1", Query: map[string]string{"y": "2"}}))
	r.wantLog(
		`app launch p/a/a{"x":"1","y":"2"}`, `app show p/a/a{"x":"1","y":"2"}`,
		`a load {"x":"1","y":"2"}`, `a show`, `a ready`,
	)
	s, text := r.stack()
	if text != "launch p/a/a" || !*s.Pages[0].Window.HomeButton {
		t.Errorf("stack = %s, home button %v", text, *s.Pages[0].Window.HomeButton)
	}
}

// call has a program whose app.js is loggingApp call an API: JSON with the key "api" and its parameters.
func (r *run) call(api string) {
	r.t.Helper()
	r.event(message.PageTheme, map[string]any{"theme": api})
}

func TestNavigation(t *testing.T) {
	t.Parallel()
	route := func(kind, url string) string { return fmt.Sprintf(`{"api": %q, "url": %q}`, kind, url) }
	back := func(delta int) string { return fmt.Sprintf(`{"api": "navigateBack", "delta": %d}`, delta) }
	for name, tt := range map[string]struct {
		do    []string
		log   []string // of the last step
		stack string
		kept  int
	}{
		"navigateTo": {
			[]string{route("navigateTo", "/p/a/a?q=%20x")},
			[]string{"home hide", `a load {"q":"%20x"}`, "a show", "a ready", "navigateTo:ok"}, "push p/home/home p/a/a", 0,
		},
		"relative": {
			[]string{route("navigateTo", "/p/a/a"), route("navigateTo", "../b/b")},
			[]string{"a hide", "b load {}", "b show", "b ready", "navigateTo:ok"}, "push p/home/home p/a/a p/b/b", 0,
		},
		"missing page": {
			[]string{route("navigateTo", "/p/x/x")}, []string{`navigateTo:fail page "p/x/x" is not found`}, "launch p/home/home", 0,
		},
		"no url":                {[]string{`{"api": "navigateTo"}`}, []string{"navigateTo:fail parameter error: parameter.url should be String instead of Undefined;"}, "launch p/home/home", 0},
		"navigateTo a tab":      {[]string{route("navigateTo", "/p/cart/cart")}, []string{"navigateTo:fail can not navigateTo a tabbar page"}, "launch p/home/home", 0},
		"redirectTo a tab":      {[]string{route("redirectTo", "/p/cart/cart")}, []string{"redirectTo:fail can not redirectTo a tabbar page"}, "launch p/home/home", 0},
		"switchTab to no tab":   {[]string{route("switchTab", "/p/a/a")}, []string{"switchTab:fail can not switch to no-tabBar page"}, "launch p/home/home", 0},
		"back at the first":     {[]string{back(1)}, []string{"navigateBack:fail cannot navigate back at first page."}, "launch p/home/home", 0},
		"redirectTo":            {[]string{route("navigateTo", "/p/a/a"), route("redirectTo", "/p/b/b")}, []string{"a unload", "b load {}", "b show", "b ready", "redirectTo:ok"}, "replace p/home/home p/b/b", 0},
		"navigateBack":          {[]string{route("navigateTo", "/p/a/a"), back(1)}, []string{"a unload", "home show", "navigateBack:ok"}, "pop p/home/home", 0},
		"navigateBack too far":  {[]string{route("navigateTo", "/p/a/a"), route("navigateTo", "/p/b/b"), back(9)}, []string{"b unload", "a unload", "home show", "navigateBack:ok"}, "pop p/home/home", 0},
		"switchTab":             {[]string{route("switchTab", "/p/cart/cart")}, []string{"home hide", "cart load {}", "cart show", "cart ready", "switchTab:ok"}, "tab p/cart/cart", 1},
		"switchTab back":        {[]string{route("switchTab", "/p/cart/cart"), route("switchTab", "/p/home/home")}, []string{"cart hide", "home show", "switchTab:ok"}, "tab p/home/home", 1},
		"switchTab from above":  {[]string{route("navigateTo", "/p/a/a"), route("switchTab", "/p/cart/cart")}, []string{"a unload", "cart load {}", "cart show", "cart ready", "switchTab:ok"}, "tab p/cart/cart", 1},
		"switchTab to the root": {[]string{route("navigateTo", "/p/a/a"), route("switchTab", "/p/home/home")}, []string{"a unload", "home show", "switchTab:ok"}, "tab p/home/home", 0},
		"reLaunch":              {[]string{route("switchTab", "/p/cart/cart"), route("navigateTo", "/p/a/a"), route("reLaunch", "/p/b/b?z=1")}, []string{"a unload", "cart unload", "home unload", `b load {"z":"1"}`, "b show", "b ready", "reLaunch:ok"}, "relaunch p/b/b", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := start(t, five(t))
			for _, call := range tt.do {
				r.clear()
				r.call(call)
			}
			r.wantLog(tt.log...)
			s, text := r.stack()
			if text != tt.stack || len(s.Kept) != tt.kept {
				t.Errorf("stack = %q keeping %d, want %q keeping %d", text, len(s.Kept), tt.stack, tt.kept)
			}
		})
	}
}
