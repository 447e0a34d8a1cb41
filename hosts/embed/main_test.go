package embed_test

import (
	"maps"
	"os"
	"path/filepath"
	"testing"

	"go.uber.org/goleak"

	"github.com/dougong-dev/dougong/hosts/embed"
)

func TestMain(m *testing.M) {
	embed.Main()
	// The clock of backtracking regular expressions ends by itself, a while after the last of them.
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("github.com/dlclark/regexp2/v2.runClock"))
}

const echoContract = `
capability: com.example.echo/v1
summary: {en: Says things back, zh: 回声}
methods:
  echo:
    api: [ft.echo]
    mode: async
    summary: {en: Say it back, zh: 回声}
    params: {type: object, required: [text], properties: {text: {type: string}}}
    result: {type: object, required: [text], properties: {text: {type: string}}}
    errors: [{code: 10007, name: hoarse, message: it has lost its voice}]
  whisper:
    api: [ft.whisper]
    mode: async
    summary: {en: Whisper, zh: 低语}
    scope: scope.whisper
    params: {type: object}
    result: {type: object}
`

// project writes a mini-program of two pages and returns its folder.
func project(t testing.TB, id string) string {
	t.Helper()
	return projectOf(t, id, map[string]string{
		"one.wxml": `<view>{{text}}</view><input class="name" bindinput="type"/><button class="echo" bindtap="echo">echo</button>
<button class="whisper" bindtap="whisper">whisper</button><button class="two" bindtap="two">two</button><button class="leave" bindtap="leave">leave</button>
<button class="throw" bindtap="fail">throw</button>`,
		"one.js": `Page({
  data: { text: "one" },
  onLoad(q) {
    this.setData({ text: JSON.stringify({ q, extra: getApp().extra }) });
    ft.addCustomEventListener("news", ({ data }) => this.setData({ text: "news " + JSON.stringify(data) }));
    ft.addCustomEventListener("go", () => this.two());
    ft.addCustomEventListener("hang", () => { for (;;) {} });
    wx.onMemoryWarning(({ level }) => this.setData({ text: "short of memory: " + level }));
  },
  type(e) { this.setData({ text: "typed " + e.detail.value }) },
  echo() { console.log("echoing"); ft.echo({ text: this.data.text, success: ({ text }) => this.setData({ text }), fail: (e) => this.setData({ text: e.errMsg + " " + e.errno }) }) },
  whisper() { ft.whisper({ success: () => this.setData({ text: "whispered" }), fail: (e) => this.setData({ text: e.errMsg }) }) },
  two() { ft.navigateTo({ url: "/two?n=2" }) },
  leave() { ft.exitMiniProgram() },
  fail() { throw new Error("thrown on purpose") },
})`,
	})
}

// projectOf writes a mini-program of two pages, with other files than the usual ones, and returns its folder.
func projectOf(t testing.TB, id string, other map[string]string) string {
	t.Helper()
	files := map[string]string{
		"project.config.json": `{"appid": "` + id + `"}`,
		"app.json":            `{"pages": ["one", "two"]}`,
		"app.js":              `App({ onLaunch({ referrerInfo }) { this.extra = referrerInfo?.extraData } })`,
		"one.json":            `{}`, "two.json": `{}`,
		"two.wxml": `<view>page two</view>`, "two.js": `Page({})`,
	}
	maps.Copy(files, other)
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}
