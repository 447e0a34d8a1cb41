package e2e

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"github.com/dougong-dev/dougong/core/config"
)

// pictureFile writes a picture of 120 by 90 points.
func pictureFile(t *testing.T, name string) string {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 120, 90))
	for i := range 120 * 90 {
		img.Set(i%120, i/120, color.RGBA{uint8(2 * (i % 120)), uint8(2 * (i / 120)), 90, 255}) //nolint:gosec // below 256 both
	}
	var b bytes.Buffer
	var err error
	if filepath.Ext(name) == ".png" {
		err = png.Encode(&b, img)
	} else {
		err = jpeg.Encode(&b, img, nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	return textFile(t, name, b.String())
}

func textFile(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// startFiles opens the mini-program of testdata/files on the plugin of files.
func startFiles(t *testing.T) *demo {
	t.Helper()
	if testing.Short() {
		t.Skip("needs a browser")
	}
	dir, err := plugins()
	if err != nil {
		t.Fatal(err)
	}
	project := filepath.Join(t.TempDir(), "files")
	if err := os.CopyFS(project, os.DirFS("testdata/files")); err != nil {
		t.Fatal(err)
	}
	return startProjectWith(t, project, []config.Plugin{{ID: "dougong.file", Path: filepath.Join(dir, "dougong.file")}})
}

// says waits for what the mini-program shows.
func (d *demo) says(text string) {
	d.Wait(`$(".said").textContent.trim() === "` + text + `"`)
}

func (d *demo) press(label string) { d.Tap(`byText("dg-button", "` + label + `")`) }

// Files come in through the browser's own dialog and are shown, read, shrunk, kept and given back.
func TestFiles(t *testing.T) {
	t.Parallel()
	d := startFiles(t)
	pick := func() { d.TapShell(`$(".layer.open .choose-files")`) }

	d.press("选择图片")
	d.WaitShell(`still($(".layer.open .choose-files"))`)
	d.Screenshot("files-choose")
	d.Pick(pick, pictureFile(t, "one.png"), pictureFile(t, "two.jpg"))
	d.says("chooseImage:ok 2 120x90 png → 40x30 jpeg")
	d.Wait(`$$(".picked").length === 2 && $$(".picked").every((el) => el.shadowRoot.querySelector("img").naturalWidth > 0)`)
	d.Wait(`$$(".picked")[0].shadowRoot.querySelector("img").naturalWidth === 120`)
	d.Screenshot("files-shown")

	d.press("选择视频")
	d.TapShell(`$(".layer.open .secondary")`)
	d.says("chooseMedia:fail cancel")

	film, err := filepath.Abs(filepath.Join(root, "hosts/headless/compat/project/assets/film.webm"))
	if err != nil {
		t.Fatal(err)
	}
	d.press("选择视频")
	d.Pick(pick, film)
	d.Wait(`/^video video \d+x\d+ true true jpeg \d+x\d+$/.test($(".said").textContent.trim())`)
	d.Wait(`$(".picked").shadowRoot.querySelector("img").naturalWidth > 0`)
	d.Screenshot("files-video")
	d.press("选择图片")
	d.Pick(pick, pictureFile(t, "one.png"), pictureFile(t, "two.jpg"))
	d.says("chooseImage:ok 2 120x90 png → 40x30 jpeg")

	d.press("选择文件")
	d.Pick(pick, textFile(t, "备忘.txt", "带来的文件"))
	d.says("备忘.txt file true 带来的文件")

	downloads := t.TempDir()
	d.KeepDownloads(downloads)
	d.press("保存图片")
	d.WaitShell(`$(".layer.open .prompt h2").textContent === "保存图片到你的相册"`)
	d.TapShell(`$(".layer.open .prompt .primary")`)
	d.says("saveImageToPhotosAlbum:ok")
	saved := d.Download(downloads, "*.png")
	if c, kind, err := image.DecodeConfig(bytes.NewReader(saved)); err != nil || kind != "png" || c.Width != 120 {
		t.Errorf("what was saved is %s, %+v, %v", kind, c, err)
	}

	d.press("打开文档")
	d.says("openDocument:ok")
	d.WaitShell(`still($(".document-name")) && $(".document-name").textContent === "报告.pdf"`)
	d.Screenshot("files-document")
	d.TapShell(`$(".document-close")`)
	d.WaitShell(`!$(".layer.open")`)

	d.press("预览")
	d.Wait(`$$(".preview-item img").length > 0 && $(".preview-counter").textContent === "2 / 2"`)
	d.Tap(`$(".preview")`)
	if foreign := d.Foreign(d.base); len(foreign) > 0 {
		t.Errorf("foreign requests: %v", foreign)
	}
}

// A recording comes from the browser's microphone and is a file like any other.
func TestRecorder(t *testing.T) {
	t.Parallel()
	d := startFiles(t)
	d.press("录音")
	d.WaitShell(`$(".layer.open .prompt h2").textContent === "使用你的麦克风"`)
	d.TapShell(`$(".layer.open .prompt .primary")`)
	d.says("recording")
	d.press("录音")
	d.says("operateRecorder:fail is recording or paused")
	d.press("停止")
	d.says("recorded true true")
	d.press("停止")
	d.says("operateRecorder:fail recorder not start")

	// Whoever leaves while recording leaves no microphone on, and may record again.
	d.press("录音")
	d.says("recording")
	d.TapShell(`$(".capsule-part")`)
	d.TapShell(`$("[data-entry=exit]")`)
	d.WaitShell(`!document.querySelector(".app")`)
	d.app("")
	d.press("录音")
	d.says("recording")
	d.press("停止")
	d.says("recorded true true")
}
