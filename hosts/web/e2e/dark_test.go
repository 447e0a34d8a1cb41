package e2e

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/hosts/web/internal/browser"
)

// startDark opens the mini-program that has a dark theme and a navigation bar of its own.
func startDark(t *testing.T, edit func(*config.Config)) *demo {
	t.Helper()
	if testing.Short() {
		t.Skip("needs a browser")
	}
	dir, err := filepath.Abs("testdata/dark")
	if err != nil {
		t.Fatal(err)
	}
	d := startConfigured(t, dir, edit)
	d.Wait(`$("#window").textContent.trim() !== ""`)
	return d
}

// readable asks that every text in an element of the overlay has a contrast of 4.5 and stands on what is, or is not, dark.
const readable = `(() => {
	const light = (c) => { const [r, g, b] = c.map((v) => ((v /= 255) <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)); return .2126 * r + .7152 * g + .0722 * b; };
	const numbers = (c) => c.match(/[\d.]+/g).map(Number);
	const panel = $(%q), wrong = [];
	const back = numbers(getComputedStyle(panel).backgroundColor);
	if ((light(back.slice(0, 3)) < .1) !== %v) wrong.push("the panel is " + getComputedStyle(panel).backgroundColor);
	for (const el of [panel, ...panel.querySelectorAll("*")]) {
		if (![...el.childNodes].some((n) => n.nodeType === 3 && n.data.trim()) && el.localName !== "textarea") continue;
		let own = back;
		for (let n = el; n !== panel; n = n.parentElement) { const c = numbers(getComputedStyle(n).backgroundColor); if (c.length === 3) { own = c; break; } }
		const inks = [getComputedStyle(el).color, ...(el.placeholder ? [getComputedStyle(el, "::placeholder").color] : [])];
		for (const ink of inks) {
			const [r, g, b, a = 1] = numbers(ink);
			const seen = [r, g, b].map((v, i) => v * a + own[i] * (1 - a));
			const [x, y] = [light(seen), light(own.slice(0, 3))].sort((p, q) => q - p);
			if ((x + .05) / (y + .05) < 4.5) wrong.push(el.className + " " + el.textContent + " " + ink + " on " + own + " is " + ((x + .05) / (y + .05)).toFixed(2));
		}
	}
	return wrong.join("\n");
})()`

// What the system shows for a mini-program follows its theme, and the text of fields can be read on a dark page.
func TestDialogsFollowTheTheme(t *testing.T) {
	t.Parallel()
	for _, dark := range []bool{false, true} {
		t.Run(map[bool]string{false: "light", true: "dark"}[dark], func(t *testing.T) {
			t.Parallel()
			d := startDark(t, func(*config.Config) {})
			d.Theme(dark)
			d.want(`getComputedStyle($("#scheme"), "::before").content`, map[bool]string{false: `"light"`, true: `"dark"`}[dark])
			ink := map[bool]string{false: "rgb(0, 0, 0)", true: "rgba(255, 255, 255, 0.8)"}[dark]
			d.want(`getComputedStyle($("#input").shadowRoot.querySelector("input")).color`, ink)
			d.want(`getComputedStyle($("#area").shadowRoot.querySelector("textarea")).color`, ink)
			d.want(`getComputedStyle($("#oncard").shadowRoot.querySelector("input")).color`, "rgb(34, 34, 34)")
			for _, c := range []struct{ tap, panel, away string }{
				{"#modal", ".dialog", `$(".dialog-button.confirm")`}, {"#ask", ".dialog", `$(".dialog-button.cancel")`},
				{"#sheet", ".sheet", `$(".sheet-cancel")`}, {"#picker", ".sheet", `$(".picker-head .cancel")`},
			} {
				d.Tap(`$("` + c.tap + `")`)
				d.Wait(`still($("` + c.panel + `")) && $("` + c.panel + `").textContent`)
				d.Screenshot(fmt.Sprintf("dark-%v-%s", dark, c.tap[1:]))
				d.want(fmt.Sprintf(readable, c.panel, dark), "")
				d.Tap(c.away)
				d.Wait(`!$(".layer")`)
			}
			d.Tap(`$("#toast")`)
			d.Wait(`still($(".toast"))`)
			d.Screenshot(fmt.Sprintf("dark-%v-toast", dark))
		})
	}
}

