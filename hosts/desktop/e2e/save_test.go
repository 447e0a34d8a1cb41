//go:build linux

package e2e

import (
	"image/color"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/hosts/desktop/internal/screen"
)

// savings are pages that offer something for the device's address book and calendar, and what the file has that the user then gets.
var savings = []struct{ name, call, file, has string }{
	{"contact", `wx.addPhoneContact({ firstName: "Ann", mobilePhoneNumber: "10086" })`, "Ann.vcf", "TEL;TYPE=CELL:10086\r\n"},
	{"appointment", `wx.addPhoneCalendar({ title: "Tea", startTime: 1767225600, endTime: 1767229200 })`, "Tea.ics", "SUMMARY:Tea\r\n"},
	{"appointments", `wx.addPhoneRepeatCalendar({ title: "Teas", startTime: 1767225600, repeatInterval: "week" })`, "Teas.ics", "RRULE:FREQ=WEEKLY\r\n"},
}

// What a mini-program offers for the address book and the calendar is in the user's folder once they have pressed the button: it is the
// shell that makes the file, and the window lets the page save that.
func TestContactsAndAppointmentsAreSaved(t *testing.T) {
	for _, c := range savings {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			w.write("other/pages/index/index.js", []byte(`Page({ add() { `+c.call+` } })`))
			w.write("other/pages/index/index.wxml", []byte(`<view class="page" bindtap="add">另一个</view>`))
			w.start()
			launcher := w.Window("桌面之家")
			w.place(launcher, 10)
			w.press(launcher, otherIcon)
			other := w.Window("另一个")
			w.place(other, 500)
			w.press(other, color.RGBA{0x15, 0x65, 0xa0, 255})
			w.show("the offer", other, brandColor, 0.01)
			w.Save("desktop-save-" + c.name)
			w.Wait("the file "+c.file, func() bool {
				// The sheet with the button may be on its way still when it is pressed first.
				if at, ok := screen.Middle(w.Look(), w.area(other), brandColor); ok {
					w.Click(at.X, at.Y)
				}
				text, err := os.ReadFile(filepath.Join(w.home(), c.file))
				return err == nil && strings.Contains(string(text), c.has)
			})
		})
	}
}

// home is the user's folder, where what they save goes unless their desktop names another one.
func (w *world) home() string {
	w.t.Helper()
	for _, v := range w.Env() {
		if dir, ok := strings.CutPrefix(v, "HOME="); ok {
			return dir
		}
	}
	w.t.Fatal("the screen has no home folder")
	return ""
}
