//go:build linux

package e2e

import (
	"image"
	"image/color"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/hosts/desktop/internal/screen"
)

// TestLanguage: a language that is chosen in the launcher reaches the windows that are open, whose pages keep storages of their own,
// and it is there at the next start, whose port is another one. Arabic is laid out from right to left, so the capsule goes to the
// other side.
func TestLanguage(t *testing.T) {
	w := newWorld(t)
	capsule := color.RGBA{0x31, 0x1b, 0x92, 255}
	text := strings.NewReplacer("title: {zh: 桌面之家}", "title: {zh: 桌面之家, ar: Arabic House}",
		", path: %[1]s/dougong.file", "", ", path: %[1]s/dougong.notification", "").Replace(superapp) // the plugins lie beside the program
	w.write("superapp.yaml", []byte(text+"ui:\n  languages: [zh-CN, ar]\n  capsule: {light: {background: '#311b92'}, dark: {background: '#311b92'}}\n"))
	launcher, desk := w.openDesk()
	side := func(window string, left bool) func() bool {
		return func() bool {
			area := w.area(window)
			at, ok := screen.Middle(w.Look(), area, capsule)
			return ok && (at.X < area.Min.X+area.Dx()/2) == left
		}
	}
	w.Wait("the capsule on the right", side(desk, false))
	w.Save("desktop-language-before")
	w.choose(launcher)
	w.Window("Arabic House")
	w.Wait("the capsule of the open window on the left", side(desk, true))
	w.Save("desktop-language")
	w.stop()

	w.start()
	launcher = w.Window("Arabic House")
	w.place(launcher, 10)
	desk = w.Window("台面") // it was open and comes back
	w.place(desk, 500)
	w.Wait("the capsule on the left after the next start", side(desk, true))
	w.Save("desktop-language-next-start")
}

// choose clicks the choice of languages in the launcher, in its upper right corner, and takes the next one.
func (w *world) choose(launcher string) {
	w.t.Helper()
	area := w.area(launcher)
	w.Do("windowactivate", "--sync", launcher)
	button := image.Pt(area.Max.X-46, area.Min.Y+68)
	list := image.Rect(area.Min.X, button.Y+24, area.Max.X, area.Max.Y) // what is below the button
	before := w.Look()
	w.Wait("a launcher that stays as it is", func() bool {
		now := w.Look()
		same := changed(before, now, area) == 0
		before = now
		return same
	})
	w.Click(button.X, button.Y)
	w.Wait("the list of languages", func() bool { return changed(before, w.Look(), list) > 2000 })
	w.Save("desktop-language-choosing")
	w.Do("key", "Down")
	w.Do("key", "Return")
}

// changed counts the pixels of an area that two looks have differently.
func changed(a, b *image.RGBA, area image.Rectangle) (n int) {
	for y := area.Min.Y; y < area.Max.Y; y++ {
		for x := area.Min.X; x < area.Max.X; x++ {
			if a.RGBAAt(x, y) != b.RGBAAt(x, y) {
				n++
			}
		}
	}
	return n
}