// ui.mode wins over the system, in the mini-program too.
func TestModeReachesTheMiniProgram(t *testing.T) {
	t.Parallel()
	for _, mode := range []string{config.ModeDark, config.ModeLight} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			d := startDark(t, func(c *config.Config) { c.UI.Mode = mode })
			d.Theme(mode == config.ModeLight)
			d.want(`getComputedStyle($("#scheme"), "::before").content`, `"`+mode+`"`)
			d.Tap(`$("#modal")`)
			d.Wait(`still($(".dialog"))`)
			d.want(fmt.Sprintf(readable, ".dialog", mode == config.ModeDark), "")
		})
	}
}

// A super-app that chooses anew while a mini-program is open: its styles and the client's own follow, and it is told of the theme.
func TestModeChangesLive(t *testing.T) {
	t.Parallel()
	d := startDark(t, func(c *config.Config) { c.UI.Mode = config.ModeLight })
	d.Theme(false)
	for _, c := range []struct{ mode, scheme, told string }{
		{config.ModeDark, "dark", "dark"}, {config.ModeLight, "light", "dark light"}, {config.ModeDark, "dark", "dark light dark"}, {config.ModeAuto, "light", "dark light dark light"},
	} {
		d.restyle(func(cfg *config.Config) { cfg.UI.Mode = c.mode })
		d.want(`getComputedStyle($("#scheme"), "::before").content`, `"`+c.scheme+`"`)
		d.want(`$("#theme").textContent.trim()`, c.told)
	}
	d.Theme(true) // the system is heard again
	d.want(`getComputedStyle($("#scheme"), "::before").content`, `"dark"`)
	d.want(`$("#theme").textContent.trim()`, "dark light dark light dark")
}

// What a mini-program with a bar of its own asks of the window is right after each resize: where the capsule is, how high the
// status bar is, what it is told by wx.onWindowResize, and that the whole screen is its window.
func TestCustomBarAfterResize(t *testing.T) {
	t.Parallel()
	d := startDark(t, func(*config.Config) {})
	for _, c := range []struct {
		name          string
		width, height int64
		status        int
	}{{"a phone", 390, 844, 0}, {"a monitor", 1280, 900, 28}, {"a phone held sideways", 844, 390, 0}, {"a monitor again", 1280, 900, 28}} {
		d.Zoom(c.width, c.height, 1)
		d.WaitShell(fmt.Sprintf(`innerWidth === %d && innerHeight === %d`, c.width, c.height))
		var screen browser.Box
		at := func(v float64) string { return fmt.Sprint(int(v + 0.5)) }
		d.Until("compare what is told of the capsule on "+c.name, func() error {
			capsule := d.RestingShell(`$(".app.shown .capsule")`)
			screen = d.RestingShell(`$(".app.shown iframe")`)
			want := at(capsule.Top-screen.Top) + " " + at(capsule.Top-screen.Top+capsule.Height) + " " + at(capsule.Left-screen.Left) + " " + at(capsule.Left-screen.Left+capsule.Width)
			if got := d.text(`$("#bar").textContent.trim()`); got != want {
				return fmt.Errorf("it is %q, want %q", got, want)
			}
			return nil
		})
		width, height := int(screen.Width), int(screen.Height)
		d.want(`$("#window").textContent.trim()`, fmt.Sprint(width, height, width, height, c.status, c.status, height))
		d.want(`$("#heard").textContent.trim()`, fmt.Sprintf("screenHeight=%d screenWidth=%d windowHeight=%d windowWidth=%d", height, width, height, width))
	}
}

// The client's own words are in the language of the shell.
func TestDialogsSpeakTheLanguage(t *testing.T) {
	t.Parallel()
	d := startDark(t, func(c *config.Config) { c.UI.Languages = []string{"en"} })
	d.Tap(`$("#modal")`)
	d.Wait(`still($(".dialog"))`)
	d.want(`$$(".dialog-button").map((el) => el.textContent).join()`, "Cancel,OK")
	d.Tap(`$(".dialog-button.confirm")`)
	d.Wait(`!$(".layer")`)
	d.Tap(`$("#picker")`)
	d.Wait(`still($(".sheet"))`)
	d.want(`$$(".picker-head button").map((el) => el.textContent).join()`, "Cancel,OK")
	d.Tap(`$(".picker-head .cancel")`)
	d.Wait(`!$(".layer")`)
	d.Tap(`$("#date")`)
	d.Wait(`still($(".sheet"))`)
	d.want(`$$("dg-picker-view-column").map((el) => el.ariaLabel + " " + el.ariaValueText).join()`, "Year 2026,Month 02,Day 03")
}
