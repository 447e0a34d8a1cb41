package e2e

import (
	"fmt"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/core/config"
)

// ownLook sets everything that no example does, and tells light from dark.
func ownLook(c *config.Config) {
	u := &c.UI
	u.Capsule.MoreSize, u.Capsule.MoreMargin, u.Capsule.CloseSize, u.Capsule.HomeSize = 30, 5, 12, 18
	u.Capsule.MoreIcon, u.Capsule.Light.CloseIcon, u.Capsule.Dark.CloseIcon = "miniapps/bus.svg", "miniapps/canteen.svg", "miniapps/library.svg"
	u.Navigation.BackIcon, u.Navigation.HomeIcon = "miniapps/bus.svg", "miniapps/library.svg"
	u.Navigation.Light = config.NavigationColour{Title: "#112233", Icon: "#223344", Button: "#33445566", Border: "#445566"}
	u.Navigation.Dark = config.NavigationColour{Title: "#aabbcc", Icon: "#bbccdd", Button: "#ccddee66", Border: "#ddeeff"}
	u.Launcher.Background = "miniapps/sports.svg"
	u.Watermark.Text, u.Watermark.Colour, u.Watermark.Dark = "{name}", "#010203", "#fafbfc"
	u.Menu.Feedback = "https://help.example.com/feedback"
	u.Menu.Items[0].Icon, u.Menu.Items[0].Only = "miniapps/bus.svg", []string{"dg.example.campus.library"}
	u.Float.Side, u.Float.Bottom = config.PositionLeft, 200
	u.Loading.Title, u.Loading.Text = map[string]string{"en": "Loading title"}, map[string]string{"en": "Loading text"}
	u.Loading.Picture, u.Loading.Background, u.Loading.Colour = "miniapps/bus.svg", "#f0e0d0", "#102030"
	u.Loading.Dark = config.ScreenColour{Picture: "miniapps/library.svg", Background: "#101010", Colour: "#f1f2f3"}
	u.Loading.Indicator = config.IndicatorSpinner
}

// loadingSeen keeps what the loading screen looks like: it is gone before anybody can ask.
const loadingSeen = `(window.__seen = "", new MutationObserver(() => {
	const s = document.querySelector(".app .splash");
	if (!s || window.__seen) return;
	const c = getComputedStyle(s);
	window.__seen = [s.querySelector("img").src.split("/").at(-1).split("-").slice(0, 2).join("-"), s.textContent, c.backgroundColor, c.color, !!s.querySelector(".splash-spinner")].join("|");
}).observe(document.body, {childList: true, subtree: true}), true)`

// Each key of the look that no example uses shows where it ought to, over light pages and dark ones.
func TestOwnLook(t *testing.T) {
	t.Parallel()
	b := startBrand(t, "campus", 375, 812, ownLook)
	for _, c := range []struct {
		name, loading, mark string
		dark                bool
	}{
		{"light", "loading-|Loading titleLoading text|rgb(240, 224, 208)|rgb(16, 32, 48)|true", "#010203", false},
		{"dark", "loading-dark|Loading titleLoading text|rgb(16, 16, 16)|rgb(241, 242, 243)|true", "#fafbfc", true},
	} {
		b.Theme(c.dark)
		b.Open("about:blank")
		b.Open(b.base)
		b.WaitShell(`$(".tile") && ` + settled)
		b.WaitShell(`$(".launcher").style.backgroundImage.includes("/api/picture/launcher-")`)
		b.WaitShell(fmt.Sprintf(`$(".watermark").dataset.colour === %q`, c.mark))
		b.EvalShell(loadingSeen, new(bool))
		b.TapShell(`$$(".tile[data-app='dg.example.campus.bus']").at(-1)`)
		b.Wait(`$(".big")`)
		b.WaitShell(`!$(".app.shown .splash") && still($(".app.shown"))`)
		var seen string
		b.EvalShell(`window.__seen`, &seen)
		picture, rest, _ := strings.Cut(seen, "|")
		wantPicture, wantRest, _ := strings.Cut(c.loading, "|")
		if !strings.HasPrefix(picture, wantPicture) || rest != wantRest {
			t.Errorf("%s: the loading screen is %s, want %s", c.name, seen, c.loading)
		}
		b.Screenshot("ownlook-" + c.name)
		b.WaitShell(`(() => {
			const box = (el) => el.getBoundingClientRect(), part = (name) => $(".capsule-part[data-part=" + name + "]"), image = (name) => [...part(name).querySelectorAll(".icon")].find((el) => box(el).width);
			return box(image("more")).width === 30 && Math.abs(box(image("more")).left - box(part("more")).left - 5) < 1 && box(image("close")).width === 12 && box(image("home")).width === 18;
		})()`)
		b.TapShell(`$(".capsule-part[data-part=more]")`)
		b.WaitShell(`still($(".menu-entry")) && $("[data-entry=chat]") && !$("[data-entry=canteen]")`)
		b.TapShell(`$("[data-entry=float]")`)
		b.WaitShell(`still($(".float")) && $(".float").dataset.side === "left" && Math.abs(innerHeight - $(".float").getBoundingClientRect().bottom - 200) < 1`)
	}
	b.TapShell(`$$(".tile[data-app='dg.example.campus.library']").at(-1)`)
	b.WaitShell(`$(".app.shown[data-app='dg.example.campus.library']")`)
	b.Wait(`$(".big")`)
	b.WaitShell(`!$(".app.shown .splash") && still($(".app.shown"))`)
	b.TapShell(`$(".capsule-part[data-part=more]")`)
	b.WaitShell(`still($("[data-entry=canteen]")) && $("[data-entry=canteen] img").naturalWidth > 0`)
}

