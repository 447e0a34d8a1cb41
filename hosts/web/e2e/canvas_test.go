package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/dougong-dev/dougong/core/miniapp/npmtest"
)

// pixelsOf is an expression for what a canvas of the page on top shows at a place, in parts of its size: [r, g, b, a].
func pixelsOf(selector string, x, y float64) string {
	return fmt.Sprintf(`(() => {
		const c = $(%q).shadowRoot.querySelector("canvas");
		const at = c.getContext("2d").getImageData(Math.floor(c.width * %g), Math.floor(c.height * %g), 1, 1).data;
		return [...at];
	})()`, selector, x, y)
}

// painted waits until a condition of r, g, b and a holds at a place of a canvas: what is drawn comes after what is said of it.
func (d *demo) painted(selector string, x, y float64, condition string) {
	d.want(`(([r, g, b, a]) => (`+condition+`) || "rgba " + [r, g, b, a])(`+pixelsOf(selector, x, y)+`)`, "true")
}

// The canvas page of the gallery: what is drawn is seen, pens leave ink, and a canvas becomes a picture.
func TestCanvas(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("needs a browser")
	}
	dir, err := filepath.Abs(filepath.Join(root, "examples/miniapps/gallery"))
	if err != nil {
		t.Fatal(err)
	}
	d := startProject(t, dir)
	d.visit(5)
	d.Wait(`$$("dg-view").some((el) => el.textContent.includes("左下角 rgb("))`)
	d.Wait(`$$("dg-view").some((el) => /“斗拱”宽 5[5-7]/.test(el.textContent))`)

	// 2d: the bitmap has the screen's pixels, the clock is blue in the middle, the corner is clear.
	d.want(`(() => { const c = $("#clock").shadowRoot.querySelector("canvas"); return [c.width, c.height].map((n, i) => Math.round(n / c[i ? "clientHeight" : "clientWidth"])); })()`, "2,2")
	d.painted("#clock", 0.2, 0.7, `b >= r + 30 && a === 255`)
	d.painted("#clock", 0.999, 0.01, `a === 0`)

	// getImageData and putImageData: the upper half is grey, the lower is red.
	d.painted("#pixels", 0.02, 0.2, `r === g && g === b && a === 255`)
	d.painted("#pixels", 0.02, 0.9, `r >= g + 50`)

	// The old context with an image of the bundle.
	d.Wait(pixelsOf(`[canvas-id=poster]`, 0.9, 0.9) + `[3] === 255`)
	d.painted(`[canvas-id=poster]`, 0.06, 0.13, `r >= 200`) // the label is whitish
	d.Screenshot("canvas")

	// A canvas as a picture.
	d.Tap(`byText("dg-button", "存为图片")`)
	d.Wait(`$(".exported") && $(".exported").shadowRoot.querySelector("img").naturalWidth > 300`)

	// Touches with coordinates of the canvas.
	d.Drag(`$("#pad")`, 80, 30)
	d.Wait(`$$("dg-view").some((el) => el.textContent.trim() === "1 笔")`)
	d.Wait(`(() => {
		const c = $("#pad").shadowRoot.querySelector("canvas");
		const { data } = c.getContext("2d").getImageData(0, 0, c.width, c.height);
		return data.filter((v, i) => i % 4 === 3 && v > 0).length > 200;
	})()`)
	d.Screenshot("canvas-used")

	// A client that connects anew sees what was drawn before it came.
	d.Open(d.base + "/?again")
	d.app("")
	d.Wait(`$("#pixels") && ` + pixelsOf("#pixels", 0.02, 0.9) + `[0] > 150`)
	d.Wait(pixelsOf(`[canvas-id=poster]`, 0.9, 0.9) + `[3] === 255`)
	d.Screenshot("canvas-again")
}

