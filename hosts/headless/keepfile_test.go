package headless_test

import (
	"image/color"
	"testing"

	"github.com/dougong-dev/dougong/hosts/headless"
)

// What a canvas has drawn is a file to every capability, and a canvas shows such a file.
func TestCanvasMakesAFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	writeAll(t, dir, map[string]string{
		"app.json": `{"pages":["pages/index/index"]}`, "app.js": "App({})", "pages/index/index.json": "{}",
		"pages/index/index.wxml": `<canvas type="2d" id="c" style="width: 100px; height: 100px"/>`,
		"pages/index/index.js": `Page({
	onReady() {
		wx.createSelectorQuery().select("#c").node(({ node }) => {
			const off = wx.createOffscreenCanvas({ type: "2d", width: 10, height: 10 })
			const pen = off.getContext("2d")
			pen.fillStyle = "red"
			pen.fillRect(0, 0, 10, 10)
			wx.canvasToTempFilePath({ canvas: off }).then(async ({ tempFilePath }) => {
				console.log(/^wxfile:\/\/tmp\/.+\.png$/.test(tempFilePath) || tempFilePath)
				const { width, height, type } = await wx.getImageInfo({ src: tempFilePath })
				console.log(width, height, type, wx.getFileSystemManager().statSync(tempFilePath).isFile())
				const img = node.createImage()
				img.onload = () => { node.getContext("2d").drawImage(img, 5, 5); console.log("drawn") }
				img.onerror = (e) => console.log(e.errMsg)
				img.src = tempFilePath
			}).catch(console.error)
		}).exec()
	},
})`,
	})
	p, _, err := headless.Build(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	app, err := headless.Open(t.Context(), headless.Config{Program: p, Kernel: openKernel(t)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(app.Close)
	if err := app.Rest(t.Context()); err != nil {
		t.Fatal(err)
	}
	wantLog(t, app, "true", "10 10 png true", "drawn")
	wantPixel(t, app, 6, 6, color.NRGBA{255, 0, 0, 255})
}
