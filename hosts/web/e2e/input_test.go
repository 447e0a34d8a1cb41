package e2e

import (
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"

	"github.com/dougong-dev/dougong/hosts/web/internal/browser"
)

// startTouch opens the page whose parts tell what is done to them.
func startTouch(t *testing.T) *demo {
	t.Helper()
	d := startGallery(t)
	d.openPage("touch")
	return d
}

// heard waits until the page has been told just this since the last time, and forgets it.
func (d *demo) heard(want string) {
	d.Wait(`$("#told").textContent.trim() === ` + quoted(want))
	d.Eval(`$("#clear").focus()`, nil)
	d.Key(kb.Enter)
	d.Wait(`$("#told").textContent === ""`)
}

// The program hears of an input method's own line by events of their own, and of the text once it is settled; what it sets meanwhile does
// not disturb, and a limit counts at the end.
func TestComposition(t *testing.T) {
	t.Parallel()
	d := startTouch(t)
	const field = `.shadowRoot.querySelector(".field")`
	d.Tap(`$("#controlled")`)
	for _, text := range []string{"n", "ni"} {
		d.Compose(text)
	}
	d.Wait(`$("#told").textContent === " start: update:n update:ni"`)
	d.Eval(`$("#tick").do_nothing, $("#controlled").setProp("value", "of the program", ""), ""`, nil)
	d.Compose("ni h")
	d.Wait(`$("#told").textContent === " start: update:n update:ni update:ni h"`)
	d.want(`$("#controlled")`+field+`.value`, "ni h")
	d.Type("你好")
	d.Wait(`$("#told").textContent === " start: update:n update:ni update:ni h update:你好 end:你好 =你好"`)
	d.want(`$("#controlled")`+field+`.value`, "你好")
	d.Wait(`!document.getSelection().isCollapsed || true`)
	d.Key(kb.Home) // what is typed in the middle stays there, though the program sets every value
	d.Type("a")
	d.Type("b")
	d.Wait(`$("#controlled")` + field + `.value === "ab你好" && $("#controlled")` + field + `.selectionStart === 2`)
	d.Tap(`$("#clear")`)
	d.Tap(`$("#short")`)
	d.Compose("zhongguo")
	d.want(`$("#told").textContent`, "")
	d.Type("中国")
	d.Wait(`$("#told").textContent === " =中国"`)
	d.Compose("ren min")
	d.Type("人民")
	d.Wait(`$("#told").textContent === " =中国 =中国人"`)
	d.want(`$("#short")`+field+`.value`, "中国人")
	d.Tap(`$("#upper")`) // what its handler returns is the value
	d.Type("ab")
	d.Wait(`$("#upper")` + field + `.value === "AB"`)
}

// Each of them taps once, holds once, and lights up while it does: a mouse, a finger, a pen. The other button of a mouse is no tap.
func TestTapsOfAllPointers(t *testing.T) {
	t.Parallel()
	d := startTouch(t)
	const lit = `getComputedStyle($("#press")).backgroundColor === "rgb(1, 2, 3)"`
	d.quickly(t, func() { d.Mouse(`$("#press")`).Down().Up() })
	d.heard("press:tap")
	d.quickly(t, func() { d.TapFinger(`$("#press")`) })
	d.heard("press:tap") // and no click of the mouse that browsers make of a finger
	d.quickly(t, func() { d.Pen(`$("#press")`).Down().Up() })
	d.heard("press:tap")
	d.Mouse(`$("#press")`).Menu()
	mouse := d.Mouse(`$("#press")`).Down()
	d.Wait(lit)
	d.Wait(`$("#told").textContent === " press:longpress"`)
	mouse.Up()
	d.Wait(`!(` + lit + `)`)
	d.heard("press:longpress") // whoever hears of the long press hears of no tap
	mouse = d.Mouse(`$("#held")`).Down()
	d.Wait(`still($("#held"))`)
	mouse.Up()
	d.heard("held:tap")
	mouse = d.Mouse(`$("#press")`).Down()
	d.Wait(lit)
	d.Wait(`$("#told").textContent === " press:longpress"`)
	mouse.Drag(0, 60) // away: its light goes
	d.Wait(`!(` + lit + `)`)
	mouse.Up()
	d.heard("press:longpress")
	d.quickly(t, func() { d.Mouse(`$("#press")`).Down().Drag(0, 60).Up() }) // away: no tap
	d.Mouse(`$("#held")`).Down().Up()
	d.heard("held:tap")
}

// watchPress has the page measure how long a press rests: until it is over or has wandered.
const watchPress = `window.rested ??= (() => {
	const measure = { began: undefined, ms: undefined };
	addEventListener("pointerdown", (e) => (measure.began = [performance.now(), e.clientX, e.clientY], measure.ms = undefined), true);
	for (const type of ["pointermove", "pointerup", "pointercancel"]) addEventListener(type, (e) => {
		const [at, x, y] = measure.began ?? [];
		if (at === undefined || type === "pointermove" && Math.hypot(e.clientX - x, e.clientY - y) < 10) return;
		measure.ms = performance.now() - at;
		measure.began = undefined;
	}, true);
	return measure;
})(), true`

