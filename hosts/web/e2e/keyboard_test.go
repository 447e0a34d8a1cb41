package e2e

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// at is the id or class of what has the focus in the mini-program's frame, through shadow roots.
const at = `(() => { let el = document.activeElement; while (el?.shadowRoot?.activeElement) el = el.shadowRoot.activeElement;
	const up = (of) => { for (let n = el; n; n = n.parentElement ?? n.getRootNode().host) if (of(n)) return of(n).split(" ")[0]; return ""; };
	return el?.closest(".overlay, .navbar, .tabbar") || el?.matches(".scroller") ? up((n) => n.className) : up((n) => n.id); })()`

// A dialog takes the focus, keeps it, is left by Escape, and gives it back; what is behind it is out of reach.
func TestDialogsByKeys(t *testing.T) {
	t.Parallel()
	d := startGallery(t)
	d.Wait(`$("#link")`)
	d.openPage("dialogs")
	told := func(want string) {
		t.Helper()
		d.Wait(`$("#told").textContent === ` + quoted(want))
	}
	open := func(id, shown string) {
		t.Helper()
		d.keyOn(id, kb.Enter)
		d.Wait(`still($("` + shown + `")) && document.querySelector(".pages").inert && $("[aria-modal=true]").contains(document.activeElement)`)
	}
	leave := func(id, key, shown string) {
		t.Helper()
		d.Key(key)
		d.Wait(`!$("` + shown + `") && !document.querySelector(".pages").inert`)
		d.want(at, id)
	}
	open("modal", ".dialog-button")
	d.want(`[$(".dialog").role, $(".dialog").ariaLabel, document.querySelector("#" + $(".dialog").getAttribute("aria-describedby")).textContent].join("|")`, "alertdialog|Delete it?|It does not come back.")
	d.want(at, "dialog-button")
	d.want(`document.activeElement.textContent`, "Keep") // the harmless one
	for range 5 {                                        // round and round
		d.Key(kb.Tab)
		d.want(`String($(".dialog").contains(document.activeElement))`, "true")
	}
	leave("modal", kb.Escape, ".dialog")
	told("modal false")
	open("modal", ".dialog-button")
	d.Key(kb.Tab)
	d.want(`document.activeElement.textContent`, "Drop")
	leave("modal", kb.Enter, ".dialog")
	told("modal true")
	open("notice", ".dialog-button")
	leave("notice", kb.Escape, ".dialog")
	told("notice true")
	open("prompt", ".dialog-input")
	d.want(at, "dialog-input")
	d.Type("Ada")
	d.Key(kb.Tab)
	d.Key(kb.Tab)
	leave("prompt", kb.Enter, ".dialog")
	told("prompt Ada")
	open("sheet", ".sheet-item")
	d.Key(kb.ArrowDown)
	d.want(`document.activeElement.textContent`, "Move")
	d.Key(kb.End)
	d.Key(kb.ArrowUp)
	d.want(`document.activeElement.textContent`, "Share")
	leave("sheet", kb.Enter, ".sheet")
	told("sheet 2")
	open("sheet", ".sheet-item")
	leave("sheet", kb.Escape, ".sheet")
	told("showActionSheet:fail cancel")
	open("picker", ".picker-head")
	d.want(`$("[aria-modal=true]").ariaLabel`, "Which day?")
	leave("picker", kb.Escape, ".picker-head")
	open("preview", ".preview-close")
	leave("preview", kb.Escape, ".preview")
	d.keyOn("toast", kb.Enter)
	d.Wait(`document.querySelector(".live").textContent === "Done"`)
	d.keyOn("loading", kb.Enter)
	d.Wait(`document.querySelector(".live").textContent === "Loading"`)
	d.keyOn("hide", kb.Enter)
	d.Wait(`document.querySelector(".live").textContent === "" && !$(".toast")`)
}

// A page that comes has the focus on its title, and the one behind it is out of reach; going back does the same the other way.
func TestPagesByKeys(t *testing.T) {
	t.Parallel()
	d := startGallery(t)
	d.Wait(`$("#link")`)
	title := func(want string, pages string) {
		t.Helper()
		d.Wait(`document.querySelectorAll(".page").length === ` + pages + ` && [...document.querySelectorAll(".page")].every((p, i, all) => p.inert === (i < all.length - 1))`)
		d.want(at, "nav-title")
		d.want(`document.activeElement.textContent + document.activeElement.role + document.activeElement.ariaLevel`, want+"heading1")
		d.want(`getComputedStyle(document.activeElement).outlineStyle`, "solid")
	}
	d.keyOn("to-dialogs", kb.Enter)
	title("Components", "2")
	d.WaitShell(`document.querySelector(".announcer").textContent === "Components"`)
	d.Key(kb.Tab)
	for range 3 { // to the first button, past the page itself
		var now string
		if d.Eval(at, &now); now == "modal" {
			break
		}
		d.Key(kb.Tab)
	}
	d.want(at, "modal")
	d.keyOn("custom", kb.Enter) // without a bar, the page has it
	d.Wait(`document.querySelectorAll(".page").length === 3 && $("#back")`)
	d.want(at, "scroller")
	d.want(`document.activeElement.role + ":" + document.activeElement.ariaLabel`, "main:A bar of its own")
	d.Key(kb.Tab)
	d.want(at, "back")
	d.Key(kb.Enter)
	title("Components", "2")
	d.Eval(`$$(".nav-button").at(-1).focus()`, nil)
	d.Key(kb.Enter)
	title("Components", "1")
}

