package e2e

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"testing"
)

// What a browser computes from WXSS: selectors, units, order of the sheets, isolation of components, themes.
func TestStyles(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("needs a browser")
	}
	dir, err := filepath.Abs("testdata/styles")
	if err != nil {
		t.Fatal(err)
	}
	d := startProject(t, dir)
	d.Wait(`$("#out")`)
	d.computed(t, []computed{
		{"#from-app", "color", "rgb(10, 0, 0)"},
		{"#order", "color", "rgb(31, 0, 0)"},
		{"#order", "background-color", "rgb(11, 1, 1)"},
		{"#everywhere", "color", "rgb(12, 0, 0)"},
		{"#combi", "color", "rgb(13, 0, 0)"},
		{"#nth1", "color", "rgb(14, 0, 0)"},
		{"#nth2", "color", "rgb(0, 0, 0)"},
		{"#nth3", "color", "rgb(0, 0, 0)"},
		{"#attr", "color", "rgb(15, 0, 0)"},
		{"#before::before", "content", `"前"`},
		{"#strong", "color", "rgb(17, 0, 0)"},
		{"#rpx", "width", "50vw"}, {"#rpx", "height", "5vw"}, {"#rpx", "margin-left", "-1vw"}, {"#rpx", "padding-left", "10px+2vw"},
		{"#inline", "width", "13.3333vw"}, {"#inline", "margin-left", "-2vw"}, {"#inline", "height", "10px+1vw"},
		{"#object", "width", "10vw"}, {"#object", "margin-left", "3px"},
		{"#safe", "padding-left", "2px"},
		{"#picture", "background-image", `url("…/img/dot.png")`},
		{"#themed", "color", "rgb(18, 0, 0)"},
		{"#grid", "display", "grid"},
		{"#moving", "width", "15vw"},
		{"#broken", "color", "rgb(20, 0, 0)"},
		{"#imported", "color", "rgb(21, 0, 0)"},
		{"#ink", "color", "rgb(1, 2, 3)"},
		{"#ink", "font-size", "20px"},
		{"#classes", "color", "rgb(32, 0, 0)"},
		{"#plain", "letter-spacing", "1px"}, {"#plain", "text-decoration-line", "none"}, {"#plain", "outline-offset", "0px"},
		{"#card", "background-color", "rgb(40, 0, 0)"}, {"#card", "margin-top", "5px"}, {"#header", "margin-top", "6px"},
		{"#slotted", "color", "rgb(32, 0, 0)"}, {"#slotted", "outline-offset", "0px"},
		{"#card [class$=\"card-tag\"]", "color", "rgb(41, 0, 0)"},
		{"#card [class$=\"card-page\"]", "color", "rgb(0, 0, 0)"}, {"#card [class$=\"card-page\"]", "outline-offset", "7px"},
		{"#card [class$=\"card-app\"]", "color", "rgb(0, 0, 0)"},
		{"#shared [class*=\"sh-page\"]", "color", "rgb(32, 0, 0)"},
		{"#by-shared", "color", "rgb(50, 0, 0)"},
		{"#apply [class*=\"ap-page\"]", "color", "rgb(32, 0, 0)"},
		{"#global [class*=\"gl-page\"]", "color", "rgb(32, 0, 0)"}, {"#global [class*=\"gl-app\"]", "color", "rgb(10, 0, 0)"},
		{"#ext [class*=\"ex-given\"]", "color", "rgb(33, 0, 0)"},
		{"#out [class*=\"ou-page\"]", "color", "rgb(34, 0, 0)"},
		{"#out [class*=\"in-parent\"]", "color", "rgb(60, 0, 0)"}, {"#out [class*=\"in-dynamic\"]", "color", "rgb(60, 0, 0)"},
		{"#out [class*=\"in-page\"]", "color", "rgb(34, 0, 0)"},
	})
	// The window's colour is what is behind the page, not the page's own.
	d.want(`["viewport", "page"].map((c) => getComputedStyle($("." + c)).backgroundColor).join(" ")`,
		"rgb(255, 255, 255) rgb(238, 238, 238)")
	d.Screenshot("styles")

	d.Theme(true)
	d.Wait(`$("#themed").textContent.includes("changed:dark")`)
	d.computed(t, []computed{{"#themed", "color", "rgb(0, 0, 19)"}})
	d.Wait(`getComputedStyle($(".navbar")).backgroundColor === "rgb(16, 16, 16)"`)
	d.want(`getComputedStyle($(".viewport")).backgroundColor`, "rgba(0, 0, 0, 0)")
	d.Screenshot("styles-dark")
	d.Tap(`$("#to-bare")`)
	d.Wait(`$("#bare")`)
	// Nothing of app.wxss; on a page that is dark, text without a colour is light.
	d.computed(t, []computed{{"#bare", "color", "rgba(255, 255, 255, 0.8)"}, {"#own", "color", "rgb(70, 0, 0)"}})
}

// computed is what a style of an element should be: lengths may be a sum of px and vw.
type computed struct{ selector, property, want string }

const computedStyles = `((cases) => {
	const round = (n) => Math.round(n * 10) / 10;
	const length = (text) => text.split("+").reduce((sum, n) => sum + parseFloat(n) * (n.endsWith("vw") ? innerWidth / 100 : 1), 0);
	return cases.map(({ selector, property, want }) => {
		const [query, pseudo] = selector.split("::");
		const el = $(query);
		if (!el) return selector + " is not there";
		const got = getComputedStyle(el, pseudo && "::" + pseudo).getPropertyValue(property);
		if (/^-?[\d.]+(px|vw)/.test(want)) {
			return Math.abs(parseFloat(got) - length(want)) < 0.1 ? "" : selector + " " + property + ": " + got + ", want " + want + " = " + round(length(want));
		}
		if (want.includes("…") ? got.includes(want.slice(want.indexOf("…") + 1)) : got === want) return "";
		return selector + " " + property + ": " + got + ", want " + want;
	}).filter(Boolean);
})(%s)`

func (d *demo) computed(t *testing.T, cases []computed) {
	t.Helper()
	var list []map[string]string
	for _, c := range cases {
		list = append(list, map[string]string{"selector": c.selector, "property": c.property, "want": c.want})
	}
	data, err := json.Marshal(list)
	if err != nil {
		t.Fatal(err)
	}
	var wrong []string
	d.Eval(fmt.Sprintf(computedStyles, data), &wrong)
	for _, w := range wrong {
		t.Error(w)
	}
}
