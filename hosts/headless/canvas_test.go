package headless_test

import (
	"bytes"
	"encoding/base64"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/core/miniapp/program"
	"github.com/dougong-dev/dougong/hosts/headless"
)

// openPage opens a mini-program of one page and waits until it is at rest.
func openPage(t *testing.T, wxml, js string) *headless.App {
	t.Helper()
	dir := t.TempDir()
	var dot bytes.Buffer
	picture := image.NewNRGBA(image.Rect(0, 0, 4, 4))
	for i := range 16 {
		picture.SetNRGBA(i%4, i/4, color.NRGBA{0, 128, 0, 255})
	}
	if err := png.Encode(&dot, picture); err != nil {
		t.Fatal(err)
	}
	writeAll(t, dir, map[string]string{
		"app.json": `{"pages":["pages/index/index"]}`, "app.js": "App({})", "images/dot.png": dot.String(),
		"pages/index/index.wxml": wxml, "pages/index/index.js": js, "pages/index/index.json": "{}",
	})
	p, _, err := headless.Build(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	return openProgram(t, p)
}

// writeAll writes files below a folder.
func writeAll(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// openProgram opens a mini-program and waits until it is at rest, without a failure.
func openProgram(t *testing.T, p *program.Program) *headless.App {
	t.Helper()
	app, err := headless.Open(t.Context(), headless.Config{Program: p})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(app.Close)
	if err := app.Rest(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, e := range app.Errors() {
		t.Errorf("%s:%d: %s %s", e.File, e.Line, e.ID, e.Message)
	}
	return app
}

func wantLog(t *testing.T, app *headless.App, lines ...string) {
	t.Helper()
	var got []string
	for _, l := range app.Logs() {
		got = append(got, l.Message)
	}
	if strings.Join(got, "\n") != strings.Join(lines, "\n") {
		t.Errorf("the log is\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(lines, "\n"))
	}
}

func wantPixel(t *testing.T, app *headless.App, x, y int, want color.NRGBA) {
	t.Helper()
	data, err := app.CanvasPNG("canvas")
	if err != nil {
		t.Fatal(err)
	}
	m, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatalf("the canvas is no picture: %v", err)
	}
	if got := color.NRGBAModel.Convert(m.At(x, y)); got != color.Color(want) {
		t.Errorf("pixel %d,%d is %v, want %v", x, y, got, want)
	}
}

func TestCanvasNode(t *testing.T) {
	t.Parallel()
	app := openPage(t, `<canvas type="2d" id="c" style="width: 100px; height: 50px"/><canvas canvas-id="old" id="old"/>`, `Page({
		onReady() {
			wx.createSelectorQuery().select("#c").fields({ node: true, size: true }).exec(([{ node, width, height }]) => {
				console.log(width, height, node.width, node.height)
				node.width = width * 2
				node.height = height * 2
				const ctx = node.getContext("2d")
				console.log(ctx === node.getContext("2d"), ctx.canvas === node, node.getContext("webgl"))
				ctx.scale(2, 2)
				ctx.fillStyle = "red"
				ctx.fillRect(10, 10, 20, 20)
				ctx.fillRect(NaN, 0, 100, 100)
				ctx.font = "20px sans-serif"
				console.log(ctx.measureText("斗拱").width, ctx.fillStyle, ctx.globalAlpha)
				const { data } = ctx.getImageData(20, 20, 1, 1)
				console.log(Array.from(data).join(), data instanceof Uint8ClampedArray)
				ctx.beginPath()
				ctx.rect(0, 0, 10, 10)
				console.log(ctx.isPointInPath(5, 5), ctx.isPointInPath(50, 5))
				const made = ctx.createImageData(1, 1)
				made.data.set([0, 0, 255, 255])
				ctx.putImageData(made, 0, 0)
				console.log(node.toDataURL().slice(0, 22))
				const image = node.createImage()
				image.onload = () => {
					ctx.drawImage(image, 40, 20)
					console.log("image", image.width, image.height)
				}
				image.src = "/images/dot.png"
				const missing = node.createImage()
				missing.onerror = (e) => console.log("missing", typeof e.errMsg)
				missing.src = "/images/none.png"
				node.requestAnimationFrame((time) => console.log("frame", typeof time))
				try { node.width = 1e6 } catch (e) { console.log(e.message) }
			})
			wx.createSelectorQuery().select("#old").context(({ context }) => {
				context.setFillStyle("#00ff00")
				context.fillRect(0, 0, 5, 5)
				context.draw(false, ({ errMsg }) => console.log(errMsg))
			}).exec()
			wx.createSelectorQuery().select("#nothing").node().exec((all) => console.log(JSON.stringify(all)))
		},
	})`)
	wantLog(t, app,
		"100 50 300 150",
		`canvas.getContext("webgl") is not supported by this host: there is "2d" only`,
		"true true null",
		"40 red 1",
		"255,0,0,255 true",
		"true false",
		"data:image/png;base64,",
		"canvas.width: 1000000 is too large: a side has at most 8192 pixels, a canvas 16777216",
		"drawCanvas:ok",
		"[null]",
		"image 4 4",
		"missing string",
		"frame number",
	)
	wantPixel(t, app, 20, 20, color.NRGBA{255, 0, 0, 255})
	wantPixel(t, app, 0, 0, color.NRGBA{0, 0, 255, 255})
	wantPixel(t, app, 82, 42, color.NRGBA{0, 128, 0, 255})
	wantPixel(t, app, 199, 99, color.NRGBA{})
}

func TestCanvasContext(t *testing.T) {
	t.Parallel()
	app := openPage(t, `<canvas canvas-id="old" style="width: 60px; height: 40px"/>`, `Page({
		onLoad() {
			const ctx = wx.createCanvasContext("old", this)
			ctx.setFillStyle("#0000ff")
			ctx.fillRect(0, 0, 10, 10)
			ctx.drawImage("/images/dot.png", 20, 20, 10, 10)
			ctx.setFontSize(20)
			console.log(ctx.measureText("字").width, ctx.font)
			ctx.draw(false, () => this.save())
			const more = wx.createCanvasContext("old")
			more.setFillStyle("red")
			more.fillRect(50, 0, 10, 10)
			more.draw(true)
		},
		save() {
			wx.canvasToTempFilePath({ canvasId: "old", x: 20, y: 20, width: 10, height: 10, success: (r) => this.setData({ src: r.tempFilePath }), fail: console.log }, this)
			wx.canvasGetImageData({ canvasId: "old", x: 0, y: 0, width: 2, height: 1 })
				.then((r) => console.log(r.width, r.height, Array.from(r.data).join(), r.errMsg))
			wx.canvasToTempFilePath({ canvasId: "none" }).catch((e) => console.log(e.errMsg))
			wx.canvasPutImageData({ canvasId: "old", data: new Uint8ClampedArray(4), x: 0, y: 0, width: 2, height: 2, fail: (e) => console.log(e.errMsg) })
			wx.canvasPutImageData({ canvasId: "old", data: new Uint8ClampedArray([1, 2, 3, 255]), x: 30, y: 0, width: 1, height: 1, success: (e) => console.log(e.errMsg) })
			wx.createCanvasContext("gone").draw()
		},
	})`)
	wantLog(t, app,
		"20 20px sans-serif",
		"canvasToTempFilePath:fail canvas is empty",
		`createCanvasContext: there is no <canvas canvas-id="gone"> here`,
		"canvasPutImageData:fail parameter error: data has to be a Uint8ClampedArray of width*height*4 = 16 bytes",
		"canvasPutImageData:ok",
		"2 1 0,0,255,255,0,0,255,255 canvasGetImageData:ok",
	)
	wantPixel(t, app, 5, 5, color.NRGBA{0, 0, 255, 255})
	wantPixel(t, app, 55, 5, color.NRGBA{255, 0, 0, 255})
	wantPixel(t, app, 25, 25, color.NRGBA{0, 128, 0, 255})
	wantPixel(t, app, 30, 0, color.NRGBA{1, 2, 3, 255})
}

// The file of a canvas is a picture of what was asked for, and <image> shows it.
func TestCanvasToTempFilePath(t *testing.T) {
	t.Parallel()
	app := openPage(t, `<canvas type="2d" id="c"/><image wx:if="{{src}}" src="{{src}}"/>`, `Page({
		data: { src: "" },
		onReady() {
			wx.createSelectorQuery().select("#c").node(({ node }) => {
				const off = wx.createOffscreenCanvas({ type: "2d", width: 10, height: 10 })
				const pen = off.getContext("2d")
				pen.fillStyle = "red"
				pen.fillRect(0, 0, 10, 10)
				node.getContext("2d").drawImage(off, 0, 0)
				wx.canvasToTempFilePath({ canvas: node, width: 10, height: 10, destWidth: 5, destHeight: 5,
					success: ({ tempFilePath, errMsg }) => { console.log(errMsg); this.setData({ src: tempFilePath }) } })
				wx.canvasToTempFilePath({ canvas: {} }).catch((e) => console.log(e.errMsg))
				wx.canvasToTempFilePath({ canvas: off, destWidth: 1e9 }).catch((e) => console.log(e.errMsg))
			}).exec()
		},
	})`)
	wantLog(t, app, "canvasToTempFilePath:fail canvas is empty", "canvasToTempFilePath:ok", "canvasToTempFilePath:fail create bitmap failed")
	html := app.HTML()
	_, rest, ok := strings.Cut(html, "data:image/png;base64,")
	text, _, _ := strings.Cut(rest, `"`)
	data, err := base64.StdEncoding.DecodeString(text)
	if !ok || err != nil {
		t.Fatalf("no picture: %v\n%s", err, html)
	}
	m, err := png.Decode(bytes.NewReader(data))
	if err != nil || m.Bounds() != image.Rect(0, 0, 5, 5) || color.NRGBAModel.Convert(m.At(2, 2)) != (color.NRGBA{255, 0, 0, 255}) {
		t.Errorf("the picture is %v: %v", m, err)
	}
}

func TestMedia(t *testing.T) {
	t.Parallel()
	app := openPage(t, `<video id="v" src="/a.mp4"/><camera/>`, `Page({
		onReady() {
			const video = wx.createVideoContext("v", this)
			video.seek(3)
			video.requestFullScreen({ success: (r) => console.log(r.errMsg) })
			wx.createVideoContext("none").requestFullScreen({ fail: (r) => console.log(r.errMsg) })
			wx.createCameraContext().takePhoto({ fail: (r) => console.log(r.errMsg) })
			wx.createSelectorQuery().select("#v").context((r) => console.log(typeof r.context.play)).exec()
			const audio = wx.createInnerAudioContext()
			for (const name of ["Canplay", "Play", "Pause", "Stop", "Seeked"]) audio["on" + name](() => console.log(name, audio.paused, audio.currentTime))
			audio.src = "/a.mp3"
			audio.play()
			audio.seek(7)
			audio.pause()
			audio.stop()
			console.log(audio.src, audio.volume)
			const music = wx.getBackgroundAudioManager()
			music.onPlay(() => console.log("music", music.title))
			music.title = "春江花月夜"
			music.src = "https://x.example/a.mp3"
			wx.getBackgroundAudioPlayerState({ success: (r) => console.log(r.status, r.dataUrl) })
			wx.pauseBackgroundAudio()
		},
	})`)
	wantLog(t, app,
		"/a.mp3 1",
		"VideoContext.requestFullScreen:fail there is no <video id=\"none\"> here",
		"1 https://x.example/a.mp3",
		"Canplay true 0",
		"Play false 0",
		"Seeked false 7",
		"Pause true 7",
		"Stop true 0",
		"music 春江花月夜",
		"VideoContext.requestFullScreen:ok",
		"CameraContext.takePhoto:fail takePhoto is not supported by <camera>",
		"function",
	)
}
