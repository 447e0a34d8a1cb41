package miniapp_test

import (
	"testing"

	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/program"
)

// telling is an app that tells how it is entered, by every name that WeChat has for it.
const telling = `
const tell = (name) => (o) => console.log(name + " " + JSON.stringify(o));
const enter = () => tell("enter")(wx.getEnterOptionsSync());
wx.onAppShow((o) => tell("listener")({path: o.path, scene: o.scene}));
App({onLaunch(o) { tell("launch")(o); tell("sync")(wx.getLaunchOptionsSync()); }, onShow(o) { tell("show")(o); enter(); }});`

func entered(t testing.TB) *program.Program {
	return build(t, program.App{Pages: []string{"p/a/a", "p/b/b"}}, map[string]string{
		"app.js":   telling,
		"p/a/a.js": logging("a"), "p/a/a.wxml": "<view>a</view>",
		"p/b/b.js": logging("b"), "p/b/b.wxml": "<view>b</view>",
	})
}

// TestLaunchOptions: what onLaunch, onShow, wx.onAppShow, wx.getLaunchOptionsSync and wx.getEnterOptionsSync say of an entry;
// referrerInfo is {} without a referrer, and the query keeps its order.
func TestLaunchOptions(t *testing.T) {
	t.Parallel()
	from := message.LaunchFrom("shop", "p/b/b?z=1&a=%20&y", message.SceneFromMiniProgram, []byte(`{"k":[1]}`))
	embedded := from
	embedded.Embedded = true
	for name, tt := range map[string]struct {
		launch message.Launch
		want   string
	}{
		"from the list": {
			message.Launch{},
			`{"path":"p/a/a","query":{},"scene":1001,"referrerInfo":{},"apiCategory":"default"}`,
		},
		"by a card": {
			message.Launch{Path: "/p/b/b?z=1&a=2", Scene: 1007},
			`{"path":"p/b/b","query":{"z":"1","a":"2"},"scene":1007,"referrerInfo":{},"apiCategory":"default"}`,
		},
		"by the timeline": {
			message.Launch{Path: "p/b/b.html", Scene: 1154},
			`{"path":"p/b/b","query":{},"scene":1154,"referrerInfo":{},"apiCategory":"browseOnly"}`,
		},
		"by another mini-program": {
			from,
			`{"path":"p/b/b","query":{"z":"1","a":"%20","y":""},"scene":1037,"referrerInfo":{"appId":"shop","extraData":{"k":[1]}},"apiCategory":"default"}`,
		},
		"over another mini-program": {
			embedded,
			`{"path":"p/b/b","query":{"z":"1","a":"%20","y":""},"scene":1037,"referrerInfo":{"appId":"shop","extraData":{"k":[1]}},"apiCategory":"embedded"}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := start(t, entered(t), withLaunch(tt.launch))
			lines := splitLog(r.log())
			for i, what := range []string{"launch", "sync", "show", "enter"} {
				if len(lines) <= i || lines[i] != what+" "+tt.want {
					t.Fatalf("the log is\n%s\nwant in line %d\n%s %s", r.log(), i, what, tt.want)
				}
			}
		})
	}
}

// TestHotStart: a running mini-program that is entered by a page of its own shows that page alone; else it stays as it was.
func TestHotStart(t *testing.T) {
	t.Parallel()
	shown := func(options string) []string { return []string{"show " + options, "enter " + options} }
	for name, tt := range map[string]struct {
		show message.Launch
		want []string
	}{
		"from the list": {
			message.Launch{},
			append(shown(`{"path":"p/a/a","query":{},"scene":1001,"referrerInfo":{},"apiCategory":"default"}`), `listener {"path":"p/a/a","scene":1001}`, "a show"),
		},
		"back from another mini-program": {
			message.LaunchFrom("shop", "", message.SceneBack, []byte(`{"paid":true}`)),
			append(shown(`{"path":"p/a/a","query":{},"scene":1038,"referrerInfo":{"appId":"shop","extraData":{"paid":true}},"apiCategory":"default"}`), `listener {"path":"p/a/a","scene":1038}`, "a show"),
		},
		"by a card, to the page on top": {
			message.Launch{Path: "p/a/a", Scene: 1007},
			append(shown(`{"path":"p/a/a","query":{},"scene":1007,"referrerInfo":{},"apiCategory":"default"}`), `listener {"path":"p/a/a","scene":1007}`,
				"a unload", "a load {}", "a show", "a ready"),
		},
		"by a code, to another page": {
			message.Launch{Path: "p/b/b?n=1", Scene: 1047},
			append(shown(`{"path":"p/b/b","query":{"n":"1"},"scene":1047,"referrerInfo":{},"apiCategory":"default"}`), `listener {"path":"p/b/b","scene":1047}`,
				"a unload", `b load {"n":"1"}`, "b show", "b ready"),
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := start(t, entered(t))
			r.post(message.ToActor{Hide: true})
			r.clear()
			r.post(message.ToActor{Show: &tt.show})
			r.wantLog(tt.want...)
		})
	}
}
