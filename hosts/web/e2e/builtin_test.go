package e2e

import (
	"fmt"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// builtin opens the mini-program with a page for each kind of built-in component.
func startBuiltin(t *testing.T) *demo {
	t.Helper()
	if testing.Short() {
		t.Skip("needs a browser")
	}
	dir, err := filepath.Abs("testdata/builtin")
	if err != nil {
		t.Fatal(err)
	}
	return startProject(t, dir)
}

// on opens a page of it, runs look and goes back.
func (d *demo) on(t *testing.T, page string, look func(t *testing.T)) {
	t.Helper()
	t.Run(page, func(t *testing.T) {
		d.Tap(fmt.Sprintf(`$("#to-%s")`, page))
		d.Wait(`(([, page]) => page && !page.classList.contains("background") && still(page))(document.querySelectorAll(".page"))`)
		look(t)
		d.Screenshot("builtin-" + page)
		d.back()
	})
}

// told waits until the page's log has words, one after the other.
func (d *demo) told(words ...string) {
	d.Wait(fmt.Sprintf(`$$(".page").at(-1) && (() => {
		let at = 0;
		const text = $("#told").textContent;
		return %s.every((word) => (at = text.indexOf(word, at)) >= 0);
	})()`, jsList(words)))
}

func jsList(words []string) string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = fmt.Sprintf("%q", w)
	}
	return "[" + strings.Join(out, ",") + "]"
}

// rect is where an element stands once it rests: left, top, width, height.
func (d *demo) rect(element string) [4]float64 {
	r := d.Resting(element)
	return [4]float64{r.Left, r.Top, r.Width, r.Height}
}

// text is an expression's value as text.
func (d *demo) text(expression string) (s string) {
	d.Eval(`String(`+expression+`)`, &s)
	return s
}

// want waits until an expression's value is a text.
func (d *demo) want(expression, want string) {
	d.Equal(expression, want)
}

func near(a, b float64) bool { return math.Abs(a-b) <= 1.5 }

// Each page drags and taps what is on it, and looks where it goes and what it reports.
func TestBuiltin(t *testing.T) {
	t.Parallel()
	d := startBuiltin(t)
	d.on(t, "movable", d.movable)
	d.on(t, "wheels", d.wheels)
	d.on(t, "layout", d.layout)
	d.on(t, "meta", d.meta)
	d.on(t, "controls", d.controls)
	d.on(t, "fields", d.fields)
	d.on(t, "scroll", d.scrollViews)
	d.on(t, "map", d.maps)
	d.on(t, "editor", d.editors)
	d.on(t, "effects", d.effects)
	d.on(t, "camera", d.camera)
	d.on(t, "picture", d.picture)
	d.on(t, "pickers", d.pickers)
	if lines := d.Console(); len(lines) > 0 {
		t.Errorf("console:\n%s", strings.Join(lines, "\n"))
	}
}

func (d *demo) movable(t *testing.T) {
	start, area := d.rect(`$("#box")`), d.rect(`$("#area")`)
	if !near(start[0]-area[0], 10) || !near(start[1]-area[1], 10) {
		t.Errorf("the view stands at %v of %v, want 10, 10", start, area)
	}
	d.Drag(`$("#box")`, 50, 80)
	d.told("v", "at:60,90,touch")
	d.Drag(`$("#box")`, 900, 0)
	d.told("h", "at:240,90,touch")
	d.Drag(`$("#out")`, -60, 0)
	d.told("out:touch-out-of-bounds", "out:out-of-bounds")
	d.Wait(`Math.abs($("#out").getBoundingClientRect().left - $("#area").getBoundingClientRect().left) < 1`)
	d.Tap(`$("#set")`)
	d.told("scale:2", "at:240,100,none")
}

