package e2e

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/core/evidence"
	"github.com/dougong-dev/dougong/hosts/internal/npmapp"
	"github.com/dougong-dev/dougong/hosts/web/internal/browser"
)

// caller is a page that calls by WeChat's JSSDK what is granted, and what is not.
const caller = `const said = [];
const told = (name) => ({ success: () => said.push(name + " ok"), fail: ({ errMsg }) => said.push(name + " " + errMsg.split(" ")[0].replace(/^.*:/, "")) });
const call = (name, api, o) => new Promise((done) => wx[api]({ ...o, ...told(name), complete: done }));
wx.config({ jsApiList: ["getLocation"] });
wx.ready(async () => {
  await call("kept", "setStorage", { key: "k", data: "v" });
  await call("listed", "request", { url: "@LISTED@/json" });
  await call("unlisted", "request", { url: "@OUT@/json" });
  await call("place", "getLocation", { type: "wgs84" });
  document.title = "said " + said.join(", ");
});`

// TestH5Trace: each call of an H5 app's page is in the trace of the super-app, under the app's id, with what came of it: carried out,
// refused by policy, refused by the user.
func TestH5Trace(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("needs a browser")
	}
	out, listed := speaker(t), speaker(t)
	var apps []config.MiniApp
	answers := map[string]string{"h5.trusted": "primary", "h5.distrusted": "secondary"}
	for id := range answers {
		dir := write(t, npmapp.Page(id, "", strings.NewReplacer("@OUT@", out.URL, "@LISTED@", listed.URL).Replace(caller)))
		apps = append(apps, config.MiniApp{Path: packed(t, dir), Domains: config.Domains{Request: []string{listed.URL}}})
	}
	fixed := map[string]any{"fixed": map[string]any{"latitude": 31.23, "longitude": 121.47}}
	d, login := serveH5(t, h5Config(t, apps, config.Plugin{ID: "dougong.trace"},
		config.Plugin{ID: "dougong.geolocation", Config: map[string]any{"sources": []any{fixed}}}))
	d.Browser = browser.Start(t, 1000, 920)
	d.Open(login)
	for id, want := range map[string]string{
		"h5.trusted":    "said kept ok, listed ok, unlisted fail, place ok",
		"h5.distrusted": "said kept ok, listed ok, unlisted fail, place fail",
	} {
		d.WaitShell(`still($(".tile[data-app='` + id + `']"))`)
		d.TapShell(`$(".tile[data-app='` + id + `']")`)
		d.WaitShell(`still($(".prompt .` + answers[id] + `"))`)
		d.TapShell(`$(".prompt .` + answers[id] + `")`)
		d.Wait(`$(".nav-title")?.textContent.startsWith("said ")`)
		d.want(`$(".nav-title").textContent`, want)
		d.TapShell(`$(".app.shown .capsule-part:last-child")`)
	}
	want := []string{
		"dougong.storage/v1 getStorage: 14 notFound", // localStorage, as the app begins
		"dougong.storage/v1 getStorageInfo: ok",
		"dougong.storage/v1 setStorage: ok",
		"dougong.network/v1 request: ok",
		"dougong.network/v1 request: 6 domain",
	}
	for id, place := range map[string]string{"h5.trusted": "ok", "h5.distrusted": "5 denied"} {
		want := append(slices.Clone(want), "dougong.geolocation/v1 getLocation: "+place)
		if got := d.traced(t, id); !slices.Equal(got, want) {
			t.Errorf("%s left\n%s\nwant\n%s", id, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
}

// traced are the records that calls of a mini-program left for the user, in order, and what came of each. The trace as a whole is sound.
func (d *demo) traced(t *testing.T, id string) (out []string) {
	t.Helper()
	report, err := d.super.Kernel().VerifyTrace(t.Context())
	if err != nil || !report.OK() {
		t.Fatalf("the trace: %+v, %v", report, err)
	}
	for text, err := range d.super.Kernel().TraceRecords(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		r, err := evidence.Decode(text)
		if err != nil {
			t.Fatal(err)
		}
		if r.App != id || r.User != "local" {
			continue
		}
		verdict := "ok"
		if r.Error != nil {
			verdict = fmt.Sprint(r.Error.Code, " ", r.Error.Name)
		}
		out = append(out, fmt.Sprintf("%s %s: %s", r.Capability, r.Method, verdict))
	}
	return out
}
