package e2e

import (
	"encoding/json"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// TestComponentsAreAccessible: the built-in components have roles and names, and axe has nothing to say of them.
func TestComponentsAreAccessible(t *testing.T) {
	t.Parallel()
	d := startGallery(t)
	d.Wait(`$("#link")`)
	newAuditor(t, d.Browser).frame("home", lookOfWeChat)
	for id, want := range map[string]string{
		"button": "button||true", "off": "button||false", "pressable": "button||true", "check": "checkbox|Agree|true", "boxed": "checkbox||true",
		"r2": "radio|Two|true", "switch": "switch|Notify me|true", "slider": "slider|Volume|true", "picker": "button||true",
		"swiper": "group|News|true", "link": "link||true", "image": "img|A dot|false",
	} {
		d.want(`(({role, ariaLabel, tabIndex}) => [role, ariaLabel ?? "", tabIndex === 0].join("|"))($("#`+id+`"))`, want)
	}
	d.Screenshot("a11y")
}

// startGallery opens a page with every built-in component that one operates.
func startGallery(t *testing.T) *demo {
	t.Helper()
	if testing.Short() {
		t.Skip("needs a browser")
	}
	return startProject(t, a11yProject(t))
}

// a11yProject is the folder of the mini-program with every built-in component.
func a11yProject(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs("testdata/a11y")
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// keyOn focuses an element and presses a key.
func (d *demo) keyOn(id, key string) {
	d.Eval(`$("#`+id+`").focus()`, nil)
	d.Key(key)
}

// TestKeyboard: what a finger does with the components, keys do too.
func TestKeyboard(t *testing.T) {
	t.Parallel()
	d := startGallery(t)
	d.Wait(`$("#link")`)
	log := func(want string) {
		t.Helper()
		d.Wait(`$("#log").textContent === ` + quoted(want))
	}
	d.keyOn("button", kb.Enter)
	log(`button tap ""`)
	d.keyOn("pressable", " ")
	log(`pressable tap ""`)
	d.keyOn("boxed", " ")
	log(`checks change ["a"]`)
	d.keyOn("r1", " ")
	log(`radios change "one"`)
	d.keyOn("r1", kb.ArrowDown)
	log(`radios change "two"`)
	d.want(`[$("#r1").ariaChecked, $("#r2").ariaChecked].join()`, "false,true")
	d.keyOn("switch", " ")
	log(`switch change true`)
	for _, c := range []struct{ id, key, want string }{
		{"slider", kb.ArrowRight, "15"}, {"slider", kb.ArrowDown, "10"}, {"slider", kb.End, "50"}, {"slider", kb.Home, "0"}, {"slider", kb.PageUp, "50"},
		{"mirrored", kb.ArrowLeft, "11"}, {"mirrored", kb.ArrowRight, "10"},
	} {
		d.keyOn(c.id, c.key)
		log(c.id + " change " + c.want)
		d.want(`$("#`+c.id+`").ariaValueNow`, c.want)
	}
	d.keyOn("swiper", kb.ArrowRight)
	d.Wait(`$("#turned").textContent === "1"`)

	d.keyOn("picker", kb.Enter)
	d.Wait(`still($(".sheet"))`)
	d.Key(kb.ArrowDown)
	d.Wait(`$(".sheet dg-picker-view-column").ariaValueText === "pear"`)
	d.Screenshot("a11y-picker")
	d.Key(kb.Enter)
	log("picker change 1")
	d.keyOn("picker", kb.Enter)
	d.Wait(`still($(".sheet"))`)
	d.Key(kb.ArrowDown)
	d.Key(kb.Escape)
	d.Wait(`!$(".layer.open") && $("#picker").textContent.includes("pear")`)

	d.Eval(`$("#picker").blur()`, nil) // what is off takes no focus, so that the picker would keep it
	d.keyOn("off", kb.Enter)
	log("picker change 1") // it is off
	d.keyOn("link", kb.Enter)
	d.Wait(`$("#next")`)
}

// TestTabOrder: the Tab key goes from one control to the next in the order of the page.
func TestTabOrder(t *testing.T) {
	t.Parallel()
	d := startGallery(t)
	d.Wait(`$("#link")`)
	d.Eval(`$("#button").focus()`, nil)
	for _, id := range []string{"pressable", "check", "boxed", "r1", "r2", "switch", "slider", "mirrored", "picker", "swiper", "input", "textarea", "scroll", "link"} {
		d.Key(kb.Tab)
		d.want(`(() => { let el = document.activeElement; for (; el?.shadowRoot?.activeElement && !el.id; el = el.shadowRoot.activeElement); return el?.id ?? ""; })()`, id)
	}
}

// TestInputMethod: what is being composed is nobody's input until it is settled.
func TestInputMethod(t *testing.T) {
	t.Parallel()
	d := startGallery(t)
	d.Wait(`$("#link")`)
	for _, id := range []string{"input", "textarea"} {
		d.Tap(`$("#` + id + `")`)
		for _, text := range []string{"n", "ni", "ni h", "ni hao"} {
			d.Compose(text)
		}
		d.Wait(`$("#` + id + `").shadowRoot.querySelector(".field").value === "ni hao"`)
		d.want(`$("#log")?.textContent ?? ""`, "")
		d.Type("你好")
		d.Wait(`$("#log")?.textContent === "|你好"`)
		d.Type("!")
		d.Wait(`$("#log")?.textContent === "|你好|你好!"`)
		d.Eval(`$("#`+id+`").shadowRoot.querySelector(".field").blur()`, nil)
		if id == "input" {
			d.Tap(`$("#input")`)
			d.Key(kb.Enter) // confirms, which clears the log
			d.Wait(`!$("#log")?.textContent`)
		}
	}
}

// TestZoom: at 200 % everything is there, and nothing has to be scrolled sideways.
func TestZoom(t *testing.T) {
	t.Parallel()
	d := startGallery(t)
	d.Wait(`$("#link")`)
	d.Zoom(800, 1600, 2)
	d.Wait(`innerWidth <= 400`)
	d.want(`String($$(".scroller").at(-1).scrollWidth <= $$(".scroller").at(-1).clientWidth)`, "true")
	d.Screenshot("a11y-zoom")
	d.Tap(`$("#button")`)
	d.Wait(`$("#log").textContent.startsWith("button tap")`)
}

// TestRightToLeft: a slider runs from the right where text does.
func TestRightToLeft(t *testing.T) {
	t.Parallel()
	d := startGallery(t)
	d.Wait(`$("#link")`)
	d.want(`(() => { const bar = $("#mirrored").shadowRoot.querySelector(".bar").getBoundingClientRect(), block = $("#mirrored").shadowRoot.querySelector(".block").getBoundingClientRect();
		return String(Math.round(100 * (bar.right - (block.left + block.width / 2)) / bar.width)); })()`, "10")
	d.Tap(`$("#mirrored")`) // its middle
	d.Wait(`$("#log").textContent === "mirrored change 50"`)
}

func quoted(s string) string {
	data, _ := json.Marshal(s) // a text always encodes
	return string(data)
}
