package headless_test

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Styles of worklets follow shared values, also where Skyline is not the renderer: what they hide stays hidden.
func TestAnimatedStyles(t *testing.T) {
	t.Parallel()
	app := openPage(t, `<view class="box" id="a">a</view><view class="box other">b</view><view id="move" bindtap="move"/><view id="slide" bindtap="slide"/><view id="stop" bindtap="stop"/>`, `const { shared, derived, timing } = wx.worklet
Page({
	onLoad() {
		this.x = shared(100)
		this.twice = derived(() => this.x.value * 2)
		this.applyAnimatedStyle(".box", () => { "worklet"; return { transform: "translateX(" + this.x.value + "px)" } }, { immediate: true }, (r) => { this.id = r.styleId; console.log(typeof r.styleId) })
		this.applyAnimatedStyle("#a", () => ({ width: this.twice.value + "px" }))
	},
	move() { this.x.value = 5 },
	slide() { this.x.value = timing(40, { duration: 1 }, (finished) => console.log("arrived", finished, this.x.value)) },
	stop() { this.clearAnimatedStyle(".box", [this.id], () => console.log("cleared")); this.x.value = 77 },
})`)
	for _, step := range []struct {
		tap, log string
		want     []string
	}{
		{"", "number", []string{"transform:translateX(100px)", "transform:translateX(100px);width:200px"}},
		{"#move", "number", []string{"transform:translateX(5px)", "transform:translateX(5px);width:10px"}},
		{"#slide", "number arrived true 40", []string{"transform:translateX(40px)", "transform:translateX(40px);width:80px"}},
		{"#stop", "number arrived true 40 cleared", []string{"transform:translateX(40px)", "transform:translateX(40px);width:154px"}},
	} {
		if step.tap != "" {
			if err := app.Fire(t.Context(), step.tap, "", 0, "tap", nil); err != nil {
				t.Fatal(err)
			}
		}
		if err := app.Rest(t.Context()); err != nil {
			t.Fatal(err)
		}
		var logs, styles []string
		for _, line := range app.Logs() {
			logs = append(logs, line.Message)
		}
		for _, found := range regexp.MustCompile(`style="([^"]*)"`).FindAllStringSubmatch(app.HTML(), -1) {
			styles = append(styles, strings.Trim(strings.ReplaceAll(found[1], " ", ""), ";"))
		}
		slices.Sort(styles)
		if got := strings.Join(logs, " "); got != step.log || !slices.Equal(styles, step.want) {
			t.Errorf("after %s: log %q, styles %q, want %q, %q", cmp.Or(step.tap, "opening"), got, styles, step.log, step.want)
		}
	}
	if errs := app.Errors(); len(errs) > 0 {
		t.Errorf("errors %+v", errs)
	}
}