// Nothing keeps the Tab key: from the page on to the capsule, its menu, and the page again. What has the focus shows it.
func TestNoKeyboardTrap(t *testing.T) {
	t.Parallel()
	d := startGallery(t)
	d.Wait(`$("#link")`)
	d.openPage("all")
	d.WaitShell(`still($(".camera-prompt .primary"))`)
	d.EvalShell(`$$(".camera-prompt button").at(0).click(), true`, new(bool))
	d.WaitShell(`!$(".camera-prompt")`)
	d.Eval(`$("#said").focus()`, nil)
	seen := map[string]bool{}
	for range 90 {
		d.Key(kb.Tab)
		var inFrame bool
		if d.EvalShell(`document.activeElement?.localName === "iframe"`, &inFrame); !inFrame {
			break
		}
		var now struct{ ID, Ring string }
		d.Eval(`(() => { let el = document.activeElement; while (el?.shadowRoot?.activeElement) el = el.shadowRoot.activeElement;
			const id = `+at+`; const { outlineStyle, outlineWidth, caretColor } = getComputedStyle(el);
			return { ID: id, Ring: el.matches("input, textarea, [contenteditable=true]") ? caretColor : outlineStyle === "none" ? "" : outlineWidth }; })()`, &now)
		seen[now.ID] = true
		if now.Ring == "" || now.Ring == "0px" {
			t.Errorf("%s has the focus and does not show it", now.ID)
		}
	}
	d.WaitShell(`$(".capsule").contains(document.activeElement)`)
	for _, id := range []string{
		"spun", "button", "checkbox", "box", "radio", "switch", "slider", "input", "password", "textarea", "editor", "picker", "picker-view-column", "navigator", "swiper", "scroll-view",
		"movable-view", "map", "video", "audio", "open",
	} {
		if !seen[id] {
			t.Errorf("the Tab key does not reach %s; it reaches %v", id, seen)
		}
	}
	for _, id := range []string{"button-off", "box-off", "radio-off", "slider-off", "input-off", "inside"} {
		if seen[id] {
			t.Errorf("the Tab key reaches %s", id)
		}
	}
	d.Key(kb.Enter) // the capsule's menu
	d.WaitShell(`still($(".menu-entry")) && $(".app.shown").inert`)
	d.Key(kb.Escape)
	d.WaitShell(`!$(".menu") && !$(".app.shown").inert && $(".capsule").contains(document.activeElement)`)
}

// What arrow keys do: a view that moves, a map, and a page within the page.
func TestMovingByKeys(t *testing.T) {
	t.Parallel()
	d := startGallery(t)
	d.Wait(`$("#link")`)
	d.openPage("all")
	d.WaitShell(`still($(".camera-prompt .primary"))`)
	d.EvalShell(`$$(".camera-prompt button").at(0).click(), true`, new(bool))
	d.WaitShell(`!$(".camera-prompt")`)
	d.Eval(`$("#movable-view").focus()`, nil)
	before := d.rect(`$("#movable-view")`)
	d.Key(kb.ArrowRight)
	d.Key(kb.ArrowDown)
	d.Wait(fmt.Sprintf(`((box) => Math.abs(box.left - %g) < 1.5 && Math.abs(box.top - %g) < 1.5)($("#movable-view").getBoundingClientRect())`, before[0]+10, before[1]+10))
	d.Eval(`$("#map").focus()`, nil)
	d.want(`$("#map").do_getCenterLocation().longitude`, "116.4")
	d.Key(kb.ArrowRight)
	d.Key("+")
	d.Wait(`$("#map").do_getCenterLocation().longitude > 116.4`)
	d.want(`$("#map").do_getScale().scale`, "13")
	d.Eval(`$("#open").focus()`, nil)
	d.Key(kb.Enter)
	d.Wait(`still($("#inside"))`)
	d.Key(kb.Tab)
	d.want(at, "inside")
	d.Key(kb.Escape)
	d.Wait(`!$("#inside")`)
	d.want(at, "open")
}