func (d *demo) wheels(t *testing.T) {
	d.want(`getComputedStyle($(".band")).height`, "50px")
	d.want(`getComputedStyle($(".band")).borderTopColor`, "rgb(255, 0, 0)")
	d.Wait(`still($$("#view dg-view")[3])`)
	view, chosen := d.rect(`$("#view")`), d.rect(`$$("#view dg-picker-view-column")[0].children[3]`)
	if !near(chosen[1]+25, view[1]+125) {
		t.Errorf("2023 stands at %v in %v, want the middle", chosen, view)
	}
	d.Tap(`$$("#view dg-picker-view-column")[0].children[4]`)
	d.told("start", "change:4,1", "end")
	d.Tap(`$("#set")`)
	d.Wait(`$("#value").textContent === "6-5"`)
	d.Tap(`$("#picker")`)
	d.Wait(`still($(".sheet"))`)
	d.Screenshot("builtin-picker")
	d.Tap(`$(".picker-head .confirm")`)
	d.told("picked:2")
	d.Wait(`!$(".layer")`)
	width := d.rect(`$("#swiper")`)[2]
	if item := d.rect(`$("#swiper dg-swiper-item")`); !near(item[2], width*(1-120.0/750)) {
		t.Errorf("an item is %v wide of %v, want 630/750 of it", item[2], width)
	}
	d.want(`getComputedStyle($(".wx-swiper-dot")).width`, "20px")
	d.want(`getComputedStyle($(".wx-swiper-dot-active")).backgroundColor`, "rgb(255, 0, 0)")
	d.Drag(`$("#swiper")`, -200, 0) // more than half of an item: a slow hand turns it, too
	d.told("transition", "swiper:1,m2,touch", "finish:1,m2")
}

func (d *demo) layout(t *testing.T) {
	d.want(`getComputedStyle($("#wide")).display`, "block")
	d.want(`!$("#narrow")`, "true") // what is not displayed is not found
	portal, port := d.rect(`$("#portal")`), d.rect(`$$(".viewport").at(-1)`)
	if !near(portal[0]+68, port[0]+port[2]) || !near(portal[1]+68, port[1]+port[3]) {
		t.Errorf("the portal's content stands at %v of %v, want its corner", portal, port)
	}
	d.want(`(({color, fontSize}) => [color, fontSize])(getComputedStyle($("#portal"))).join()`, "rgb(102, 34, 0),20px") // what the page has
	d.want(`getComputedStyle($("#portal")).getPropertyValue("--brand").trim()`, "teal")
	d.Tap(`$("#portal")`)
	d.told("portal")
	d.Wait(`$("#portal").textContent === "Q"`)
	d.want(`$("#told").textContent.includes("outer")`, "false")
	d.Tap(`$("#toggle")`)
	d.Wait(`$("#portal").parentElement.localName === "dg-root-portal"`)
	d.Tap(`$("#toggle")`)
	d.Wait(`$("#portal").parentElement.localName === "dg-portal"`)
	d.want(`[...$$("#grid .cell")].map((c) => Math.round(c.getBoundingClientRect().top)).filter((v, i, all) => all.indexOf(v) === i).length`, "2")
	d.Eval(`$("#list").scrollTo(0, 100)`, nil)
	d.Wait(`Math.abs($$(".head")[0].getBoundingClientRect().top - $("#list").getBoundingClientRect().top) < 2`)
	d.Eval(`$("#sticky").parentElement.scrollTo(0, 50)`, nil)
	d.told("stick:true")
	d.told("ad:1004")
	d.want(`$("#nick").shadowRoot.textContent`, "微信用户")
	d.container()
}

// container opens the page within the page and leaves it by "back", which leaves the page itself alone.
func (d *demo) container() {
	d.Tap(`$("#open")`)
	d.told("beforeenter", "enter", "afterenter")
	d.Wait(`still($("#inside"))`)
	d.Screenshot("builtin-container")
	d.Tap(`$$(".nav-button").find((b) => b.checkVisibility())`)
	d.told("beforeleave", "leave", "afterleave")
	d.Wait(`document.querySelectorAll(".page").length === 2 && !$("#inside")`)
	d.Tap(`$("#open")`)
	d.told("afterenter")
	d.Tap(`$("#inside").closest("dg-page-container").shadowRoot.querySelector(".mask")`)
	d.told("clickoverlay", "beforeleave", "afterleave")
}

