package e2e

import (
	"fmt"
	"testing"
)

// flaws lists what is wrong with what is seen: text of less contrast than WCAG AA asks for, text that is cut off with nothing to
// say so, things beyond the screen's edge, and Chinese in a shell that speaks English.
const flaws = `(() => {
	const canvas = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d", { willReadFrequently: true });
	const rgba = (colour) => {
		canvas.clearRect(0, 0, 1, 1);
		canvas.fillStyle = colour;
		canvas.fillRect(0, 0, 1, 1);
		const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
		return [r, g, b, a / 255];
	};
	const over = ([r, g, b, a], [R, G, B]) => [r * a + R * (1 - a), g * a + G * (1 - a), b * a + B * (1 - a), 1];
	const light = (c) => { const [r, g, b] = c.map((v) => ((v /= 255) <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)); return .2126 * r + .7152 * g + .0722 * b; };
	const behind = (el) => {
		const layers = [];
		for (let n = el; n; n = n.parentElement) {
			const c = rgba(getComputedStyle(n).backgroundColor);
			if (c[3] > 0) layers.push(c);
			if (c[3] === 1) break;
		}
		return layers.reverse().reduce((low, high) => over(high, low), [255, 255, 255, 1]);
	};
	const screen = $(".screen").getBoundingClientRect(), out = new Set();
	const say = (kind, el, more) => out.add(kind + " " + el.className + " " + JSON.stringify(el.textContent.trim().slice(0, 30)) + " " + more);
	const top = $$(".layer").at(-1) ?? $(".app.shown") ?? $(".closed") ?? $(".screen");
	for (const el of top.querySelectorAll("*")) {
		const s = getComputedStyle(el), r = el.getBoundingClientRect();
		if (!r.width || !r.height || s.visibility === "hidden" || el.closest("[inert], .announcer, svg, .watermark, .mask") || s.clipPath !== "none") continue;
		const scrolls = el.parentElement?.closest(".strip .grid, pre");
		if (!scrolls && (r.right > screen.right + 1 || r.left < screen.left - 1)) say("beyond", el, [r.left, r.right]);
		const own = [...el.childNodes].filter((n) => n.nodeType === 3 && n.data.trim());
		if (!own.length) continue;
		if (s.textIndent !== "20px" && s.overflow !== "visible" && s.overflowX !== "auto" && el.scrollWidth > el.clientWidth + 1 && s.textOverflow !== "ellipsis") say("cut", el, el.scrollWidth + ">" + el.clientWidth);
		let opacity = 1;
		for (let n = el; n; n = n.parentElement) opacity *= +getComputedStyle(n).opacity;
		const back = behind(el), ink = rgba(s.color);
		ink[3] *= opacity;
		const [a, b] = [light(over(ink, back)), light(back)].sort((x, y) => y - x);
		const ratio = (a + .05) / (b + .05);
		const large = parseFloat(s.fontSize) >= 24 || (parseFloat(s.fontSize) >= 18.66 && +s.fontWeight >= 700);
		if (ratio < (large ? 3 : 4.5) && s.textIndent !== "20px") say("faint", el, ratio.toFixed(2));
		if (document.documentElement.lang === "en" && !el.matches("option, dd, .nothing .empty") && own.some((n) => /[\u4e00-\u9fff]/.test(n.data))) say("Chinese", el, "");
	}
	if (document.documentElement.scrollWidth > innerWidth) out.add("the page scrolls sideways");
	return [...out].join("\n");
})()`

// tourist looks at a shell in one size, theme and language.
type tourist struct {
	*brand
	t    *testing.T
	name string
}

func (v tourist) see(what string) {
	v.t.Helper()
	v.WaitShell(settled)
	v.Screenshot("tour-" + v.name + "-" + what)
	var found string
	v.EvalShell(flaws, &found)
	if found != "" {
		v.t.Errorf("%s, %s:\n%s", v.name, what, found)
	}
}