// quickly does something that takes less time than a long press; again, if a busy machine has made one of it, but not for ever.
func (d *demo) quickly(t *testing.T, press func()) {
	t.Helper()
	const long = 350 // milliseconds
	for begin := time.Now(); ; {
		d.Eval(watchPress, new(bool))
		press()
		d.Wait(`window.rested.ms !== undefined`)
		var took float64
		if d.Eval(`window.rested.ms`, &took); took < long {
			return
		}
		if time.Since(begin) > browser.Timeout {
			t.Fatalf("each press takes %d ms or more for %v, the last one %.0f ms: the machine is too slow for a short one", long, browser.Timeout, took)
		}
		d.Eval(`$("#clear").focus()`, nil)
		d.Key(kb.Enter)
		d.Wait(`$("#told").textContent === ""`)
	}
}

// A press that comes while the light of the last one stays has its own light for as long as it lasts.
func TestLightOfTheNextPress(t *testing.T) {
	t.Parallel()
	d := startTouch(t)
	d.Mouse(`$("#press")`).Down().Up()
	mouse := d.Mouse(`$("#press")`).Down()
	var lit bool // hover-stay-time is 400 ms
	d.Eval(`new Promise((done) => setTimeout(() => done(getComputedStyle($("#press")).backgroundColor === "rgb(1, 2, 3)"), 700))`, &lit)
	if !lit {
		t.Error("the end of the last press takes the light of the next one")
	}
	mouse.Up()
	d.Wait(`getComputedStyle($("#press")).backgroundColor !== "rgb(1, 2, 3)"`)
}

// A mouse drags what a finger does, and its wheel turns what scrolls.
func TestMouseDragsAndWheels(t *testing.T) {
	t.Parallel()
	d := startTouch(t)
	d.Mouse(`$("#movable")`).Down().Drag(40, 20).Up()
	d.Wait(`$("#told").textContent.endsWith("change:40,20,touch")`)
	d.Mouse(`$("#slider").shadowRoot.querySelector(".block")`).Down().Drag(80, 0).Up()
	d.Wait(`/slider:[1-9]\d*$/.test($("#told").textContent)`)
	d.Mouse(`$("#swiper")`).Down().Drag(-200, 0).Up()
	d.Wait(`$("#told").textContent.endsWith("swiper:1")`)
	d.Mouse(`$("#rows")`).Wheel(0, 60)
	d.Wait(`$("#rows").scrollTop > 0`)
	d.Mouse(`$("#columns")`).Wheel(0, 60) // a wheel of one axis moves what has another
	d.Wait(`$("#columns").scrollLeft > 0`)
	along := d.text(`$("#columns").scrollLeft`)
	d.Mouse(`$("#columns")`).Wheel(60, 0) // so do a touchpad and the Shift key
	d.Wait(`$("#columns").scrollLeft > ` + along)
	d.Eval(`$("#wheel").scrollIntoView({ block: "center" }), ""`, nil)
	d.Mouse(`$("#wheel")`).Wheel(0, 34)
	d.Wait(`$("#told").textContent.endsWith("wheel:[1]")`)
	d.Mouse(`$("#wheel")`).Wheel(0, -34)
	d.Wait(`$("#told").textContent.endsWith("wheel:[0]")`)
	d.Eval(`$("#plain").scrollIntoView({ block: "center" }), ""`, nil)
	before := d.text(`$$(".scroller").at(-1).scrollTop`)
	d.Mouse(`$("#plain")`).Wheel(0, 200)
	d.Wait(`$$(".scroller").at(-1).scrollTop > ` + before)
}

// Two fingers scale a view, and a canvas hears of both.
func TestPinch(t *testing.T) {
	t.Parallel()
	d := startTouch(t)
	d.Pinch(`$("#movable")`, 20, 60)
	d.Wait(`/ scale:-?\d+,-?\d+,3$/.test($("#told").textContent)`) // the last of many
	d.Eval(`$("#clear").focus()`, nil)
	d.Key(kb.Enter)
	d.Wait(`$("#told").textContent === ""`)
	d.Pinch(`$("#canvas")`, 40, 100)
	d.Wait(`$("#told").textContent.includes("canvas:touchstart:2:") && $("#told").textContent.includes("canvas:touchmove:2:")`)
	d.Wait(`$("#told").textContent.trim().startsWith("canvas:touchstart:1:80,40")`)
	d.Wait(`$("#told").textContent.includes("canvas:touchend:0:")`)
}

// Only text that may be selected is.
func TestSelection(t *testing.T) {
	t.Parallel()
	d := startTouch(t)
	word := func(id string) {
		m := d.Mouse(`$("#`+id+`")`).Move(-20, 0).Down()
		m.Drag(40, 0).Up()
	}
	word("plain")
	d.want(`String(getSelection())`, "")
	word("selectable")
	d.Wait(`String(getSelection()).length > 0 || $("#selectable").getRootNode().getSelection().toString().length > 0`)
}