// inked is an expression for how much of a canvas is covered, dark, of 1.
func inked(canvas string) string {
	return fmt.Sprintf(`(() => {
		const c = %s?.shadowRoot.querySelector("canvas");
		if (!c || c.width === 0) return 0;
		const { data } = c.getContext("2d").getImageData(0, 0, c.width, c.height);
		let dark = 0;
		for (let i = 0; i < data.length; i += 4) if (data[i + 3] > 127 && data[i] + data[i + 1] + data[i + 2] < 600) dark++;
		return dark * 4 / data.length;
	})()`, canvas)
}

// startWith opens a mini-program of testdata with packages as npm serves them.
func startWith(t *testing.T, dir string, packages ...string) *demo {
	t.Helper()
	project := filepath.Join(t.TempDir(), filepath.Base(dir))
	if err := os.CopyFS(project, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	for _, spec := range packages {
		from := npmtest.Dir(npmtest.Install(t, spec), spec)
		if err := os.CopyFS(npmtest.Dir(project, spec), os.DirFS(from)); err != nil {
			t.Fatal(err)
		}
	}
	return startProject(t, project)
}

// A chart library of half a million characters draws, and knows what is touched.
func TestChart(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("needs a browser and npm")
	}
	d := startWith(t, "testdata/chart", npmtest.ECharts, npmtest.ECCanvas)
	d.Wait(inked(`$("dg-canvas")`) + ` > 0.05`)
	d.Screenshot("chart")
	d.painted("dg-canvas", 0.23, 0.74, `b >= 150 && r <= 150`) // the first bar
	d.painted("dg-canvas", 0.81, 0.7, `b >= 150 && r <= 150`)  // the third
	d.Eval(`(() => {
		const box = $("dg-canvas").getBoundingClientRect();
		const at = { clientX: box.left + box.width * 0.81, clientY: box.top + box.height * 0.7, bubbles: true, composed: true, button: 0, pointerType: "mouse" };
		$("dg-canvas").dispatchEvent(new PointerEvent("pointerdown", at));
		window.dispatchEvent(new PointerEvent("pointerup", at));
		return true;
	})()`, nil)
	d.Wait(`$$("dg-view").some((el) => el.textContent.trim() === "三月 36")`)
	d.Screenshot("chart-touched")
}

// Components of libraries that draw: circles, codes, a watermark, a signature.
func TestCanvasLibraries(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("needs a browser and npm")
	}
	d := startWith(t, "testdata/drawings", npmtest.Vant, npmtest.TDesign, npmtest.Wux)
	for _, c := range []struct {
		name, canvas string
		least, most  float64
	}{
		{"the old van-circle", `$$("dg-canvas")[0]`, 0.05, 0.4},
		{"van-circle", `$$("dg-canvas")[1]`, 0.03, 0.3},
		{"wux-circle", `$$("dg-canvas")[2]`, 0.05, 0.4},
		{"t-qrcode", `$$("dg-canvas")[3]`, 0.25, 0.65},
		{"wux-qrcode", `$$("dg-canvas")[4]`, 0.2, 0.65},
		{"wux-barcode", `$("#wux-barcode")`, 0.15, 0.65},
	} {
		d.Wait(fmt.Sprintf(`(() => { const ink = %s; return ink > %g && ink < %g; })()`, inked(c.canvas), c.least, c.most))
		t.Logf("%s is drawn", c.name)
	}
	d.Wait(`getComputedStyle($("#watermark")).backgroundImage.startsWith('url("data:image/png;base64,')`)
	d.Screenshot("canvas-libraries")

	d.Eval(`$(".scroller").scrollTo(0, 1e6)`, nil)
	d.Wait(`still($("#wux-e-sign"))`)
	d.Drag(`$("#wux-e-sign")`, 60, 20)
	d.Wait(inked(`$("#wux-e-sign")`) + ` > 0.001`)
	d.Tap(`$$("dg-button").find((el) => el.textContent.trim() === "确定")`)
	d.Wait(`$$("dg-view").some((el) => el.textContent.startsWith("签好了"))`)
	d.Screenshot("canvas-signed")
	if foreign := d.Foreign(d.base); len(foreign) > 0 {
		t.Errorf("foreign requests: %v", foreign)
	}
}
