package headless_test

import (
	"image/color"
	"os"
	"path/filepath"
	"testing"

	"github.com/dougong-dev/dougong/core/miniapp/npmtest"
	"github.com/dougong-dev/dougong/hosts/headless"
)

// WeChat's own wxml-to-canvas lays a template out, draws it on a canvas and makes a file of it.
func TestWXMLToCanvas(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	packages := filepath.Join(npmtest.Install(t, npmtest.WXMLToCanvas), "node_modules")
	if err := os.CopyFS(filepath.Join(dir, "node_modules"), os.DirFS(packages)); err != nil {
		t.Fatal(err)
	}
	writeAll(t, dir, map[string]string{
		"app.json": `{"pages":["pages/index/index"],"usingComponents":{"wxml-to-canvas":"wxml-to-canvas"}}`, "app.js": "App({})",
		"pages/index/index.json": "{}",
		"pages/index/index.wxml": `<wxml-to-canvas class="widget" width="200" height="100"/><image wx:if="{{src}}" src="{{src}}"/>`,
		"pages/index/index.js": `Page({
			data: { src: "" },
			onReady() {
				const widget = this.selectComponent(".widget")
				setTimeout(() => widget.renderToCanvas({
					wxml: '<view class="card"><view class="box"></view><text class="words">斗拱</text></view>',
					style: {
						card: { width: 200, height: 100, flexDirection: "row", backgroundColor: "#ffffff" },
						box: { width: 50, height: 50, backgroundColor: "#ff0000" },
						words: { width: 100, height: 40, fontSize: 20, color: "#0000ff" },
					},
				}).then(() => widget.canvasToTempFilePath({ fileType: "png" }))
					.then(({ tempFilePath, errMsg }) => { console.log(errMsg); this.setData({ src: tempFilePath }) })
					.catch((e) => console.log("failed", e.errMsg || e.message || e)), 100)
			},
		})`,
	})
	p, _, err := headless.Build(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	app := openProgram(t, p)
	wantLog(t, app, "canvasToTempFilePath:ok")
	if n, err := app.Find("image", ""); n != 1 || err != nil {
		t.Errorf("%d images: %v", n, err)
	}
	// The package draws at the screen's ratio, which the host without a screen says is 2.
	wantPixel(t, app, 50, 50, color.NRGBA{255, 0, 0, 255})
	wantPixel(t, app, 390, 190, color.NRGBA{255, 255, 255, 255})
}