func (d *demo) meta(t *testing.T) {
	d.want(`getComputedStyle($$("dg-page").at(-1)).backgroundColor`, "rgb(255, 238, 238)")
	d.Wait(`$("#rem").getBoundingClientRect().width === 40`)
	d.Wait(`$$(".nav-text").at(-1).textContent === "meta"`)
	d.want(`getComputedStyle($$(".navbar").at(-1)).backgroundColor`, "rgb(52, 86, 120)")
	d.Tap(`$("#change")`)
	d.Wait(`$("#rem").getBoundingClientRect().width === 60 && $$(".scroller").at(-1).scrollTop === 400`)
	d.told("done")
	d.told("scroll")
	d.told("page")
	d.Wait(`$$(".nav-text").at(-1).textContent === "changed" && $$(".navbar").at(-1).querySelector(".spinner")`)
	d.Eval(`$$(".scroller").at(-1).scrollTo(0, 0)`, nil)
	d.Tap(`$("#lock")`)
	d.Wait(`getComputedStyle($$(".scroller").at(-1)).overflowY === "hidden"`)
}

func (d *demo) controls(t *testing.T) {
	d.want(`getComputedStyle($(".round .wx-checkbox-input")).borderTopLeftRadius`, "50%")
	d.want(`getComputedStyle($(".round .wx-checkbox-input")).backgroundColor`, "rgb(0, 102, 255)")
	d.want(`$("#decode").textContent`, "a&b\u2003\u2003<i>\u00a0!")
	d.Wait(`$("#progress").shadowRoot.querySelector(".fill").getBoundingClientRect().width > 100`)
	d.told("ended:60")
	d.Tap(`$("#radio-b")`)
	d.told(`change:"b"`)
	d.Tap(`$("#check-y")`)
	d.told(`change:["x","y","z"]`)
	d.Tap(`$("#switch")`)
	d.told(`change:false`)
	d.Drag(`$("#slider").shadowRoot.querySelector(".block")`, 60, 0)
	d.told("changing")
	d.Tap(`$("#submit")`)
	d.told(`submit:`, `"way":"b"`, `"many":["x","y","z"],`, `"on":false,"off":false`)
	d.Tap(`$("#reset")`)
	d.told("reset")
	d.Tap(`$("#submit")`)
	d.told("reset", "submit:", `"way":"a"`, `"many":["x","z"],"on":true,"off":false,"much":30`)
	d.Tap(`$("#stop")`)
	d.want(`$("#stop").classList.contains("pressed") + " " + $("#hover").classList.contains("pressed")`, "true false")
	d.Tap(`$("#other")`)
	d.told("fail:navigator", "complete:navigator")
}

func (d *demo) fields(t *testing.T) {
	d.want(`getComputedStyle($("#number dg-placeholder")).color`, "rgb(255, 0, 0)")
	d.want(`getComputedStyle($("#idcard dg-placeholder")).color`, "rgb(0, 128, 0)")
	d.Tap(`$("#number")`)
	d.Type("1a2b3")
	d.told("number:focus", "number=123@3")
	d.Tap(`$("#digit")`)
	d.told("number:blur")
	d.Type("1.5x.")
	d.told("digit=1.5.@4")
	d.Tap(`$("#idcard")`)
	d.Type("11x*")
	d.told("idcard=11x@3")
	d.Tap(`$("#focus")`)
	d.told("secret:focus")
	d.Wait(`$("#secret").shadowRoot.querySelector("input").selectionStart === 3`)
	d.Tap(`$("#select")`)
	d.told("picked:focus")
	d.Wait(`(({selectionStart, selectionEnd}) => selectionStart === 2 && selectionEnd === 5)($("#picked").shadowRoot.querySelector("input"))`)
	d.Tap(`$("#nick")`)
	d.Tap(`$("#area")`)
	d.told("review:true")
	height := d.rect(`$("#area")`)[3]
	d.Type("一\n二\n三")
	d.told("lines:3")
	d.Wait(fmt.Sprintf(`$("#area").getBoundingClientRect().height >= %g`, height*2))
	d.Wait(`$("#accessory").checkVisibility() && $("#accessory").getBoundingClientRect().bottom > 700`)
}