// panel opens an entry of the capsule's menu, looks at it and goes back.
func (v tourist) panel(entry string) {
	v.t.Helper()
	v.TapShell(`$(".capsule-part[data-part=more]")`)
	v.WaitShell(`still($(".menu-entry"))`)
	var there bool
	v.EvalShell(`!!$("[data-entry=`+entry+`]")`, &there)
	if !there {
		v.Key("\x1b")
		v.WaitShell(`!$(".menu")`)
		return
	}
	v.TapShell(`$("[data-entry=` + entry + `]")`)
	v.WaitShell(`!$(".menu") && still($(".panel"))`)
	v.see(entry)
	v.Key("\x1b")
	v.WaitShell(`!$(".panel")`)
}

// Every page of the shell of every example is fit to be seen: on a phone, a tablet, a notebook and a big screen, in the light and
// in the dark, in Chinese and in English.
func TestTour(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"bank", "campus", "factory", "demo"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var b *brand
			if name == "demo" {
				d := startDemo(t, nil)
				b = &brand{Browser: d.Browser, base: d.base}
			} else {
				b = startBrand(t, name, 375, 812, nil)
			}
			if name == "bank" {
				b.WaitShell(`still($(".privacy .agree")) && ` + settled)
				tourist{b, t, name}.see("privacy")
				b.TapShell(`$(".privacy .refuse")`)
				b.WaitShell(`$(".closed .primary") && !$(".privacy")`)
				tourist{b, t, name}.see("closed")
				b.TapShell(`$(".closed .primary")`)
				b.WaitShell(`still($(".privacy .agree"))`)
				b.TapShell(`$(".privacy .agree")`)
				b.WaitShell(`!$(".privacy")`)
			}
			for _, language := range []string{"zh-CN", "en"} {
				for _, dark := range []bool{false, true} {
					tour(t, b, name, language, dark)
				}
			}
		})
	}
}

func tour(t *testing.T, b *brand, name, language string, dark bool) {
	t.Helper()
	sizes := []struct {
		name          string
		width, height int64
	}{{"tablet", 820, 1180}, {"notebook", 1280, 800}, {"wall", 2560, 1440}, {"phone", 375, 812}}
	b.Theme(dark)
	b.speak(language)
	b.Open("about:blank")
	b.Open(b.base)
	b.WaitShell(fmt.Sprintf(`$(".tile") && document.documentElement.lang === %q && `, language) + settled)
	v := tourist{b, t, fmt.Sprintf("%s-%s-%s", name, language, map[bool]string{true: "dark", false: "light"}[dark])}
	for _, s := range sizes {
		b.Zoom(s.width, s.height, 1)
		b.WaitShell(fmt.Sprintf(`innerWidth === %d`, s.width))
		v.see("launcher-" + s.name)
	}
	var search bool
	b.EvalShell(`!!$(".search-field")`, &search)
	if search {
		b.TapShell(`$(".search-field")`)
		b.Type("没有这个")
		b.WaitShell(`$(".empty")`)
		v.see("nothing")
		b.EvalShell(`($(".search-field").value = "", $(".search-field").oninput(), true)`, new(bool))
	}
	tile := `$$(".tile").at(-1)`
	b.EvalShell(`(`+tile+`.scrollIntoView({block: "center"}), true)`, new(bool))
	b.TapShell(tile)
	b.WaitShell(`$(".app.shown iframe") && !$(".app.shown .splash") && still($(".app.shown"))`)
	v.see("app")
	b.TapShell(`$(".capsule-part[data-part=more]")`)
	b.WaitShell(`still($(".menu-entry"))`)
	v.see("menu")
	b.Key("\x1b")
	b.WaitShell(`!$(".menu")`)
	for _, entry := range []string{"info", "shield", "qr", "alert"} {
		v.panel(entry)
	}
	b.TapShell(`$(".capsule-part:last-child")`)
	if name == "factory" {
		return // it cannot be closed
	}
	b.WaitShell(`!$(".app.shown") && still($(".scan-button"))`)
	b.TapShell(`$(".scan-button")`)
	b.WaitShell(`still($(".panel"))`)
	v.see("scan")
}