// The bar has the super-app's own icons and colours, by the text style that a page asks for.
func TestOwnBar(t *testing.T) {
	t.Parallel()
	b := startBrand(t, "campus", 375, 812, ownLook)
	b.show("dg.example.campus.library")
	b.Until("see the bar as the page asks for", func() error {
		var white bool
		b.EvalShell(`$(".app.shown").classList.contains("light")`, &white)
		want := "rgb(17, 34, 51)|rgb(34, 51, 68)|rgba(51, 68, 85, 0.4)|rgb(68, 85, 102)|2"
		if white {
			want = "rgb(170, 187, 204)|rgb(187, 204, 221)|rgba(204, 221, 238, 0.4)|rgb(221, 238, 255)|2"
		}
		var got string
		b.Eval(`((bar) => {
			const style = (selector) => getComputedStyle(bar.querySelector(selector)), icons = [...bar.querySelectorAll(".nav-button img")];
			return [style(".nav-title").color, style(".nav-button").color, style(".nav-button").backgroundColor, style(".nav-button").boxShadow.match(/rgb\([^)]*\)/)[0],
				icons.every((el) => el.src.startsWith("data:image/svg+xml;base64,") && el.naturalWidth > 0) ? icons.length : "not there"].join("|");
		})(document.querySelector(".navbar"))`, &got)
		if got != want {
			return fmt.Errorf("it is %s, want %s", got, want)
		}
		return nil
	})
}

// A launcher of two hundred mini-programs, one with a very long name and one with neither name nor icon to speak of, is in order:
// nothing is cut without a sign, and search finds what was asked for, in Chinese, by pinyin and by nothing at all.
func TestCrowdedLauncher(t *testing.T) {
	t.Parallel()
	b := startBrand(t, "campus", 375, 812, func(c *config.Config) {
		first := c.MiniApps[0]
		for i := range 200 {
			app := first
			app.ID, app.Icon = fmt.Sprintf("dg.example.many.m%03d", i), ""
			app.Name = map[string]string{"zh": fmt.Sprintf("服务%03d号", i), "en": fmt.Sprintf("Service %03d", i)}
			if i == 7 {
				app.Name = map[string]string{"zh": strings.Repeat("国家企业信用信息公示系统", 8), "en": strings.Repeat("Extraordinarily", 12)}
			}
			c.MiniApps = append(c.MiniApps, app)
		}
	})
	v := tourist{b, t, "crowded"}
	b.WaitShell(`$$(".tile").length === 205 && ` + settled)
	v.see("launcher")
	b.EvalShell(`($(".tile[data-app='dg.example.many.m007']").scrollIntoView({block: "center"}), true)`, new(bool))
	b.WaitShell(`((name) => name.scrollWidth > name.clientWidth && getComputedStyle(name).textOverflow === "ellipsis" && name.closest(".tile").title.startsWith("国家企业"))($(".tile[data-app='dg.example.many.m007'] .tile-name"))`)
	b.WaitShell(`$(".tile[data-app='dg.example.many.m007'] .letter").textContent === "国"`)
	v.see("long-name")
	for _, c := range []struct {
		typed string
		found int
	}{{"服务19", 10}, {"xyxx", 1}, {"Service 042", 1}, {"没有这个", 0}, {strings.Repeat("很长的词", 30), 0}} {
		b.EvalShell(`($(".launcher").scrollTop = 0, $(".search-field").value = "", $(".search-field").focus(), true)`, new(bool))
		b.Type(c.typed)
		b.WaitShell(fmt.Sprintf(`$$(".tile").length === %d && (%d > 0 || $(".nothing .empty").textContent.includes($(".search-field").value.trim()))`, c.found, c.found))
		v.see(fmt.Sprintf("search-%d", len(c.typed)))
	}
}