func (d *demo) scrollViews(t *testing.T) {
	d.Tap(`$("#into")`)
	d.Wait(`Math.abs($("#row10").getBoundingClientRect().top - $("#y").getBoundingClientRect().top) < 2`)
	d.Eval(`$("#y").scrollTo(0, 1e6)`, nil)
	d.told("scrolltolower")
	d.Eval(`$("#y").scrollTo(0, 0)`, nil)
	d.told("scrolltoupper")
	d.Wait(`$("#y").scrollTop === 0`)
	d.Drag(`$("#y")`, 0, 160)
	d.told("pulling", "refresherwillrefresh", "refresh", "refresherrestore")
	d.Wait(`$("#refresher").getBoundingClientRect().bottom <= $("#y").getBoundingClientRect().top + 46`)
	if first := d.rect(`$("#x").children[0]`); !near(first[2], d.rect(`$("#x")`)[2]) {
		t.Errorf("the first page is %v wide", first[2])
	}
	d.Tap(`$("#context")`)
	d.told("node:function", "enabled:false")
	d.Wait(`Math.abs($("#row2").getBoundingClientRect().top - $("#y").getBoundingClientRect().top) < 2`)
	d.Wait(`getComputedStyle($("#y")).overflowY === "hidden"`)
}

// middle is where an element's middle is in the frame.
func (d *demo) middle(element string) (x, y float64) {
	r := d.rect(element)
	return r[0] + r[2]/2, r[1] + r[3]/2
}

func (d *demo) maps(t *testing.T) {
	const pin = `$("#map").shadowRoot.querySelector("[data-marker='1'] .pin")`
	d.Wait(pin + ` && ` + pin + `.getBoundingClientRect().width === 24`)
	x, _ := d.middle(pin)
	if center, _ := d.middle(`$("#map")`); !near(x, center) {
		t.Errorf("the marker stands at %v, the middle is %v", x, center)
	}
	d.told("updated")
	d.want(`$("#map").shadowRoot.querySelectorAll("polyline, circle, polygon").length`, "3")
	d.Tap(pin)
	d.told(`markertap:{"markerId":1}`)
	d.Wait(`$("#map").shadowRoot.querySelector(".callout").textContent === "天安门" && $("#map").shadowRoot.querySelector(".callout").checkVisibility()`)
	d.Tap(`$("#map").shadowRoot.querySelector(".callout")`)
	d.told(`callouttap:{"markerId":1}`)
	d.Tap(`$("#map").shadowRoot.querySelector(".control")`)
	d.told(`controltap:{"controlId":7}`)
	d.Tap(`$("#cover")`)
	d.told("cover")
	own, _ := d.middle(`$("#bubble")`)
	if second, _ := d.middle(`$("#map").shadowRoot.querySelector("[data-marker='2'] .pin")`); !near(own, second) {
		t.Errorf("the program's own callout stands at %v, its marker at %v", own, second)
	}
	d.Tap(`$("#ask")`)
	d.told("center:39.908,116.397", "scale:14", "region:true")
	d.told("MapContext.addGroundOverlay:fail not supported")
	d.Screenshot("builtin-map-start")
	d.Drag(`$("#map")`, 60, 70)
	d.told("begin/gesture", "end/drag")
	d.Tap(`$("#fit")`)
	d.told("fitted")
	d.Tap(`$("#move")`)
	d.told("end/update", "arrived")
}

func (d *demo) editors(t *testing.T) {
	const page = `$(".ql-editor")`
	d.told("ready", "context")
	d.want(`getComputedStyle(`+page+`, "::before").content`, `"写点什么"`)
	d.Tap(page)
	d.told("focus")
	d.Type("斗拱")
	d.told("input")
	d.Wait(`$("#html").textContent.includes("斗拱")`)
	d.Tap(`$("#bold")`)
	d.told(`status:{"bold":true}`)
	d.Type("粗")
	d.Wait(page + `.querySelector("b")?.textContent === "粗"`)
	d.Tap(`$("#header")`)
	d.Wait(page + `.querySelector("h2")?.textContent === "斗拱粗"`)
	d.told(`"header":2`)
	d.Tap(`$("#insert")`)
	d.told("image")
	d.Wait(page + `.querySelector(".ql-editor > h2 + hr + p img") && ` + page + `.querySelector("img")?.getAttribute("width") === "20px"`)
	d.Screenshot("builtin-editor-used")
	d.Tap(`$("#set")`)
	d.Wait(page + `.querySelectorAll("p").length === 2 && !` + page + `.querySelector("script")`)
	d.want(page+`.querySelectorAll("p")[1].getAttribute("onclick")`, "null")
	d.Tap(`$("#contents")`)
	d.told(`contents:[{"insert":"甲"},{"insert":"乙","attributes":{"bold":true}},{"insert":"\n丙\n"}]`)
	d.Tap(`$("#clear")`)
	d.told("cleared")
	d.Wait(page + `.classList.contains("ql-blank")`)
}

func (d *demo) effects(t *testing.T) {
	d.told("media:true")
	d.told("huge:false")
	d.told("seen:5true")
	d.want(`$("#told").textContent.includes("seen:6")`, "false")
	d.Tap(`$("#go")`)
	d.told("animated")
	d.told("transitionend")
	d.Wait(`getComputedStyle($("#a")).opacity === "0.5" && getComputedStyle($("#a")).transform.startsWith("matrix(")`)
	d.want(`getComputedStyle($("#b")).backgroundColor`, "rgb(0, 170, 0)")
	d.Tap(`$("#clear")`)
	d.told("cleared")
	d.Wait(`getComputedStyle($("#a")).opacity === "1" && getComputedStyle($("#a")).transform !== "none"`)
	d.Eval(`$("#s").scrollTo(0, 50)`, nil)
	d.Wait(`Math.abs(getComputedStyle($("#c")).opacity - 0.5) < 0.05`)
	d.Eval(`$$(".scroller").at(-1).scrollTo(0, 1e6)`, nil)
	d.told("seen:6true")
}

// camera is the browser's fake one: the user is asked once, pictures come and change, and a photo has a camera's size.
func (d *demo) camera(t *testing.T) {
	d.WaitShell(`still($(".camera-prompt"))`)
	d.Screenshot("builtin-camera-prompt")
	d.TapShell(`$(".camera-prompt .primary")`)
	d.told("initdone")
	const sum = `(() => {
		const c = $("#camera").shadowRoot.querySelector("canvas");
		return c.getContext("2d").getImageData(0, 0, c.width, c.height).data.reduce((a, b) => a + b, 0);
	})()`
	first := d.text(sum)
	d.Wait(sum + ` !== ` + first)
	if above, view := d.rect(`$("#above")`), d.rect(`$("#camera")`); above[1]+above[3] > view[1]+view[3] {
		t.Errorf("what stands over the camera is at %v, the camera at %v", above, view)
	}
	d.Tap(`$("#turn")`)
	d.told("initdone", "stop", "initdone")
	d.Wait(`!$$("dg-camera")[0].shadowRoot.querySelector(".none").textContent`)
	d.Tap(`$("#photo")`)
	d.told("photo:")
	d.Tap(`$("#zoom")`)
	d.told("zoom:true")
	d.Tap(`$("#frames")`)
	d.told("the listener is started", "started", "frames:3")
	d.Screenshot("builtin-camera")
	d.Tap(`$("#film")`)
	d.told("recording", "startRecord:fail is recording", "film:true:true:true")
	d.Tap(`$("#short")`)
	d.told("timeout:true:true:true")
}

// picture edits a picture by keys, buttons and drags: what is cut out is what the frame shows.
func (d *demo) picture(t *testing.T) {
	size := func(want string) {
		t.Helper()
		d.Wait(`$(".editor-size")?.textContent === "` + want + `"`)
	}
	tool := func(name string) { d.Tap(`[...$$(".editor-tool")].find((el) => el.textContent === "` + name + `")`) }
	d.told("drawn")
	d.Tap(`$("#edit")`)
	size("120 × 80")
	d.Key(kb.Escape)
	d.told("editImage:fail cancel")
	d.Tap(`$("#edit")`)
	size("120 × 80")
	tool("右转")
	size("80 × 120")
	d.Drag(`$(".editor-corner.se")`, 0, -40)
	d.Wait(`!$(".editor-size").textContent.endsWith("× 120")`)
	tool("左转")
	size("120 × 80")
	d.Screenshot("builtin-editor-picture")
	tool("完成")
	d.told("out:120x80")
	d.Tap(`$("#crop")`)
	size("80 × 80")
	d.Drag(`$(".editor-corner.nw")`, 30, 30)
	d.Wait(`(([w, h]) => w === h && +w < 80)($(".editor-size").textContent.split(" × "))`)
	d.Eval(`$(".editor-frame").focus()`, nil)
	for range 3 {
		d.Key(kb.ArrowLeft)
	}
	d.Key(kb.Enter)
	d.Wait(`/out:(\d+)x\1$/.test($("#told").textContent.trim())`)
}

// pickers chooses regions at all levels and dates of fewer fields.
func (d *demo) pickers(t *testing.T) {
	row := func(column int, name string) string {
		return fmt.Sprintf(`[...($$(".sheet dg-picker-view-column")[%d]?.children ?? [])].find((el) => el.textContent === %q)`, column, name)
	}
	middle := func(column int, name string) string {
		return fmt.Sprintf(`(([a, b]) => Math.abs(a.top + a.height / 2 - b.top - b.height / 2) < 2)([%s, $(".sheet dg-picker-view")].map((el) => el?.getBoundingClientRect() ?? {}))`, row(column, name))
	}
	open := func(id string, columns int) {
		d.Tap(`$("#` + id + `")`)
		d.Wait(fmt.Sprintf(`still($(".sheet")) && $$(".sheet dg-picker-view-column").length === %d`, columns))
	}
	confirm := func(told string) {
		d.Tap(`$(".picker-head .confirm")`)
		d.told(told)
		d.Wait(`!$(".layer")`)
	}
	const fetched = `performance.getEntriesByType("resource").some((file) => file.name.endsWith("/regions.js"))`
	d.Wait("!" + fetched) // pages without such a picker have no use for the table
	open("region", 3)
	d.Wait(fetched + "&&" + middle(0, "广东省") + "&&" + middle(1, "广州市") + "&&" + middle(2, "海珠区"))
	d.Screenshot("builtin-region")
	d.Tap(row(0, "湖南省")) // and what is below begins at its top
	d.Wait(middle(0, "湖南省") + "&&" + middle(1, "长沙市") + "&&" + middle(2, "芙蓉区"))
	d.Tap(row(1, "株洲市"))
	d.Wait(middle(1, "株洲市") + "&&" + middle(2, "荷塘区"))
	confirm("region:湖南省,株洲市,荷塘区:430000,430200,430202")
	open("city", 2)
	d.Wait(middle(0, "广东省") + "&&" + middle(1, "全部"))
	confirm("city:广东省,全部:440000")
	open("month", 2)
	d.Wait(middle(0, "2025年") + "&&" + middle(1, "02月"))
	d.Tap(row(0, "2024年")) // which begins in March
	d.Wait(middle(1, "03月") + `&& $$(".sheet dg-picker-view-column")[1].children.length === 10`)
	confirm("month:2024-03")
	open("year", 1)
	confirm("year:2024")
}
